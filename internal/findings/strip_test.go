package findings

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/golden"
	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// TestStripGolden holds the strip of every made-up run, except those that looked for capacities,
// whose strips TestCapacitiesGolden holds.
func TestStripGolden(t *testing.T) {
	t.Parallel()
	for _, language := range locale.Languages {
		w := locale.For(language)
		var b strings.Builder
		worlds := labtest.Worlds()
		capacities := labtest.CapacityWorlds()
		for _, name := range slices.Sorted(maps.Keys(worlds)) {
			if _, ok := capacities[name]; ok {
				continue
			}
			writeStrip(&b, w, name, worlds[name].Record(t))
		}
		for _, s := range labtest.Situations() {
			writeStrip(&b, w, s.Name, s.Record(t))
		}
		golden.Compare(t, filepath.Join("testdata", "strip."+language+".txt"), b.String())
	}
}

func writeStrip(b *strings.Builder, w *locale.Printer, name string, rec *record.Record) {
	a := stats.Analyse(rec)
	s := NewStrip(w, rec, a)
	fmt.Fprintf(b, "== %s\n", name)
	if s.Matrix != nil {
		fmt.Fprintf(b, "%q\n", s.Matrix.Columns)
		for _, row := range s.Matrix.Rows {
			fmt.Fprintf(b, "%d %s (%s)", row.Series, row.Server, row.Note)
			for _, cell := range row.Cells {
				fmt.Fprintf(b, " | %s", strings.Join(strings.Fields(fmt.Sprint(
					cell.Value, " ", cell.Note, " ", cell.Mark, " ", cell.Change, " ",
					cell.Spoken)), " "))
				if cell.Bad {
					b.WriteString(" (bad)")
				}
			}
			b.WriteString("\n")
		}
	}
	for _, card := range s.Cards {
		fmt.Fprintf(b, "%s: %s", card.Label, card.Value)
		for _, chip := range card.Chips {
			fmt.Fprintf(b, "[%s: %s %s %s %s]", chip.Level, chip.Mark, chip.Value,
				chip.Spoken, chip.Note)
		}
		fmt.Fprintf(b, " / %s -> %s open=%v bad=%v\n", card.Means, card.Link, card.Open, card.Bad)
	}
	for _, key := range s.Keys {
		fmt.Fprintf(b, "%s %s\n", key.Mark, key.Means)
	}
	for _, line := range s.Legend {
		fmt.Fprintln(b, line)
	}
	fmt.Fprintf(b, "To quote: %s\n\n", Quote(w, rec, a))
}

// seed returns a record of two servers at five levels, and its analysis.
func seed(t *testing.T) (*record.Record, *stats.Analysis) {
	t.Helper()
	rec := labtest.Worlds()["seed"].Record(t)
	return rec, stats.Analyse(rec)
}

// A bound is one at its own level: the values beside it are none.
func TestBoundStaysAtItsLevel(t *testing.T) {
	rec, a := seed(t)
	a.Comparisons[1].Limited = stats.FasterSide
	a.Comparisons[3].Limited = stats.BothSides
	a.Comparisons[3].Verdict = stats.Inconclusive

	strip := NewStrip(nil, rec, a)
	var got []string
	for _, chip := range strip.Cards[0].Chips {
		got = append(got, chip.Mark+chip.Value)
	}
	want := []string{"■−51%", "■−49%*", "■−51%", "□−50%†", "■−51%"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("chips (-want +got):\n%s", diff)
	}
	small := fmt.Sprint(NewHeadline(nil, a).Small)
	for _, words := range []string{"*\u00a0The load generator", "†\u00a0The load generator"} {
		if !strings.Contains(small, words) {
			t.Errorf("the small print does not say %q:\n%s", words, small)
		}
	}

	quote := Quote(nil, rec, a)
	if !strings.Contains(quote, "at most 0.51 times at 3 clients (") ||
		strings.Count(quote, "at most") != 1 {
		t.Errorf("the bound is not quoted as one: %s", quote)
	}
	if strings.Contains(quote, "8 clients") {
		t.Errorf("a ratio that proves nothing is quoted: %s", quote)
	}
}

// A value that is suspect is never shown without the word.
func TestSuspectIsSaid(t *testing.T) {
	rec, a := seed(t)
	a.Cells[2].State = stats.Suspect // of the baseline
	a.Cells[2].Suspicions = []stats.Code{stats.Leak}

	strip := NewStrip(nil, rec, a)
	for i, chip := range strip.Cards[0].Chips {
		if (chip.Note == "suspect") != (i == 2) {
			t.Errorf("chip %d says %q", i, chip.Note)
		}
	}
	for _, card := range strip.Cards[1:3] {
		if !strings.Contains(card.Means, "(suspect)") {
			t.Errorf("%s says %q", card.Label, card.Means)
		}
	}
	if got := strip.Cards[3].Value; got != "Partly suspect" {
		t.Errorf("the data are %q", got)
	}
	if quote := Quote(nil, rec, a); !strings.Contains(quote, "suspect (leak).") {
		t.Errorf("the quotation does not say it: %s", quote)
	}
}

func TestStripOfOneServer(t *testing.T) {
	world := labtest.Worlds()["seed"]
	world.Servers = world.Servers[:1]
	rec := world.Record(t)
	a := stats.Analyse(rec)
	var got []string
	for _, card := range NewStrip(nil, rec, a).Cards {
		got = append(got, card.Label+": "+card.Value)
	}
	want := []string{
		"Peak requests per second: 11,976",
		"Levels off: not reached",
		"Latency (p50 and p99) at 10 clients: 0.797 and 1.17 ms",
		"Data quality: Valid",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("cards (-want +got):\n%s", diff)
	}
	if quote := Quote(nil, rec, a); !strings.Contains(quote, "handled 11,976 requests per second "+
		"at 10 clients (median of 10 trials of 1,000 requests; 95% CI ") {
		t.Errorf("found %q", quote)
	}
}

// A matrix of many servers and levels is no wider than a page.
func TestMatrixOfManyLevels(t *testing.T) {
	world := labtest.Worlds()["twenty"]
	world.Servers = []string{"A", "B", "C", "D", "E", "F", "G", "H", "I"}
	rec := world.Record(t)
	m := NewStrip(nil, rec, stats.Analyse(rec)).Matrix
	want := []string{"Requests per second", "1\u00a0client", "4\u00a0clients", "8\u00a0clients",
		"14\u00a0clients", "28\u00a0clients", "100\u00a0clients", "p99 latency, at all levels"}
	if diff := cmp.Diff(want, m.Columns); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
	for _, row := range m.Rows {
		if len(row.Cells) != len(want)-1 {
			t.Errorf("%s has %d cells", row.Server, len(row.Cells))
		}
	}
	if m.Note != "6 of 20 levels; the tables below have all of them." {
		t.Errorf("found %q", m.Note)
	}
	if last := m.Rows[8].Series; last != 1 {
		t.Errorf("the ninth server has the colour %d, want that of the first", last)
	}
}

// Nothing is quoted from which nothing can be inferred.
func TestNothingToQuote(t *testing.T) {
	for _, name := range []string{"once", "one", "wrong", "hostile"} {
		rec := labtest.Worlds()[name].Record(t)
		if got := Quote(nil, rec, stats.Analyse(rec)); got != "" {
			t.Errorf("%s: found %q", name, got)
		}
	}
}

// A rate with which a server did not keep up in one trial is none that it sustains, although the
// median of its throughputs is that rate: the headline and the strip compare latencies at the same
// rates.
func TestLatenciesAtSustainedRates(t *testing.T) {
	worlds := map[string]labtest.World{}
	for _, s := range labtest.Situations() {
		worlds[s.Name] = s.World
	}
	world, slow := worlds["open-all"], worlds["open-different"]
	sound := world.Trial
	world.Trial = func(trial plan.Trial) record.Result {
		if trial.Server == "B" && trial.Level.Value == 4000 && trial.Round == 1 {
			return slow.Trial(trial)
		}
		return sound(trial)
	}
	rec := world.Record(t)
	a := stats.Analyse(rec)

	if c := a.Comparison(plan.Cell{Server: "B", Level: a.Levels[2]}); c == nil ||
		c.Verdict != stats.AtArrivalRate {
		t.Fatalf("the comparison at the highest rate is %+v", c)
	}
	h := NewHeadline(nil, a)
	if got, want := h.Main.String(),
		"A keeps up with 4,000 requests per second, B only with 2,000."; got != want {
		t.Errorf("the answer is %q, want %q", got, want)
	}
	if got := h.Second.String(); !strings.HasPrefix(got, "At the rates that both sustain, ") {
		t.Errorf("the second sentence is %q", got)
	}
	card := NewStrip(nil, rec, a).Cards[0]
	if !strings.Contains(card.Means, "at 1,000 and 2,000 requests per second") {
		t.Errorf("the card says %q", card.Means)
	}
}
