package chart

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/plot"

	"labbook/internal/plan"
	"labbook/internal/spec"
)

func labels(ticks plot.ConstantTicks) string {
	var words []string
	for _, tick := range ticks {
		if tick.Label != "" {
			words = append(words, tick.Label)
		}
	}
	return strings.Join(words, " ")
}

func TestValueTicks(t *testing.T) {
	test := func(low, high float64, mayLog bool, want string) {
		t.Helper()
		y := newValueAxis(nil, low, high, mayLog)
		if got := labels(y.ticks()); got != want {
			t.Errorf("ticks of %v to %v, log %v = %s, want %s", low, high, mayLog, got, want)
		}
		if y.place(y.low) > y.place(max(low, y.low)) || y.place(high) > y.place(y.high) {
			t.Errorf("%v to %v lie outside of the axis %+v", low, high, y)
		}
	}
	test(3000, 9500, false, "0 2,000 4,000 6,000 8,000 10,000")
	test(0, 0, false, "0.0 0.2 0.4 0.6 0.8 1.0")
	test(1, 7, true, "0 1 2 3 4 5 6 7")
	test(0, 500, true, "0 100 200 300 400 500")
	test(0.25, 3.4, true, "0.2 0.5 1 2 5")
	test(1, 1000, true, "0.5 1 2 5 10 20 50 100 200 500 1,000 2,000")
	test(0.3, 70_000, true, "1 10 100 1,000 10,000 100,000")
	many := strings.Fields(labels(newValueAxis(nil, 3e-320, 1e300, true).ticks()))
	if n := len(many); n < 4 || n > mostDecades+2 {
		t.Errorf("600 decades have %d labels, want 4 to %d", n, mostDecades+2)
	}
}

func TestRound(t *testing.T) {
	test := func(x, down, up float64) {
		t.Helper()
		if got := roundDown(x); got != down {
			t.Errorf("roundDown(%v) = %v, want %v", x, got, down)
		}
		if got := roundUp(x); got != up {
			t.Errorf("roundUp(%v) = %v, want %v", x, got, up)
		}
	}
	test(1, 1, 1)
	test(1.1, 1, 2)
	test(4.9, 2, 5)
	test(7, 5, 10)
	test(1000, 1000, 1000)
	test(0.03, 0.02, 0.05)
	test(math.MaxFloat64, math.MaxFloat64, math.MaxFloat64)
}

func levelsOf(values ...int) (levels []plan.Level) {
	for _, v := range values {
		levels = append(levels, plan.Level{Kind: plan.Concurrency, Value: v})
	}
	return levels
}

func TestLevelAxis(t *testing.T) {
	test := func(want string, log bool, values ...int) {
		t.Helper()
		x := newLevelAxis(nil, levelsOf(values...), 2)
		if got := labels(x.ticks()); got != want || x.log != log {
			t.Errorf("levels %v: labels %s, log %v; want %s, %v", values, got, x.log, want, log)
		}
	}
	test("1 3 5 8 10", false, 10, 8, 5, 3, 1)
	test("7", false, 7)
	test("1 10 100 1,000", true, 1, 10, 100, 1000)
	test("1 20,000", false, 1, 20_000)
	test("19,990 20,000", false, 19_990, 20_000)
}

// TestLevelsKeepTheirRoom holds for any levels: labels do not overlap, the ends have one, and no
// server's points reach into the next level's.
func TestLevelsKeepTheirRoom(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		values := map[int]bool{}
		for range 1 + random.IntN(20) {
			values[1+random.IntN(1+random.IntN(20_000))] = true
		}
		var levels []plan.Level
		for v := range values {
			levels = append(levels, levelsOf(v)...)
		}
		servers := 1 + random.IntN(8)
		x := newLevelAxis(nil, levels, servers)
		ticks, end := x.ticks(), math.Inf(-1)
		if ticks[0].Label == "" && len(ticks) > 1 && ticks[len(ticks)-1].Label == "" {
			t.Fatalf("%v: neither end has a label", x.levels)
		}
		for _, tick := range ticks {
			half := float64(len(tick.Label)) * 2.8
			if tick.Label != "" && tick.Value-half < end {
				t.Fatalf("%v: the label %s runs into the one before", x.levels, tick.Label)
			} else if tick.Label != "" {
				end = tick.Value + half
			}
		}
		first, last := series{style: 0}, series{style: servers - 1}
		for i, level := range x.levels {
			left, right := x.median(first, level), x.trial(last, level, 9, 10)
			if left < 0 || right > axisWidth {
				t.Fatalf(
					"%v: level %v reaches out of the axis: %v to %v",
					x.levels,
					level,
					left,
					right,
				)
			}
			if i > 0 && left < x.trial(last, x.levels[i-1], 9, 10) {
				t.Fatalf("%v: level %v reaches into the one before", x.levels, level)
			}
		}
	}
}

func TestSpreadMovesAsLittleAsItCan(t *testing.T) {
	test := func(low, high float64, at []float64, want ...float64) {
		t.Helper()
		var all []*label
		for _, y := range at {
			all = append(all, &label{y: y})
		}
		spread(all, low, high)
		for i, l := range all {
			if math.Abs(l.y-want[i]) > 1e-9 {
				t.Errorf("spread(%v) puts label %d at %v, want %v", at, i, l.y, want[i])
			}
		}
	}
	test(0, 300, []float64{50, 100}, 50, 100)
	test(0, 300, []float64{100, 100}, 93.5, 106.5)
	test(0, 300, []float64{0, 0, 0}, 0, 13, 26)
	test(0, 300, []float64{100, 300, 300}, 100, 287, 300)
	test(0, 300, []float64{99, 100, 107, 200}, 89, 102, 115, 200)
	test(0, 20, []float64{1, 2, 3}, 0, 10, 20)
}

// TestNamesStayApartAndInside reads the names' places out of pictures with a lot of lines.
func TestNamesStayApartAndInside(t *testing.T) {
	var references []spec.Reference
	for _, name := range []string{"A", "B", "C"} {
		r := spec.Reference{Name: name}
		for i, server := range many(8, 1, 1).servers {
			r.Points = append(r.Points,
				spec.ReferencePoint{Server: server, Concurrency: 1, RequestsPerSecond: float64(i)})
		}
		references = append(references, r)
	}
	test := func(c Chart, want int) {
		t.Helper()
		var places []float64
		for _, e := range elements(t, c.Inline()) {
			x, _ := strconv.ParseFloat(attribute(e, "x"), 64)
			y, _ := strconv.ParseFloat(attribute(e, "y"), 64)
			if e.Name.Local == "text" && x > pictureWidth/2 &&
				strings.Contains(attribute(e, "style"), "var(--ink") &&
				attribute(e, "transform") == "" {
				places = append(places, y)
			}
		}
		if len(places) != want {
			t.Errorf("%s has %d names, want %d", c.Name, len(places), want)
		}
		slices.Sort(places)
		for i, y := range places {
			if y < 8 || y > pictureHeight || i > 0 && y-places[i-1] < 8 {
				t.Errorf("%s: the name at %v is outside, or over the one before", c.Name, y)
			}
		}
	}
	a := many(8, 6, 6).analysis()
	test(Throughput(a, references), 32)
	test(LatencyThroughput(many(3, 6, 6).analysis()), 6)
}

func TestShorten(t *testing.T) {
	p := plot.New()
	styleAxes(p, textSize)
	test := func(name, want string) {
		t.Helper()
		got := shorten(p, name)
		if got != want {
			t.Errorf("shorten(%q) = %q, want %q", name, got, want)
		}
		if width := textWidth(p, got).Points(); width > mostLabel {
			t.Errorf("%q is %v points wide, more than %v", got, width, mostLabel)
		}
	}
	test("Server_thread_http, Tugas 9", "Server_thread_http, Tugas 9")
	test("", "")
	test("a_server_with_a_very_long_name_that_goes_on p99", "a_server_with_a_v…es_on p99")
	test(strings.Repeat("W", 80), "WWWWWWW…WWWWWWW")
}

// luminance and contrast are WCAG 2's.
func luminance(hex string) float64 {
	n, _ := strconv.ParseUint(hex[1:], 16, 32)
	linear := func(c uint64) float64 {
		v := float64(c&255) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(n>>16) + 0.7152*linear(n>>8) + 0.0722*linear(n)
}

func contrast(a, b string) float64 {
	la, lb := luminance(a)+0.05, luminance(b)+0.05
	return max(la, lb) / min(la, lb)
}

func TestColoursCanBeSeen(t *testing.T) {
	light, dark := Colours()
	if len(light) != 8 || len(dark) != 8 || len(markers) != 8 {
		t.Fatalf(
			"%d light and %d dark colours and %d markers, want 8 each",
			len(light),
			len(dark),
			len(markers),
		)
	}
	for i := range light {
		if c := contrast(light[i], paper); c < 3 {
			t.Errorf("series %d: %s has a contrast of %.2f on %s, want 3", i+1, light[i], c, paper)
		}
		if c := contrast(dark[i], "#14171b"); c < 3 {
			t.Errorf("series %d: %s has a contrast of %.2f on a dark page, want 3", i+1, dark[i], c)
		}
	}
	if c := contrast(ink, paper); c < 4.5 {
		t.Errorf("text has a contrast of %.2f, want 4.5", c)
	}
}
