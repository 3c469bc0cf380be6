package findings

import (
	"slices"
	"strings"
	"testing"

	"labbook/internal/labtest"
	"labbook/internal/locale"
	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/stats"
)

// TestEveryCodeIsExplained holds that meanings.go knows every code of package stats, and no other.
func TestEveryCodeIsExplained(t *testing.T) {
	known := map[stats.Code]bool{}
	for _, code := range stats.Codes() {
		known[code] = true
		_, explained := meanings[code]
		dependsOnRun := code == stats.Few || code == stats.Resumed || code == stats.Imported
		if explained == dependsOnRun {
			t.Errorf("%s has a fixed explanation: %v, want %v", code, explained, !dependsOnRun)
		}
		if kinds[code.Severity()] == "" {
			t.Errorf("%s has a severity without a name", code)
		}
	}
	for code := range meanings {
		if !known[code] {
			t.Errorf("%s is explained, but no analysis has it", code)
		}
	}
}

func TestReason(t *testing.T) {
	indonesian := locale.For("id")
	test := func(w *locale.Printer, evidence stats.Evidence, want string) {
		t.Helper()
		testReason(t, w, evidence, want)
	}
	test(nil, nil, "")
	test(nil, stats.Said("exit status 2"), "exit status 2")
	test(nil, stats.NoReport{}, "ab's text holds no report")
	test(nil, stats.WrongClock{StepSeconds: -0.04},
		"the clock was set back by 0.040 s during the load")
	test(nil, stats.WrongClock{StepSeconds: 3600},
		"the clock was set ahead by 3600.000 s during the load")
	test(nil, stats.WrongClock{TookSeconds: 3600.065, WallSeconds: 0.099},
		"ab reports 3600.065 s, and its process lived for 0.099 s")
	test(nil, stats.NoRate{}, "ab's report holds no rate")
	test(nil, stats.FailedRequests{Failed: 3}, "3 failed requests, 0 write errors")
	test(nil, stats.IncompleteRequests{Complete: 9, Requests: 10}, "9 of 10 requests complete")
	test(nil, stats.UnsentArrivals(1), "1 arrival could not be sent")
	test(nil, stats.UnsentArrivals(42), "42 arrivals could not be sent")
	test(nil, stats.AnsweredStatus(404), "the answer before the load had status 404")
	test(nil, stats.BodySizes{Server: 7, Baseline: 6}, "7 bytes, the baseline's body has 6")
	test(nil, stats.BodySizes{Server: 6, Baseline: 6},
		"as many bytes as the baseline's, 6, but others")
	test(nil, stats.SurplusBytes(1), "sends 1 byte more than its Content-Length")
	test(nil, stats.SurplusBytes(4), "sends 4 bytes more than its Content-Length")
	test(nil, stats.QuietCPU(0.98), "98 % of a core in the quiet interval, in the median")
	test(nil, stats.Growth{Threads: 100},
		"100 threads more after the load than before it, in the median")
	test(nil, stats.Growth{Descriptors: 19},
		"19 descriptors more after the load than before it, in the median")
	test(nil, stats.Growth{Threads: 40, Descriptors: 90},
		"40 threads and 90 descriptors more after the load than before it, in the median")
	test(nil, stats.BusyClients(1.06), "occupancy 1.06, in the median")
	test(nil, stats.Change(0.12), "+12 % from the first trial to the last, by the fitted line")
	test(nil, stats.Change(-0.2), "-20 % from the first trial to the last, by the fitted line")
	test(nil, stats.SelfRatio{Low: 1.02, High: 1.1}, "its ratio to itself is 1.02 to 1.10")
	test(nil, stats.BusyCores(0.99), "99 % of all cores' time was busy, together")
	test(nil, stats.BusyCPUs(0.97), "97 % of the time of their CPUs was busy, together")
	test(nil, stats.OtherPrograms{Share: 0.43},
		"other programs had 43 % of the cores' time, too much in every round")
	test(nil, stats.OtherPrograms{Share: 0.39, Rounds: "1–3, 7"},
		"other programs had 39 % of the cores' time, too much in rounds 1–3, 7")
	test(nil, stats.OtherPrograms{Share: 0.28, Baseline: 0.02, Rounds: "4"},
		"other programs had 28 % of the cores' time, 2 % beside the baseline, too much in round 4")
	test(nil, stats.StoppedSeconds{
		Server:  true,
		Seconds: 1.234,
		Loads:   2,
		Cores:   0.5,
	},
		"a quota of 0.50 cores stopped the server for 1.23 s in loads of 2.00 s")
	test(nil, stats.StoppedSeconds{Seconds: 3, Loads: 9},
		"a quota stopped the generator for 3.00 s in loads of 9.00 s")
	test(nil, stats.QuotaCores{Server: 1, Baseline: 2},
		"a quota of 1.00 cores, and the baseline has 2.00")
	test(nil, stats.QuotaCores{Server: 1}, "a quota of 1.00 cores, and the baseline has none")
	test(nil, stats.QuotaCores{Baseline: 2}, "no quota, and the baseline has 2.00 cores")
	test(nil, stats.StolenCores(0.03), "3 % of all cores' time went to other guests, together")
	test(nil, stats.GeneratorCPU(0.91), "91 % of its core, in the median")
	test(nil, stats.Spread{Low: 0.5, High: 1.5}, "from 50 % to 150 % of its median")
	test(nil, stats.LoadSeconds(0.019), "19 ms in the median")
	test(indonesian, stats.Said("exit status 2"), "exit status 2")
	test(indonesian, stats.BusyClients(1.06), "median okupansi 1,06")
}

// TestNotesAreTheRest holds that each doubt is either a warning or a note.
func TestNotesAreTheRest(t *testing.T) {
	for name, world := range labtest.Worlds() {
		rec := world.Record(t)
		a := stats.Analyse(rec)
		notes := Notes(a)
		for _, w := range a.Warnings {
			isNote := w.Code.Severity() == stats.SeverityNote
			if slices.Contains(notes, string(w.Code)) != isNote {
				t.Errorf("%s: the notes are %q, and %s is one: %v", name, notes, w.Code, isNote)
			}
		}
	}
}

// TestWarningsSayWhatToDo holds that no warning stands without a word of help, and errors come
// first.
func TestWarningsSayWhatToDo(t *testing.T) {
	for _, name := range []string{"ended", "wrong", "one"} {
		all := labtest.Worlds()[name].Record(t)
		rec := record.New(all.Header, all.Experiment, all.Results[1:]...) // one is missing
		lines := Warnings(nil, rec, stats.Analyse(rec))
		if len(lines) == 0 {
			t.Errorf("%s has no warnings", name)
		}
		for _, d := range Doubts(nil, rec, stats.Analyse(rec)) {
			if d.Means == "" {
				t.Errorf("%s has no meaning", d.Code)
			}
		}
		if last := lines[len(lines)-1]; !strings.HasPrefix(last, "missing: ") &&
			!strings.HasPrefix(last, "few: ") {
			t.Errorf("the last line of %s is %q; errors come first", name, last)
		}
	}
}

// A reason that differs from level to level says of which level it speaks.
func TestReasonOfSeveralLevels(t *testing.T) {
	test := func(want string, evidence ...stats.Evidence) {
		t.Helper()
		var doubts []stats.Doubt
		for i, e := range evidence {
			level := plan.Level{Kind: plan.Concurrency, Value: 1 + 7*i}
			doubts = append(doubts, stats.Doubt{
				Cell:     plan.Cell{Server: "A", Level: level},
				Evidence: e,
			})
		}
		if got := strings.ReplaceAll(reasonOf(nil, doubts), "\u00a0", " "); got != want {
			t.Errorf("%v: %q, want %q", evidence, got, want)
		}
	}
	const one, two = stats.AnsweredStatus(404), stats.AnsweredStatus(500)
	test("", nil, nil)
	test("the answer before the load had status 404", one)
	test("the answer before the load had status 404", one, one, one)
	test("at c = 1: the answer before the load had status 404; at c = 8: the answer before the "+
		"load had status 500", one, two)
	test("for instance at c = 1: the answer before the load had status 404", one, two, one)
}
