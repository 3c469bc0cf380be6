package terminal

import (
	"errors"
	"strings"
	"testing"
	"time"

	"labbook/internal/stats"
)

func TestPrintError(t *testing.T) {
	test := func(err error, hint, want string) {
		t.Helper()
		var out strings.Builder
		PrintError(&out, err, hint)
		if out.String() != want {
			t.Errorf("printed %q, want %q", out.String(), want)
		}
	}
	test(errors.New("disk full"), "", "labbook: disk full\n")
	test(errors.Join(errors.New("one"), errors.New("two\x1b[2J")), "make room",
		"labbook: one\nlabbook: two [2J\nhint: make room\n")
}

func TestConclusion(t *testing.T) {
	test := func(name string, c Conclusion, want string) {
		t.Helper()
		var out strings.Builder
		c.Print(&out)
		if out.String() != want {
			t.Errorf("%s: printed %q, want %q", name, out.String(), want)
		}
	}
	test("nothing wrong", Conclusion{Answer: "a is faster", Report: "output/report.html"},
		"\na is faster\nreport: output/report.html\n")
	test("everything", Conclusion{
		Answer:      "a is faster\x1b[2J",
		Calibration: "they agree",
		Warnings:    []string{"few: a\nb", "failed: c"},
		Notes:       []string{"delayed-ack", "short"},
		Damage:      "1 line could not be read",
		Report:      "r",
	}, "\na is faster [2J\ncalibration: they agree\nfew: a b\nfailed: c\n"+
		"1 line could not be read\nnotes in the report: delayed-ack, short\nreport: r\n")
}

func TestForecast(t *testing.T) {
	forecast := Forecast{
		Baseline:    "a",
		PilotRounds: 2,
		Rounds:      10,
		Duration:    90 * time.Second,
		Comparisons: []stats.Forecast{
			{Server: "b", HalfWidth: 0.061, Levels: 2},
			{Server: "c"},
		},
	}
	const want = "pilot of 2 rounds: the whole experiment of 10 rounds will take about 1m30s\n" +
		"b against a: can show differences from about 7% on " +
		"(rough: 2 rounds, pooled over 2 levels)\n" +
		"c against a: no level has 2 rounds that are clean, so nothing can be said\n"
	var out strings.Builder
	forecast.Print(&out)
	if out.String() != want {
		t.Errorf("printed\n%s\nwant\n%s", out.String(), want)
	}

	forecast = Forecast{
		PilotRounds: 2,
		Rounds:      1,
		Load:        "about 10ms",
		Duration:    time.Millisecond,
	}
	out.Reset()
	forecast.Print(&out)
	const short = "pilot of 2 rounds: the whole experiment of 1 round will take about 1s\n" +
		"a load takes about 10ms\n"
	if out.String() != short {
		t.Errorf("printed %q, want %q", out.String(), short)
	}
}
