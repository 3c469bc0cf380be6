package abtext

import (
	"encoding/json"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"labbook.example/labbook/internal/golden"
)

// readSaved returns a text of testdata/saved. testdata/README.md says what they are.
func readSaved(t testing.TB, name string) string {
	t.Helper()
	return read(t, filepath.Join("saved", name))
}

// Every form in which reports are kept gives the same as the report itself would.
func TestParseSaved(t *testing.T) {
	for _, name := range []string{
		"ab13d.txt", "ab13c.txt", "session.txt", "page.md", "mail.txt", "actions.log",
		"compose.log", "table.html", "commented.txt",
	} {
		type report struct {
			Saved
			Err string `json:",omitempty"`
		}
		var all []report
		for _, s := range ParseSaved(readSaved(t, name)) {
			r := report{Saved: s}
			if s.Err != nil {
				r.Err = s.Err.Error()
			}
			all = append(all, r)
		}
		got, err := json.MarshalIndent(all, "", "\t")
		if err != nil {
			t.Fatal(err)
		}
		golden.Compare(t, filepath.Join("testdata", "saved", name+".golden"), string(got)+"\n")
	}
}

// The numbers that matter, said once more where a golden file could be updated without a look.
func TestParseSavedSession(t *testing.T) {
	found := ParseSaved(readSaved(t, "session.txt"))
	type want struct {
		line, requests, concurrency int
		rate                        float64
		err                         string
	}
	wanted := []want{
		{2, 500, 5, 1250, ""},
		{51, 500, 0, 0, "ab gave up after 137 complete requests"},
		{60, 500, 0, 0, "Connection refused (111)"},
		{66, 500, 10, 100, ""},
		{93, 0, 2, 700, ""},
		{104, 0, 0, 0, `the line "Complete requests:" is missing`},
	}
	if len(found) != len(wanted) {
		t.Fatalf("%d reports, want %d", len(found), len(wanted))
	}
	for i, s := range found {
		w := wanted[i]
		errOK := s.Err == nil && w.err == "" ||
			s.Err != nil && w.err != "" && strings.Contains(s.Err.Error(), w.err)
		if s.Line != w.line || s.Requests != w.requests || !errOK ||
			s.Measurement.Concurrency != w.concurrency ||
			s.Measurement.RequestsPerSecond != w.rate {
			t.Errorf("report %d: line %d, -n %d, c=%d, %v/s, %v; want %+v", i+1, s.Line, s.Requests,
				s.Measurement.Concurrency, s.Measurement.RequestsPerSecond, s.Err, w)
		}
	}
	if _, ok := errors.AsType[*AbortedError](found[1].Err); !ok {
		t.Errorf("%v is no AbortedError", found[1].Err)
	}
}

// ab's own texts are what they are when they stand alone, whatever ends their lines.
func TestParseSavedOwnTexts(t *testing.T) {
	for _, name := range []string{
		"plain", "keepalive", "nospread", "variable", "quiet", "one", "body", "length", "missing",
		"tls", "old", "trunk", "wide",
	} {
		text := read(t, name+".txt")
		want, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		crlf := strings.ReplaceAll(text, "\n", "\r\n")
		for _, text := range []string{text, crlf, "> " + strings.ReplaceAll(text, "\n", "\n> ")} {
			found := ParseSaved(text)
			if len(found) != 1 || found[0].Err != nil || found[0].Measurement != want {
				t.Errorf("ParseSaved(%s): %+v, want %+v", name, found, want)
			}
		}
		twice := ParseSaved(text + "\n\n$ ./again\n" + text)
		if len(twice) != 2 || twice[0].Measurement != want || twice[1].Measurement != want {
			t.Errorf("ParseSaved(%s twice): %+v", name, twice)
		}
	}
}

func TestParseSavedNothing(t *testing.T) {
	for _, text := range []string{"", "\n", "no report\nTotal: 5\n50% 12\n", "ab -n 5\n"} {
		if found := ParseSaved(text); len(found) > 0 {
			t.Errorf("ParseSaved(%q) = %+v, want nothing", text, found)
		}
	}
}

// A table of percentages that descends is of two runs, or broken.
func TestParseSavedDescendingPercentages(t *testing.T) {
	text := strings.Replace(readSaved(t, "compose.log"), "  90%     44", "  90%     14", 1)
	found := ParseSaved(text)
	if len(found) != 1 || found[0].Err == nil ||
		!strings.Contains(found[0].Err.Error(), "descends at 90%") {
		t.Errorf("%+v, want an error about 90%%", found)
	}
}

func FuzzParseSaved(f *testing.F) {
	for _, name := range []string{
		"ab13d.txt", "session.txt", "page.md", "mail.txt", "actions.log", "compose.log",
		"table.html", "commented.txt",
	} {
		f.Add(readSaved(f, name))
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !utf8.ValidString(text) {
			return
		}
		lines, last := len(splitLines(text)), 0
		for _, s := range ParseSaved(text) {
			if s.Line < last || s.Line < 1 || s.Line > lines {
				t.Errorf("a report begins in line %d of %d, after line %d", s.Line, lines, last)
			}
			last = s.Line
			if !utf8.ValidString(s.Text) || s.Err == nil && s.Text == "" {
				t.Errorf("the report has the text %q", s.Text)
			}
			m := s.Measurement
			if s.Err == nil && (m.Concurrency < 1 || m.Complete < 1 || !(m.RequestsPerSecond > 0)) {
				t.Errorf("%+v without an error", m)
			}
			if _, err := json.Marshal(m); err != nil {
				t.Error(err)
			}
		}
	})
}
