package report

import (
	"slices"
	"strings"
	"testing"

	"labbook/internal/labtest"
	"labbook/internal/record"
	"labbook/internal/stats"
)

func TestCalibrationIsSaid(t *testing.T) {
	test := func(change func(*record.Record), want string) {
		t.Helper()
		rec := labtest.Worlds()["calibrated"].Record(t)
		change(rec)
		if got := Calibration(nil, rec, stats.Analyse(rec)); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
	const agree = "The two agree in 3 of 4 cells (no difference was found; the intervals of their ratios are " +
		"within "
	const own = " All other numbers of this report are those of the installed ab alone."
	const more = " The embedded one measured more at Server_async_http at c = 10 (1.30 times)."
	test(
		func(*record.Record) {},
		agree+"0.97 to 1.06)."+more+" Its own CPU a request was lower there "+
			"(12.00 µs against 30.00 µs), so ab itself was part of the limit."+own,
	)
	test(func(rec *record.Record) {
		for i := range rec.Results {
			rec.Results[i].Load.Process.UserSeconds = 0
			rec.Results[i].Load.Process.SystemSeconds = 0.01
		}
	}, agree+"0.97 to 1.06)."+more+" Its own CPU a request was not lower in all of them, so what the "+
		"generators cost does not explain it."+own)
	test(func(rec *record.Record) {
		for i := range rec.Calibrated {
			rec.Calibrated[i].Load.Process = nil
		}
	}, agree+"0.97 to 1.06)."+more+own)
	test(
		func(rec *record.Record) {
			kept := slices.Concat(rec.Results, rec.Calibrated[:12])
			*rec = *record.New(rec.Header, rec.Experiment, kept...)
		},
		"There are too few rounds that both measured without a fault to say how the two compare."+own,
	)
	test(func(rec *record.Record) {
		rec.Generator, *rec.Calibration = *rec.Calibration, rec.Generator
	}, agree+"0.94 to 1.03). The embedded one measured less at Server_async_http at c = 10 (0.77 times). "+
		"Its own CPU a request was higher there (30.00 µs against 12.00 µs), so the embedded one itself was "+
		"part of the limit. All other numbers of this report are those of the embedded ab alone.")

	plain := labtest.Worlds()["seed"].Record(t)
	if got := Calibration(nil, plain, stats.Analyse(plain)); got != "" {
		t.Errorf("what was not calibrated says %q", got)
	}
}

// Everything but the calibration is the same as without the other instrument's trials.
func TestCalibrationIsInItsSectionAlone(t *testing.T) {
	rec := labtest.Worlds()["calibrated"].Record(t)
	with := render(t, rec)
	for _, name := range []string{"report.html", "report.md"} {
		if !strings.Contains(with[name], "embedded higher") ||
			!strings.Contains(with[name], "labbook ab v0.1.0") {
			t.Errorf("%s does not show the calibration", name)
		}
	}
	for i := range rec.Calibrated {
		rec.Calibrated[i].Outcome, rec.Calibrated[i].Reason = record.Crashed, "only in the calibration"
		rec.Calibrated[i].Load.Measurement.RequestsPerSecond = 7
	}
	without := render(t, rec)
	for _, files := range []map[string]string{with, without} { // the calibration is at the end there
		files["results.json"], _, _ = strings.Cut(files["results.json"], "\n  \"calibration\": ")
	}
	for name, data := range with {
		own := strings.HasPrefix(name, "report.") || name == "charts/calibration.svg"
		if without[name] != data && !own {
			t.Errorf("%s has something of the calibration", name)
		}
	}
	if strings.Contains(without["report.md"], "only in the calibration") {
		t.Error("a failed trial of the calibration is among those of the experiment")
	}
	table := calibrationTable(nil, stats.Analyse(rec))
	want := []string{"–", "–", "–", "–", "–", "–", "–", "0 of 10", "–"}
	if !slices.Equal(table.Rows[0][1:], want) {
		t.Errorf("of nothing to compare: %q", table.Rows[0])
	}
	for _, row := range table.Rows {
		if len(row) != len(table.Columns) {
			t.Errorf("row %q has %d cells, want %d", row, len(row), len(table.Columns))
		}
	}
}
