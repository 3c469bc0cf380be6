package spec

import (
	"fmt"
	"slices"
	"time"
)

// load reads [load].
func (t *table) load() Load {
	t.checkKeys()
	load := Load{
		Duration:        t.duration("duration"),
		Timeout:         t.duration("timeout"),
		Generator:       GeneratorChoice(t.choice("generator")),
		AllowedFailures: t.share("allowed_failures"),
	}
	load.CPUs, load.CPUsLine = t.cpus()
	load.From, load.FromLine = t.from()

	if requests := t.requests(); !t.has("duration") {
		load.Requests = requests
	}
	load.Capacity = t.objective()
	if t.openLoopKey() != "" {
		load.Arrivals = Arrivals(t.choice("arrivals"))
	}
	if t.has("capacity") {
		load.Connections = t.connections(load.Requests)
	} else if t.has("rate") {
		load.Rate = t.levelsOf(t.section.key("rate"))
		load.Connections = t.connections(load.Requests)
	} else {
		load.Concurrency = t.concurrency(load.Requests)
	}
	return load
}

// requests reads the number of requests. A time instead is what another key is for.
func (t *table) requests() int {
	text, _ := t.values["requests"].(string)
	if _, err := time.ParseDuration(text); err == nil {
		k := t.section.key("requests")
		t.refuse("requests", "found %s; allowed: %s, or instead of it duration = %s",
			describe(text), k.allowed(), quote(text))
		return defaultOf[int](k)
	}
	return int(t.whole("requests"))
}

// concurrency reads the levels of a closed loop. The default levels need as many requests as their
// highest. With fewer, leaving some levels out would hide that.
func (t *table) concurrency(requests int) []int {
	k := t.upToRequests("concurrency", requests)
	if t.has("concurrency") {
		return t.levelsOf(k)
	}

	levels := slices.Clone(defaultOf[[]int](k))
	if highest := slices.Max(levels); int64(highest) > k.max {
		t.refuse("requests", "found %d, fewer than the %d clients of the default concurrency; "+
			"allowed: %d or more, or a concurrency of your own, such as [1]",
			k.max, highest, highest)
	}
	return levels
}

// connections reads how many connections an open loop may have at a time: by default 1000, or the
// requests if there are fewer.
func (t *table) connections(requests int) int {
	k := t.upToRequests("connections", requests)
	k.def = min(1000, int(k.max))
	return int(t.wholeOf(k))
}

// upToRequests returns a key whose maximum is also the number of requests: ab accepts no more
// clients than requests. With a duration, every trial has as many requests as clients or more.
func (t *table) upToRequests(name string, requests int) key {
	k := t.section.key(name)
	if requests > 0 && int64(requests) <= k.max && !t.refused["requests"] {
		k.max, k.unit = int64(requests), "requests"
	}
	return k
}

// openLoopKey returns the key that makes an open loop, or "" if the file has none.
func (t *table) openLoopKey() string {
	for _, key := range []string{"capacity", "rate"} {
		if t.has(key) {
			return key
		}
	}
	return ""
}

// checkOpenLoop refuses what an open loop excludes in the rest of the file.
func (t *table) checkOpenLoop(e *Experiment, design *table) {
	key := t.openLoopKey()
	found := fmt.Sprintf("with a %s on line %d", key, t.line(key))
	if e.Load.Generator == GeneratorAB {
		t.refuse("generator", `found "ab" %s; ab has no open loop; allowed: "auto", "embedded"`,
			found)
	}
	if e.Design.Calibrate {
		design.refuse("calibrate", "found true %s; ab has no open loop to compare with; "+
			"allowed: false", found)
	}
	for _, r := range e.References {
		t.doc.addProblem(r.Line, "[[reference]]: found "+found+"; references are numbers by "+
			"concurrency, so an open loop has none")
	}
	if key == "rate" {
		t.checkRate(e, design)
	} else {
		t.checkCapacity(e, design)
	}
}

// checkOnlyEmbedded refuses the real ab if it cannot count what is allowed to fail, or cannot make
// the request of a server.
func (t *table) checkOnlyEmbedded(e *Experiment, design *table) {
	if len(e.Load.From) > 1 {
		t.checkSeveral(e, design)
		return
	}
	if e.Load.AllowedFailures > 0 {
		t.checkAllowedFailures(e, design)
		return
	}
	for _, s := range e.Servers {
		reason := s.Request.OnlyEmbedded()
		if reason == "" {
			continue
		}
		if e.Load.Generator == GeneratorAB {
			t.refuse("generator", `found "ab", which cannot make the request to %s: %s; `+
				`allowed: "auto", "embedded"`, showValue(s.Name), reason)
		}
		if e.Design.Calibrate {
			design.refuse("calibrate", "found true, and ab cannot make the request to %s: %s; "+
				"allowed: false", showValue(s.Name), reason)
		}
		return
	}
}

// checkRate refuses a rate at which the last request of a trial would arrive after its timeout, or
// which makes a trial of a duration too large. The warm-up and the load share the timeout.
func (t *table) checkRate(e *Experiment, design *table) {
	if t.refused["requests"] || t.refused["duration"] || t.refused["timeout"] ||
		t.refused["rate"] || design.refused["warmup"] {
		return
	}

	slowest, fastest := slices.Min(e.Load.Rate), slices.Max(e.Load.Rate)
	longest := max(e.Load.Duration, e.Design.WarmupTime)
	if requests := float64(fastest) * longest.Seconds(); requests > maxRequests {
		t.refuse("rate", "found %d, which makes %.0f requests in %s; allowed: at most %d; lower "+
			"the rate or the time", fastest, requests, shortDuration(longest), maxRequests)
		return
	}

	load, loadTime := arrival(e.Load.Requests, e.Load.Duration, slowest)
	warmup, warmupTime := arrival(e.Design.Warmup, e.Design.WarmupTime, slowest)
	if loadTime+warmupTime < e.Load.Timeout {
		return
	}
	t.refuse("rate", "found %d: %s and a warm-up of %s take %v to arrive at it, and a trial is "+
		"stopped after %v; allowed: rates at which they arrive earlier; raise rate or timeout, "+
		"or lower %s or warmup",
		slowest, load, warmup, (loadTime + warmupTime).Round(time.Millisecond), e.Load.Timeout,
		e.Load.sizeKey())
}

// arrival returns the requests of an open loop for a problem, and how long they take to arrive.
func arrival(requests int, d time.Duration, rate int) (shown string, takes time.Duration) {
	if d > 0 {
		return shortDuration(d) + " of requests", d
	}
	seconds := float64(requests) / float64(rate)
	return fmt.Sprintf("%d requests", requests), time.Duration(seconds * float64(time.Second))
}

// sizeKey returns the key that sets how large a trial is.
func (l Load) sizeKey() string {
	if l.Duration > 0 {
		return "duration"
	}
	return "requests"
}
