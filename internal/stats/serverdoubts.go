package stats

import (
	"slices"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// serverDoubts returns what is suspicious about a cell's server: that it answers another body than
// the baseline, how it treats its connections, or what it did after its load.
func serverDoubts(rec *record.Record, cell Cell) []Doubt {
	e := rec.Experiment
	return slices.Concat(
		bodyDoubts(rec, cell, e.Design.Baseline),
		surplusDoubts(rec, cell),
		cutShortDoubts(rec, cell),
		backlogDoubts(cell),
		heldOpenDoubts(rec, cell),
		shedDoubts(rec, cell),
		uncheckedDoubts(rec, cell),
		notKeptDoubts(cell),
		delayedAckDoubts(rec, cell),
		cgoDoubts(rec, cell),
		courseDoubts(cell, e.Design.Margin),
		launcherDoubts(cell),
		usageDoubts(cell, e),
		unfreedDoubts(cell, e),
		lifeDoubts(rec, cell),
	)
}

// bodyDoubts reports a server that answers another body than the baseline, because the two then do
// not do the same work.
func bodyDoubts(rec *record.Record, cell Cell, baseline string) []Doubt {
	if onPurpose(rec.Experiment, cell.Server, baseline) {
		return nil
	}
	ours, ok := bodyOf(rec, cell.Server)
	theirs, baselineOK := bodyOf(rec, baseline)
	if cell.Server == baseline || !ok || !baselineOK || ours == theirs {
		return nil
	}
	sizes := BodySizes{Server: ours.bytes, Baseline: theirs.bytes}
	return []Doubt{cell.doubt(BodyDiffers, cell.Trials, sizes)}
}

// onPurpose reports whether one of two servers is another one, asked for something else: that the
// two answer other bodies is then what the experiment wants to know.
func onPurpose(e *spec.Experiment, server, baseline string) bool {
	ours, _ := e.Server(server)
	theirs, _ := e.Server(baseline)
	return (ours.Same != "" || theirs.Same != "") && !ours.Request.Asks(theirs.Request)
}

// body identifies what a server answered before its loads.
type body struct {
	sha256 string
	bytes  int64
}

// bodyOf returns the body that a server answered before every load. ok is false if none is known,
// or if it changed from trial to trial, as a server's body may.
func bodyOf(rec *record.Record, server string) (b body, ok bool) {
	for _, trial := range rec.Results {
		if trial.Server != server || trial.Answer == nil {
			continue
		}
		answered := body{trial.Answer.SHA256, trial.Answer.Bytes}
		if ok && answered != b {
			return body{}, false
		}
		b, ok = answered, true
	}
	return b, ok
}

// surplusDoubts reports a server that sends more bytes than its Content-Length announces.
func surplusDoubts(rec *record.Record, cell Cell) []Doubt {
	var surplus []int64 // of each trial that has some
	for _, trial := range rec.ForCell(cell.Cell) {
		if trial.Answer != nil && trial.Answer.SurplusBytes > 0 {
			surplus = append(surplus, trial.Answer.SurplusBytes)
		}
	}
	if len(surplus) == 0 {
		return nil
	}
	return []Doubt{cell.doubt(Surplus, len(surplus), SurplusBytes(surplus[0]))}
}

// usageDoubts returns what a cell's server did after its load. The median over the trials that
// ended decides, so that one disturbed trial does not condemn a cell. The count is of the trials
// that exceed the limit by themselves.
func usageDoubts(cell Cell, e *spec.Experiment) []Doubt {
	var doubts []Doubt
	add := func(code Code, count int, evidence Evidence) {
		doubts = append(doubts, cell.doubt(code, count, evidence))
	}

	if quiet := cell.Of(quietShare); quiet.Median > maxQuietCPU {
		add(BusyAfterLoad, roundsAbove(maxQuietCPU, quiet.Sample), QuietCPU(quiet.Median))
	}

	if deferred, evidence := deferredWork(cell, e.Design.Margin); deferred > 0 {
		add(Deferred, deferred, evidence)
	}

	limit := leakLimit(e, cell)
	threads, descriptors := cell.Of(threadGrowth), cell.Of(descriptorGrowth)
	var growth Growth
	if threads.Median > limit {
		growth.Threads = threads.Median
	}
	if descriptors.Median > limit {
		growth.Descriptors = descriptors.Median
	}
	if growth != (Growth{}) {
		add(Leak, roundsAbove(limit, threads.Sample, descriptors.Sample), growth)
	}
	return doubts
}

// deferredWork returns in how many trials a server put off work until after its load, and the
// evidence. It returns 0 unless it did so in the median, with more CPU time than the limit, which
// is a share of a load's.
func deferredWork(cell Cell, margin float64) (trials int, evidence DeferredWork) {
	seconds, perRequest := cell.Of(deferredSeconds), cell.Of(CPUPerRequest)
	evidence = DeferredWork{
		Seconds:  seconds.Median,
		Requests: cell.Requests,
		LoadUS:   perRequest.Median,
	}
	limit := max(margin, minDeferred) * perRequest.Median * float64(cell.Requests) / 1e6
	if perRequest.N == 0 || seconds.Median <= limit {
		return 0, DeferredWork{}
	}
	return roundsAbove(limit, seconds.Sample), evidence
}

// leakLimit returns how many threads or descriptors more than before the load a server may hold
// after it: two per client and some for a runtime that grew, or one for every twentieth request
// where that is more. Few trials of an open loop use all of its connections, so there one for every
// second request is the limit, which still detects a server that keeps something of each request.
func leakLimit(e *spec.Experiment, cell Cell) float64 {
	requests, clients := float64(cell.Requests), float64(plan.Connections(e, cell.Level))
	if cell.Level.Kind != plan.Concurrency {
		clients = min(clients, requests/4)
	}
	return max(2*clients+16, 0.05*requests)
}

// cgoDoubts reports a model that makes a thread for each connection, in a build of labbook whose
// threads are made by the C library. The other models make theirs once, and on other systems than
// Linux the C library makes them in any build.
func cgoDoubts(rec *record.Record, cell Cell) []Doubt {
	env := environmentOf(rec, cell.Server)
	server, _ := rec.Experiment.Server(cell.Server)
	if env.Cgo == nil || !*env.Cgo || env.OS != "linux" {
		return nil
	}
	if server.Model != "thread" || server.Request.KeepAlive {
		return nil
	}
	return []Doubt{cell.doubt(CgoThreads, cell.Trials, nil)}
}
