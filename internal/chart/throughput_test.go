package chart

import (
	"slices"
	"strings"
	"testing"

	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

func TestInvalidCellsHaveNoPoint(t *testing.T) {
	t.Parallel()
	e := seed()
	e.invalid = func(server, level int) bool { return server == 0 && level == 5 }
	c := chartOf("throughput", e.analysis())
	if picture := string(c.File(false)); strings.Contains(picture, "Server_async_http, c=5") {
		t.Error("an invalid cell's trials are drawn")
	} else if strings.Count(picture, "<circle") != 90 {
		t.Errorf("%d trials are drawn, want 90", strings.Count(picture, "<circle"))
	}
	if got := c.Rows[2][2]; got != "invalid" {
		t.Errorf("the table calls the invalid cell %q, want invalid", got)
	}
	s := sourceOf(e.analysis())
	lines := s.levelLines(s.levelScale(600, 20, 20).place, s.throughput())
	if runs := lines[0].runs(); len(runs) != 2 || len(runs[0]) != 2 || len(runs[1]) != 2 {
		t.Errorf("the line has the runs %v, want two of two points: no line over the gap", runs)
	}
}

func TestReferencesAreInTheTable(t *testing.T) {
	t.Parallel()
	c := chartOf("throughput", seed().analysis(), elsewhere...)
	want := []string{"Server_thread_http, Tugas 9 (reference)", "c=8", "31.58", "–", "–"}
	if !slices.ContainsFunc(c.Rows, func(row []string) bool { return slices.Equal(row, want) }) {
		t.Errorf("the table has no row %q", want)
	}
	if !strings.Contains(c.Description, "elsewhere (Tugas 9).") {
		t.Errorf("Description = %q does not name the references", c.Description)
	}
	for _, c := range slices.Concat(all(seed().analysis(), elsewhere...), all(open().analysis())) {
		for _, row := range c.Rows {
			if len(row) != len(c.Columns) {
				t.Errorf("%s: row %q has %d cells, want %d", c.Name, row, len(row), len(c.Columns))
			}
		}
	}
}

// A reference that has latencies is drawn in the panels whose percentile it has, named above them,
// and in the table of the chart. One without throughputs is not in the chart of throughputs.
func TestReferencesOfLatencies(t *testing.T) {
	t.Parallel()
	references := []spec.Reference{{Name: "last year", Points: []spec.ReferencePoint{
		{
			Server:      "Server_thread_http",
			Concurrency: 8,
			P50MS:       1.25,
			P99MS:       17.5,
		},
		{Server: "nginx", Concurrency: 8, P50MS: 0.75},
	}}}
	a := seed().analysis()

	c := chartOf("response-time", a, references...)
	for _, want := range [][]string{
		{
			"Server_thread_http, last year (reference)", "c=8",
			"1.250", "–", "–", "–", "–", "–", "17.50", "–", "–",
		},
		{"nginx, last year (reference)", "c=8", "0.750", "–", "–", "–", "–", "–", "–", "–", "–"},
	} {
		isWanted := func(row []string) bool { return slices.Equal(row, want) }
		if !slices.ContainsFunc(c.Rows, isWanted) {
			t.Errorf("the table has no row %q in\n%q", want, c.Rows)
		}
	}
	if !strings.Contains(c.Description, "elsewhere (last year).") {
		t.Errorf("Description = %q does not name the reference", c.Description)
	}
	times := func(name string) int { return strings.Count(string(c.File(false)), ">"+name+"<") }
	for _, name := range []string{"Server_thread_http, last year", "nginx, last year"} {
		if n := times(name); n == 0 || n != times("Server_thread_http") {
			t.Errorf("the picture names %s %d times, want as often as a server", name, n)
		}
	}

	c = chartOf("throughput", a, references...)
	if strings.Contains(c.Description+c.Inline(), "last year") {
		t.Error("the chart of throughputs shows a reference without any")
	}
}

func TestOpenLoopSaysSo(t *testing.T) {
	t.Parallel()
	a := open().analysis()
	ofTheLoop := []string{"throughput", "response-time", "distribution", "latency-throughput"}
	for _, c := range all(a) {
		svg := string(c.File(false))
		if slices.Contains(ofTheLoop, c.Name) && !strings.Contains(c.Title, "open loop") ||
			strings.Contains(svg, "closed loop") {
			t.Errorf("%s: the title is %q, or its picture speaks of a closed loop", c.Name, c.Title)
		}
		level := strings.Contains(svg, "r=8000") || strings.Contains(svg, ">8,000<") ||
			strings.Contains(svg, ">8,000/s<")
		if c.Problem != "" || strings.Contains(svg, "NaN") || !level {
			t.Errorf("%s: %s\n%s", c.Name, c.Problem, svg)
		}
	}
	guide := func(a *stats.Analysis) bool {
		return strings.Contains(chartOf("throughput", a).Inline(), "all that arrives")
	}
	one := open()
	one.levels = one.levels[:1]
	if !guide(a) || !guide(one.analysis()) || guide(seed().analysis()) {
		t.Error("only an open loop has a line of what arrives")
	}
	if c := chartOf("latency-throughput", one.analysis()); c.Problem != "" {
		t.Errorf("of a single rate: %s", c.Problem)
	}
}
