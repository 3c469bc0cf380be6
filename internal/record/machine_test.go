package record

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/spec"
)

const (
	oneHost     = "0123456789abcdef"
	anotherHost = "fedcba9876543210"
)

// farApart returns the header of a run whose server was on one machine, and its load came from two
// others.
func farApart() Header {
	h := header()
	client := func(n int, id string) Machine {
		return Machine{
			Name:              "clients",
			N:                 n,
			Launcher:          "ssh",
			ID:                id,
			Environment:       h.Environment,
			OnlineCPUs:        4,
			RTTMS:             new(0.11),
			ClockErrorUS:      new(55.0),
			WallOffsetSeconds: new(-0.25),
		}
	}
	server := client(0, oneHost)
	server.Name = "server"
	h.Machines = []Machine{
		server,
		client(1, strings.Repeat("1", 16)),
		client(2, strings.Repeat("2", 16)),
	}
	return h
}

// joined returns a trial whose load two machines made, with every field set.
func joined(order, round, level int) Result {
	r := result(order, round, level)
	network := &Network{
		Seconds:               2,
		BitsPerSecond:         new(int64(1e9)),
		ReceivedBytes:         new(int64(1e6)),
		SentBytes:             new(int64(2e6)),
		ReceivedPackets:       new(int64(1000)),
		SentPackets:           new(int64(2000)),
		Dropped:               new(int64(0)),
		SentSegments:          new(int64(2000)),
		RetransmittedSegments: new(int64(1)),
		InterruptSeconds:      new(0.125),
		ListenOverflows:       new(int64(0)),
	}
	for n := 1; n <= 2; n++ {
		r.Generators = append(r.Generators, Part{
			Machine:           "clients",
			N:                 n,
			Clients:           1,
			StartUS:           new(-20.5),
			Seconds:           2,
			Complete:          10,
			RequestsPerSecond: 5,
			P50MS:             new(1.5),
			P99MS:             new(2.5),
			ConnectMinMS:      new(0.1),
			Process:           account(),
			Host:              &Ticks{Busy: 20, All: 100},
			Quota:             &Quota{Cores: 1},
			Network:           network,
			ClockStepSeconds:  new(0.0),
			ExitCode:          1,
			Reason:            "out of descriptors",
		})
	}
	r.Overlap, r.StartSpreadSeconds, r.Network = new(0.99), new(0.00004), network
	return r
}

func TestMachinesAreRead(t *testing.T) {
	dir := t.TempDir()
	w, err := Create(dir, farApart())
	if err != nil {
		t.Fatal(err)
	}
	with, without := joined(1, 1, 1), result(2, 1, 2)
	appendAll(t, w, with, without)
	if err := w.Finish(); err != nil {
		t.Fatal(err)
	}

	rec, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(farApart(), rec.Header); diff != "" {
		t.Errorf("headers differ (-written +read):\n%s", diff)
	}
	want := []Result{with, without}
	if diff := cmp.Diff(want, rec.Results); diff != "" || rec.Damaged != 0 {
		t.Errorf("%d damaged, results differ (-written +read):\n%s", rec.Damaged, diff)
	}
	lines := strings.Split(string(contents(t, filepath.Join(dir, FileName))), "\n")
	for _, key := range []string{"generators", "overlap", "start_spread", "network"} {
		if !strings.Contains(lines[1], key) || strings.Contains(lines[2], key) {
			t.Errorf("%s is not in the line of the trial that has it, or in that of the other", key)
		}
	}
}

// A record of one machine has none of the fields of several.
func TestOneMachineWritesNothingOfMachines(t *testing.T) {
	for _, value := range []any{header(), result(1, 1, 1), Interruption{After: 1}} {
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range []string{"machines", "generators", "overlap", "spread", "network"} {
			if strings.Contains(string(text), `"`+key) {
				t.Errorf("%T of one machine has %s: %s", value, key, text)
			}
		}
	}
}

func TestImpossibleMachinesAreRefused(t *testing.T) {
	test := func(name string, change func(*Header), want string) {
		t.Helper()
		h := farApart()
		change(&h)
		line, err := json.Marshal(h)
		if err != nil {
			t.Fatal(err)
		}
		_, err = Decode(strings.NewReader(string(line) + "\n"))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", name, err, want)
		}
	}
	impossible := `impossible numbers for the machine "clients 1"`
	test("valid", func(*Header) {}, "")
	test("nothing is known", func(h *Header) { h.Machines[1] = Machine{Name: "a"} }, "")
	test("the run's own", func(h *Header) { h.Machines[1] = Machine{ID: oneHost} }, "")
	test("behind by a day", func(h *Header) { h.Machines[1].WallOffsetSeconds = new(-86400.0) }, "")
	test("twice", func(h *Header) { h.Machines[2].N = 1 }, `the machine "clients 1" twice`)
	test("negative number", func(h *Header) { h.Machines[1].N = -1 }, "impossible numbers")
	test("negative cores", func(h *Header) { h.Machines[1].OnlineCPUs = -1 }, impossible)
	test("negative trip", func(h *Header) { h.Machines[1].RTTMS = new(-0.1) }, impossible)
	test("negative error", func(h *Header) { h.Machines[1].ClockErrorUS = new(-1.0) }, impossible)
	test("a name as id", func(h *Header) { h.Machines[1].ID = "host.example" }, impossible)
	test("a name that no spec may have", func(h *Header) { h.Machines[1].Name = "10.0.0.1" },
		"impossible numbers")
	test("a number without a name", func(h *Header) { h.Machines[1].Name = "" },
		"impossible numbers")
	test("off by centuries", func(h *Header) { h.Machines[1].WallOffsetSeconds = new(-1e12) },
		impossible)
}

func TestDifferencesOfMachines(t *testing.T) {
	test := func(name string, change func(*Header), want ...string) {
		t.Helper()
		now := farApart()
		change(&now)
		var got []string
		for _, d := range farApart().Differences(now) {
			got = append(got, d.String())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	test("the same", func(*Header) {})
	test("another host of the same make", func(h *Header) { h.Machines[2].ID = anotherHost })
	test("another launcher and another path", func(h *Header) {
		h.Machines[2].Launcher, h.Machines[2].RTTMS = "srun", new(3.0)
	})
	test("another kernel", func(h *Header) { h.Machines[2].Environment.Kernel = "7.0" },
		`kernel of machine "clients 2": recorded "", now "7.0"`)
	test("another number of cores", func(h *Header) {
		h.Machines[0].Environment.Cores, h.Machines[0].OnlineCPUs = 1, 8
	},
		`cores of machine "server": recorded "2", now "1"`,
		`cores online of machine "server": recorded "4", now "8"`)
	test("a machine less", func(h *Header) { h.Machines = h.Machines[:2] },
		`machines: recorded "server, clients 1, clients 2", now "server, clients 1"`)
	test("no machines", func(h *Header) { h.Machines = nil },
		`machines: recorded "server, clients 1, clients 2", now "this one alone"`)
}

func TestUnlike(t *testing.T) {
	test := func(name string, change func(*Header), want ...string) {
		t.Helper()
		h := farApart()
		change(&h)
		if diff := cmp.Diff(want, Unlike(h.Machines)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	test("alike", func(*Header) {})
	test("none", func(h *Header) { h.Machines = nil })
	test("another kernel and CPU", func(h *Header) {
		h.Machines[1].Environment.CPU = "Z1"
		h.Machines[2].Environment.Kernel, h.Machines[2].Environment.CPU = "7.0", "Z1"
	}, "CPU", "kernel")
	test("more cores than usable", func(h *Header) { h.Machines[2].OnlineCPUs = 64 }, "cores")
	test("another load before the run", func(h *Header) {
		h.Machines[2].Environment.BusyBefore = new(0.5)
	})
}

// A name may stand for another host of the same make from one part of a run to the next. The trial
// that comes next says so.
func TestAnotherHostIsRecorded(t *testing.T) {
	dir := t.TempDir()
	w, err := Create(dir, farApart())
	if err != nil {
		t.Fatal(err)
	}
	appendAll(t, w, joined(1, 1, 1))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}

	goOn := func(order int, id string, want ...string) {
		t.Helper()
		now := farApart()
		now.Machines[2].ID = id
		earlier, err := FindInterrupted(dir, now)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, m := range earlier.Interruption.Machines {
			got = append(got, m.String()+" is "+m.ID)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("trial %d: other hosts (-want +got):\n%s", order, diff)
		}
		w, err := earlier.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		next := joined(order, (order+1)/2, 2-order%2)
		next.Resumed = &earlier.Interruption
		appendAll(t, w, next)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	first := strings.Repeat("2", 16)
	goOn(2, anotherHost, "clients 2 is "+anotherHost)
	goOn(3, anotherHost)
	goOn(4, first, "clients 2 is "+first)

	rec, err := ReadUnfinished(dir)
	if err != nil || rec.Damaged != 0 || rec.Measured() != 4 {
		t.Fatalf("%v: %+v, want all four trials", err, rec)
	}
	if at := rec.Replaced([]Machine{{Name: "clients", N: 2}}); len(at) != 0 {
		t.Errorf("a host that is not known counts as another one: %v", at)
	}
}

// A clock that the machine of the generator set matters; that of another machine does not.
func TestClockOfTheGeneratorsMachine(t *testing.T) {
	rec := New(header(), &spec.Experiment{Load: spec.Load{Requests: 20}})
	r := joined(1, 1, 1)
	r.Generators = r.Generators[:1]
	r.ClockStepSeconds = new(5.0)
	if fault := rec.ClockFault(r); fault != nil {
		t.Errorf("the clock of another machine counts: %+v", fault)
	}
	r.Generators[0].ClockStepSeconds = new(5.0)
	if fault := rec.ClockFault(r); fault == nil || fault.StepSeconds != 5 {
		t.Errorf("%+v, want a step of 5 s", fault)
	}
}
