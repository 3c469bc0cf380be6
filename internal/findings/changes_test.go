package findings

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"labbook.example/labbook/internal/compare"
	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

func comparison(t *testing.T, pair labtest.Pair, yardstick string) *compare.Comparison {
	t.Helper()
	older, newer := pair.Records(t)
	c, err := compare.Records(
		compare.Side{Name: "HEAD:output", Record: older},
		compare.Side{Name: "output", Record: newer},
		yardstick,
	)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// verdictWords are those that only a change relative to the yardstick may have.
var verdictWords = map[string]*regexp.Regexp{
	"en": regexp.MustCompile(`(?i)\b(faster|slower|fewer|more requests|within|inconclusive)\b`),
	"id": regexp.MustCompile(`(?i)\b(lebih (cepat|lambat|sedikit|banyak)|di bawah|konklusif)\b`),
}

// Where there is no yardstick, nothing is called faster or slower, whatever the numbers did.
func TestChangesWithoutAYardstickHaveNoVerdict(t *testing.T) {
	pair := labtest.Pairs()["slower"]
	otherLabbook := labtest.Pairs()["labbook"]
	pair.Old.Header, pair.New.Header = otherLabbook.Old.Header, otherLabbook.New.Header
	c := comparison(t, pair, "")
	if c.Yardstick != "" || !slices.ContainsFunc(c.Cells, func(cell compare.Cell) bool {
		return cell.HasMoved(c.Confidence)
	}) {
		t.Fatalf("yardstick %q; want none, and numbers that moved", c.Yardstick)
	}
	for language, words := range verdictWords {
		w := locale.For(language)
		h := NewChangesHeadline(w, c)
		text := h.Main.String() + h.Second.String()
		for _, small := range h.Small {
			text += small.String()
		}
		if found := words.FindString(text); found != "" {
			t.Errorf("%s: found %q in %q", language, found, text)
		}
		for _, r := range ChangeRows(w, c) {
			if r.Verdict != "" || r.Mark != "" || r.Change != Nothing || r.MovedWord == "" {
				t.Errorf("%s: %+v; want no verdict", language, r)
			}
		}
	}
}

// The machine comes first: what all servers did alike is no change of a server.
func TestChangesBeginWithTheMachine(t *testing.T) {
	for name, want := range map[string]string{
		"machine": "The machine answers 1.16 times as fast as then, yardstick included. " +
			"B did not change relative to A.",
		"same": "B did not change relative to A.",
		"slower": "The machine answers 1.16 times as fast as then, yardstick included. " +
			"B handles 22% fewer requests per second than before, relative to A, at every level.",
		"several": "The machine answers 1.05 times as fast as then, yardstick included. " +
			"3 of 4 servers changed relative to A: C, D and E.",
		"elsewhere": "The two records are of two machines, or of one with other limits. " +
			"B did not change relative to A.",
		"labbook": "No verdict: there is no yardstick.",
		"nothing": "Nothing in these two records can be compared.",
		"few":     "No verdict: there are too few rounds.",
	} {
		h := NewChangesHeadline(locale.For("en"), comparison(t, labtest.Pairs()[name], ""))
		if got := h.Main.String(); got != want {
			t.Errorf("%s: %q\nwant %q", name, got, want)
		}
	}
}

// That a number did not move is said only where a move that matters is ruled out.
func TestMovedWord(t *testing.T) {
	s := occasions{locale.For("en"), &compare.Comparison{Confidence: 0.95, Margin: 0.1}}
	for _, test := range []struct {
		low, high, p float64
		want         locale.Message
	}{
		{1.1, 1.2, 0.01, hasMoved},
		{0.8, 0.9, 0.05, hasMoved},
		{1.02, 1.04, 0.01, hasMoved},
		{1.1, 1.2, 0.06, isUnclear}, // after Holm's correction
		{1.01, 1.04, 0.06, hasNotMoved},
		{0.95, 1.05, 1, hasNotMoved},
		{1 / 1.1, 1.1, 1, hasNotMoved},
		{0.95, 1.2, 1, isUnclear},
	} {
		shift := stats.Shift{
			Ratio:      1,
			Low:        test.low,
			High:       test.high,
			Confidence: 0.95,
		}
		if got := s.move(compare.Cell{Moved: shift, MovedP: test.p}); got != test.want {
			t.Errorf("%v to %v, p = %v: %q, want %q", test.low, test.high, test.p, got, test.want)
		}
	}
	if got := s.movedWord(compare.Cell{Moved: stats.Shift{Ratio: 2}}); got != "" {
		t.Errorf("without an interval: %q, want nothing", got)
	}
}

// The way out names the real command: the spec, the older record's commit, and the server if there
// are several.
func TestWayOut(t *testing.T) {
	older := &record.Record{Header: record.Header{Source: &record.Source{
		Commit: strings.Repeat("0123456789", 4),
	}}}
	parse := func(servers string) *record.Record {
		const load = "[load]\nrequests = 10\nconcurrency = [1]\n"
		e, err := spec.Parse("experiment.toml", load+servers)
		if err != nil {
			t.Fatal(err)
		}
		return record.New(record.Header{Spec: record.File{Name: "experiment.toml"}}, e)
	}
	const model = "[[server]]\nname = \"ref\"\nmodel = \"async\"\naddress = \"127.0.0.1:45000\"\n"
	const app = "[[server]]\nname = \"my app\"\ncommand = [\"app\"]\n" +
		"address = \"127.0.0.1:45001\"\n"
	const other = "[[server]]\nname = \"b\"\ncommand = [\"b\"]\naddress = \"127.0.0.1:45002\"\n"
	for _, test := range []struct {
		what, servers, yardstick, path, want string
		older                                *record.Record
	}{
		{"one", model + app, "ref", "x/lab.toml", "labbook x/lab.toml --against 0123456", older},
		{"no path", app, "", "", "labbook experiment.toml --against 0123456", older},
		{
			"several", app + other, "b", "",
			"labbook experiment.toml --against 0123456 --server 'my app'", older,
		},
		{"models alone", model, "ref", "", "", older},
		{"no commit", app, "", "", "", &record.Record{}},
	} {
		got := NewWayOut(locale.For("en"), &compare.Comparison{
			Old:       compare.Side{Record: test.older},
			New:       compare.Side{Record: parse(test.servers), Spec: test.path},
			Yardstick: test.yardstick,
		})
		if got.Command != test.want || got.Says == "" {
			t.Errorf("%s: %+v, want %q", test.what, got, test.want)
		}
	}
}
