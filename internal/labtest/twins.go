package labtest

import (
	"labbook.example/labbook/internal/bias"
	"labbook.example/labbook/internal/record"
)

// WithTwins gives the record what the models cost beside their twins in C: at one client as much as
// in C, at 10 and at 100 clients more, and with keep-alive nothing that is known.
func WithTwins(h *record.Header) {
	h.Bias = &bias.Measured{
		Date: "2026-11-26",
		Machine: bias.Machine{
			OS:     "linux",
			Arch:   "amd64",
			CPU:    "A CPU",
			Cores:  2,
			Kernel: "6.1",
		},
		Go:        "go1.26.8",
		Compiler:  "gcc 12.2.0",
		Generator: "ab 2.3",
		Sources:   "00d5ae3cd8a6f26e4dc4dd1d6f26b2cf0d7fd4a2d2d8e5ab5d5bd0c0d8a6f26e",
		Rounds:    11,
		Others: bias.Others{
			Allowed: 0.35,
			Median:  0.12,
			Max:     0.34,
			Trials:  44,
		},
		Loads: []bias.Load{
			twinLoad(1, 0.95, 0.9, 0.85),
			twinLoad(10, 0.9, 0.7, 0.98),
			twinLoad(100, 0.88, 0.8, 1.05),
		},
	}
	h.Environment.OS, h.Environment.Cgo = "linux", new(false)
}

// twinLoad returns a load with new connections, in which thread ÷ async was ours and that of the
// twins inC.
func twinLoad(concurrency int, async, ours, inC float64) bias.Load {
	about := func(x float64) bias.Spread {
		return bias.Spread{Median: x, Low: 0.9 * x, High: 1.1 * x}
	}
	return bias.Load{
		Requests:    1000,
		Concurrency: concurrency,
		Throughput: bias.Ratios{
			Async:  about(async),
			Thread: about(async * ours / inC),
			Ours:   about(ours),
			Twins:  about(inC),
			Bias:   about(ours / inC),
		},
		CPU: bias.Ratios{
			Async:  about(1.1),
			Thread: about(1.5),
			Ours:   about(2.2),
			Twins:  about(1.6),
			Bias:   about(2.2 / 1.6),
		},
		Interval: bias.Interval{
			Low:        0.93 * ours / inC,
			High:       1.07 * ours / inC,
			Confidence: 0.988,
		},
	}
}
