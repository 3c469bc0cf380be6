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
		`row 4 is of "3" %`)
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
