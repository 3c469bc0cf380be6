package spec

import (
	"fmt"
	"strings"
	"time"
)

const (
	maxRequests = 10_000_000       // of one trial
	minLoadTime = time.Second / 10 // shorter loads measure their start and their end
	maxLoadTime = time.Hour

	// defaultTimeout is that of trials whose time is not known.
	defaultTimeout = 30 * time.Second
)

// duration reads a string such as "30s".
func (t *table) duration(name string) time.Duration {
	k := t.section.key(name)
	value, ok := t.values[name]
	if !ok {
		return defaultOf[time.Duration](k)
	}

	d, problem := k.parseDuration(value)
	if problem != "" {
		t.refuse(name, "found %s", problem)
		return defaultOf[time.Duration](k)
	}
	return d
}

// parseDuration returns a duration in the key's range, or what is wrong with the value.
func (k key) parseDuration(value any) (d time.Duration, problem string) {
	allowed := "allowed: " + k.allowedDuration()
	switch value := value.(type) {
	case string:
		d, err := time.ParseDuration(value)
		if err == nil && k.inRange(d) {
			return d, ""
		}
	case int64:
		return 0, describe(value) + "; " + allowed + k.withUnit(float64(value), showValue(value))
	case float64:
		return 0, describe(value) + "; " + allowed + k.withUnit(value, showValue(value))
	}
	return 0, describeUnless[string](value) + "; " + allowed
}

func (k key) inRange(d time.Duration) bool {
	return d > 0 && d >= k.minDuration && d <= k.maxDuration
}

// allowedDuration returns what a problem says is allowed for a duration.
func (k key) allowedDuration() string {
	low := "above 0 and at most"
	if k.minDuration > 0 {
		low = "from " + shortDuration(k.minDuration) + " to"
	}
	return fmt.Sprintf(`a duration %s %s, as a number with a unit: "500ms", "30s", "5m"`,
		low, shortDuration(k.maxDuration))
}

// withUnit returns the end of a problem with a bare number: the number with the unit that was
// probably meant. It is "" if no unit makes it allowed.
func (k key) withUnit(number float64, shown string) string {
	for _, unit := range []struct {
		name string
		time.Duration
	}{{"s", time.Second}, {"ms", time.Millisecond}, {"us", time.Microsecond}} {
		if d := number * float64(unit.Duration); d < float64(maxDuration)+1 && // no overflow
			k.inRange(time.Duration(d)) {
			return "; write " + quote(shown+unit.name)
		}
	}
	return ""
}

// countOrDuration reads a whole number or a duration in the key's ranges. One of the two is 0.
func (t *table) countOrDuration(name string) (n int, d time.Duration) {
	k := t.section.key(name)
	switch value := t.values[name].(type) {
	case nil:
		return defaultOf[int](k), 0
	case int64:
		if value >= k.min && value <= k.max {
			return int(value), 0
		}
	case string:
		if d, problem := k.parseDuration(value); problem == "" {
			return 0, d
		}
	}
	found := showValue(t.values[name])
	if _, ok := t.values[name].(bool); ok || found == "" {
		found = describe(t.values[name])
	}
	t.refuse(name, "found %s; allowed: %s, or %s", found, k.allowed(), k.allowedDuration())
	return defaultOf[int](k), 0
}

// warmupPart is the default warm-up beside a duration, as a part of it.
const warmupPart = 10

// completeTimes sets the warm-up and the timeout that the file leaves out, where it says how long a
// trial takes. It refuses a timeout that a trial exceeds if it takes as long as it should.
func (t *table) completeTimes(e *Experiment, design *table) {
	if e.Load.Duration > 0 && !design.has("warmup") {
		e.Design.Warmup, e.Design.WarmupTime = 0, e.Load.Duration/warmupPart
	}
	load, warmup := e.Load.Duration, e.Design.WarmupTime
	if !t.has("timeout") {
		e.Load.Timeout = defaultTimeout + 2*(load+warmup)
		return
	}
	if t.refused["timeout"] || load+warmup < e.Load.Timeout {
		return
	}

	var parts []string
	if load > 0 {
		parts = append(parts, "a load of "+shortDuration(load))
	}
	if warmup > 0 {
		parts = append(parts, "a warm-up of "+shortDuration(warmup))
	}
	t.refuse("timeout", "found %s, and a trial has %s; allowed: more than %s",
		quote(shortDuration(e.Load.Timeout)), strings.Join(parts, " and "),
		shortDuration(load+warmup))
}
