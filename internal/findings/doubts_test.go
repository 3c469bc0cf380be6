package findings

import (
	"slices"
	"strings"
	"testing"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// TestEveryCodeIsExplained holds that meanings.go knows every code of package stats, and no other.
func TestEveryCodeIsExplained(t *testing.T) {
	known := map[stats.Code]bool{}
	for _, code := range stats.Codes() {
		known[code] = true
		_, explained := meanings[code]
		dependsOnRun := slices.Contains(
			[]stats.Code{stats.Few, stats.Resumed, stats.MoreRounds, stats.Imported}, code)
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
	test(nil, stats.NoReport{}, "ab printed no report")
	test(nil, stats.WrongClock{StepSeconds: -0.04},
		"the clock was set back by 0.040 s during the load")
	test(nil, stats.WrongClock{StepSeconds: 3600},
		"the clock was set forward by 3600.000 s during the load")
	test(nil, stats.WrongClock{TookSeconds: 3600.065, WallSeconds: 0.099},
		"ab reports 3600.065 s, but its process ran for 0.099 s")
	test(nil, stats.NoRate{}, "ab reported no rate")
	test(nil, stats.FailedRequests{Failed: 3}, "3 failed requests, 0 write errors")
	test(nil, stats.IncompleteRequests{Complete: 9, Requests: 10}, "9 of 10 requests completed")
	test(nil, stats.UnsentArrivals(1), "1 request could not be sent")
	test(nil, stats.UnsentArrivals(42), "42 requests could not be sent")
	test(nil, stats.AnsweredStatus(404), "the answer before the load had status 404")
	test(nil, stats.BodySizes{Server: 7, Baseline: 6}, "7 bytes; baseline: 6")
	test(nil, stats.BodySizes{Server: 6, Baseline: 6},
		"6 bytes as in the baseline's body, but different ones")
	test(nil, stats.SurplusBytes(1), "sends 1 byte more than its Content-Length")
	test(nil, stats.SurplusBytes(4), "sends 4 bytes more than its Content-Length")
	test(nil, stats.QuietCPU(0.98), "98% of a core after the load (median)")
	test(nil, stats.DeferredWork{Seconds: 0.0125, Requests: 1000, LoadUS: 45.2},
		"12.5 ms of CPU time after the load (median): 12.5 µs per request, in addition to 45.2 "+
			"µs during the load")
	test(nil, stats.Growth{Threads: 100},
		"100 threads more after the load than before (median)")
	test(nil, stats.Growth{Descriptors: 19},
		"19 descriptors more after the load than before (median)")
	test(nil, stats.Growth{Threads: 40, Descriptors: 90},
		"40 threads and 90 descriptors more after the load than before (median)")
	test(nil, stats.BusyClients(1.06), "client utilisation 106% (median)")
	test(nil, stats.SelfRatio{Low: 1.02, High: 1.1}, "confidence interval of its A/A ratio: "+
		"1.02–1.10")
	test(nil, stats.BusyCores(0.99), "all cores 99% busy")
	test(nil, stats.BusyCPUs(0.97), "their CPUs 97% busy")
	test(nil, stats.OtherPrograms{Share: 0.43},
		"other programs used 43% of the cores' time, too much in every round")
	test(nil, stats.OtherPrograms{Share: 0.39, Rounds: "1–3, 7"},
		"other programs used 39% of the cores' time, too much in rounds 1–3, 7")
	test(nil, stats.OtherPrograms{Share: 0.28, Baseline: 0.02, Rounds: "4"},
		"other programs used 28% of the cores' time, 2% during the baseline's loads, too much "+
			"in round 4")
	test(nil, stats.StoppedSeconds{
		Server:  true,
		Seconds: 1.234,
		Loads:   2,
		Cores:   0.5,
	},
		"a quota of 0.50 cores paused the server for 1.23 s of 2.00 s")
	test(nil, stats.StoppedSeconds{Seconds: 3, Loads: 9},
		"a quota paused the generator for 3.00 s of 9.00 s")
	test(nil, stats.QuotaCores{Server: 1, Baseline: 2},
		"a quota of 1.00 cores; baseline: 2.00")
	test(nil, stats.QuotaCores{Server: 1}, "a quota of 1.00 cores; baseline: none")
	test(nil, stats.QuotaCores{Baseline: 2}, "no quota; baseline: 2.00 cores")
	test(nil, stats.StolenCores(0.03), "3% of the cores' time")
	test(nil, stats.GeneratorCPU(0.91), "91% of its core (median)")
	test(nil, stats.Spread{Low: 0.5, High: 1.5}, "confidence interval 50–150% of the median")
	test(nil, stats.ShortLoad{Seconds: 0.019, Requests: 3200},
		"19 ms; 200 ms take 3,200 requests")
	test(indonesian, stats.Said("exit status 2"), "exit status 2")
	test(indonesian, stats.BusyClients(1.06), "utilisasi klien 106% (median)")
}

// TestDoubtsSayWhatToDo holds that no doubt stands without a word of help, and errors come first.
func TestDoubtsSayWhatToDo(t *testing.T) {
	for _, name := range []string{"ended", "wrong", "one"} {
		all := labtest.Worlds()[name].Record(t)
		rec := record.New(all.Header, all.Experiment, all.Results[1:]...) // one is missing
		doubts := Doubts(nil, rec, stats.Analyse(rec))
		if len(doubts) == 0 {
			t.Errorf("%s has no doubts", name)
		}
		for i, d := range doubts {
			if d.What == "" || d.Means == "" {
				t.Errorf("%s: what: %q, means: %q, want both", d.Code, d.What, d.Means)
			}
			if i > 0 && d.Error && !doubts[i-1].Error {
				t.Errorf("%s: the error %s comes after %s", name, d.Code, doubts[i-1].Code)
			}
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
	test("at 1 client: the answer before the load had status 404; at 8 clients: the answer "+
		"before the load had status 500", one, two)
	test("for example at 1 client: the answer before the load had status 404", one, two, one)
	test("for example at 1 client: the answer before the load had status 404", one, nil, nil)
	test("client utilisation 61–72% (median)",
		stats.BusyClients(0.61), stats.BusyClients(0.72))
	test("client utilisation 61–74% (median)",
		stats.BusyClients(0.72), stats.BusyClients(0.61), stats.BusyClients(0.74))
}

// testTogether compares the sentence for the evidence of several levels with the wanted one.
func testTogether(t *testing.T, want string, evidence []stats.Evidence) {
	t.Helper()
	got := strings.ReplaceAll(together(nil, evidence), "\u00a0", " ")
	if got != want {
		t.Errorf("%v: %q, want %q", evidence, got, want)
	}
}

// The evidence of three levels or more is stated as a range, and never as that of the first.
func TestReasonIsARange(t *testing.T) {
	test := func(want string, evidence ...stats.Evidence) {
		t.Helper()
		testTogether(t, want, evidence)
	}
	test("91–98% of its core (median)",
		stats.GeneratorCPU(0.95), stats.GeneratorCPU(0.91), stats.GeneratorCPU(0.98))
	test("3–12 ms; 200 ms take 900–12,000 requests",
		stats.ShortLoad{Seconds: 0.003, Requests: 12000},
		stats.ShortLoad{Seconds: 0.012, Requests: 900})
	test("7–98% of a core after the load (median)",
		stats.QuietCPU(0.98), stats.QuietCPU(0.07))
	test("throughput −20% to +12% from the first round to the last, compared with the other "+
		"servers", stats.Drift{Change: 0.12, Beside: stats.BesideOthers},
		stats.Drift{Change: -0.2, Beside: stats.BesideOthers})
	test("", stats.Drift{Change: 0.12, Beside: stats.BesideOthers},
		stats.Drift{Change: -0.2, Beside: stats.BesideYounger})
	test("the first quarter of a load took 1.40–1.50 times as long as the last",
		stats.FirstQuarter(1.5), stats.FirstQuarter(1.4))
	test("the last quarter of a load took 1.25–2.00 times as long as the first",
		stats.FirstQuarter(0.5), stats.FirstQuarter(0.8))
	test("", stats.FirstQuarter(0.5), stats.FirstQuarter(1.5))
	test("40–100 threads and 90 descriptors more after the load than before (median)",
		stats.Growth{Threads: 100}, stats.Growth{Threads: 40, Descriptors: 90})
	test("0–5 of 3,000 answers left the connection open",
		stats.Kept{Kept: 5, Answers: 3000}, stats.Kept{Answers: 3000})
	test("12–1,264 connection attempts dropped; queue length 5",
		stats.Drops{Dropped: 1264, Backlog: 5}, stats.Drops{Dropped: 12, Backlog: 5})
	test("still open 100–200 ms after the answer before the load (median)",
		stats.HeldOpenMS(200.4), stats.HeldOpenMS(100))
	test("last byte 41–44 ms after the first; with immediate acknowledgement 0.1 ms (medians)",
		stats.LateBody{LoadMS: 44, PromptMS: 0.06}, stats.LateBody{LoadMS: 41, PromptMS: 0.11})
	test("sends 6 of the 12–1,200 bytes that its Content-Length announces",
		stats.CutBody{Sent: 6, Announced: 1200}, stats.CutBody{Sent: 6, Announced: 12})
	test("6 bytes in the answer before the load, 2–3 in the first of the load",
		stats.FirstBody{Before: 6, Load: 3}, stats.FirstBody{Before: 6, Load: 2})
	test("120–121 bytes per answer under load, 100,020 in the baseline's",
		stats.AnswerBytes{Server: 121, Baseline: 100020},
		stats.AnswerBytes{Server: 120, Baseline: 100020})
	test("6–7 bytes; baseline: 5",
		stats.BodySizes{Server: 7, Baseline: 5}, stats.BodySizes{Server: 6, Baseline: 5})
	test("", stats.BodySizes{Server: 7, Baseline: 5}, stats.BodySizes{Server: 5, Baseline: 5})
	test("sends 1–4 bytes more than its Content-Length",
		stats.SurplusBytes(4), stats.SurplusBytes(1))
	test("confidence intervals within 40–190% of the medians",
		stats.Spread{Low: 0.4, High: 1.5}, stats.Spread{Low: 0.5, High: 1.9})
	test("confidence intervals of its A/A ratios within 0.80–1.10",
		stats.SelfRatio{Low: 1.02, High: 1.1}, stats.SelfRatio{Low: 0.8, High: 0.9})
}

func TestReasonIsARangeOfTheMachine(t *testing.T) {
	test := func(want string, evidence ...stats.Evidence) {
		t.Helper()
		testTogether(t, want, evidence)
	}
	test("all cores 97–99% busy",
		stats.BusyCores(0.99), stats.BusyCores(0.97))
	test("their CPUs 97–99% busy",
		stats.BusyCPUs(0.99), stats.BusyCPUs(0.97))
	test("3–5% of the cores' time",
		stats.StolenCores(0.05), stats.StolenCores(0.03))
	test("other programs used 33–39% of the cores' time",
		stats.OtherPrograms{Share: 0.39, Rounds: "1–3, 7"}, stats.OtherPrograms{Share: 0.33})
	test("other programs used 33–39% of the cores' time, 2–3% during the baseline's loads, too "+
		"much in every round",
		stats.OtherPrograms{Share: 0.39, Baseline: 0.02},
		stats.OtherPrograms{Share: 0.33, Baseline: 0.03})
	test("a quota paused the generator for 1.00–3.00 s of 9.00 s",
		stats.StoppedSeconds{Seconds: 3, Loads: 9}, stats.StoppedSeconds{Seconds: 1, Loads: 9})
	test("", stats.StoppedSeconds{Seconds: 3, Loads: 9},
		stats.StoppedSeconds{Server: true, Seconds: 1, Loads: 9})
	test("a quota of 0.50–1.00 cores; baseline: none",
		stats.QuotaCores{Server: 1}, stats.QuotaCores{Server: 0.5})
	test("", stats.QuotaCores{Server: 1}, stats.QuotaCores{Baseline: 0.5})
	test("uses TLS, unlike the baseline",
		stats.OneSidedTLS{Server: true}, stats.OneSidedTLS{Server: true})
	test("", stats.OneSidedTLS{Server: true}, stats.OneSidedKeepAlive{Server: true})
	test("", stats.Said("exit status 1"), stats.Said("exit status 2"))
}
