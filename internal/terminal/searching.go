package terminal

import (
	"slices"
	"time"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// Searching announces the loads that find the arrival rates of each server: what they look for, and
// how long that takes at most. It says how many are kept of an interrupted search.
func (p *Progress) Searching(kept int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	e, w := p.run.Experiment, p.words
	if kept > 0 {
		p.say(keptText(w, kept))
	}
	p.place = nowAt{all: plan.Searches(e)}
	p.searching = time.Now()
	p.say(w.Sprintf("finding the arrival rates by short loads of each server, in at most %s per "+
		"server; the objective is %s within %s", plain(w.Duration(plan.MaxSearchTime)),
		e.Load.Capacity.Percentile, plain(w.Duration(e.Load.Capacity.Within))))
	if p.line != nil {
		p.show(cellText{name: w.Sprintf("finding the arrival rates")})
	}
}

// searchLeft returns how long the searches still take at most; ok is false if there is none.
func (p *Progress) searchLeft() (left time.Duration, ok bool) {
	if p.searching.IsZero() {
		return 0, false
	}
	servers := time.Duration(p.place.all - p.place.done)
	return max(0, servers*plan.MaxSearchTime-time.Since(p.searching)), true
}

// Probed takes what a load of a search told.
func (p *Progress) Probed(server string, probe record.Probe) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.line == nil {
		return
	}
	level := plan.Level{Kind: plan.Rate, Value: probe.Rate}
	cell := p.cellText(plan.Trial{Cell: plan.Cell{Server: server, Level: level}})
	met := p.words.Sprintf("not met")
	if probe.Met {
		met = p.words.Sprintf("met")
	}
	cell.last = met
	if probe.LatencyMS != nil {
		cell.last = p.words.Sprintf("%s ms, %s", p.words.Milliseconds(*probe.LatencyMS), met)
	}
	p.show(cell)
}

// Searched takes a search, and prints what it has found.
func (p *Progress) Searched(found record.Search) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.place.done++
	p.searching = time.Now()
	p.say(Printable(found.Server) + ": " + foundText(p.words, found))
	if p.line != nil {
		p.redraw()
	}
}

// foundText returns what a search has found.
func foundText(w *locale.Printer, found record.Search) string {
	low, high := found.Bracket()
	rate := func(value int) string { return w.Sprintf("%s/s", w.Integer(value)) }
	loads := w.Count(len(found.Probes), "1 load", "%s loads")
	switch {
	case found.End == record.Exhausted:
		return w.Sprintf("the search ended early: %s", Printable(found.Reason))
	case found.End == record.Unreached:
		return w.Sprintf("objective not met at %s, the lowest rate%s (%s)", rate(high),
			whyNot(found, high), loads)
	case found.End == record.Unbounded:
		return w.Sprintf("objective met up to %s, about the highest rate that the load "+
			"generator can make (%s)", rate(low), loads)
	}
	return w.Sprintf("objective met at %s and not at %s (%s)", rate(low), rate(high), loads)
}

// whyNot returns why the last load at a rate did not meet the objective: ": its p99 was 84 ms".
func whyNot(found record.Search, rate int) string {
	for _, probe := range slices.Backward(found.Probes) {
		if probe.Rate == rate && !probe.Met && probe.Reason != "" {
			return ": " + Printable(probe.Reason)
		}
	}
	return ""
}

// Planned takes the trials, where they were not known from the beginning. It says how long their
// requests take to arrive, which is the least time that they need.
func (p *Progress) Planned(trials []plan.Trial, h record.Header) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(trials)
	p.run.Trials, p.run.Remaining, p.remaining = n, n, n
	p.place, p.searching = nowAt{all: n}, time.Time{}

	var arriving time.Duration
	for _, t := range trials {
		size := h.SizeOf(p.run.Experiment, t.Cell)
		seconds := float64(size.Requests+size.Warmup) / float64(t.Level.Value)
		arriving += time.Duration(seconds * float64(time.Second))
	}
	p.say(p.words.Sprintf("each round has %s; the requests of all rounds take at least %s to "+
		"arrive",
		p.words.Count(p.perRound(), "1 trial", "%s trials"),
		plain(p.words.Duration(roundTime(arriving)))))
}
