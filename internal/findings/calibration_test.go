package findings

import (
	"slices"
	"testing"

	"labbook/internal/labtest"
	"labbook/internal/record"
	"labbook/internal/stats"
)

func TestCalibrationSentences(t *testing.T) {
	test := func(change func(*record.Record), want string) {
		t.Helper()
		rec := labtest.Worlds()["calibrated"].Record(t)
		change(rec)
		if got := Calibration(nil, rec, stats.Analyse(rec)); got != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
	const agree = "The two agree within 10% in 3 of 4 cells (the intervals of their ratios " +
		"are within "
	const own = " All other numbers of this report are those of the installed ab alone."
	const more = " The embedded one measured more at Server_async_http at c = 10 (1.30 times)."
	test(
		func(*record.Record) {},
		agree+"0.97–1.06)."+more+" Its own CPU a request was lower there "+
			"(12.00 µs against 30.00 µs), so ab itself was part of the limit."+own,
	)
	test(func(rec *record.Record) {
		for i := range rec.Results {
			rec.Results[i].Load.Process.UserSeconds = 0
			rec.Results[i].Load.Process.SystemSeconds = 0.01
		}
	}, agree+"0.97–1.06)."+more+" Its own CPU a request was not lower in all of them, "+
		"so what the generators cost does not explain it."+own)
	test(func(rec *record.Record) {
		for i := range rec.Calibrated {
			rec.Calibrated[i].Load.Process = nil
		}
	}, agree+"0.97–1.06)."+more+own)
	test(func(rec *record.Record) {
		for i := range rec.Calibrated {
			rec.Calibrated[i].Queue = &record.AcceptQueue{Dropped: 44, Backlog: 5}
		}
	}, agree+"0.97–1.06)."+more+" The queue of a server dropped connections there (see "+
		"backlog): the installed one does not wait for their clients, and the embedded one "+
		"does, so the two did not measure the same."+own)
	test(
		func(rec *record.Record) {
			kept := slices.Concat(rec.Results, rec.Calibrated[:12])
			*rec = *record.New(rec.Header, rec.Experiment, kept...)
		},
		"There are too few rounds that both measured without a fault to say "+
			"how the two compare."+own,
	)
	test(func(rec *record.Record) {
		rec.Generator, *rec.Calibration = *rec.Calibration, rec.Generator
	}, agree+"0.94–1.03). "+
		"The embedded one measured less at Server_async_http at c = 10 (0.77 times). "+
		"Its own CPU a request was higher there (30.00 µs against 12.00 µs), "+
		"so the embedded one itself was part of the limit. "+
		"All other numbers of this report are those of the embedded ab alone.")

	test(func(rec *record.Record) {
		rec.Experiment.Design.Margin = 0.01 // less than most intervals reach
	}, "The two agree within 1% in none of 4 cells."+more+" Its own CPU a request was lower "+
		"there (12.00 µs against 30.00 µs), so ab itself was part of the limit. Neither an "+
		"agreement nor a difference was found for Server_async_http at c = 1; "+
		"Server_thread_http at c = 1 and 10 (intervals within 0.97–1.06)."+own)

	plain := labtest.Worlds()["seed"].Record(t)
	if got := Calibration(nil, plain, stats.Analyse(plain)); got != "" {
		t.Errorf("what was not calibrated says %q", got)
	}
}
