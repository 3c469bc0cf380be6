package locale

import (
	"strings"
	"testing"
	"time"
)

// both are English, which a nil Printer writes, and Indonesian.
var both = []*Printer{nil, For("id")}

func expect(t *testing.T, got, want string) {
	t.Helper()
	if got = strings.ReplaceAll(got, "\u00a0", " "); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// expectBoth checks what a method of both Printers returns.
func expectBoth(t *testing.T, format func(*Printer) string, english, indonesian string) {
	t.Helper()
	expect(t, format(both[0]), english)
	expect(t, format(both[1]), indonesian)
}

func TestRate(t *testing.T) {
	test := func(x float64, english, indonesian string) {
		t.Helper()
		expectBoth(t, func(p *Printer) string { return p.Rate(x) }, english, indonesian)
	}
	test(0, "0", "0")
	test(0.00012345, "0.000123", "0,000123")
	test(2.34567, "2.346", "2,346")
	test(31.58, "31.58", "31,58")
	test(237.91, "237.9", "237,9")
	test(12345.6, "12,346", "12.346")
	test(1, "1", "1")
	test(1.0004, "1.000", "1,000")
	test(30, "30", "30")
	test(12345, "12,345", "12.345")
	test(1e15, "1e+15", "1e+15")
	test(1.5e-9, "1.5e-09", "1,5e-09")
}

func TestNumbers(t *testing.T) {
	test := func(format func(*Printer) string, english, indonesian string) {
		t.Helper()
		expectBoth(t, format, english, indonesian)
	}
	test(func(p *Printer) string { return p.Milliseconds(0.0123456) }, "0.012", "0,012")
	test(func(p *Printer) string { return p.Milliseconds(6543.21) }, "6,543", "6.543")
	test(func(p *Printer) string { return p.Integer(122000) }, "122,000", "122.000")
	test(func(p *Printer) string { return p.Tick(2000, 500) }, "2,000", "2.000")
	test(func(p *Printer) string { return p.Tick(0.3, 0.1) }, "0.3", "0,3")
	test(func(p *Printer) string { return p.Tick(2e9, 1e9) }, "2e+09", "2e+09")
	test(func(p *Printer) string { return p.General(1.25, 3) }, "1.25", "1,25")
	test(func(p *Printer) string { return p.Fixed(6543.25, 2) }, "6543.25", "6543,25")
	test(func(p *Printer) string { return p.Times(0.0421) }, "0.042", "0,042")
	test(func(p *Printer) string { return p.Times(1.5) }, "1.50", "1,50")
	test(func(p *Printer) string { return p.Percentage(0.95) }, "95%", "95%")
	test(func(p *Printer) string { return p.Percentage(0.978515625) }, "97.8%", "97,8%")
	test(func(p *Printer) string { return p.Percentage(0.999) }, "99.9%", "99,9%")
	test(func(p *Printer) string { return p.Percent(0.125, 1) }, "12.5%", "12,5%")
	test(func(p *Printer) string { return p.PValue(0.0312) }, "0.031", "0,031")
	test(func(p *Printer) string { return p.PValue(0) }, "< 0.0001", "< 0,0001")
	test(func(p *Printer) string { return p.Bytes(8 << 30) }, "8.0 GiB", "8,0 GiB")
}

func TestDuration(t *testing.T) {
	test := func(d time.Duration, english, indonesian string) {
		t.Helper()
		format := func(p *Printer) string { return p.Duration(d) }
		expectBoth(t, format, english, indonesian)
	}
	test(time.Millisecond, "1 ms", "1 ms")
	test(250*time.Millisecond, "250 ms", "250 ms")
	test(85*time.Microsecond, "85 µs", "85 µs")
	test(123_456*time.Nanosecond, "0.123 ms", "0,123 ms")
	test(1500*time.Millisecond, "1.5 s", "1,5 detik")
	test(90*time.Second, "90 s", "90 detik")
	test(150*time.Second, "2.5 min", "2,5 menit")
	test(time.Hour, "60 min", "60 menit")
	test(150*time.Minute, "2.5 h", "2,5 jam")
}

func TestSentenceParts(t *testing.T) {
	test := func(format func(*Printer) string, english, indonesian string) {
		t.Helper()
		expectBoth(t, format, english, indonesian)
	}
	test(
		func(p *Printer) string { return p.Span(0.42, 0.53, p.Ratio) },
		"0.42–0.53",
		"0,42–0,53",
	)
	test(func(p *Printer) string { return p.Span(0.421, 0.419, p.Ratio) }, "0.42", "0,42")
	test(
		func(p *Printer) string { return p.NoBreakRange(6310, 6702, p.Rate) },
		"6,310–\u20606,702",
		"6.310–\u20606.702",
	)
	signed := func(p *Printer) func(float64) string { return p.SignedPercent }
	test(
		func(p *Printer) string { return p.NoBreakRange(-0.03, 0.04, signed(p)) },
		"\u22123% to +4%",
		"\u22123% sampai +4%",
	)
	test(
		func(p *Printer) string { return p.Range(0.14, 0.24, p.WholePercent) },
		"14–24%",
		"14–24%",
	)
	milliseconds := func(p *Printer) func(float64) string {
		return func(x float64) string { return p.Duration(time.Duration(x * 1e6)) }
	}
	test(
		func(p *Printer) string { return p.Range(37, 54, milliseconds(p)) },
		"37–54 ms",
		"37–54 ms",
	)
	test(
		func(p *Printer) string { return p.Range(900, 1500, milliseconds(p)) },
		"900 ms–1.5 s",
		"900 ms–1,5 detik",
	)
	test(
		func(p *Printer) string { return p.Count(1, "1 round", "%s rounds") },
		"1 round",
		"1 putaran",
	)
	test(
		func(p *Printer) string { return p.Count(1000, "1 round", "%s rounds") },
		"1,000 rounds",
		"1.000 putaran",
	)
	test(func(p *Printer) string { return p.List(nil) }, "", "")
	test(func(p *Printer) string { return p.List([]string{"a"}) }, "a", "a")
	test(
		func(p *Printer) string { return p.List([]string{"a", "b", "c"}) },
		"a, b and c",
		"a, b, dan c",
	)
	test(func(p *Printer) string { return p.List([]string{"a", "b"}) }, "a and b", "a dan b")
	evening := time.Date(2026, 8, 17, 22, 5, 0, 0, time.FixedZone("", 7*3600))
	test(
		func(p *Printer) string { return p.Date(evening) },
		"17 August 2026, 15:05 UTC",
		"17 Agustus 2026, 15:05 UTC",
	)
}

// No ratio is shown as 1 or as 0 that is not, as far as six decimals go.
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

func TestSprintf(t *testing.T) {
	var english *Printer
	expect(t, english.Sprintf("100 %"), "100 %")
	expect(t, english.Sprintf("%s and %s", "a", Message("b")), "a and b")

	indonesian := For("id")
	expect(t, indonesian.Sprintf("%s and %s", "a", Message("slower")), "a dan lebih lambat")
	expect(t, strings.Join(indonesian.Strings("Server", "Rounds"), "|"), "Server|Putaran")
	expect(t, indonesian.Sprintf("in no catalogue"), "in no catalogue")
}

func TestLanguage(t *testing.T) {
	var english *Printer
	expect(t, english.Language(), "en")
	expect(t, For("id").Language(), "id")
	expect(t, For("").Language(), "en")
}
