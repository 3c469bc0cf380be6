package spec

import (
	"fmt"
	"slices"
	"time"
)

// rate reads the levels of an open loop.
func (t *table) rate() []int {
	if t.has("concurrency") {
		t.refuse(
			"rate",
			"found beside concurrency on line %d; allowed: one of the two: concurrency is a closed "+
				"loop, rate an open one",
			t.line("concurrency"),
		)
	}
	return t.levels("rate", maxRate, "requests a second", "[1000, 2000, 4000]")
}

// connections reads how many connections an open loop may have at a time.
func (t *table) connections(requests int) int {
	high, why := t.mostClients(requests)
	return int(t.count("connections", int64(min(defaultConnections, high)), 1, int64(high), why))
}

// openLoop refuses what an open loop cannot have together with the rest of the file.
func (t *table) openLoop(e *Experiment) {
	if e.Load.Generator == GeneratorAB {
		t.refuse(
			"generator",
			`found "ab" with a rate on line %d; ab has no open loop; allowed: "auto", "embedded"`,
			t.line("rate"),
		)
	}
	for _, r := range e.References {
		t.doc.addProblem(
			r.Line,
			fmt.Sprintf("[[reference]]: found with a rate on line %d; references are numbers by "+
				"concurrency, so an open loop has none", t.line("rate")),
		)
	}
	t.refuseLate(e)
}

// refuseLate refuses a rate at which the last request of a trial would not arrive within its
// timeout, which the warm-up shares.
func (t *table) refuseLate(e *Experiment) {
	if t.wrong["requests"] || t.wrong["timeout"] || t.wrong["rate"] {
		return
	}
	slowest := slices.Min(e.Load.Rate)
	arriving := seconds(e.Load.Requests+e.Design.Warmup, slowest)
	if arriving < e.Load.Timeout {
		return
	}
	t.refuse(
		"rate",
		"found %d: %d requests and %d of the warm-up take %v to arrive at it, and a trial is "+
			"stopped after %v; allowed: rates at which they arrive earlier; raise rate or timeout, or lower requests "+
			"or warmup",
		slowest,
		e.Load.Requests,
		e.Design.Warmup,
		arriving.Round(time.Millisecond),
		e.Load.Timeout,
	)
}

// seconds is how long so many requests take to arrive at a rate.
func seconds(requests, rate int) time.Duration {
	return time.Duration(float64(requests) / float64(rate) * float64(time.Second))
}
