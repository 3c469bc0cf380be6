//go:build linux

package main

import (
	"slices"
	"testing"
	"time"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/record"
)

// A trial of 200 ms: 10 for the server's start, 20 for the warm-up, 100 for the load with 15 for
// the start and end of ab, and 50 in which the server is watched. 5 are left.
func TestPartsOfATrial(t *testing.T) {
	result := func(order int, outcome record.Outcome) record.Result {
		r := record.Result{
			StartSeconds:   0.2 * float64(order),
			StartupSeconds: new(0.01),
			Outcome:        outcome,
			Warmup:         &record.Call{WallSeconds: 0.02},
			Load: &record.Call{
				WallSeconds: 0.115,
				Measurement: &abtext.Measurement{TimeTakenSeconds: 0.1},
			},
			Usage: &record.Usage{
				QuietSeconds:    new(0.03),
				QuietCPUSeconds: new(0.0),
				Later:           []record.Interval{{Seconds: 0.02}},
			},
		}
		r.Order = order
		return r
	}
	rec := &record.Record{Results: []record.Result{
		result(1, record.Ended),
		result(2, record.TimedOut), // its parts are not those of a trial
		result(3, record.Ended),
		result(4, record.Ended), // when it ended is not in the record
	}}

	var column []string
	for _, row := range table(trialsOf(rec))[1:] {
		column = append(column, row[1])
	}
	want := []string{"100.0", "15.0", "20.0", "10.0", "50.0", "5.0", "200.0", "2.00"}
	if !slices.Equal(column, want) {
		t.Errorf("the parts are %v, want %v", column, want)
	}
}

func TestRow(t *testing.T) {
	var all []start
	for i := range 4 {
		all = append(all, start{
			wall:   time.Duration(i) * time.Millisecond,
			cpu:    time.Duration(2*i) * time.Millisecond,
			faults: int64(100 * i),
			memory: process.Memory{Resident: 5_000_000, Anonymous: -1},
		})
	}
	want := []string{"p", "1.5", "3.0 (2.0–4.0)", "150", "5.0", "–"}
	if got := row("p", all); !slices.Equal(got, want) {
		t.Errorf("the row is %q, want %q", got, want)
	}
}
