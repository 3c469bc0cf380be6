package terminal

import (
	"errors"
	"io"
	"strings"
	"testing"
)

func TestWrap(t *testing.T) {
	test := func(text string, columns int, want string) {
		t.Helper()
		if got := wrap(text, columns); got != want {
			t.Errorf("wrap(%q, %d) = %q, want %q", text, columns, got, want)
		}
	}
	test("", 10, "")
	test("one two", 10, "one two")
	test("one two", 7, "one two")
	test("one two", 6, "one\ntwo")
	test("one two three", 8, "one two\nthree")
	test("a-word-of-its-own and more", 8, "a-word-of-its-own\nand more")
	test("größe größe", 11, "größe größe")
	test("日本 日本", 9, "日本 日本")
	test("日本 日本", 8, "日本\n日本")
}

func TestShorten(t *testing.T) {
	test := func(text string, columns int, want string) {
		t.Helper()
		if got := shorten(text, columns); got != want {
			t.Errorf("shorten(%q, %d) = %q, want %q", text, columns, got, want)
		}
	}
	test("größer", 6, "größer")
	test("größer", 5, "größ…")
	test("日本日本", 8, "日本日本")
	test("日本日本", 7, "日本日…")
	test("日本日本", 6, "日本…")
	test("", 5, "")
}

// What does not go to a terminal keeps its lines, which programs search.
func TestNoTerminalNoWrapping(t *testing.T) {
	long := strings.Repeat("word ", 50) + "end"
	var out strings.Builder
	PrintError(&out, errors.New(long), long)
	if strings.Count(out.String(), long+"\n") != 2 {
		t.Errorf("printed %q", out.String())
	}
}

// The indent of later lines counts in their width.
func TestHang(t *testing.T) {
	got := Hang("a limit of at least nine", "  ", 12)
	want := "a limit of\n  at least\n  nine"
	if got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for line := range strings.SplitSeq(Hang(strings.Repeat("ab ", 50), "  ", 20), "\n") {
		if len(line) > 20 {
			t.Errorf("%q has %d columns, want at most 20", line, len(line))
		}
	}
}

// A writer of paragraphs wraps each complete line, however it is written. Its error is returned.
func TestWrapped(t *testing.T) {
	var out strings.Builder
	w := &wrapped{out: &out, columns: func() int { return 16 }}
	for _, text := range []string{
		"note: a limit of", " at least nine\n  indented ", "words of it\n\nend\nincomplete",
	} {
		if n, err := io.WriteString(w, text); n != len(text) || err != nil {
			t.Errorf("wrote %d of %q: %v", n, text, err)
		}
	}
	const want = "note: a limit\n  of at least\n  nine\n  indented\n    words of it\n\nend\n"
	if out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
	if Wrapped(&out) != io.Writer(&out) {
		t.Error("what goes to no terminal is wrapped")
	}

	full := &wrapped{out: fullDisk{}, columns: w.columns}
	if _, err := io.WriteString(full, "a\n"); err == nil {
		t.Error("an error is lost")
	}
}

// fullDisk refuses everything.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left") }
