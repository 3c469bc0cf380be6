package report

import (
	"fmt"

	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// importedSize returns the size of an imported record: "2 servers, 5 levels, 22 imported trials of
// 100 to 1,000 requests".
func importedSize(w *locale.Printer, rec *record.Record, a *stats.Analysis) string {
	low, high := findings.RequestsSpan(rec)
	requests := w.Count(low, "1 request", "%s requests")
	if low < high {
		requests = w.Sprintf("%s to %s requests", w.Integer(low), w.Integer(high))
	}
	return w.Sprintf(
		"%s, %s, %s of %s",
		w.Count(len(rec.Experiment.Servers), "1 server", "%s servers"),
		w.Count(len(a.Levels), "1 level", "%s levels"),
		w.Count(len(rec.Results), "1 imported trial", "%s imported trials"),
		requests,
	)
}

// filesTable returns the files of which an imported record was made. It has no rows if Labbook
// measured the record.
func filesTable(w *locale.Printer, rec *record.Record) table {
	t := table{
		Caption: w.Sprintf("The files that were imported"),
		Words:   true,
		Columns: w.Strings("File", "Trials", "Bytes", "SHA-256"),
	}
	if rec.Imported == nil {
		return t
	}
	trials := map[string]int{}
	for _, r := range rec.Results {
		if r.Imported == nil {
			continue
		}
		trials[r.Imported.File]++
		if r.Imported.PercentilesFile != "" {
			trials[r.Imported.PercentilesFile]++
		}
	}
	for _, f := range rec.Imported.Files {
		t.Rows = append(t.Rows, cellsOf(
			f.Name,
			fmt.Sprint(trials[f.Name]),
			w.Integer(f.Bytes),
			f.SHA256,
		))
	}
	return t
}

// importedLimits returns what the numbers of an imported record cannot tell.
func importedLimits(w *locale.Printer, rec *record.Record) []string {
	var all []string
	if len(rec.Experiment.Remote()) < len(rec.Experiment.Servers) {
		all = append(all, w.Sprintf("If ab and a server ran on the same machine they shared "+
			"its cores, so a server that uses less CPU leaves more for ab and looks faster."))
	}
	return append(all,
		w.Sprintf("In a closed loop, clients slow down with the server. The latencies do not "+
			"describe users who arrive regardless."),
		w.Sprintf("It is unknown whether the servers were measured on the same machine, in "+
			"turn and in the same state."),
		w.Sprintf("It is unknown whether the answers were correct."),
	)
}
