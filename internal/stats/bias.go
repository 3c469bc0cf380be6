package stats

import (
	"labbook.example/labbook/internal/bias"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// Bias is how far the ratio of two of our models was from that of their twins in C, where all four
// were measured in one run.
type Bias struct {
	Server      string  // whose comparison with the baseline it is about
	Models      string  // of the server and the baseline: "thread ÷ async"
	Concurrency int     // at which it was measured: the nearest to the comparison's
	Ours        float64 // server ÷ baseline, in requests per second
	Twins       float64 // the same in C
}

// twinsOf returns how our models were measured beside their twins; nil if the record does not have
// it, or if its models were not those that were measured: on another system, or in the other kind
// of build.
func twinsOf(rec *record.Record) *bias.Measured {
	env, measured := rec.Environment, rec.Bias
	if measured == nil || env.OS != measured.Machine.OS {
		return nil
	}
	if env.Cgo == nil || *env.Cgo != measured.Cgo {
		return nil
	}
	return measured
}

// biases returns the biases that are surely larger than the margin, in the order of the
// comparisons. Those that cannot be known are left out: see comparable.
func biases(measured *bias.Measured, e *spec.Experiment, comparisons []Comparison) []Bias {
	if measured == nil || e.Load.OpenLoop() || e.Load.CPUs != nil {
		return nil
	}
	baseline, _ := e.Server(e.Design.Baseline)
	var all []Bias
	for _, c := range comparisons {
		server, _ := e.Server(c.Server)
		if !comparable(server, baseline) {
			continue
		}
		load, ok := measured.At(server.Request.KeepAlive, c.Level.Value)
		if !ok || !load.Biased(e.Design.Margin) {
			continue
		}
		b := Bias{
			Server:      c.Server,
			Models:      server.Model + " ÷ " + baseline.Model,
			Concurrency: load.Concurrency,
			Ours:        load.Throughput.Ours.Median,
			Twins:       load.Throughput.Twins.Median,
		}
		if server.Model == bias.Async {
			b.Ours, b.Twins = 1/b.Ours, 1/b.Twins
		}
		all = append(all, b)
	}
	return all
}

// comparable reports whether two servers are the two models with a twin, asked alike and as they
// were measured: without work, without a body in the request, on all CPUs.
func comparable(server, baseline spec.Server) bool {
	plain := func(s spec.Server) bool {
		return s.Work == spec.Work{} && !s.Request.HasBody && s.CPUs == nil
	}
	models := [2]string{server.Model, baseline.Model}
	return (models == [2]string{bias.Thread, bias.Async} ||
		models == [2]string{bias.Async, bias.Thread}) &&
		plain(server) && plain(baseline) &&
		server.Request.KeepAlive == baseline.Request.KeepAlive
}
