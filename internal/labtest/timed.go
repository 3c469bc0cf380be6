package labtest

import (
	"strconv"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// sizeOf returns the size of the trials of a world in which each load takes about ten seconds.
func sizeOf(cell plan.Cell) plan.Size {
	requests := 80_000 + 4000*cell.Level.Value
	if cell.Server == "Server_thread_http" {
		requests /= 2
	}
	return plan.Size{Requests: requests, Warmup: requests / 10}
}

// withSizes gives the record the sizes of timed, of two servers at two levels.
func withSizes(h *record.Header) {
	for _, server := range twoServers {
		for _, clients := range []int{1, 10} {
			level := plan.Level{Kind: plan.Concurrency, Value: clients}
			cell := plan.Cell{Server: server, Level: level}
			size := sizeOf(cell)
			h.Sizes = append(h.Sizes, record.CellSize{
				Cell:              cell,
				Size:              size,
				RequestsPerSecond: float64(size.Requests) / 10,
			})
		}
	}
}

// timed is like Good, with as many requests as take about ten seconds.
func timed(trial plan.Trial) record.Result {
	size := sizeOf(trial.Cell)
	rate := scattered(float64(size.Requests)/10, trial)
	r := Reported(trial, rate, func(m *abtext.Measurement) {
		m.Complete = size.Requests
		m.TimeTakenSeconds = float64(size.Requests) / rate
		m.TotalTransferred = 122 * int64(size.Requests)
		m.HTMLTransferred = 6 * int64(size.Requests)
	})
	r.Load.Argv[2] = strconv.Itoa(size.Requests)
	r.Load.Stderr = "Finished " + r.Load.Argv[2] + " requests\n"
	r.Warmup.Argv[2] = strconv.Itoa(size.Warmup)
	return r
}
