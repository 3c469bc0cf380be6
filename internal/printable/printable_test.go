package printable

import (
	"strings"
	"testing"
)

func TestText(t *testing.T) {
	test := func(in, want string) {
		t.Helper()
		if got := Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
	test("", "")
	test("a\tb\nc", "a\tb\nc")
	test("a\r\x00\x1b\x7f\u0085b", "ab")
	test("\u202ea\u2069\u200fb", "ab")
	test("👩‍🚀 é é عربي", "👩‍🚀 é é عربي")
	test("\xffa\ufffd", "a")
}

func TestLine(t *testing.T) {
	test := func(in, want string) {
		t.Helper()
		if got := Line(in); got != want {
			t.Errorf("Line(%q) = %q, want %q", in, got, want)
		}
	}
	test("", "")
	test(" a\n\tb\u00a0c ", "a b c")
	test(strings.Repeat("é", 240), strings.Repeat("é", 240))
	test(strings.Repeat("é", 241), strings.Repeat("é", 239)+"…")
}

func TestUnique(t *testing.T) {
	names := Names{}
	test := func(wanted, want string) {
		t.Helper()
		if got := names.Unique(wanted); got != want {
			t.Errorf("Unique(%q) = %q, want %q", wanted, got, want)
		}
	}
	test("a", "a")
	test("a", "a-2")
	test("a-2", "a-2-2")
	test("a", "a-3")
	test("b", "b")
}
