package chart

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/plot"

	"labbook/internal/spec"
	"labbook/internal/stats"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden pins the pictures. After a change that is meant, run it with -update and look at them.
func TestGolden(t *testing.T) {
	gaps := seed()
	gaps.invalid = func(server, level int) bool { return level == 5 || server == 1 && level == 10 }
	nothing := seed()
	nothing.invalid = func(int, int) bool { return true }
	test := func(name string, c Chart) {
		t.Helper()
		path, got := filepath.Join("testdata", name+".svg"), c.File()
		if *update {
			if err := os.WriteFile(path, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf(
				"%s: the picture has changed; if that is meant, run with -update and look at it",
				path,
			)
		}
	}
	test("throughput", Throughput(seed().analysis(), elsewhere))
	test("response-time", ResponseTime(seed().analysis()))
	test("gaps", Throughput(gaps.analysis(), nil))
	test("many", ResponseTime(many(6, 4, 5).analysis()))
	test("open-throughput", Throughput(open().analysis(), nil))
	test("open-response-time", ResponseTime(open().analysis()))
	test("distribution", Distribution(seed().analysis(), 1000))
	test("comparison", Comparison(seed().analysis()))
	test("resources", Resources(seed().analysis()))
	test("order", Order(seed().analysis()))
	test("latency-throughput", LatencyThroughput(open().analysis()))
	test("calibration", Calibration(calibrated()))
	test("nothing", Throughput(nothing.analysis(), elsewhere))
}

func TestSameAnalysisSameBytes(t *testing.T) {
	a := many(5, 7, 10).analysis()
	first := Throughput(a, elsewhere)
	second := Throughput(a, elsewhere)
	if !bytes.Equal(first.File(), second.File()) || first.Inline() != second.Inline() {
		t.Error("two pictures of one analysis differ")
	}
}

// elements reads an SVG and gives its elements, as a reader of XML sees them.
func elements(t *testing.T, svg string) []xml.StartElement {
	t.Helper()
	var all []xml.StartElement
	for decoder := xml.NewDecoder(strings.NewReader(svg)); ; {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("the picture is no XML: %v", err)
		}
		if start, ok := token.(xml.StartElement); ok {
			all = append(all, start.Copy())
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// mustDraw checks what holds of every picture.
func mustDraw(t *testing.T, name string, c Chart) {
	t.Helper()
	if c.Problem != "" {
		t.Errorf("%s: %s: %s", name, c.Name, c.Problem)
	}
	for _, svg := range []string{string(c.File()), c.Inline()} {
		all := elements(t, svg)
		root := all[0]
		if root.Name.Local != "svg" || attribute(root, "data-labbook") != "chart" ||
			attribute(root, "role") != "img" || attribute(root, "viewBox") == "" {
			t.Errorf("%s: %s begins with %v", name, c.Name, root)
		}
		if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
			t.Errorf("%s: %s has a place that is no number", name, c.Name)
		}
		for _, e := range all {
			if slices.Contains(
				[]string{"script", "image", "foreignObject", "a", "use", "font"},
				e.Name.Local,
			) {
				t.Errorf("%s: %s has an element %s", name, c.Name, e.Name.Local)
			}
			if id := attribute(e, "id"); id != "" && !strings.HasPrefix(id, "chart-"+c.Name+"-") {
				t.Errorf("%s: %s has an id %q without its name", name, c.Name, id)
			}
		}
	}
}

func TestEverySizeDraws(t *testing.T) {
	for servers := 1; servers <= 8; servers++ {
		for _, levels := range []int{1, 2, 5, 20} {
			for _, rounds := range []int{1, 5, 10} {
				name := fmt.Sprintf("%d servers, %d levels, %d rounds", servers, levels, rounds)
				a := many(servers, levels, rounds).analysis()
				mustDraw(t, name, Throughput(a, elsewhere))
				for _, c := range all(a, nil) {
					if c.Name == "comparison" && servers == 1 {
						continue // there is nobody to compare with
					}
					mustDraw(t, name, c)
				}
			}
		}
	}
}

func TestExtremeValuesDraw(t *testing.T) {
	for _, size := range []float64{0, 5e-324, 1e-300, 1e-12, 1e-3, 1, 1e6, 1e12, 1e290, math.MaxFloat64} {
		for _, spread := range []float64{0, 1e-9, 0.5, 0.999} {
			a := seed().analysis()
			for i := range a.Cells {
				var s stats.Sample
				for round := range 10 {
					s.Values = append(s.Values, size*(1-spread*float64(round)/9))
					s.Rounds = append(s.Rounds, round+1)
				}
				summary := stats.Summarise(s, 0.95)
				a.Cells[i].Summaries = map[*stats.Metric]stats.Summary{
					stats.Throughput: summary,
					stats.P50:        summary,
					stats.P99:        summary,
				}
			}
			name := fmt.Sprintf("values up to %v, spread %v", size, spread)
			mustDraw(t, name, Throughput(a, nil))
			mustDraw(t, name, Throughput(a, elsewhere))
			mustDraw(t, name, ResponseTime(a))
		}
	}
}

func TestHostileNames(t *testing.T) {
	for _, name := range []string{
		"<script>alert(1)</script>", `" onload="alert(1)`, "]]><!-- --", "&amp;&lt;", "</title></svg>",
		`style="fill:#0072b2"`, "\x00\x01\x1b[31m\u202e", "\xff\xfe", strings.Repeat("W", 500),
		"ünïcødé 🦆 العربية 服务器", " ",
	} {
		e := seed()
		e.servers = []string{name, "other"}
		reference := []spec.Reference{{Name: name, Points: []spec.ReferencePoint{
			{Server: name, Concurrency: 5, RequestsPerSecond: 3}}}}
		for _, c := range all(e.analysis(), reference) {
			mustDraw(t, fmt.Sprintf("%q", name), c)
			for _, e := range elements(t, c.Inline()) {
				if attribute(e, "onload") != "" {
					t.Errorf("%q: a name has become an attribute", name)
				}
			}
		}
	}
}

func TestInvalidCellsHaveNoPoint(t *testing.T) {
	e := seed()
	e.invalid = func(server, level int) bool { return server == 0 && level == 5 }
	c := Throughput(e.analysis(), nil)
	if picture := c.Inline(); strings.Contains(picture, "Server_async_http, c=5") {
		t.Error("an invalid cell's trials are drawn")
	} else if strings.Count(picture, "<circle") != 90 {
		t.Errorf("%d trials are drawn, want 90", strings.Count(picture, "<circle"))
	}
	if got := c.Rows[2][2]; got != "invalid" {
		t.Errorf("the table calls the invalid cell %q, want invalid", got)
	}
	s := newSeries(e.analysis(), 0, "", func(c stats.Cell) stats.Summary { return c.Of(stats.Throughput) })
	if runs := s.runs(); len(runs) != 2 || len(runs[0]) != 2 || len(runs[1]) != 2 {
		t.Errorf("the line has the runs %v, want two of two points: no line over the gap", runs)
	}
}

func TestEveryTrialSaysWhatItIs(t *testing.T) {
	a := seed().analysis()
	want := fmt.Sprintf(
		"<title>Server_async_http, c=5, round 3: %s requests per second</title></circle>",
		a.Rate(a.CellsOf("Server_async_http")[2].Of(stats.Throughput).Values[2]),
	)
	if !strings.Contains(Throughput(a, nil).Inline(), want) {
		t.Errorf("the picture has no %s", want)
	}
	counts := func(c Chart, want int) {
		t.Helper()
		if got := strings.Count(c.Inline(), "</title></circle>"); got != want {
			t.Errorf("%s: %d marks say what they are, want %d", c.Name, got, want)
		}
	}
	counts(Throughput(a, nil), 100)
	counts(ResponseTime(a), 3*10)
	counts(Distribution(a, 1000), 4*10)
	counts(Resources(a), 3*10)
	counts(Order(a), 100)
	counts(Comparison(a), 5)
	counts(LatencyThroughput(a), 200)
}

func TestWhatCannotBeDrawnSaysWhy(t *testing.T) {
	infinite := seed().analysis()
	p99 := infinite.Cells[3].Of(stats.P99)
	p99.Median = math.Inf(1)
	infinite.Cells[3].Summaries[stats.P99] = p99
	broken := newFigure(seed().analysis(), "broken", "Broken", "ms")
	p50 := func(c stats.Cell) stats.Summary { return c.Of(stats.P50) }
	broken.series = []series{newSeries(seed().analysis(), 0, "x", p50)}
	test := func(c Chart, want string) {
		t.Helper()
		if !strings.Contains(c.Problem, want) || !strings.Contains(string(c.File()), want) {
			t.Errorf(
				"Problem = %q, want %q, and the picture should say it:\n%s",
				c.Problem,
				want,
				c.File(),
			)
		}
		if !strings.Contains(strings.ToLower(c.Description), want) {
			t.Errorf("Description = %q, want %q", c.Description, want)
		}
		elements(t, c.Inline())
	}
	test(Throughput(Source{Analysis: &stats.Analysis{}}, elsewhere), "no cell is valid")
	test(ResponseTime(many(2, 3, 0).analysis()), "no cell is valid")
	test(ResponseTime(infinite), "not a finite number")
	for _, c := range all(many(2, 3, 0).analysis(), nil) {
		test(c, "nothing to draw")
	}
	test(broken.chart(""), "nil pointer") // without a format: a panic
}

func TestLongProblemsAreWrapped(t *testing.T) {
	lines := wrap("one two "+strings.Repeat("x", 25)+" three", 10)
	want := []string{"one two", "xxxxxxxxxx", "xxxxxxxxxx", "xxxxx", "three"}
	if !slices.Equal(lines, want) {
		t.Errorf("wrap = %q, want %q", lines, want)
	}
}

// colours in an SVG, outside of var().
var bareColour = regexp.MustCompile(`[^,]#[0-9a-fA-F]{6}`)

func TestColoursOfPageAndFile(t *testing.T) {
	c := Throughput(many(8, 2, 5).analysis(), elsewhere)
	if found := bareColour.FindString(c.Inline()); found != "" {
		t.Errorf("the page's picture has the colour %s without a custom property", found)
	}
	for _, name := range []string{"--paper", "--ink", "--grid", "--series-1", "--series-8"} {
		if !strings.Contains(c.Inline(), "var("+name+",#") {
			t.Errorf("the page's picture never uses %s", name)
		}
	}
	if file := string(c.File()); strings.Contains(file, "var(") ||
		!strings.HasPrefix(file, "<?xml") {
		t.Error("the file's picture needs a page's style sheet, or has no prologue")
	}
	if strings.Contains(c.Inline(), "<?xml") {
		t.Error("the page's picture has a prologue")
	}
}

func TestReferencesAreInTheTable(t *testing.T) {
	c := Throughput(seed().analysis(), elsewhere)
	want := []string{"Server_thread_http, Tugas 9 (reference)", "c=8", "31.58", "–", "–"}
	if !slices.ContainsFunc(c.Rows, func(row []string) bool { return slices.Equal(row, want) }) {
		t.Errorf("the table has no row %q", want)
	}
	if !strings.Contains(c.Description, "somebody else measured: Tugas 9.") {
		t.Errorf("Description = %q does not say whose the dashed lines are", c.Description)
	}
	for _, c := range slices.Concat(all(seed().analysis(), elsewhere), all(open().analysis(), nil)) {
		for _, row := range c.Rows {
			if len(row) != len(c.Columns) {
				t.Errorf("%s: row %q has %d cells, want %d", c.Name, row, len(row), len(c.Columns))
			}
		}
	}
}

func TestOpenLoopSaysSo(t *testing.T) {
	a := open().analysis()
	for _, c := range all(a, nil) {
		svg := string(c.File())
		if slices.Contains([]string{"throughput", "response-time", "distribution", "latency-throughput"}, c.Name) &&
			!strings.Contains(c.Title, "open loop") ||
			strings.Contains(svg, "closed loop") {
			t.Errorf("%s: the title is %q, or its picture speaks of a closed loop", c.Name, c.Title)
		}
		if c.Problem != "" || strings.Contains(svg, "NaN") || !strings.Contains(svg, "r=8000") {
			t.Errorf("%s: %s\n%s", c.Name, c.Problem, svg)
		}
	}
	guide := func(a Source) bool {
		return strings.Contains(Throughput(a, nil).Inline(), "all that arrives")
	}
	one := open()
	one.levels = one.levels[:1]
	if !guide(a) || !guide(one.analysis()) || guide(seed().analysis()) {
		t.Error("what arrives is a line of an open loop, and of no other")
	}
	if c := LatencyThroughput(one.analysis()); c.Problem != "" {
		t.Errorf("of a single rate: %s", c.Problem)
	}
}

// A trial of which only one of two metrics is known has no place on a chart of the two.
func TestAgainstPairsByRound(t *testing.T) {
	a := open().analysis()
	first := &a.Cells[0]
	late := first.Of(stats.P50)
	late.Values, late.Rounds = late.Values[3:], late.Rounds[3:]
	first.Summaries[stats.P50] = late
	s := newSeries(a, 0, "x", func(c stats.Cell) stats.Summary { return c.Of(stats.P50) })
	s.against(a.CellsOf(a.Servers[0]), func(c stats.Cell) stats.Summary { return c.Of(stats.Throughput) })
	if at := s.points[0]; len(at.trials) != 7 || at.rounds[0] != 4 ||
		at.xs[0] != first.Of(stats.Throughput).Values[3] {
		t.Errorf("%d trials from round %d on, want 7 from round 4 on", len(at.trials), at.rounds[0])
	}
}

func TestCalibrationIsDrawn(t *testing.T) {
	a := calibrated()
	c := Calibration(a)
	if len(c.Rows) != 10 || c.Rows[3][2] != "–" || c.Rows[0][3] != "0.98 to 1.02" {
		t.Errorf("the numbers are %q", c.Rows)
	}
	for _, row := range c.Rows {
		if len(row) != len(c.Columns) {
			t.Errorf("row %q has %d cells, want %d", row, len(row), len(c.Columns))
		}
	}
	if !strings.Contains(c.Inline(), "no difference") || c.Problem != "" {
		t.Errorf("the picture has no line of no difference: %s", c.Problem)
	}
	for i := range a.Calibration {
		a.Calibration[i].Throughput = stats.Comparison{}
	}
	if none := Calibration(a); !strings.Contains(none.Problem, "nothing to draw") {
		t.Errorf("of nothing: %q", none.Problem)
	}
}

func TestRatioTicks(t *testing.T) {
	test := func(low, high float64, want string) {
		t.Helper()
		y := newRatioAxis(nil, low, high)
		ticks := y.ratioTicks()
		slices.SortFunc(ticks, func(a, b plot.Tick) int { return cmp.Compare(a.Value, b.Value) })
		if got := labels(ticks); got != want {
			t.Errorf("ticks of %v to %v = %s, want %s", low, high, got, want)
		}
	}
	test(1, 1, "0.8 0.9 1 1.1 1.25")
	test(0.7, 1.1, "0.8 0.9 1 1.1 1.25")
	test(0.9, 3, "0.5 0.8 1 1.25 2")
	test(0.02, 1, "0.1 0.2 0.5 1 2 5 10")
}
