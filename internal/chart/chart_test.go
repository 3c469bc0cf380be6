package chart

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"labbook.example/labbook/internal/golden"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// TestGolden compares the pictures byte for byte. After an intended change, run it with -update and
// look at the pictures.
func TestGolden(t *testing.T) {
	t.Parallel()
	gaps := seed()
	gaps.invalid = func(server, level int) bool { return level == 5 || server == 1 && level == 10 }
	test := func(name string, c Chart) {
		t.Helper()
		golden.Compare(t, filepath.Join("testdata", name+".svg"), string(c.File(false)))
	}
	test("throughput", chartOf("throughput", seed().analysis(), elsewhere...))
	test("response-time", chartOf("response-time", seed().analysis()))
	test("gaps", chartOf("throughput", gaps.analysis()))
	test("many", chartOf("response-time", many(6, 4, 5).analysis()))
	test("open-throughput", chartOf("throughput", open().analysis()))
	test("open-response-time", chartOf("response-time", open().analysis()))
	test("distribution", chartOf("distribution", seed().analysis()))
	test("comparison", chartOf("comparison", seed().analysis()))
	test("resources", chartOf("resources", seed().analysis()))
	test("order", chartOf("order", seed().analysis()))
	test("latency-throughput", chartOf("latency-throughput", open().analysis()))
	test("calibration", chartOf("calibration", calibrated()))
}

// Where requests may fail, every chart of throughput counts good answers, and says so.
func TestGoodputIsNamed(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"throughput", "comparison", "latency-throughput"} {
		a := seed().analysis()
		if plain := string(chartOf(name, a).File(false)); strings.Contains(plain, "good answers") {
			t.Errorf("%s speaks of good answers where all count", name)
		}
		a.Goodput = true
		c := chartOf(name, a)
		text := string(c.File(false)) + c.Description + strings.Join(c.Columns, " ")
		if !strings.Contains(text, "good answers per second") ||
			strings.Contains(text, "requests per second") {
			t.Errorf("%s does not say that good answers are counted:\n%s", name, c.Description)
		}
	}
}

func TestSameAnalysisSameBytes(t *testing.T) {
	t.Parallel()
	a := many(5, 7, 10).analysis()
	first := chartOf("throughput", a, elsewhere...)
	second := chartOf("throughput", a, elsewhere...)
	if !bytes.Equal(first.File(false), second.File(false)) || first.Inline() != second.Inline() {
		t.Error("two pictures of one analysis differ")
	}
}

// TestEverySizeDraws draws experiments of many sizes. Every pair of two numbers occurs in one of
// them, and with LABBOOK_SOAK=1 every combination of more numbers.
func TestEverySizeDraws(t *testing.T) {
	t.Parallel()
	servers, levels, rounds := []int{1, 3, 4, 8}, []int{1, 2, 5, 20}, []int{1, 5, 10}
	if os.Getenv("LABBOOK_SOAK") == "1" {
		for servers := range 8 {
			for _, levels := range levels {
				for _, rounds := range rounds {
					testSize(t, servers+1, levels, rounds)
				}
			}
		}
		return
	}
	for i := range servers {
		for j := range levels {
			testSize(t, servers[i], levels[j], rounds[(i+j)%len(rounds)])
		}
	}
}

func testSize(t *testing.T, servers, levels, rounds int) {
	t.Helper()
	name := fmt.Sprintf("%d servers, %d levels, %d rounds", servers, levels, rounds)
	a := many(servers, levels, rounds).analysis()
	mustDraw(t, name, chartOf("throughput", a, elsewhere...))
	charts := all(a)
	for _, c := range charts {
		mustDraw(t, name, c)
	}
	if want := len(Names(sourceOf(a).experiment)); len(charts) != want {
		t.Errorf("%s: there are %d charts, want %d", name, len(charts), want)
	}
}

func TestExtremeValuesDraw(t *testing.T) {
	t.Parallel()
	for _, size := range []float64{
		0, 5e-324, 1e-300, 1e-12, 1e-3, 1, 1e6, 1e12, 1e290, math.MaxFloat64,
	} {
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
			mustDraw(t, name, chartOf("throughput", a))
			mustDraw(t, name, chartOf("throughput", a, elsewhere...))
			mustDraw(t, name, chartOf("response-time", a))
		}
	}
}

// hostileNames are names of servers that mean something to the formats of pictures.
var hostileNames = []string{
	"<script>alert(1)</script>",
	`" onload="alert(1)`,
	"]]><!-- --",
	"&amp;&lt;",
	"</title></svg>",
	`style="fill:#0072b2"`,
	"\x00\x01\x1b[31m\u202e",
	"\xff\xfe",
	strings.Repeat("W", 500),
	"ünïcødé 🦆 العربية 服务器",
	" ",
}

func TestHostileNames(t *testing.T) {
	t.Parallel()
	for _, name := range hostileNames {
		e := seed()
		e.servers = []string{name, "other"}
		points := []spec.ReferencePoint{{Server: name, Concurrency: 5, RequestsPerSecond: 3}}
		reference := spec.Reference{Name: name, Points: points}
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

func TestEveryTrialSaysWhatItIs(t *testing.T) {
	t.Parallel()
	a := seed().analysis()
	rates := a.CellsOf("Server_async_http")[2].Of(stats.Throughput).Values
	want := fmt.Sprintf(
		"<title>Server_async_http, c=5, round 3: %s requests per second</title></circle>",
		locale.For(locale.English).Rate(rates[2]),
	)
	if !strings.Contains(string(chartOf("throughput", a).File(false)), want) {
		t.Errorf("the picture has no %s", want)
	}
	counts := func(c Chart, title string, want int) {
		t.Helper()
		if got := strings.Count(string(c.File(false)), title); got != want {
			t.Errorf("%s: %d marks have a title, want %d", c.Name, got, want)
		}
	}
	counts(chartOf("throughput", a), "</title></circle>", 100)
	counts(chartOf("order", a), "</title></circle>", 90)
	counts(chartOf("order", a), "</title></path>", 10)
}

// In a page, each level of each panel has a box with the numbers of all servers.
func TestLevelsHaveBoxes(t *testing.T) {
	t.Parallel()
	a := seed().analysis()
	calibrate(a)
	for name, want := range map[string]int{
		"response-time": 3 * 5,
		"resources":     3 * 5,
		"calibration":   2 * 5,
	} {
		c := chartOf(name, a)
		if got := strings.Count(c.Inline(), `class="tip"`); got != want {
			t.Errorf("%s has %d boxes, want %d", name, got, want)
		}
		if strings.Contains(string(c.File(false)), `class="tip"`) {
			t.Errorf("the file of %s has boxes, which nothing shows", name)
		}
	}
	p99 := a.Cells[7].Of(stats.P99)
	w := locale.For(locale.English)
	want := "Server_thread_http</tspan> " + w.Milliseconds(p99.Median) + " (" +
		w.Range(p99.Low, p99.High, w.Milliseconds) + ") ms<"
	if inline := chartOf("response-time", a).Inline(); !strings.Contains(inline, want) {
		t.Errorf("no box has %q", want)
	}
}

func TestWhatCannotBeDrawnSaysWhy(t *testing.T) {
	t.Parallel()
	infinite := seed().analysis()
	p99 := infinite.Cells[3].Of(stats.P99)
	p99.Median = math.Inf(1)
	infinite.Cells[3].Summaries[stats.P99] = p99
	incomplete := seed().analysis()
	incomplete.Cells = incomplete.Cells[:1]

	test := func(c Chart, want string) {
		t.Helper()
		if c.Problem != want || c.Description != want {
			t.Errorf("%s: Problem = %q, Description = %q, want %q", c.Name, c.Problem,
				c.Description, want)
		}
		if c.File(false) != nil || c.Inline() != "" {
			t.Errorf("%s: there is a picture of nothing", c.Name)
		}
	}
	const invalid = "none of the data are valid."
	test(chartOf("throughput", &stats.Analysis{}, elsewhere...), "No throughput chart: "+invalid)
	test(chartOf("response-time", many(2, 3, 0).analysis()),
		"No latency charts: the trials have no percentiles.")
	test(chartOf("response-time", infinite), "The chart “Latency against concurrency, "+
		"closed loop” could not be drawn: a value is not a finite number.")
	test(chartOf("order", many(2, 3, 0).analysis()),
		"No chart of the trials in run order: no trial is valid.")
	test(chartOf("calibration", many(2, 3, 0).analysis()),
		"No calibration chart: no round measured a server at a level with both generators.")

	nothing := seed()
	nothing.invalid = func(int, int) bool { return true }
	for _, name := range []string{"response-time", "distribution", "latency-throughput"} {
		test(chartOf(name, nothing.analysis()), "No latency charts: "+invalid)
		test(chartOf(name, fewRequests()), "No latency charts: with 50 requests or fewer, ab's "+
			"percentiles are unreliable.")
	}
	for _, c := range all(incomplete) {
		if c.Name == "distribution" && !strings.Contains(c.Problem, "nil pointer") { // a panic
			t.Errorf("Problem = %q, want the panic", c.Problem)
		}
	}
}

// fewRequests returns an analysis of trials with so few requests that ab has no percentiles of
// them.
func fewRequests() *stats.Analysis {
	a := seed().analysis()
	for i := range a.Cells {
		a.Cells[i].Requests, a.Cells[i].MedianPercentiles = 50, nil
		for _, metric := range []*stats.Metric{stats.P50, stats.P90, stats.P99} {
			delete(a.Cells[i].Summaries, metric)
		}
	}
	return a
}

// Charts that are missing for the same reason have one sentence.
func TestMissingChartsAreOneSentence(t *testing.T) {
	t.Parallel()
	want := []string{"No latency charts: with 50 requests or fewer, ab's percentiles are " +
		"unreliable."}
	if got := Missing(all(fewRequests())); !slices.Equal(got, want) {
		t.Errorf("Missing = %q, want %q", got, want)
	}
	if got := Missing(all(seed().analysis())); got != nil {
		t.Errorf("Missing = %q where all is drawn", got)
	}
}

// TestNamesAndChartsAgree compares the charts that are named with those that are drawn.
func TestNamesAndChartsAgree(t *testing.T) {
	t.Parallel()
	test := func(a *stats.Analysis, want ...string) {
		t.Helper()
		if names := Names(sourceOf(a).experiment); !slices.Equal(names, want) {
			t.Errorf("Names = %q, want %q", names, want)
		}
		var drawn []string
		for _, c := range all(a) {
			drawn = append(drawn, c.Name)
		}
		if !slices.Equal(drawn, want) {
			t.Errorf("All draws %q, want %q", drawn, want)
		}
	}
	always := []string{
		"throughput",
		"response-time",
		"distribution",
		"latency-throughput",
		"resources",
		"order",
	}
	test(many(1, 3, 6).analysis(), always...)
	test(seed().analysis(), append(always, "comparison")...)
	test(calibrated(), append(always, "comparison", "calibration")...)
}

// Charts of what may not have been measured are left out where it was not.
func TestChartsWithoutMeasurements(t *testing.T) {
	t.Parallel()
	var drawn []string
	for _, c := range all(many(2, 3, 0).analysis()) {
		drawn = append(drawn, c.Name)
	}
	want := []string{"throughput", "response-time", "distribution", "latency-throughput", "order"}
	if !slices.Equal(drawn, want) {
		t.Errorf("All draws %q, want %q", drawn, want)
	}
}

// The memory that is drawn is the servers' own, or in a record that does not know it their peak.
func TestMemoryThatIsDrawn(t *testing.T) {
	test := func(a *stats.Analysis, drawn, not string) {
		t.Helper()
		text := string(chartOf("resources", a).File(false))
		if !strings.Contains(text, drawn) || strings.Contains(text, not) {
			t.Errorf("the picture has %q: %v, and %q: %v; want only the first", drawn,
				strings.Contains(text, drawn), not, strings.Contains(text, not))
		}
	}
	const own, peak = "Own memory of the server", "Peak memory of the server"
	test(seed().analysis(), peak, own)

	newer := seed().analysis()
	for _, cell := range newer.Cells {
		cell.Summaries[stats.OwnMemory] = cell.Of(stats.PeakMemory)
	}
	test(newer, own, peak)
}
