package abtext

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/golden"
)

func read(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// testdata/README.md says how each text was made.
func TestParse(t *testing.T) {
	for _, name := range []string{
		"plain", "keepalive", "nospread", "nopercentiles", "variable", "quiet", "one", "body",
		"length", "missing", "tls", "verbose", "old", "trunk", "wide", "hostile",
	} {
		m, err := Parse(read(t, name+".txt"))
		if err != nil {
			t.Errorf("Parse(%s): %v", name, err)
			continue
		}
		got, err := json.MarshalIndent(m, "", "\t")
		if err != nil {
			t.Fatal(err)
		}
		golden.Compare(t, filepath.Join("testdata", name+".golden"), string(got)+"\n")
	}
}

func TestTextsWithoutAReport(t *testing.T) {
	test := func(name, text, want string) {
		t.Helper()
		_, err := Parse(text)
		if !errors.Is(err, ErrNoReport) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want ErrNoReport with %q", name, err, want)
		}
		if _, ok := errors.AsType[*AbortedError](err); ok {
			t.Errorf("%s: %v is an AbortedError", name, err)
		}
	}
	test("empty", " \n", "empty")
	test("refused", read(t, "refused.txt"), "no line begins")
	test("another program", "Alphabet 1.0\n", "no line begins")

	plain := read(t, "plain.txt")
	before := func(label string) string { return plain[:strings.Index(plain, label)] }
	test("cut in the counts", before("Failed requests"), `"Failed requests:" is missing`)
	test("cut before the rates", before("Requests per"), `"Requests per second:" is missing`)
}

func TestABGaveUp(t *testing.T) {
	_, err := Parse(read(t, "reset.txt"))
	aborted, ok := errors.AsType[*AbortedError](err)
	if !ok || aborted.Completed != 30 || !errors.Is(err, ErrNoReport) {
		t.Errorf("%v, want an AbortedError after 30 requests that is an ErrNoReport", err)
	}
	if want := "after 30 complete requests"; !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %q in it", err, want)
	}
}

func TestMalformedNumbers(t *testing.T) {
	plain := read(t, "plain.txt")
	test := func(label, value string) {
		t.Helper()
		i := strings.Index(plain, label)
		rest := plain[i+strings.Index(plain[i:], "\n"):]
		_, err := Parse(plain[:i] + label + value + rest)
		if err == nil || errors.Is(err, ErrNoReport) ||
			!strings.Contains(err.Error(), strings.TrimSpace(label)) {
			t.Errorf("%s%s: %v, want an error that names the line", label, value, err)
		}
	}
	for _, value := range []string{" -1", " x", "", " 99999999999999999999", " 1.5"} {
		test("Complete requests:", value)
	}
	for _, value := range []string{" NaN", " -1", " Inf", " 1e999", " x"} {
		test("Requests per second:", value)
	}
	test("Total:", " 1 2 3 4")
	test("Total:", " 1 2 3 4 NaN")
}

func TestFormatIsReadBack(t *testing.T) {
	names := []string{"plain", "keepalive", "variable", "one", "body", "length", "missing"}
	for _, name := range names {
		text := read(t, name+".txt")
		want, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		if err := Format(&b, want, nil, Layout{BodySent: want.TotalBodySent > 0}); err != nil {
			t.Fatal(err)
		}

		// Up to the percentiles, the text is ab's own to the letter; only the warnings differ.
		const end = "\nPercentage of"
		ours, theirs := b.String(), text[strings.Index(text, firstLabel):]
		if i := strings.Index(theirs, end); i >= 0 {
			theirs = theirs[:i]
		}

		if diff := cmp.Diff(withoutWarnings(theirs), withoutWarnings(ours)); diff != "" {
			t.Errorf("Format(%s) differs (-ab +ours):\n%s", name, diff)
		}
		got, err := Parse(ours)
		if err != nil || got != want {
			t.Errorf("Parse(Format(%s)) = %+v, %v, want %+v", name, got, err, want)
		}
	}
}

// warnings matches the lines of ab's warnings. It also matches the rates of what was sent, which ab
// computes from a time that is not rounded.
var warnings = regexp.MustCompile(
	`^(WARNING|ERROR):|^ +(These results|deviation)|kb/s (sent|total)`,
)

// withoutWarnings removes ab's warnings about mean and median. Some of them are wrong; see
// formatWarning.
func withoutWarnings(text string) string {
	var kept []string
	for line := range strings.Lines(text) {
		if !warnings.MatchString(line) {
			kept = append(kept, strings.TrimRight(line, "\n"))
		}
	}
	return strings.Join(kept, "\n")
}

func TestFormatWarnings(t *testing.T) {
	test := func(mean, median, sd float64, want string) {
		t.Helper()
		var b strings.Builder
		formatWarning(&b, "the total time", Times{Mean: mean, Median: median, SD: sd})
		if got, _, _ := strings.Cut(b.String(), ":"); got != want {
			t.Errorf("mean %v, median %v, sd %v: %q, want %q", mean, median, sd, b.String(), want)
		}
	}
	test(0.6, 0.4, 0.2000001, "") // ab rounds to 1 and 0, and calls them NOT reliable
	test(3, 1.5, 1, "WARNING")
	test(4, 1, 1, "ERROR")
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{
		"plain", "keepalive", "nospread", "length", "tls", "old", "trunk", "wide",
	} {
		f.Add(read(f, name+".txt"))
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := Parse(text)
		if err != nil {
			return
		}
		if m.Complete < 0 || m.Failed < 0 || !(m.RequestsPerSecond >= 0) ||
			!(m.TimeTakenSeconds >= 0) {
			t.Errorf("Parse(%q) = %+v: a number below 0", text, m)
		}
		if _, err := json.Marshal(m); err != nil {
			t.Errorf("Parse(%q): %v", text, err)
		}
	})
}

func TestOpenLoopIsReadBack(t *testing.T) {
	want := Measurement{
		Hostname:          "h",
		Port:              80,
		DocumentPath:      "/",
		Concurrency:       50,
		ArrivalRate:       250.5,
		Unsent:            3,
		TimeTakenSeconds:  2,
		Complete:          500,
		RequestsPerSecond: 250,
		TransferRateKBs:   1,
	}
	var b strings.Builder
	if err := Format(&b, want, nil, Layout{}); err != nil {
		t.Fatal(err)
	}
	if got, err := Parse(b.String()); err != nil || got != want {
		t.Errorf("Parse = %+v, %v, want %+v\n%s", got, err, want, b.String())
	}
	if !strings.Contains(b.String(), "(open loop)") ||
		strings.Contains(b.String(), "Time per request") {
		t.Errorf("the text of an open loop must say so, without c·T/n:\n%s", b.String())
	}
}
