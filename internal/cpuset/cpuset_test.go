package cpuset

import (
	"slices"
	"testing"
)

func TestParse(t *testing.T) {
	test := func(text, canonical string, want ...int) {
		t.Helper()
		got, err := Parse(text)
		if err != nil || !slices.Equal(got, Set(want)) {
			t.Errorf("Parse(%q) = %v, %v, want %v", text, got, err, want)
		}
		if got.String() != canonical {
			t.Errorf("Parse(%q) is written %q, want %q", text, got, canonical)
		}
	}
	test("0", "0", 0)
	test("0-3", "0-3", 0, 1, 2, 3)
	test("2,0", "0,2", 0, 2)
	test("0,0,1", "0-1", 0, 1)
	test("0-6:2", "0,2,4,6", 0, 2, 4, 6)
	test("0-7:3,8", "0,3,6,8", 0, 3, 6, 8)
	test("5-5", "5", 5)
	test("08", "8", 8)
	test("1-3,2-4,1023", "1-4,1023", 1, 2, 3, 4, 1023)
}

func TestParseRefuses(t *testing.T) {
	test := func(text, want string) {
		t.Helper()
		got, err := Parse(text)
		if err == nil || err.Error() != want {
			t.Errorf("Parse(%q) = %v, %v, want the error %q", text, got, err, want)
		}
	}
	const noNumber = " is neither a number from 0 to 1023 nor a range"
	test("", `""`+noNumber)
	test("0,", `""`+noNumber)
	test("all", `"all"`+noNumber)
	test("0 1", `"0 1"`+noNumber)
	test("0, 1", `" 1"`+noNumber)
	test("-1", `"-1"`+noNumber)
	test("+1", `"+1"`+noNumber)
	test("0-", `"0-"`+noNumber)
	test("0-1-2", `"0-1-2"`+noNumber)
	test("0-4:", `"0-4:"`+noNumber)
	test("1024", `"1024"`+noNumber)
	test("0-1024", `"0-1024"`+noNumber)
	test("99999999999999999999", `"99999999999999999999"`+noNumber)
	test("0x3", `"0x3"`+noNumber)
	test("3-0", `"3-0" runs backwards`)
	test("0-4:0", `"0-4:0" has a step of 0`)
	test("4:2", `"4:2" has a step but is not a range`)
}

func TestSets(t *testing.T) {
	all, low, high := Set(nil), Of(1, 0), Of(2, 3)
	if !all.Overlaps(low) || !low.Overlaps(all) || low.Overlaps(high) || !low.Overlaps(Of(1, 2)) {
		t.Error("Overlaps is wrong")
	}
	if all.Union(low) != nil || low.Union(all) != nil {
		t.Error("the union with all CPUs is not all CPUs")
	}
	if got := low.Union(high); got.String() != "0-3" {
		t.Errorf("union = %v, want 0-3", got)
	}
	if got := Of(0, 1, 9).Minus(low); got.String() != "9" {
		t.Errorf("difference = %v, want 9", got)
	}
	if got := Of(0, 1, 9).Intersect(Of(1, 2, 9)); got.String() != "1,9" {
		t.Errorf("intersection = %v, want 1,9", got)
	}
	if all.String() != "" {
		t.Errorf("no set is written %q", all)
	}
}

// What is read is written in a form that is read as the same.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"0", "0-3,8", "0-6:2", "3-0", "0-1023:7,5", ""} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse(text)
		if err != nil {
			return
		}
		again, err := Parse(s.String())
		if err != nil || !slices.Equal(s, again) || len(s) == 0 || s[len(s)-1] > Max {
			t.Errorf("%q is read as %v, and that as %v, %v", text, s, again, err)
		}
	})
}
