package findings

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

func TestLateReason(t *testing.T) {
	test := func(w *locale.Printer, percentile, ms float64, rate int, want string) {
		t.Helper()
		testReason(t, w, stats.LateRequests{
			Percentile: percentile,
			LateMS:     ms / 5,
			MS:         ms,
			Rate:       rate,
		}, want)
	}
	test(nil, 99, 60, 0,
		"1 in 100 requests was sent 12.0 ms late or more, and the p99 is 60.0 ms (medians)")
	test(nil, 99.9, 60, 0,
		"1 in 1,000 requests was sent 12.0 ms late or more, and the p99.9 is 60.0 ms (medians)")
	test(nil, 0, 1.25, 0,
		"requests were sent 0.250 ms late on average, and the mean latency is 1.25 ms (medians)")
	test(locale.For("id"), 50, 60, 3866,
		"pada 3.866 permintaan per detik: 1 dari 2 permintaan terlambat dikirim 12,0 ms atau "+
			"lebih, dan p50-nya 60,0 ms (median)")
}

// That a server kept to its objective at no rate is told with a restriction where the generator was
// late at the lowest one, of that server alone.
func TestNoRateKeptToWhileGeneratorWasLate(t *testing.T) {
	t.Parallel()
	rec := labtest.CapacityWorlds()["capacity-late"].Record(t)
	rec.Experiment.Load.Capacity.Within = time.Nanosecond
	a := stats.Analyse(rec)
	w := locale.For(locale.English)
	for _, text := range []string{fmt.Sprint(NewHeadline(w, a).Main), Quote(w, rec, a)} {
		ofA, ofB, _ := strings.Cut(text, "; ")
		lowest := w.Integer(a.Capacity("B").Rates[0].Rate)
		want := fmt.Sprintf("down to %s requests per second, where the load generator was the "+
			"bottleneck", lowest)
		if !strings.Contains(ofB, want) || strings.Contains(ofA, "bottleneck") {
			t.Errorf("%q, want of B: %q", text, want)
		}
	}
}

// How much longer requests take is a limit where the generator sent those of one server late, and
// nothing follows where it sent those of both late.
func TestLatencyIsALimitWhereRequestsWereLate(t *testing.T) {
	t.Parallel()
	all := labtest.Situations()
	i := slices.IndexFunc(all, func(s labtest.Situation) bool { return s.Name == "open-late" })
	test := func(baseline, late, answer, quote, restriction string) {
		t.Helper()
		rec := all[i].Record(t)
		rec.Experiment.Design.Baseline = baseline
		for _, r := range rec.Results {
			share := 0.0
			if strings.Contains(late, r.Server) {
				share = 0.5
			}
			r.Load.Detail.Late = labtest.LateBy(share, r.PercentilesMS)
		}
		a, w := stats.Analyse(rec), locale.For(locale.English)
		h := NewHeadline(w, a)
		if got := fmt.Sprint(h.Second); !strings.Contains(got, answer) {
			t.Errorf("%s late, the answer is %q, want %q", late, got, answer)
		}
		if got := Quote(w, rec, a); strings.Contains(got, "p99") != (quote != "") ||
			!strings.Contains(got, quote) {
			t.Errorf("%s late, to quote is %q, want %q", late, got, quote)
		}
		got := fmt.Sprint(h.Small)
		if told := strings.Contains(got, "sent requests"); told != (restriction != "") ||
			!strings.Contains(got, restriction) {
			t.Errorf("%s late, the restrictions are %q, want %q", late, got, restriction)
		}
	}
	test("A", "", "B takes 2.9 times as long as A", "was 2.93 times", "")
	test("A", "B", "B takes at most 2.9 times as long", "at most 2.93 times", "to B late")
	test("A", "A", "B takes at least 2.9 times as long", "at least 2.93 times", "to A late")
	test("A", "AB", "of B and A cannot be compared", "", "to A and B late at every level")
	test("B", "A", "A takes at most 34% of the time of B", "at most 0.34 times", "to A late")
	test("B", "B", "A takes at least 34% of the time of B", "at least 0.34 times", "to B late")
}
