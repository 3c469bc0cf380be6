package report

import (
	"fmt"

	"labbook/internal/locale"
	"labbook/internal/spec"
	"labbook/internal/stats"
)

// What differs between a closed loop, the usual one, and an open one is here.

// loop says which loop it was.
func loop(e *spec.Experiment, w *locale.Printer) string {
	if e.Load.OpenLoop() {
		return w.Sprintf("open loop, at most %s at a time",
			w.Count(e.Load.Connections, "1 connection", "%s connections"))
	}
	return w.Sprintf("closed loop")
}

// openColumns are those of a server's table in an open loop, in which ab's time per request is the
// time of nothing.
var openColumns = []string{
	"No Test",
	"Arrival rate (#/sec)",
	"Time taken for test (s)",
	"Complete request",
	"Failed request",
	"Unsent request",
	"Total transferred (bytes)",
	"Request per second (#/sec)",
	"Response time p50 (ms)",
	"Response time p99 (ms)",
	"Transfer rate (Kbytes/sec)",
}

// openRow gives the numbers of the one call of ab that stands for a cell of an open loop.
func openRow(w *locale.Printer, cell stats.Cell) []string {
	if cell.Table == nil {
		return []string{
			nothing,
			nothing,
			nothing,
			nothing,
			nothing,
			nothing,
			nothing,
			nothing,
			nothing,
		}
	}
	m := cell.Table.Measurement()
	p50, p99 := nothing, nothing
	if times := cell.Table.PercentilesMS; len(times) > 0 {
		p50, p99 = w.Fixed(times[50], 3), w.Fixed(times[99], 3)
	}
	return []string{w.Fixed(m.TimeTakenSeconds, 3), fmt.Sprint(m.Complete), fmt.Sprint(m.Failed),
		fmt.Sprint(
			m.Unsent,
		), fmt.Sprint(m.TotalTransferred), w.Fixed(m.RequestsPerSecond, 2), p50, p99,
		w.Fixed(m.TransferRateKBs, 2)}
}
