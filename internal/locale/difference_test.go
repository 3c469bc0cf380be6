package locale

import "testing"

func TestDifference(t *testing.T) {
	test := func(low, high float64, english, indonesian string) {
		t.Helper()
		expectBoth(t, func(p *Printer) string {
			return p.Difference(RequestsPerSecond, low, high, "B")
		}, english, indonesian)
	}
	test(0.76, 0.76,
		"24% fewer requests per second than B",
		"24% lebih sedikit permintaan per detik daripada B")
	test(0.76, 0.86,
		"14–24% fewer requests per second than B",
		"14–24% lebih sedikit permintaan per detik daripada B")
	test(1.45, 1.76,
		"45–76% more requests per second than B",
		"45–76% lebih banyak permintaan per detik daripada B")
	test(2.4, 2.4,
		"2.4 times as many requests per second as B",
		"2,4 kali jumlah permintaan per detik B")
	test(1.9996, 1.9996,
		"2.0 times as many requests per second as B",
		"2,0 kali jumlah permintaan per detik B")
	test(1.994, 1.994,
		"99% more requests per second than B",
		"99% lebih banyak permintaan per detik daripada B")
	test(1.98, 3.4,
		"2.0–3.4 times as many requests per second as B",
		"2,0–3,4 kali jumlah permintaan per detik B")
	test(0.45, 0.45,
		"45% of the requests per second of B",
		"45% dari jumlah permintaan per detik B")
	test(0.0749, 0.3,
		"7–30% of the requests per second of B",
		"7–30% dari jumlah permintaan per detik B")
	test(1.0/540, 1.0/540,
		"about 1/540 of the requests per second of B",
		"sekitar 1/540 dari jumlah permintaan per detik B")
	test(0.84, 1.09,
		"from 16% fewer to 9% more requests per second than B",
		"dari 16% lebih sedikit sampai 9% lebih banyak permintaan per detik daripada B")
	test(1, 1, "as many requests per second as B", "permintaan per detik sebanyak B")
}

// The forms change where one says it otherwise, and both ends of a span have one form.
func TestFormsOfADifference(t *testing.T) {
	test := func(low, high float64, want string) {
		t.Helper()
		expect(t, For(English).Difference(ByNumber, low, high), want)
	}
	test(0.501, 0.501, "50% fewer")
	test(0.5, 0.5, "50% of that")
	test(0.2, 0.6, "40–80% fewer")
	test(0.004, 0.6, "40–99.6% fewer")
	test(0.01, 0.01, "1% of that")
	test(1.0/540, 1.0/300, "about 1/540–1/300 of that")
	test(0.002, 0.3, "0.2–30% of that")
	test(1.99, 1.99, "99% more")
	test(2, 2, "2.0 times as many")
	test(0.5, 14.2, "0.50–14 times as many")
	test(1234, 1234, "1,234 times as many")
	test(0.997, 0.997, "0.3% fewer")
	test(0.9999, 1.0001, "about as many")
	test(0.99996, 1.03, "from 0% fewer to 3% more")
}

// Every quantity says all forms.
func TestQuantities(t *testing.T) {
	test := func(q Quantity, other ...any) {
		t.Helper()
		for _, ratio := range []float64{0.001, 0.3, 0.8, 1, 1.3, 4} {
			text := For(English).Difference(q, ratio, ratio, other...)
			if text == "" || verb.MatchString(text) {
				t.Errorf("%v: %q", ratio, text)
			}
		}
	}
	for _, q := range []Quantity{RequestsPerSecond, GoodAnswers, Latency, CPUTime} {
		test(q, "B")
	}
	for _, q := range []Quantity{ByNumber, ByLength, ByAmount} {
		test(q)
	}
}

func TestChange(t *testing.T) {
	test := func(ratio float64, english, indonesian string) {
		t.Helper()
		format := func(p *Printer) string { return p.Change(ratio) }
		expectBoth(t, format, english, indonesian)
	}
	test(0.76, "\u221224%", "\u221224%")
	test(1.31, "+31%", "+31%")
	test(1, "0%", "0%")
	test(0.99996, "0%", "0%")
	test(0.996, "\u22120.4%", "\u22120,4%")
	test(0.45, "\u221255%", "\u221255%")
	test(0.05, "\u221295%", "\u221295%")
	test(0.0018, "1/556", "1/556")
	test(2.04, "2.0×", "2,0×")
	test(17.6, "18×", "18×")
}

func TestChanges(t *testing.T) {
	test := func(low, high float64, want string) {
		t.Helper()
		expect(t, For(English).Changes(low, high), want)
	}
	test(0.72, 0.79, "\u221228% to \u221221%")
	test(0.97, 1.04, "\u22123% to +4%")
	test(1.4, 2.3, "1.4–2.3×")
	test(2.07, 3.1, "2.1–3.1×")
	test(0.84, 0.84, "\u221216%")
}

func TestPercentSpan(t *testing.T) {
	english := For(English)
	expect(t, english.PercentSpan(0.14, 0.24), "14–24%")
	expect(t, english.PercentSpan(0.141, 0.139), "14%")
	expect(t, english.WholePercent(0.998), "99.8%")
	expect(t, english.WholePercent(1), "100%")
	expect(t, english.WholePercent(0), "0%")
	expect(t, english.SignedPercent(-0.24), "\u221224%")
	expect(t, For("id").WholePercent(0.003), "0,3%")
}

func TestRoughRate(t *testing.T) {
	test := func(x float64, english, indonesian string) {
		t.Helper()
		expectBoth(t, func(p *Printer) string { return p.RoughRate(x) }, english, indonesian)
	}
	test(1, "1", "1")
	test(9, "9", "9")
	test(64, "64", "64")
	test(1.414, "1.41", "1,41")
	test(0.999, "0.999", "0,999")
	test(21338, "21,300", "21.300")
	test(0, "0", "0")
}

func TestRough(t *testing.T) {
	test := func(x float64, english, indonesian string) {
		t.Helper()
		expectBoth(t, func(p *Printer) string { return p.Rough(x) }, english, indonesian)
	}
	test(21338.4, "21,300", "21.300")
	test(2589, "2,590", "2.590")
	test(194.3, "194", "194")
	test(0.12345, "0.123", "0,123")
	test(0, "0", "0")
}

func TestClientsAndRates(t *testing.T) {
	english, indonesian := For(English), For("id")
	expect(t, english.Clients(1), "1 client")
	expect(t, english.Clients(1000), "1,000 clients")
	expect(t, indonesian.Clients(3), "3 klien")
	expect(t, english.PerSecond(24000), "24,000/s")
	expect(t, indonesian.PerSecond(24000), "24.000/detik")
}
