package labtest

import (
	"strings"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// machineWorlds are runs whose servers are on one machine, and whose load two others made: one that
// is sound, one in which much is wrong, and one in which all names are one machine.
func machineWorlds() map[string]World {
	head := strings.Replace(headAt("[2, 10]"), "[load]", "[load]\nfrom = \"clients\"", 1)
	sound := World{
		Head:    head,
		Servers: twoServers,
		Rounds:  10,
		Trial:   fromTwo,
		Header:  onThree,
		On:      "server",
		Design:  "seed = 2\n",
	}
	rough, one := sound, sound
	rough.Trial, rough.Header = fromUnlike, onThreeUnlike
	one.Header = onOne
	return map[string]World{"machines": sound, "machines-rough": rough, "machines-one": one}
}

// onThree makes the machines of a run three that are alike.
func onThree(h *record.Header) {
	byEmbedded(h)
	machine := func(name string, n int, id string) record.Machine {
		env := h.Environment
		env.BusyBefore, env.TimeWait = new(0.01), new(0)
		return record.Machine{
			Name:              name,
			N:                 n,
			Launcher:          "ssh",
			ID:                strings.Repeat(id, 16),
			Environment:       env,
			OnlineCPUs:        env.Cores,
			RTTMS:             new(0.112),
			ClockErrorUS:      new(56.0),
			WallOffsetSeconds: new(-0.02),
		}
	}
	h.Machines = []record.Machine{
		machine("server", 0, "a"),
		machine("clients", 1, "b"),
		machine("clients", 2, "c"),
	}
}

// onThreeUnlike makes the last of three machines another one, with a wrong clock, of which Labbook
// may use a part.
func onThreeUnlike(h *record.Header) {
	onThree(h)
	last := &h.Machines[2]
	last.Environment.CPU, last.Environment.Kernel = "Another CPU with a rather long name", "6.1"
	last.Environment.Cores, last.OnlineCPUs = 2, 16
	last.WallOffsetSeconds = new(7200.0)
	last.Environment.BusyBefore = new(0.25)
}

// onOne makes all names stand for one machine, without launchers.
func onOne(h *record.Header) {
	onThree(h)
	for i := range h.Machines {
		m := &h.Machines[i]
		m.ID, m.Launcher = strings.Repeat("a", 16), ""
		m.RTTMS, m.ClockErrorUS, m.WallOffsetSeconds = nil, nil, nil
	}
}

// fromTwo is a clean trial whose load two machines made, half of it each.
func fromTwo(trial plan.Trial) record.Result {
	r := Watched(trial)
	m := r.Measurement()
	took := m.TimeTakenSeconds
	ticks := func(busy float64) *record.Ticks {
		const cores, perSecond = 2, 100
		all := cores * perSecond * took
		return &record.Ticks{Busy: int64(busy * all), All: int64(all)}
	}
	r.Host = ticks(0.45)
	r.Overlap, r.StartSpreadSeconds = new(0.985), new(0.00015)
	r.Network = quietNetwork(took)
	for n := 1; n <= 2; n++ {
		p50, p99 := r.PercentilesMS[50], r.PercentilesMS[99]
		r.Generators = append(r.Generators, record.Part{
			Machine:           "clients",
			N:                 n,
			Clients:           trial.Level.Value / 2,
			StartUS:           new(float64(40 + 75*n)),
			Seconds:           took,
			Complete:          requests / 2,
			RequestsPerSecond: m.RequestsPerSecond / 2,
			P50MS:             new(p50 * (1 + 0.01*float64(n))),
			P99MS:             new(max(p50, p99) * 1.05),
			ConnectMinMS:      new(0.04 * p50),
			Process:           &record.Account{WallSeconds: took, UserSeconds: 0.4 * took},
			Host:              ticks(0.25),
			Network:           quietNetwork(took),
			ClockStepSeconds:  new(0.0),
		})
	}
	return r
}

// fromUnlike is such a trial. The second machine has a long way and a busy core, is busy with other
// things, and starts late; the interface of the server's is full.
func fromUnlike(trial plan.Trial) record.Result {
	r := fromTwo(trial)
	took := r.Measurement().TimeTakenSeconds
	r.Overlap, r.StartSpreadSeconds = new(0.81), new(0.03*took)
	r.Network.SentBytes = new(int64(0.98 * 125e6 * took))
	last := &r.Generators[1]
	last.P50MS, last.P99MS = new(2.5**last.P50MS), new(3**last.P99MS)
	last.ConnectMinMS = new(0.3 * *last.P50MS)
	last.Process.UserSeconds = 0.97 * took
	last.Host.Busy = last.Host.All * 9 / 10
	last.StartUS = new(0.03 * took * 1e6)
	if trial.Order == 21 {
		r.Resumed = &record.Interruption{
			After:       20,
			AwaySeconds: new(60.0),
			Machines:    []record.Machine{{Name: "clients", N: 2, ID: strings.Repeat("d", 16)}},
		}
	}
	return r
}

// quietNetwork is what a network of a gigabit did that had time to spare.
func quietNetwork(took float64) *record.Network {
	return &record.Network{
		Seconds:               took,
		BitsPerSecond:         new(int64(1e9)),
		ReceivedBytes:         new(int64(4_000_000)),
		SentBytes:             new(int64(1_000_000)),
		ReceivedPackets:       new(int64(9_000)),
		SentPackets:           new(int64(9_000)),
		Dropped:               new(int64(0)),
		SentSegments:          new(int64(9_000)),
		RetransmittedSegments: new(int64(0)),
		InterruptSeconds:      new(0.01 * took),
		ListenOverflows:       new(int64(0)),
	}
}
