package labtest

import (
	"fmt"
	"time"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// saved is an imported trial. Those of the second server have only what ab's text has. At the
// lower level its last trial had failed requests, and at the higher one fewer than asked for.
func saved(trial plan.Trial) record.Result {
	measured := Good(trial)
	r := record.Result{
		Trial:   trial,
		Outcome: record.Ended,
		Imported: &record.ImportedText{
			File:            fmt.Sprintf("logs/%s-%d.txt", trial.Server, trial.Round),
			Line:            1 + trial.Level.Value,
			Text:            measured.Load.Text,
			Measurement:     measured.Load.Measurement,
			PercentagesMS:   map[int]float64{},
			PercentilesFile: fmt.Sprintf("logs/%s-%d.csv", trial.Server, trial.Round),
		},
		PercentilesMS: measured.PercentilesMS,
	}
	for _, percent := range []int{50, 66, 75, 80, 90, 95, 98, 99, 100} {
		r.Imported.PercentagesMS[percent] = float64(trial.Level.Value + percent/50)
	}
	if trial.Server != "Server_thread_http" {
		return r
	}

	r.PercentilesMS, r.Imported.PercentilesFile = nil, ""
	if trial.Round == 7 && trial.Level.Value == 1 {
		r.Imported.Measurement.Failed = 3
		r.Imported.Measurement.FailedLength = 3
	}
	if trial.Round == 7 && trial.Level.Value == 10 {
		r.Imported.Measurement.Complete = 600
		r.Outcome = record.Aborted
		r.Reason = "600 of the 1000 requests of its command line were complete"
	}
	return r
}

// withFiles makes a header that of an imported record.
func withFiles(h *record.Header) {
	h.Started, h.Environment, h.Source = time.Time{}, record.Environment{}, nil
	h.Generator = record.Generator{Name: record.InstalledAB, Version: "2.3, 1.3d"}
	h.Imported = &record.Import{
		LeftOut: []record.LeftOut{{
			File:   "logs/Server_thread_http-7.txt",
			Line:   80,
			Reason: "ab gave up after 137 complete requests",
		}},
	}
	for _, server := range twoServers {
		for round := range h.Rounds {
			h.Imported.Files = append(h.Imported.Files, record.ImportedFile{
				Name:   fmt.Sprintf("logs/%s-%d.txt", server, round+1),
				Bytes:  1200 + round,
				SHA256: fmt.Sprintf("%064x", 1000+round),
			})
		}
	}
}
