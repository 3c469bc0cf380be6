package report

import (
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
)

// loadSize returns how large the load of a trial is: "1,000 requests", or "about 10 s (23,000 to
// 41,000 requests)".
func loadSize(w *locale.Printer, rec *record.Record) string {
	low, high := rec.SizeRange(rec.Experiment)
	requests := w.Count(high.Requests, "1 request", "%s requests")
	if low.Requests < high.Requests {
		requests = w.Sprintf("%s to %s requests", w.Integer(low.Requests), w.Integer(high.Requests))
	}
	if d := rec.Experiment.Load.Duration; d > 0 {
		return w.Sprintf("about %s (%s)", w.Duration(d), requests)
	}
	return requests
}

// warmupSize returns how large the warm-up of a trial is: "100 warm-up requests", or "2,300 to
// 4,100 warm-up requests (about 1 s)".
func warmupSize(w *locale.Printer, rec *record.Record) string {
	low, high := rec.SizeRange(rec.Experiment)
	requests := w.Count(high.Warmup, "1 warm-up request", "%s warm-up requests")
	if low.Warmup < high.Warmup {
		requests = w.Sprintf("%s to %s warm-up requests",
			w.Integer(low.Warmup), w.Integer(high.Warmup))
	}
	if d := rec.Experiment.Design.WarmupTime; d > 0 {
		return w.Sprintf("%s (about %s)", requests, w.Duration(d))
	}
	return requests
}
