package locale

import (
	"strings"
	"testing"
	"time"
)

// inBoth are English, which a nil Words is, and Indonesian.
var inBoth = []*Printer{nil, For("id")}

func expect(t *testing.T, got, want string) {
	t.Helper()
	if got = strings.ReplaceAll(got, "\u00a0", " "); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNumbers(t *testing.T) {
	test := func(format func(*Printer) string, english, indonesian string) {
		t.Helper()
		for i, want := range []string{english, indonesian} {
			expect(t, format(inBoth[i]), want)
		}
	}
	rate := func(x float64) func(*Printer) string { return func(w *Printer) string { return w.Rate(x) } }
	test(rate(0), "0", "0")
	test(rate(0.00012345), "0.000123", "0,000123")
	test(rate(2.34567), "2.346", "2,346")
	test(rate(31.58), "31.58", "31,58")
	test(rate(237.91), "237.9", "237,9")
	test(rate(12345.6), "12,346", "12.346")
	test(rate(1e15), "1e+15", "1e+15")
	test(rate(1.5e-9), "1.5e-09", "1,5e-09")
	test(func(w *Printer) string { return w.Milliseconds(0.0123456) }, "0.012", "0,012")
	test(func(w *Printer) string { return w.Milliseconds(6543.21) }, "6,543", "6.543")
	test(func(w *Printer) string { return w.Integer(122000) }, "122,000", "122.000")
	test(func(w *Printer) string { return w.Tick(2000, 500) }, "2,000", "2.000")
	test(func(w *Printer) string { return w.Tick(0.3, 0.1) }, "0.3", "0,3")
	test(func(w *Printer) string { return w.Tick(2e9, 1e9) }, "2e+09", "2e+09")
	test(func(w *Printer) string { return w.General(1.25, 3) }, "1.25", "1,25")
	test(func(w *Printer) string { return w.Fixed(6543.25, 2) }, "6543.25", "6543,25")
	test(func(w *Printer) string { return w.Times(0.0421) }, "0.042", "0,042")
	test(func(w *Printer) string { return w.Times(1.5) }, "1.50", "1,50")
	test(func(w *Printer) string { return w.Percentage(0.95) }, "95 %", "95%")
	test(func(w *Printer) string { return w.Percentage(0.978515625) }, "97.8 %", "97,8%")
	test(func(w *Printer) string { return w.Percentage(0.999) }, "99.9 %", "99,9%")
	test(func(w *Printer) string { return w.Percent(0.125, 1) }, "12.5 %", "12,5%")
	test(func(w *Printer) string { return w.PValue(0.0312) }, "0.031", "0,031")
	test(func(w *Printer) string { return w.PValue(0) }, "< 0.0001", "< 0,0001")
	test(func(w *Printer) string { return w.Bytes(8 << 30) }, "8.0 GiB", "8,0 GiB")
	test(
		func(w *Printer) string { return w.Span(0.42, 0.53, w.Ratio) },
		"0.42 to 0.53",
		"0,42 sampai 0,53",
	)
	test(func(w *Printer) string { return w.Span(0.421, 0.419, w.Ratio) }, "0.42", "0,42")
	test(
		func(w *Printer) string { return w.NoBreakRange(6310, 6702, w.Rate) },
		"6,310 to 6,702",
		"6.310–\u20606.702",
	)
	test(
		func(w *Printer) string { return w.Count(1, "1 round", "%s rounds") },
		"1 round",
		"1 putaran",
	)
	test(
		func(w *Printer) string { return w.Count(1000, "1 round", "%s rounds") },
		"1,000 rounds",
		"1.000 putaran",
	)
	test(func(w *Printer) string { return w.List(nil) }, "", "")
	test(func(w *Printer) string { return w.List([]string{"a"}) }, "a", "a")
	test(
		func(w *Printer) string { return w.List([]string{"a", "b", "c"}) },
		"a, b and c",
		"a, b, dan c",
	)
	test(func(w *Printer) string { return w.List([]string{"a", "b"}) }, "a and b", "a dan b")
	evening := time.Date(2026, 8, 17, 22, 5, 0, 0, time.FixedZone("", 7*3600))
	test(
		func(w *Printer) string { return w.Date(evening) },
		"17 August 2026, 15:05 UTC",
		"17 Agustus 2026, 15:05 UTC",
	)
}

// TestRatioNeverLooksLikeWhatItIsNot holds that no ratio is shown as 1 or as 0 that is something
// else, as far as six decimals go.
func TestRatioNeverLooksLikeWhatItIsNot(t *testing.T) {
	test := func(x float64, want string) {
		t.Helper()
		expect(t, For(English).Ratio(x), want)
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

func TestSay(t *testing.T) {
	var w *Printer
	expect(t, w.Sprintf("100 %"), "100 %")
	expect(t, w.Sprintf("%s and %s", "a", Message("b")), "a and b")
	expect(t, w.Language(), "en")
	expect(t, For("id").Language(), "id")
	expect(t, For("").Language(), "en")
	expect(t, strings.Join(For("id").Strings("Server", "Rounds"), "|"), "Server|Putaran")
	expect(
		t,
		For("id").Sprintf("a message of which no catalogue knows"),
		"a message of which no catalogue knows",
	)
}
