package stats

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// machineNamed returns a machine of two cores, with an ID of its own.
func machineNamed(name string, n int, id string) record.Machine {
	return record.Machine{
		Name:        name,
		N:           n,
		ID:          strings.Repeat(id, 16),
		OnlineCPUs:  2,
		Environment: record.Environment{OS: "linux", Cores: 2},
	}
}

// apart returns a sound record of ten rounds: its servers were on one machine, and two others made
// the load.
func apart() *record.Record {
	r := rec(10)
	r.Machines = []record.Machine{
		machineNamed("server", 0, "0"),
		machineNamed("clients", 1, "1"),
		machineNamed("clients", 2, "2"),
	}
	r.Experiment.Load.From = []string{"clients"}
	for i := range r.Experiment.Servers {
		r.Experiment.Servers[i].On = "server"
	}
	for i := range r.Results {
		soundParts(&r.Results[i])
	}
	return r
}

// soundParts makes two generators the ones of a trial, which were alike and not busy. Of each
// machine's 200 ticks 100 were used: by the server alone, or by the generator.
func soundParts(r *record.Result) {
	ms := r.PercentilesMS[50]
	r.Host = &record.Ticks{Busy: 100, All: 200}
	r.Usage = &record.Usage{CPUSeconds: new(1.0)}
	r.Overlap, r.StartSpreadSeconds = new(0.99), new(0.0001)
	r.Network = soundNetwork()
	for n := 1; n <= 2; n++ {
		r.Generators = append(r.Generators, record.Part{
			Machine:      "clients",
			N:            n,
			Clients:      1,
			Seconds:      r.Load.Measurement.TimeTakenSeconds,
			Complete:     50,
			P50MS:        new(ms),
			P99MS:        new(2 * ms),
			ConnectMinMS: new(0.02),
			Process:      &record.Account{WallSeconds: 2, UserSeconds: 1},
			Host:         &record.Ticks{Busy: 100, All: 200},
			Network:      soundNetwork(),
		})
	}
}

func soundNetwork() *record.Network {
	return &record.Network{
		Seconds:               1,
		BitsPerSecond:         new(int64(1e9)),
		ReceivedBytes:         new(int64(1e7)),
		SentBytes:             new(int64(2e7)),
		ReceivedPackets:       new(int64(10_000)),
		SentPackets:           new(int64(20_000)),
		Dropped:               new(int64(1)),
		SentSegments:          new(int64(20_000)),
		RetransmittedSegments: new(int64(1)),
		ListenOverflows:       new(int64(0)),
	}
}

// codesAt returns the codes of B's only cell, of those about several machines as of all others.
func codesAt(a *Analysis) []Code {
	cell := a.CellsOf("B")[0]
	return append(slices.Clone(cell.Suspicions), cell.Notes...)
}

// evidenceOf returns the evidence of a code; nil if the analysis does not have it.
func evidenceOf(a *Analysis, code Code) Evidence {
	for _, w := range a.Warnings {
		switch {
		case w.Code != code:
		case len(w.Cells) > 0:
			return w.Cells[0].Evidence
		default:
			return w.Evidence
		}
	}
	return nil
}

// soundApart changes all trials of B on several machines, of which there must then be no doubt.
func soundApart(t *testing.T, name string, do func(*record.Result)) {
	t.Helper()
	if got := Analyse(change(apart(), 10, do)).Warnings; len(got) != 0 {
		t.Errorf("%s: %+v, want no doubt", name, got)
	}
}

// doubtedApart changes them, and there must then be one doubt, with its evidence.
func doubtedApart(
	t *testing.T,
	name string,
	do func(*record.Result),
	code Code,
	want Evidence,
) {
	t.Helper()
	a := Analyse(change(apart(), 10, do))
	if got := codesAt(a); !slices.Equal(got, []Code{code}) || len(a.Warnings) != 1 {
		t.Errorf("%s: %v, want %s alone", name, got, code)
	}
	if diff := cmp.Diff(want, evidenceOf(a, code)); diff != "" {
		t.Errorf("%s: evidence (-want +got):\n%s", name, diff)
	}
}

// TestDoubtsOfSeveralMachines changes a sound record until it is just beyond the limit of a code,
// which it must then have with its evidence, and until it is just within, where it must not.
func TestDoubtsOfSeveralMachines(t *testing.T) {
	sound := func(name string, do func(*record.Result)) {
		t.Helper()
		soundApart(t, name, do)
	}
	test := func(name string, do func(*record.Result), code Code, want Evidence) {
		t.Helper()
		doubtedApart(t, name, do, code, want)
	}
	at := func(machine string, e Evidence) Evidence { return AtMachine{machine, e} }
	second := func(do func(*record.Part)) func(*record.Result) {
		return func(r *record.Result) { do(&r.Generators[1]) }
	}
	sound("as it is", func(*record.Result) {})

	// A server that uses its whole machine is what is measured; a generator that does is the limit.
	sound("a server without idle cores", func(r *record.Result) {
		r.Host, r.Usage = &record.Ticks{Busy: 200, All: 200}, &record.Usage{CPUSeconds: new(2.0)}
	})
	test("a generator's machine without idle cores", second(func(p *record.Part) {
		p.Host = &record.Ticks{Busy: 195, All: 200}
		p.Process = &record.Account{WallSeconds: 2.4, UserSeconds: 1.9}
	}), HostBound, at("clients 2", GeneratorCores(0.975)))
	test("the second generator is busy", second(func(p *record.Part) {
		p.Process = &record.Account{WallSeconds: 1, UserSeconds: 0.95}
	}), GeneratorBound, at("clients 2", GeneratorCPU(0.95)))
	sound("neither is busy", second(func(p *record.Part) {
		p.Process = &record.Account{WallSeconds: 1, UserSeconds: 0.89}
	}))
	test("a guest beside the second generator", second(func(p *record.Part) {
		p.Host = &record.Ticks{Busy: 110, Steal: 10, All: 200}
	}), Steal, at("clients 2", StolenCores(0.05)))
	test("a guest beside the server", func(r *record.Result) {
		r.Host = &record.Ticks{Busy: 110, Steal: 10, All: 200}
	}, Steal, at("server", StolenCores(0.05)))
}

// What is left of a machine's time when its own side and the card's interrupts are subtracted is
// other programs'; a quota stops one side on one machine.
func TestNeighboursAndQuotas(t *testing.T) {
	sound := func(name string, do func(*record.Result)) {
		t.Helper()
		soundApart(t, name, do)
	}
	test := func(name string, do func(*record.Result), code Code, want Evidence) {
		t.Helper()
		doubtedApart(t, name, do, code, want)
	}
	at := func(machine string, e Evidence) Evidence { return AtMachine{machine, e} }
	second := func(do func(*record.Part)) func(*record.Result) {
		return func(r *record.Result) { do(&r.Generators[1]) }
	}

	test("a neighbour of the second generator", second(func(p *record.Part) {
		p.Host = &record.Ticks{Busy: 125, All: 200}
	}), Neighbours, at("clients 2", OtherPrograms{Share: 0.125}))
	test("a neighbour of the server", func(r *record.Result) {
		r.Host = &record.Ticks{Busy: 125, All: 200}
	}, Neighbours, at("server", OtherPrograms{Share: 0.125}))
	sound("a quiet neighbour", second(func(p *record.Part) {
		p.Host = &record.Ticks{Busy: 119, All: 200}
	}))
	sound("interrupts of the network", func(r *record.Result) {
		r.Host = &record.Ticks{Busy: 125, All: 200}
		r.Network.InterruptSeconds = new(0.1)
	})

	test("a quota of the second generator", second(func(p *record.Part) {
		p.Quota = &record.Quota{Cores: 1, ThrottledPeriods: 3, ThrottledSeconds: 0.25}
	}), Throttled, at("clients 2", StoppedSeconds{Seconds: 2.5, Loads: 0, Cores: 1}))
	test("a quota of the server", func(r *record.Result) {
		r.Quotas = &record.Quotas{Server: &record.Quota{ThrottledSeconds: 0.25}}
	}, Throttled, at("server", StoppedSeconds{Server: true, Seconds: 2.5}))

}

// Where all names are one machine, all is judged as on one machine, and the note says that it was.
func TestAllNamesOfOneMachine(t *testing.T) {
	same := func(do func(*record.Result)) *Analysis {
		r := change(apart(), 10, do)
		for i := range r.Machines {
			r.Machines[i].ID = strings.Repeat("0", 16)
		}
		for i := range r.Results { // the two generators and the server used it up to a third
			r.Results[i].Host = &record.Ticks{Busy: 300, All: 1000}
		}
		return Analyse(change(r, 10, do))
	}
	test := func(name string, do func(*record.Result), want ...Code) {
		t.Helper()
		var got []Code
		a := same(do)
		for _, w := range a.Warnings {
			got = append(got, w.Code)
		}
		if !slices.Equal(got, append([]Code{SameMachine}, want...)) {
			t.Errorf("%s: %v, want %s and %v", name, got, SameMachine, want)
		}
		if e := evidenceOf(a, SameMachine); e != OneMachine("server, clients 1, clients 2") {
			t.Errorf("%s: evidence %v", name, e)
		}
		if w := a.Cell(a.CellsOf("B")[0].Cell); w.State != Valid {
			t.Errorf("%s: %s", name, w.State)
		}
	}
	test("sound", func(*record.Result) {})
	test("all cores busy", func(r *record.Result) {
		r.Host = &record.Ticks{Busy: 300, All: 310}
	}, HostBound)
	test("a fifth is for others", func(r *record.Result) {
		r.Host = &record.Ticks{Busy: 500, All: 1000}
	})
	test("two fifths are for others", func(r *record.Result) {
		r.Host = &record.Ticks{Busy: 700, All: 1000}
	}, OtherLoad)
	test("a loopback interface is no network", func(r *record.Result) {
		r.Network.Dropped = new(int64(9000))
		r.Generators[0].ConnectMinMS = new(50.0)
	})
	a := same(func(r *record.Result) { r.Host = &record.Ticks{Busy: 300, All: 310} })
	if _, ok := evidenceOf(a, HostBound).(BusyCores); !ok {
		t.Errorf("evidence %v, want no name of a machine", evidenceOf(a, HostBound))
	}
}

// Without a machines file the record has no machines, and all names of the spec were the run's own.
func TestNamesWithoutMachinesFile(t *testing.T) {
	test := func(want string, change func(*spec.Experiment)) {
		t.Helper()
		r := apart()
		r.Machines = nil
		for i := range r.Results {
			r.Results[i].Generators = nil
		}
		change(r.Experiment)
		e, _ := evidenceOf(Analyse(r), SameMachine).(OneMachine)
		if string(e) != want {
			t.Errorf("the evidence is %q, want %q", e, want)
		}
	}
	test("server, clients", func(*spec.Experiment) {})
	test("server, this machine", func(e *spec.Experiment) { e.Load.From = nil })
	test("server, clients, this machine", func(e *spec.Experiment) { e.Servers[0].On = "" })
	test("clients, this machine", func(e *spec.Experiment) {
		for i := range e.Servers {
			e.Servers[i].On = ""
		}
	})
	test("", func(e *spec.Experiment) { // a running server may be anywhere
		for i := range e.Servers {
			e.Servers[i].On, e.Servers[i].URL = "", "http://127.0.0.1:1"
		}
	})
	test("", func(e *spec.Experiment) {
		e.Load.From = nil
		for i := range e.Servers {
			e.Servers[i].On = ""
		}
	})
}

// Two generators may share a machine, and one of them may be beside the server.
func TestSomeNamesOfOneMachine(t *testing.T) {
	r := apart()
	r.Machines[1].ID = r.Machines[0].ID
	for i := range r.Results {
		r.Results[i].Host = &record.Ticks{Busy: 200, All: 201} // the server's and the first part's
	}
	a := Analyse(r)
	want := AtMachine{"server", BusyCores(200.0 / 201)}
	if diff := cmp.Diff(Evidence(want), evidenceOf(a, HostBound)); diff != "" {
		t.Errorf("a generator beside the server (-want +got):\n%s", diff)
	}
	if e := evidenceOf(a, SameMachine); e != OneMachine("server, clients 1") {
		t.Errorf("evidence %v", e)
	}

	r = apart()
	r.Machines[2].ID = r.Machines[1].ID
	for i := range r.Results {
		for j := range r.Results[i].Generators { // both see the same machine
			r.Results[i].Generators[j].Host = &record.Ticks{Busy: 200, All: 400}
		}
	}
	if got := codesAt(Analyse(r)); len(got) != 0 {
		t.Errorf("two generators on a machine of four cores, half of it theirs: %v", got)
	}
}

// What was there before the first trial counts on the machines that took part, each by itself.
func TestMachinesBefore(t *testing.T) {
	test := func(name string, do func(*record.Record), code Code, want Evidence) {
		t.Helper()
		r := apart()
		r.Environment.BusyBefore, r.Environment.TimeWait = new(0.9), new(9999) // took no part
		do(r)
		a := Analyse(r)
		if code == "" && len(a.Warnings) == 0 {
			return
		}
		if len(a.Warnings) != 1 || a.Warnings[0].Code != code {
			t.Errorf("%s: %+v, want %q alone", name, a.Warnings, code)
			return
		}
		if diff := cmp.Diff(want, a.Warnings[0].Evidence); diff != "" {
			t.Errorf("%s: evidence (-want +got):\n%s", name, diff)
		}
	}
	test("sound", func(*record.Record) {}, "", nil)
	test("busy", func(r *record.Record) {
		r.Machines[0].Environment.BusyBefore = new(0.2)
		r.Machines[2].Environment.BusyBefore = new(0.16)
	}, BusyHost, OnMachines("server, clients 2"))
	test("sockets", func(r *record.Record) { r.Machines[1].Environment.TimeWait = new(1001) },
		TimeWait, OnMachines("clients 1"))

	test("fewer cores than there are", func(r *record.Record) {
		r.Machines[1].OnlineCPUs = 4
		r.Machines[2].OnlineCPUs = 8
	}, Pinned, AtMachine{"clients 2", UsableCores{2, 8}})
	test("a quota below the cores", func(r *record.Record) {
		r.Machines[0].Environment.CPULimit = "1.50 cores"
	}, Pinned, AtMachine{"server", UsableCores{1.5, 2}})
	test("a quota above the cores", func(r *record.Record) {
		r.Machines[0].Environment.CPULimit = "3.00 cores"
	}, "", nil)
	test("cores that are not known", func(r *record.Record) {
		r.Machines[1].OnlineCPUs = 0
	}, "", nil)

	r := apart()
	r.Results[7].Resumed = &record.Interruption{After: 7, Machines: r.Machines[1:2]}
	a := Analyse(r)
	if e := evidenceOf(a, MachineChanged); e != (OtherHosts{"clients 1", 7}) {
		t.Errorf("evidence %v, want clients 1 after 7 trials", e)
	}
}

// The cores that a server can use are those of its own machine.
func TestServerOfAnotherMachine(t *testing.T) {
	r := change(apart(), 10, func(r *record.Result) {
		r.Generators[0].Process = &record.Account{WallSeconds: 1, UserSeconds: 0.95}
		r.Usage.CPUSeconds = new(1.9 * r.Load.Measurement.TimeTakenSeconds)
		r.Host = &record.Ticks{Busy: 190, All: 200}
	})
	r.Environment.Cores = 64 // of the machine on which the run was
	if got := codesAt(Analyse(r)); slices.Contains(got, GeneratorBound) {
		t.Errorf("%v: a server that used both cores of its machine had some to spare", got)
	}
	r.Machines[0].Environment.Cores, r.Machines[0].OnlineCPUs = 4, 4
	if got := codesAt(Analyse(r)); !slices.Contains(got, GeneratorBound) {
		t.Errorf("%v: a server that used two of four cores had none to spare", got)
	}
}

// A record in which the only generator, on another machine, has no part still keeps them apart.
func TestLoadWithoutParts(t *testing.T) {
	r := apart()
	r.Machines = []record.Machine{r.Machines[0], machineNamed("clients", 0, "1")}
	for i := range r.Results {
		r.Results[i].Generators = nil
		r.Results[i].Load.Process = &record.Account{WallSeconds: 2, UserSeconds: 1}
	}
	if got := Analyse(r).Warnings; len(got) != 0 {
		t.Errorf("%+v, want no doubt", got)
	}
}
