package report

import (
	"strings"
	"testing"

	"labbook/internal/stats"
)

func TestNumbers(t *testing.T) {
	test := func(got, want string) {
		t.Helper()
		if got = strings.ReplaceAll(got, "\u00a0", " "); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	test(Rate(0), "0")
	test(Rate(0.00012345), "0.000123")
	test(Rate(31.58), "31.58")
	test(Rate(237.91), "237.9")
	test(Rate(12345.6), "12,346")
	test(whole(122000), "122,000")
	test(percent(0.95), "95 %")
	test(percent(0.978515625), "97.8 %")
	test(percent(0.999), "99.9 %")
	test(fixed(1.0005, 2), "1.00")
	test(list(nil), "")
	test(list([]string{"a"}), "a")
	test(list([]string{"a", "b", "c"}), "a, b and c")
	test(plural(1, "round"), "1 round")
	test(plural(1000, "round"), "1,000 rounds")
	test(span(0.42, 0.53, ratio), "0.42 to 0.53")
	test(span(0.421, 0.419, ratio), "0.42")
	test(interval(stats.Summary{Low: 1, High: 2}, Rate), "–")
	test(interval(stats.Summary{Low: 6310, High: 6702, Confidence: 0.97}, Rate), "6,310 to 6,702")
	test(bytesOf(8<<30), "8.0 GiB")
}

// TestRatioNeverLooksLikeWhatItIsNot holds that no ratio is shown as 1 or as 0 that is something
// else, as far as six decimals go.
func TestRatioNeverLooksLikeWhatItIsNot(t *testing.T) {
	test := func(x float64, want string) {
		t.Helper()
		if got := ratio(x); got != want {
			t.Errorf("ratio(%v) = %q, want %q", x, got, want)
		}
	}
	test(1, "1.00")
	test(0.42, "0.42")
	test(0.999, "0.999")
	test(0.9999, "0.9999")
	test(1.003, "1.003")
	test(1.01, "1.01")
	test(10, "10.00")
	test(100.004, "100.00")
	test(0.0421, "0.042")
	test(0.00421, "0.0042")
	test(0.99999999, "1.000000")
}
