package labtest

import (
	"strings"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// takingBusy is taking, where the load generator is busy all the time with the server B.
func takingBusy(limits map[string]float64) World {
	w := taking(limits, 0.01)
	trial := w.Trial
	w.Trial = func(t plan.Trial) record.Result {
		busy := 0.5
		if t.Server == "B" {
			busy = 0.97
		}
		return used(trial(t), busy)
	}
	return w
}

// takingFromAfar is taking from two other machines, where the answers of the server B fill the
// interface of its machine.
func takingFromAfar(limits map[string]float64) World {
	w := taking(limits, 0.01)
	w.Head = strings.Replace(CapacityHead, "[load]", "[load]\nfrom = \"clients\"", 1)
	w.On = "server"
	search := w.Header
	w.Header = func(h *record.Header) {
		search(h)
		onThree(h)
	}
	trial := w.Trial
	w.Trial = func(t plan.Trial) record.Result {
		r := trial(t)
		apart := fromTwo(t)
		r.Generators, r.Network = apart.Generators, apart.Network
		r.Host, r.Overlap = apart.Host, apart.Overlap
		r.StartSpreadSeconds = apart.StartSpreadSeconds
		took := r.Measurement().TimeTakenSeconds
		for _, part := range r.Generators {
			atShare(part.Network, 0.1, took)
		}
		atShare(r.Network, 0.1, took)
		if t.Server == "B" {
			atShare(r.Network, 0.98, took)
		}
		return r
	}
	return w
}

// atShare makes a network of a gigabit carry a share of what it can, for so many seconds.
func atShare(n *record.Network, share, seconds float64) {
	n.Seconds = seconds
	n.SentBytes = new(int64(share * 125e6 * seconds))
	n.ReceivedBytes = new(int64(0.1 * share * 125e6 * seconds))
}
