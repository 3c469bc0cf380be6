// Package capacity finds the arrival rates at which the servers of an experiment are measured for
// their capacity, before the first round. In come an experiment and a way to make loads; out comes
// a search for each server, with its rates. A server is refused that cannot be started.
package capacity

import (
	"context"
	"fmt"
	"time"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// Try measures a trial of an experiment whose only cell is that of the trial. Whatever happens to
// the server is its result. An error means that no trial can be measured.
type Try func(ctx context.Context, e *spec.Experiment, trial plan.Trial) (record.Result, error)

// Report takes what is found as soon as it is: each load of a server, and each search.
type Report interface {
	Probed(server string, probe record.Probe)
	Searched(found record.Search)
}

// Searches finds the rates of all servers, one after the other, and reports what it finds. What was
// kept of an interrupted search is not made again, and what is found now is kept. A control has the
// rates of its baseline, so that nothing but chance differs.
func Searches(
	ctx context.Context,
	e *spec.Experiment,
	header record.Header,
	kept *record.SearchFile,
	try Try,
	report Report,
) ([]record.Search, error) {
	var all []record.Search
	lowest, highest := e.RateRange()
	for _, server := range e.Servers {
		if server.Control != "" {
			for _, s := range all {
				if s.Server == server.Control {
					s.Server, s.Probes = server.Name, nil
					all = append(all, s)
				}
			}
			continue
		}

		if found, ok := kept.FoundOf(server.Name); ok {
			report.Searched(found)
			all = append(all, found)
			continue
		}
		p := probing{
			experiment: e,
			header:     header,
			server:     server.Name,
			kept:       kept,
			try:        try,
			report:     report,
		}
		s := search{
			probe:   p.probe,
			kept:    p.again(),
			start:   min(max(firstRate, lowest), highest),
			lowest:  lowest,
			highest: highest,
		}
		found, err := s.run(ctx)
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err != nil {
			return nil, err
		}
		found.Server = server.Name
		if err := kept.End(found); err != nil {
			return nil, err
		}
		report.Searched(found)
		all = append(all, found)
	}
	return all, nil
}

// probing makes the loads of a search.
type probing struct {
	experiment *spec.Experiment
	header     record.Header
	server     string
	kept       *record.SearchFile
	try        Try
	report     Report
	loads      int  // that were made: the number of the last one
	started    bool // the server was, at least once
}

// again returns the loads that an interrupted search has made.
func (p *probing) again() []seen {
	var all []seen
	for _, load := range p.kept.LoadsOf(p.server) {
		p.loads++
		p.started = p.started || load.Loaded()
		all = append(all, seen{load.Probe, load.Limit})
	}
	return all
}

// probe makes a load at a rate, as a prober.
func (p *probing) probe(ctx context.Context, rate int) (seen, error) {
	e := p.short(rate)
	cell := plan.Cell{Server: p.server, Level: plan.Level{Kind: plan.Rate, Value: rate}}
	p.loads++
	result, err := p.try(ctx, e, plan.Trial{Order: p.loads, Cell: cell})
	if err != nil {
		return seen{}, err
	}
	was := judge(p.header, e, result)
	if !p.started && !was.Loaded() {
		hint := "labbook check looks at each server"
		if p.kept.Loads() == 0 {
			hint = "nothing was measured or written; " + hint
		}
		said := ""
		if result.ServerStderr != "" {
			said = "; it said: " + result.ServerStderr
		}
		return seen{}, failure.Machine(hint, "server %q: %s%s", p.server, result.Reason, said)
	}
	p.started = true
	p.report.Probed(p.server, was.Probe)
	return was, p.kept.Add(p.server, record.KeptLoad{Probe: was.Probe, Limit: was.limit})
}

// short returns the experiment of a load at a rate: its trials are those of the whole one, or
// shorter where these are long.
func (p *probing) short(rate int) *spec.Experiment {
	e := *p.experiment
	size, _ := plan.SizeOf(&e, plan.Level{Kind: plan.Rate, Value: rate})
	size.Requests = max(size.Requests, longEnough(&e, rate))
	size.Requests = shorter(size.Requests, rate, *e.Load.Capacity)
	size.Warmup = min(size.Warmup, int(float64(rate)*maxWarmup.Seconds()))
	e.Load.Requests, e.Load.Duration = size.Requests, 0
	e.Design.Warmup, e.Design.WarmupTime = size.Warmup, 0
	e.Load.Grid = map[string][]int{p.server: {rate}}

	arrive := time.Duration(float64(size.Requests+size.Warmup) / float64(rate) * 1e9)
	hopeless := 2*arrive + 2*e.Load.Capacity.Within + patience
	e.Load.Timeout = min(e.Load.Timeout, hopeless)
	return &e
}

// judge returns what a trial tells a search.
func judge(header record.Header, e *spec.Experiment, r record.Result) seen {
	rec := record.New(header, e, r)
	p := record.Probe{
		Rate:     r.Level.Value,
		Requests: e.Load.Requests,
		Outcome:  r.Outcome,
		Met:      stats.MeetsObjective(rec, r, *e.Load.Capacity),
		Answered: r.GoodPerSecond(),
		Reason:   r.Reason,
	}
	if ms, ok := stats.ObjectiveMS(r, *e.Load.Capacity); ok && r.Outcome == record.Ended {
		p.LatencyMS = &ms
	}
	if p.Met || r.Outcome != record.Ended {
		return seen{Probe: p}
	}

	p.Reason = why(rec, r, p)
	limit := ""
	if share := stats.GeneratorLimit(rec, r.Cell); share > 0 {
		limit = fmt.Sprintf("the load generator used %.0f%% of its core and the server had time "+
			"to spare", 100*share)
	}
	return seen{p, limit}
}

// why returns the reason for which a trial that ended did not meet the objective, in words.
func why(rec *record.Record, r record.Result, p record.Probe) string {
	o := *rec.Experiment.Load.Capacity
	m := r.Measurement()
	switch {
	case m == nil:
		return "there was no report"
	case m.Unsent > 0:
		return fmt.Sprintf("%d requests could not be sent", m.Unsent)
	case rec.Bad(r) > rec.AllowedBad(r):
		return fmt.Sprintf("%d answers failed or were not as expected", rec.Bad(r))
	case p.LatencyMS != nil && *p.LatencyMS > float64(o.Within)/1e6:
		format := "its %s was %.3g ms"
		if *p.LatencyMS >= 999.5 { // which three digits would write as 1e+03
			format = "its %s was %.0f ms"
		}
		return fmt.Sprintf(format, o.Percentile, *p.LatencyMS)
	}
	return fmt.Sprintf("it answered %.0f per second", m.RequestsPerSecond)
}
