package findings

import (
	"slices"
	"testing"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
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
	const agree = "The embedded and the installed ab agree within 10% in 3 of 4 " +
		"combinations of server and level " +
		"(confidence intervals of their ratios: "
	const own = " All other numbers in this report come from the installed ab."
	const more = " The embedded ab measured a higher rate for Server_async_http at 10 clients " +
		"(1.30 times)."
	test(
		func(*record.Record) {},
		agree+"0.97–1.06)."+more+" It used less CPU time per request there (12.00 µs against "+
			"30.00 µs), so the installed ab was part of the limit."+own,
	)
	test(func(rec *record.Record) {
		for i := range rec.Results {
			rec.Results[i].Load.Process.UserSeconds = 0
			rec.Results[i].Load.Process.SystemSeconds = 0.01
		}
	}, agree+"0.97–1.06)."+more+" It did not use less CPU time per request in all of them, so "+
		"the cost of the generators does not explain it."+own)
	test(func(rec *record.Record) {
		for i := range rec.Calibrated {
			rec.Calibrated[i].Load.Process = nil
		}
	}, agree+"0.97–1.06)."+more+own)
	test(func(rec *record.Record) {
		for i := range rec.Calibrated {
			rec.Calibrated[i].Queue = &record.AcceptQueue{Dropped: 44, Backlog: 5}
		}
	}, agree+"0.97–1.06)."+more+" A server's queue dropped connections there (see backlog). "+
		"The installed ab does not wait for those clients and the embedded one does, so the "+
		"two did not measure the same thing."+own)
	test(
		func(rec *record.Record) {
			kept := slices.Concat(rec.Results, rec.Calibrated[:12])
			*rec = *record.New(rec.Header, rec.Experiment, kept...)
		},
		"Too few rounds are valid with both generators to compare them."+own,
	)
	test(func(rec *record.Record) {
		rec.Generator, *rec.Calibration = *rec.Calibration, rec.Generator
	}, agree+"0.94–1.03). The embedded ab measured a lower rate for Server_async_http at "+
		"10 clients (0.77 times). It used more CPU time per request there (30.00 µs against "+
		"12.00 µs), so the embedded ab was part of the limit. All other numbers in "+
		"this report come from the embedded ab.")

	test(func(rec *record.Record) {
		rec.Experiment.Design.Margin = 0.01 // less than most intervals reach
	}, "The embedded and the installed ab agree within 1% in none of 4 "+
		"combinations of server and level."+more+" It used "+
		"less CPU time per request "+
		"there (12.00 µs against 30.00 µs), so the installed ab was part of the limit. Neither "+
		"agreement nor a difference could be established for Server_async_http at 1 client "+
		"and Server_thread_http at every level (confidence intervals: 0.97–1.06)."+own)

	plain := labtest.Worlds()["seed"].Record(t)
	if got := Calibration(nil, plain, stats.Analyse(plain)); got != "" {
		t.Errorf("what was not calibrated says %q", got)
	}
}
