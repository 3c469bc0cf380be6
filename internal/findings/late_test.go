package findings

import (
	"fmt"
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
