package export

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// readResults is results.json as another program may read it.
type readResults struct {
	Servers     []json.RawMessage
	Cells       []readCell
	Comparisons []readComparison
	Warnings    []json.RawMessage
}

type readCell struct {
	Server string
	Level  plan.Level
	Values map[string]readSummary // by the key of the metric
}

func (c *readCell) UnmarshalJSON(data []byte) error {
	type plain readCell
	if err := json.Unmarshal(data, (*plain)(c)); err != nil {
		return err
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return err
	}
	c.Values = map[string]readSummary{}
	for _, m := range stats.Metrics {
		if fields[m.Key] == nil {
			continue
		}
		var s readSummary
		if err := json.Unmarshal(fields[m.Key], &s); err != nil {
			return err
		}
		c.Values[m.Key] = s
	}
	return nil
}

type readSummary struct {
	Trials int
	Median float64
}

type readComparison struct {
	Ratio   float64
	P       *float64
	Verdict stats.Verdict
}

// TestResultsHaveTheNumbersOfTheAnalysis compares what another program reads with the analysis.
func TestResultsHaveTheNumbersOfTheAnalysis(t *testing.T) {
	t.Parallel()
	for name, w := range labtest.Worlds() {
		rec := w.Record(t)
		a := stats.Analyse(rec)
		var got readResults
		if err := json.Unmarshal([]byte(resultsOf(t, rec)), &got); err != nil {
			t.Fatal(err)
		}

		gotSizes := []int{
			len(got.Servers), len(got.Cells), len(got.Comparisons), len(got.Warnings),
		}
		sizes := []int{
			len(a.Servers), len(a.Cells), len(a.Comparisons), len(a.Warnings),
		}
		if diff := cmp.Diff(sizes, gotSizes); diff != "" {
			t.Errorf("%s: servers, cells, comparisons, warnings (-want +got):\n%s", name, diff)
			continue
		}
		for i, cell := range a.Cells {
			t.Run(name+", "+cell.Cell.String(), func(t *testing.T) {
				checkCell(t, cell, got.Cells[i])
			})
		}
		for i, c := range a.Comparisons {
			r := got.Comparisons[i]
			verdict := c.Verdict
			if a.Unfinished != nil {
				verdict = stats.NoVerdict // it has one, but says so in words alone
			}
			if r.Verdict != verdict || !near(r.Ratio, c.Ratio) ||
				(r.P != nil) != c.Tested() {
				t.Errorf("%s: comparison %+v is %+v", name, c, r)
			}
		}
	}
}

func checkCell(t *testing.T, want stats.Cell, got readCell) {
	t.Helper()
	if (plan.Cell{Server: got.Server, Level: got.Level}) != want.Cell {
		t.Errorf("the cell is %s at %v", got.Server, got.Level)
	}
	if _, ok := got.Values["requests_per_second"]; ok != (want.Clean() > 0) {
		t.Errorf("with %d clean trials, throughput is there: %v", want.Clean(), ok)
	}
	for _, m := range stats.Metrics {
		s, ok := got.Values[m.Key]
		known := want.Of(m)
		if ok != (known.N > 0) || s.Trials != known.N || ok && !near(s.Median, known.Median) {
			t.Errorf("%s is %+v, want %+v", m.Key, s, known)
		}
	}
}

// near reports whether a number is what nine digits keep of another.
func near(got, want float64) bool {
	return got == want || got > want*(1-1e-8) && got < want*(1+1e-8)
}

// TestResultsHaveNoNull holds that what is not known is absent, also in the emptiest record.
func TestResultsHaveNoNull(t *testing.T) {
	t.Parallel()
	schema := labtest.Schema(t, "results")
	for name, w := range labtest.Worlds() {
		rec := w.Record(t)
		empty := record.New(rec.Header, rec.Experiment)
		for _, text := range []string{resultsOf(t, rec), resultsOf(t, empty)} {
			if strings.Contains(text, "null") {
				t.Errorf("%s: results.json holds null:\n%s", name, text)
			}
			if err := schema.Validate(labtest.JSON(t, text)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// TestResultsKeepNames holds that names are written as they are, and not escaped for HTML.
func TestResultsKeepNames(t *testing.T) {
	text := resultsOf(t, labtest.Worlds()["hostile"].Record(t))
	if name := `"<script>alert(\"x\")</script>"`; strings.Count(text, name) < 3 {
		t.Errorf("results.json does not hold %s for the server and its cells", name)
	}
}

// Results name the machines of the spec, and where there are none, neither key.
func TestResultsNameMachines(t *testing.T) {
	rec := labtest.Worlds()["seed"].Record(t)
	if text := resultsOf(t, rec); strings.Contains(text, `"on":`) ||
		strings.Contains(text, `"load_from":`) {
		t.Error("results of one machine name others")
	}

	e := *rec.Experiment
	e.Servers = slices.Clone(e.Servers)
	e.Servers[0].On, e.Load.From = "server", []string{"clients", "spare"}
	rec.Experiment = &e
	var got struct {
		LoadFrom []string `json:"load_from"`
		Servers  []struct{ On string }
	}
	text := resultsOf(t, rec)
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(got.LoadFrom, e.Load.From) || got.Servers[0].On != "server" ||
		got.Servers[1].On != "" {
		t.Errorf("load from %q to servers on %+v", got.LoadFrom, got.Servers)
	}
	if err := labtest.Schema(t, "results").Validate(labtest.JSON(t, text)); err != nil {
		t.Error(err)
	}
}
