package abtext

import (
	"slices"
	"strings"
	"testing"
)

func TestParsePercentiles(t *testing.T) {
	text := read(t, "plain.csv")
	times, err := ParsePercentiles(text)
	if err != nil || len(times) != 101 || !slices.IsSorted(times) {
		t.Fatalf("ParsePercentiles = %d values, %v, want 101 ascending ones", len(times), err)
	}
	var b strings.Builder
	if err := FormatPercentiles(&b, times); err != nil || b.String() != text {
		t.Errorf("FormatPercentiles = %q, %v, want what ab wrote", b.String(), err)
	}
	if err := FormatPercentiles(&b, times[:100]); err == nil {
		t.Error("FormatPercentiles of 100 values: no error")
	}
}

func TestPercentilesThatAreRefused(t *testing.T) {
	text := read(t, "plain.csv")
	test := func(name, text, want string) {
		t.Helper()
		if _, err := ParsePercentiles(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q in it", name, err, want)
		}
	}
	rows := strings.SplitAfter(text, "\n")
	test("empty", "", "the first row is not")
	test("another head", strings.Replace(text, "Time in ms", "Time in s", 1),
		"the first row is not")
	test("ab before 2.4.16", strings.Join(rows[:101], ""), "found 100 rows")
	test("one row more", text+"101,1.000\n", "found 102 rows")
	test("one row twice", strings.Join(rows[:5], "")+rows[4]+strings.Join(rows[6:], ""),
		`row 4 is of "3"%`)
	test("not a number", strings.Replace(text, rows[1], "0,x\n", 1), `row 0: found "x"`)
	test("below 0", strings.Replace(text, rows[1], "0,-1\n", 1), `row 0: found "-1"`)
	test("falling", strings.Replace(text, rows[100], "99,0.001\n", 1),
		"row 99 is below the row before it")
	test("three columns", strings.Replace(text, rows[1], "0,1,2\n", 1), "wrong number of fields")
}

func FuzzParsePercentiles(f *testing.F) {
	f.Add(read(f, "plain.csv"))
	f.Add(read(f, "small.csv"))
	f.Fuzz(func(t *testing.T, text string) {
		times, err := ParsePercentiles(text)
		if err == nil && (len(times) != 101 || !slices.IsSorted(times) || !(times[0] >= 0)) {
			t.Errorf("ParsePercentiles(%q) = %v", text, times)
		}
	})
}

// ab before 2.4.16 writes no row for 100%. Only saved files may lack it.
func TestParseSavedPercentiles(t *testing.T) {
	text := read(t, "plain.csv")
	all, err := ParseSavedPercentiles(text)
	if err != nil || len(all) != 101 {
		t.Fatalf("%d rows, %v, want 101", len(all), err)
	}
	older := text[:strings.Index(text, "\n100,")+1]
	if got, err := ParseSavedPercentiles(older); err != nil || !slices.Equal(got, all[:100]) {
		t.Errorf("%d rows, %v, want the first 100", len(got), err)
	}
	if _, err := ParsePercentiles(older); err == nil || !strings.Contains(err.Error(), "100 rows") {
		t.Errorf("%v, want 100 rows refused", err)
	}
	if got, err := ParseSavedPercentiles(strings.ReplaceAll(text, "\n", "\r\n")); err != nil ||
		!slices.Equal(got, all) {
		t.Errorf("with CR LF: %v, %v", got, err)
	}
}

func TestParseRequests(t *testing.T) {
	const text = requestsHead + "\n" +
		"Mon Mar 03 10:00:00 2025\t1740996000\t1\t3\t4\t2\r\n" +
		"Mon Mar 03 10:00:00 2025\t1740996000\t0\t2\t2\t2\n" +
		"Mon Mar 03 10:00:01 2025\t1740996001\t0\t9\t9\t8\n\n"
	got, err := ParseRequests(text)
	if want := []float64{2, 4, 9}; err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v, want %v", got, err, want)
	}
	test := func(text, want string) {
		t.Helper()
		if _, err := ParseRequests(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseRequests(%q): %v, want %q", text, err, want)
		}
	}
	test("", "the first line is not")
	test(requestsHead, "no line after the first")
	test(requestsHead+"\n1\t2\t3\n", "line 2 has 3 fields; allowed: 6")
	test(requestsHead+"\na\t1\t2\t3\tx\t5\n", `line 2: found "x"`)
}

// The percentiles are those that ab writes with -e: of 1 to 200 ms, half are within 101 ms, because
// row 50 is time 100, counted from 0.
func TestPercentilesOf(t *testing.T) {
	times := make([]float64, 200)
	for i := range times {
		times[i] = float64(i + 1)
	}
	p := PercentilesOf(times)
	if len(p) != 101 || p[0] != 1 || p[50] != 101 || p[99] != 199 || p[100] != 200 {
		t.Errorf("%v", p)
	}
	if p := PercentilesOf([]float64{7}); len(p) != 101 || p[0] != 7 || p[100] != 7 {
		t.Errorf("of one: %v", p)
	}
}
