package findings

import (
	"cmp"
	"math"
	"math/big"
	"math/rand"
	"strings"
	"testing"
	"testing/quick"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// TestShownNumbersNeverContradict holds that whoever compares a number with a limit, both as they
// are shown, comes to what Labbook came to: for values of any size, many of them as near to the
// limit as floating-point numbers can be.
func TestShownNumbersNeverContradict(t *testing.T) {
	for key, m := range measures {
		holds := func(limit, distance float64, power uint8) bool {
			limit = math.Abs(math.Remainder(limit, 1e6)) // the size of what is measured
			near := limit * (1 + math.Remainder(distance, 1)*math.Pow10(-int(power%18)))
			for _, value := range []float64{
				near, limit, math.Nextafter(limit, 0), math.Nextafter(limit, 1e9), 0,
			} {
				shown := read(t, m.value(nil, value, limit))
				side := cmp.Compare(value, limit)
				if stats.IsLimit(value, limit) {
					side = 0
				}
				if shown.Cmp(read(t, m.limit(nil, limit))) != side {
					t.Logf("%s: %v looks like %s beside %s", key, value,
						m.value(nil, value, limit), m.limit(nil, limit))
					return false
				}
			}
			return true
		}
		seeded := &quick.Config{MaxCount: 500, Rand: rand.New(rand.NewSource(1))}
		if err := quick.Check(holds, seeded); err != nil {
			t.Error(err)
		}
	}
}

// read returns the number that a text begins with, as a reader takes it.
func read(t *testing.T, text string) *big.Rat {
	t.Helper()
	digits := strings.TrimRight(strings.ReplaceAll(text, ",", ""), " msµMB%×")
	number, ok := new(big.Rat).SetString(digits)
	if !ok {
		t.Fatalf("%q is no number", text)
	}
	return number
}

func TestNumbersBesideALimit(t *testing.T) {
	for _, test := range []struct {
		metric       string
		bound        spec.Bound
		value, limit float64
		shown        string
		shownLimit   string
	}{
		{"p99_ms", spec.AtMost, 20.04, 20, "20.04 ms", "at most 20 ms"},
		{"p99_ms", spec.AtMost, 20.0004, 20, "20.0004 ms", "at most 20 ms"},
		{"p99_ms", spec.AtMost, 20, 20, "20.00 ms", "at most 20 ms"},
		{"p99_ms", spec.AtMost, 19.9996, 20, "19.9996 ms", "at most 20 ms"},
		{"p99_ms", spec.AtMost, 3.14159, 20, "3.142 ms", "at most 20 ms"},
		{"p99_ms", spec.AtMost, 0.0421, 0.5, "0.042 ms", "at most 0.5 ms"},
		{"requests_per_second", spec.AtLeast, 20996.31, 20000, "20,996", "at least 20,000"},
		{"requests_per_second", spec.AtLeast, 19999.8, 20000, "19,999.8", "at least 20,000"},
		{"requests_per_second", spec.RatioAtLeast, 0.9496, 0.95, "0.9496×", "at least 0.95"},
		{"requests_per_second", spec.RatioAtLeast, 0.8, 0.95, "0.80×", "at least 0.95"},
		{"requests_per_second", spec.RatioAtLeast, 0.9996, 0.95, "1.00×", "at least 0.95"},
		{"good_share", spec.AtLeast, 0.07, 0.999, "7.000%", "at least 99.9%"},
		{"own_memory_bytes", spec.AtMost, 9_712_345, 12_500_000, "9.7 MB", "at most 12.5 MB"},
		{"own_memory_bytes", spec.AtMost, 12_512_345, 12_500_000, "12.51 MB",
			"at most 12.5 MB"},
		{"failed", spec.AtMost, 3, 0, "3", "at most 0"},
		{"failed", spec.AtMost, 0, 0, "0", "at most 0"},
	} {
		e := spec.Expectation{Metric: test.metric, Bound: test.bound, Limit: test.limit}
		a := new(stats.Analysis)
		if shown := measureOf(a, e).value(nil, test.value, test.limit); shown != test.shown {
			t.Errorf("%v beside %v: %q, not %q", test.value, test.limit, shown, test.shown)
		}
		if shown := limitOf(nil, a, e); shown != test.shownLimit {
			t.Errorf("%v: %q, not %q", test.limit, shown, test.shownLimit)
		}
	}
	indonesian := measures["p99_ms"].value(locale.For("id"), 20000.04, 20000)
	if indonesian != "20.000,04 ms" {
		t.Errorf("in Indonesian: %s", indonesian)
	}
}

// TestEveryMetricHasItsWords holds that readers see no key in the place of a name.
func TestEveryMetricHasItsWords(t *testing.T) {
	for _, metric := range stats.Metrics {
		if _, ok := measures[metric.Key]; !ok {
			t.Errorf("%s has no words", metric.Key)
		}
	}
}

// A capacity that is the lowest or the highest rate is a whole number, and any other has decimals.
func TestWholeRates(t *testing.T) {
	m := measure{"capacity", perSecond, 0, 2}
	for value, want := range map[float64]string{
		1:      "1/s",
		9:      "9/s",
		100:    "100/s",
		60_000: "60,000/s",
		1.4142: "1.41/s",
		18_400: "18,400/s",
	} {
		if got := m.value(nil, value, 100); got != want {
			t.Errorf("%v: %s, want %s", value, got, want)
		}
	}
}
