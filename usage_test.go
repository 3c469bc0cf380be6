package main

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"labbook/internal/record"
)

const ms = time.Millisecond

// TestSince gives what a group used between two moments, as processes come and go.
func TestSince(t *testing.T) {
	one := func(parent int, cpu, reaped time.Duration) process {
		return process{
			parent: parent,
			cpu:    cpu,
			split:  split{cpu / 4, cpu - cpu/4},
			reaped: split{reaped / 2, reaped - reaped/2},
		}
	}
	test := func(name string, before, after map[int]process, slack, own, reaped time.Duration) {
		t.Helper()
		got := (&moment{processes: after}).since(&moment{processes: before}, slack)
		if got.own != own || got.reaped.total() != reaped || got.reaped.user < 0 ||
			got.reaped.system < 0 {
			t.Errorf("%s: own %v, of ended ones %v (%+v), want %v and %v",
				name, got.own, got.reaped.total(), got.reaped, own, reaped)
		}
	}
	type group = map[int]process
	master := group{10: one(1, 100*ms, 0)}
	pair := group{10: one(1, 100*ms, 0), 11: one(10, 40*ms, 0)}
	test("one process", master, group{10: one(1, 130*ms, 0)}, 0, 30*ms, 0)
	test(
		"one with a worker",
		pair,
		group{10: one(1, 101*ms, 0), 11: one(10, 90*ms, 0)},
		0,
		51*ms,
		0,
	)
	test(
		"a worker that is new",
		master,
		group{10: one(1, 100*ms, 0), 11: one(10, 7*ms, 0)},
		0,
		7*ms,
		0,
	)
	test("a worker that came and went", master, group{10: one(1, 100*ms, 20*ms)}, 0, 0, 20*ms)
	test(
		"a worker that ended and was waited for",
		pair,
		group{10: one(1, 100*ms, 60*ms)},
		0,
		0,
		20*ms,
	)
	test("one that nobody waited for", pair, group{10: one(1, 100*ms, 0)}, 0, 0, 0)
	test("a pid that was given again", pair, group{10: one(1, 100*ms, 50*ms),
		11: {parent: 10, start: 9, cpu: 5 * ms}}, 0, 5*ms, 10*ms)
	test("what ticks are not sure of", pair, group{10: one(1, 100*ms, 60*ms)}, 20*ms, 0, 0)
	test("no less than nothing", pair, group{10: one(1, 100*ms, 30*ms)}, 20*ms, 0, 0)
	family := group{10: one(1, 0, 0), 11: one(10, 40*ms, 10*ms), 12: one(11, 30*ms, 0)}
	test("a worker and its child ended", family, group{10: one(1, 0, 100*ms)}, 0, 0, 20*ms)
	test("everything is another", family, group{20: one(1, 3*ms, 0)}, 0, 3*ms, 0)
}

func TestUsageOf(t *testing.T) {
	began := time.Now()
	at := func(after, cpu time.Duration, threads, descriptors int, peak int64) *moment {
		return &moment{at: began.Add(after), processes: map[int]process{1: {
			cpu:         cpu,
			split:       split{cpu / 4, cpu - cpu/4},
			threads:     threads,
			descriptors: descriptors,
			peak:        peak,
		}}}
	}
	test := func(name string, before, loadEnd, from, to *moment, want *record.Usage) {
		t.Helper()
		if diff := cmp.Diff(want, usageOf(before, loadEnd, from, to)); diff != "" {
			t.Errorf("%s: usage differs (-want +got):\n%s", name, diff)
		}
	}
	held := func(threads, descriptors int) *record.Held {
		return &record.Held{Processes: 1, Threads: threads, Descriptors: &descriptors}
	}
	before, end := at(0, 100*ms, 4, 8, 1000), at(time.Second, 500*ms, 14, 18, 2000)
	quiet := at(1050*ms, 501*ms, 5, 9, 3000)
	test("nothing known before", nil, end, end, quiet, nil)
	test("nothing known at the end", before, nil, nil, nil, nil)
	want := &record.Usage{
		CPUSeconds:      new(0.4),
		UserSeconds:     new(0.1),
		SystemSeconds:   new(0.3),
		PeakMemoryBytes: new(int64(2000)),
		Before:          held(4, 8),
		LoadEnd:         held(14, 18),
	}
	test("no quiet interval", before, end, nil, nil, want)
	test("nothing known at its beginning", before, end, nil, quiet, want)
	want.PeakMemoryBytes, want.After = new(int64(3000)), held(5, 9)
	want.QuietSeconds, want.QuietCPUSeconds = new(0.05), new(0.001)
	test("whole", before, end, end, quiet, want)
	closed := at(1200*ms, 560*ms, 6, 10, 3000)
	test(
		"after connections were closed",
		before,
		end,
		closed,
		at(1250*ms, 561*ms, 5, 9, 3000),
		want,
	)
	test("what may not be read", before, end, end, at(1050*ms, 501*ms, 5, -1, -1), &record.Usage{
		CPUSeconds:      want.CPUSeconds,
		UserSeconds:     want.UserSeconds,
		SystemSeconds:   want.SystemSeconds,
		Before:          want.Before,
		LoadEnd:         want.LoadEnd,
		After:           &record.Held{Processes: 1, Threads: 5},
		QuietSeconds:    want.QuietSeconds,
		QuietCPUSeconds: want.QuietCPUSeconds,
	})
	unsplit := func(cpu time.Duration) *moment {
		return &moment{at: began, processes: map[int]process{1: {cpu: cpu, threads: 1}}}
	}
	got := usageOf(unsplit(100*ms), unsplit(101*ms), nil, nil)
	if got.UserSeconds != nil || got.SystemSeconds != nil || *got.CPUSeconds != 0.001 {
		t.Errorf("CPU that no tick fell on: %+v, want a total and no parts", got)
	}
}
