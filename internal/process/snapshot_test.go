package process

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/record"
)

const ms = time.Millisecond

// one returns a process with its exact CPU, which ticks see as a quarter of user time, and its
// cutime, which is half user time.
func one(parent int, cpu, cutime time.Duration) Process {
	return Process{
		Parent:    parent,
		CPU:       cpu,
		CPUTicks:  CPUTime{cpu / 4, cpu - cpu/4},
		WaitedFor: CPUTime{cutime / 2, cutime - cutime/2},
	}
}

func snapshotOf(processes map[int]Process) *Snapshot { return &Snapshot{Processes: processes} }

// The worked example of the identity: process 12 has ended, and 10 has waited for it.
func ExampleSnapshot_CPUSince() {
	then := snapshotOf(map[int]Process{
		10: one(1, 100*ms, 0),
		11: one(10, 40*ms, 0),
		12: one(10, 30*ms, 10*ms),
	})
	now := snapshotOf(map[int]Process{
		10: one(1, 105*ms, 75*ms),
		11: one(10, 90*ms, 0),
	})

	used := now.CPUSince(then)
	fmt.Println(used.Living, "+", used.Dead.Total(), "=", used.Total())
	// Output: 55ms + 35ms = 90ms
}

// TestCPUSince counts what a group used between two snapshots, as processes come and go.
func TestCPUSince(t *testing.T) {
	type group = map[int]Process
	check := func(name string, used CPU, living, dead time.Duration) {
		t.Helper()
		if used.Living != living || used.Dead.Total() != dead ||
			used.Dead.User < 0 || used.Dead.System < 0 {
			t.Errorf("%s: living %v, dead %v (%+v), want %v and %v",
				name, used.Living, used.Dead.Total(), used.Dead, living, dead)
		}
	}
	test := func(name string, then, now group, living, dead time.Duration) {
		t.Helper()
		check(name, snapshotOf(now).CPUSince(snapshotOf(then)), living, dead)
	}

	master := group{10: one(1, 100*ms, 0)}
	pair := group{10: one(1, 100*ms, 0), 11: one(10, 40*ms, 0)}
	family := group{10: one(1, 0, 0), 11: one(10, 40*ms, 10*ms), 12: one(11, 30*ms, 0)}

	test("a process that lives", master,
		group{10: one(1, 130*ms, 0)}, 30*ms, 0)
	test("two processes that live", pair,
		group{10: one(1, 101*ms, 0), 11: one(10, 90*ms, 0)}, 51*ms, 0)
	test("a new worker has used nothing before", master,
		group{10: one(1, 100*ms, 0), 11: one(10, 7*ms, 0)}, 7*ms, 0)
	test("a worker that came and went is in cutime", master,
		group{10: one(1, 100*ms, 20*ms)}, 0, 20*ms)
	test("a dead worker's earlier CPU comes off cutime", pair,
		group{10: one(1, 100*ms, 60*ms)}, 0, 20*ms)
	test("a dead worker without a waiting parent is lost", pair,
		group{10: one(1, 100*ms, 0)}, 0, 0)
	test("a pid used again is another process", pair,
		group{10: one(1, 100*ms, 50*ms), 11: {Parent: 10, Start: 9, CPU: 5 * ms}}, 5*ms, 10*ms)
	test("a dead child of a dead worker is credited to the grandparent", family,
		group{10: one(1, 0, 100*ms)}, 0, 20*ms)
	test("a group of new processes only", family,
		group{20: one(1, 3*ms, 0)}, 3*ms, 0)

	if cutimeError == 0 {
		return // this system takes no snapshots
	}
	certain := func(name string, then, now group, living, dead time.Duration) {
		t.Helper()
		check(name, snapshotOf(now).CertainCPUSince(snapshotOf(then)), living, dead)
	}
	certain("what rounding may have added is left out", pair,
		group{10: one(1, 100*ms, 60*ms)}, 0, 0)
	certain("what is certain stays", pair,
		group{10: one(1, 100*ms, 70*ms)}, 0, 10*ms)
	certain("never less than nothing", pair,
		group{10: one(1, 100*ms, 30*ms)}, 0, 0)
}

func TestUsage(t *testing.T) {
	test := func(name string, s TrialSnapshots, want *record.Usage) {
		t.Helper()
		if diff := cmp.Diff(want, s.Usage()); diff != "" {
			t.Errorf("%s: usage differs (-want +got):\n%s", name, diff)
		}
	}
	before := snapshotAt(0, 100*ms, 4, 8, 1000)
	end := snapshotAt(time.Second, 500*ms, 14, 18, 2000)
	quiet := snapshotAt(1050*ms, 501*ms, 5, 9, 3000)

	test("nothing known before the load",
		TrialSnapshots{nil, end, []*Snapshot{end, quiet}}, nil)
	test("nothing known at the load's end",
		TrialSnapshots{before, nil, nil}, nil)

	load := record.Usage{
		CPUSeconds:      new(0.4),
		UserSeconds:     new(0.1),
		SystemSeconds:   new(0.3),
		WatchedSeconds:  new(1.0),
		PeakMemoryBytes: new(int64(2000)),
		Before:          heldBy(4, 8, 500, 250),
		LoadEnd:         heldBy(14, 18, 1000, 500),
	}
	test("no quiet interval",
		TrialSnapshots{before, end, nil}, &load)
	test("nothing known at the quiet interval's end",
		TrialSnapshots{before, end, []*Snapshot{end}}, &load)

	all := load
	all.PeakMemoryBytes = new(int64(3000))
	all.After = heldBy(5, 9, 1500, 750)
	all.QuietSeconds = new(0.05)
	all.QuietCPUSeconds = new(0.001)
	test("a quiet interval from the load's end",
		TrialSnapshots{before, end, []*Snapshot{end, quiet}}, &all)
	test("a quiet interval after connections were closed", TrialSnapshots{before, end, []*Snapshot{
		snapshotAt(1200*ms, 560*ms, 6, 10, 3000),
		snapshotAt(1250*ms, 561*ms, 5, 9, 3000),
	}}, &all)
	later := all
	later.Later = []record.Interval{{Seconds: 0.05, CPUSeconds: 0.03}, {Seconds: 0.06}}
	test("further intervals", TrialSnapshots{before, end, []*Snapshot{
		end,
		quiet,
		snapshotAt(1100*ms, 531*ms, 6, 10, 3000),
		snapshotAt(1160*ms, 531*ms, 6, 10, 3000),
	}}, &later)

	unreadable := all
	unreadable.PeakMemoryBytes = nil
	unreadable.After = &record.Held{Processes: 1, Threads: 5}
	test("descriptors and memory that may not be read",
		TrialSnapshots{before, end, []*Snapshot{end, snapshotAt(1050*ms, 501*ms, 5, -1, -1)}},
		&unreadable)
}

// snapshotAt returns a snapshot of one process, taken some time after a fixed instant.
func snapshotAt(after, cpu time.Duration, threads, open int, peak int64) *Snapshot {
	p := one(1, cpu, 0)
	p.Threads = threads
	p.Open = open
	p.Memory = Memory{Resident: peak / 2, Anonymous: peak / 4, Peak: peak}
	if peak < 0 {
		p.Memory = unknownMemory
	}
	return &Snapshot{
		Taken:     time.Unix(1700000000, 0).Add(after),
		Processes: map[int]Process{1: p},
	}
}

func heldBy(threads, descriptors int, resident, anonymous int64) *record.Held {
	return &record.Held{
		Processes:      1,
		Threads:        threads,
		Descriptors:    &descriptors,
		ResidentBytes:  &resident,
		AnonymousBytes: &anonymous,
	}
}

func TestUsageHasNoPartsWithoutTicks(t *testing.T) {
	at := func(cpu time.Duration) *Snapshot {
		return snapshotOf(map[int]Process{1: {CPU: cpu, Threads: 1}})
	}
	got := TrialSnapshots{BeforeLoad: at(100 * ms), LoadEnd: at(101 * ms)}.Usage()
	if got.UserSeconds != nil || got.SystemSeconds != nil || *got.CPUSeconds != 0.001 {
		t.Errorf("CPU without a tick: %+v, want a total and no parts", got)
	}
}
