package chart

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// shapes returns the shapes of a scene that are drawn with a style in the colour of a series.
func shapes(s scene, how *style, series int) (all []item) {
	for _, i := range s.items {
		if i.paint.style == how && i.paint.series == series {
			all = append(all, i)
		}
	}
	return all
}

// writtenTexts returns the texts of a scene.
func writtenTexts(s scene) (texts []string) {
	for _, i := range s.items {
		if i.paint.size > 0 {
			texts = append(texts, i.text)
		}
	}
	return texts
}

// places returns the places that a path goes through.
func places(path []segment) (all []point) {
	for _, g := range path {
		all = append(all, g.to)
	}
	return all
}

// pictures returns the wide picture and the narrow one of a chart's main figure.
func pictures(c Chart) []scene { return []scene{c.Panels[0].picture, *c.Panels[0].narrow} }

// The medians of all servers are at the same place, that of their level, and so are the ticks of
// both graphs. Only the dots of single trials are beside it.
func TestFigureHasMediansAtTheirLevels(t *testing.T) {
	t.Parallel()
	for _, picture := range pictures(chartOf("throughput", seed().analysis())) {
		var xs [][]float64
		for series := range 2 {
			line := shapes(picture, seriesLine, series)[0]
			var x []float64
			for _, p := range places(line.path) {
				x = append(x, rounded(p.x))
			}
			xs = append(xs, x)
		}
		if !slices.Equal(xs[0], xs[1]) || len(xs[0]) != 5 {
			t.Errorf("the medians are at %v and at %v, want the same five places", xs[0], xs[1])
		}
		step := (xs[0][1] - xs[0][0]) / 2 // from 1 client to 3
		if ten := xs[0][0] + 9*step; math.Abs(ten-xs[0][4]) > 0.5 {
			t.Errorf("10 clients are at %v, want %v", xs[0][4], ten)
		}
		for series := range 2 {
			for _, d := range shapes(picture, trialDots, series)[0].dots {
				nearest := math.Inf(1)
				for _, x := range xs[0] {
					nearest = min(nearest, math.Abs(d.at.x-x))
				}
				if nearest > 14 {
					t.Errorf("a trial is %v pixels from its level", nearest)
				}
			}
		}
	}
}

// What arrives is a straight line, and each server is at most on it.
func TestArrivalsAreOneLine(t *testing.T) {
	t.Parallel()
	for _, picture := range pictures(chartOf("throughput", open().analysis())) {
		at := places(shapes(picture, guideLine, 0)[0].path)
		slope := (at[len(at)-1].y - at[0].y) / (at[len(at)-1].x - at[0].x)
		for _, p := range at {
			if math.Abs(at[0].y+slope*(p.x-at[0].x)-p.y) > 0.01 {
				t.Errorf("the line of arrivals bends at %v: %v", p, at)
			}
		}
	}
}

// A text of a page is never smaller than 11 pixels, and a phone has the narrow picture unscaled.
func TestTextsAreLargeEnough(t *testing.T) {
	t.Parallel()
	for _, s := range allStyles {
		if s.size > 0 && s.size < 11 {
			t.Errorf("texts of the class %s have %v pixels, want 11", s.class, s.size)
		}
	}
	const phone = 360 - 2*16 // without the page's margins
	for _, c := range all(many(4, 5, 6).analysis()) {
		for _, p := range c.Panels {
			picture := p.picture
			if p.narrow != nil {
				picture = *p.narrow
			}
			if picture.width > phone {
				t.Errorf("%s: a picture is %v pixels wide, want %v", c.Name, picture.width, phone)
			}
		}
	}
}

// A server that was not compared has no difference, the one of two is below the curves, and more
// have a panel each, in their colours.
func TestWhereDifferencesAre(t *testing.T) {
	t.Parallel()
	test := func(servers, panels int, below bool) {
		t.Helper()
		c := chartOf("throughput", many(servers, 3, 8).analysis())
		if len(c.Panels) != panels {
			t.Errorf("%d servers have %d panels, want %d", servers, len(c.Panels), panels)
		}
		for _, picture := range pictures(c) {
			texts := strings.Join(writtenTexts(picture), "\n")
			if strings.Contains(texts, "Difference") != below {
				t.Errorf("%d servers: a difference below the curves: %v, want %v", servers,
					!below, below)
			}
		}
		for i, p := range c.Panels[1:] {
			if p.Series != i+2 || p.Title != fmt.Sprintf("Server_%c_http", 'b'+i) {
				t.Errorf("panel %d is of %q in the colour %d", i+1, p.Title, p.Series)
			}
		}
	}
	test(1, 1, false)
	test(2, 1, true)
	test(3, 3, false)
	test(8, 8, false)
}

// The row of values, the fill of the squares and the arrows are those of the comparisons.
func TestMarksOfDifferences(t *testing.T) {
	t.Parallel()
	a := seed().analysis()
	for i, verdict := range []stats.Verdict{
		stats.Slower, stats.Inconclusive, stats.Equivalent, stats.Faster, stats.NoVerdict,
	} {
		c := &a.Comparisons[i]
		c.Verdict, c.Ratio, c.Low, c.High = verdict, 0.76, 0.7, 0.8
	}
	a.Comparisons[0].Limited = stats.FasterSide
	a.Cell(plan.Cell{Server: "Server_thread_http", Level: a.Levels[2]}).State = stats.Suspect
	a.Comparisons[1].Limited = stats.BothSides
	up := &a.Comparisons[3]
	up.Ratio, up.Low, up.High, up.Limited = 2.4, 2.1, 2.8, stats.FasterSide

	for _, picture := range pictures(chartOf("throughput", a)) {
		texts := writtenTexts(picture)
		for _, want := range []string{"−24%*", "−24%", "2.4×*", "−24%?", "■ settled",
			"? suspect"} {
			found := slices.ContainsFunc(texts, func(s string) bool {
				return strings.Contains(s, want)
			})
			if !found {
				t.Errorf("there is no %q among %q", want, texts)
			}
		}
		hollow := shapes(picture, hollowMark, 1) // first that of the suspect median
		if n := len(places(hollow[len(hollow)-1].path)); len(hollow) != 2 || n != 2*5 {
			t.Errorf("the hollow squares have %d corners, want those of two", n)
		}
		arrows := shapes(picture, strokes, 1)[0].path
		if len(arrows) != 6 || arrows[1].to.y < arrows[0].to.y || arrows[4].to.y > arrows[3].to.y {
			t.Errorf("the arrows are %v, want one down and one up", arrows)
		}
	}
}

// In an open loop, a level at which both servers keep up is no comparison.
func TestRatesThatBothKeepUpWith(t *testing.T) {
	t.Parallel()
	a := open().analysis()
	for i := range a.Comparisons {
		a.Comparisons[i].Verdict = stats.AtArrivalRate
	}
	texts := writtenTexts(pictures(chartOf("throughput", a))[0])
	if strings.Contains(strings.Join(texts, "\n"), "Difference") {
		t.Errorf("the rates of the spec are compared: %q", texts)
	}
	a.Comparisons[3].Verdict = stats.Slower
	texts = writtenTexts(pictures(chartOf("throughput", a))[0])
	if !slices.Contains(texts, "=") {
		t.Errorf("nothing says that the others are alike: %q", texts)
	}
}

// The labels of an axis of differences cover all of it, wherever the ratios are.
func TestLabelsOfDifferencesCoverTheAxis(t *testing.T) {
	t.Parallel()
	for _, ends := range [][2]float64{
		{0.98, 1.02}, {0.72, 1.1}, {0.9, 1.8}, {0.33, 1.3}, {0.06, 1.1}, {0.0018, 1.1},
		{0.5, 12}, {1e-9, 1e9}, {1e-200, 1e200},
	} {
		const height = 118
		a := newChangeAxis(nil, ends[0], ends[1], height)
		whole := a.place(a.high) - a.place(a.low)
		below, above := 1.0, 1.0
		for i, tick := range a.ticks {
			if i == 0 {
				below = (tick.Value - a.place(a.low)) / whole
			}
			above = (a.place(a.high) - tick.Value) / whole
			if i > 0 && (tick.Value-a.ticks[i-1].Value)/whole*height < 15-1e-9 {
				t.Errorf("%v: labels %d and %d are too close", ends, i-1, i)
			}
		}
		if below > 0.4 || above > 0.4 || len(a.ticks) < 3 {
			t.Errorf("%v: %d labels, and %.2f and %.2f of the axis are without one", ends,
				len(a.ticks), below, above)
		}
	}
}

// A reference is a dashed line among the servers' unless it would lie on an axis of theirs.
func TestReferencesOfAnotherSizeAreApart(t *testing.T) {
	t.Parallel()
	test := func(rate float64, apart bool) {
		t.Helper()
		reference := spec.Reference{Name: "old"}
		for _, level := range seed().levels {
			reference.Points = append(reference.Points, spec.ReferencePoint{
				Server:            "Server_async_http",
				Concurrency:       level,
				RequestsPerSecond: rate,
			})
		}
		c := chartOf("throughput", seed().analysis(), reference)
		inFigure := len(shapes(c.Panels[0].picture, dashedLine, 0)) > 0
		if inFigure == apart || (len(c.Panels) == 2) != apart {
			t.Errorf("%v requests per second: in the figure %v, %d panels", rate, inFigure,
				len(c.Panels))
		}
		if apart && (c.Panels[1].Title != "For reference: old" || !c.Panels[1].Aside) {
			t.Errorf("the panel of the reference is %q", c.Panels[1].Title)
		}
	}
	test(240, true)
	test(3000, false)
	test(40_000, false)
	test(50_000, true)
}

// A pointer shows the numbers of every level in a page, without a script, and files have no boxes.
func TestNumbersUnderAPointer(t *testing.T) {
	t.Parallel()
	a := seed().analysis()
	c := chartOf("throughput", a)
	inline := c.Inline()
	if n := strings.Count(inline, `<g class="tip">`); n != 2*5 {
		t.Errorf("%d levels have a box, want five in each of two widths", n)
	}
	cell := a.Cell(plan.Cell{Server: "Server_thread_http", Level: a.Levels[2]})
	s := sourceOf(a)
	m := cell.Of(stats.Throughput)
	for _, want := range []string{
		">5 clients<",
		fmt.Sprintf(">Server_thread_http</tspan> %s (%s)<", s.Rate(m.Median),
			s.Range(m.Low, m.High, s.Rate)),
		">Difference: " + s.Change(s.Comparison(cell.Cell).Ratio) + " (",
	} {
		if n := strings.Count(inline, want); n != 2 {
			t.Errorf("the page's picture has %d times %q, want 2", n, want)
		}
	}
	if file := string(c.File(false)); strings.Contains(file, "Difference: −") {
		t.Error("a file has boxes, which nothing opens there")
	}
	twenty := chartOf("throughput", many(4, 20, 6).analysis()).Panels[0]
	if len(twenty.picture.columns) != 20 || twenty.narrow.columns != nil {
		t.Errorf("of 80 cells there are %d and %d boxes, want 20 and none",
			len(twenty.picture.columns), len(twenty.narrow.columns))
	}
}

// A suspect cell has a hollow marker, and an invalid one a cross on the axis and no median.
func TestMarksOfDoubtfulCells(t *testing.T) {
	t.Parallel()
	e := seed()
	e.invalid = func(server, level int) bool { return level == 5 }
	a := e.analysis()
	a.Cells[0].State = stats.Suspect
	c := chartOf("throughput", a)
	for _, picture := range pictures(c) {
		if n := len(shapes(picture, hollowMark, 0)); n != 1 {
			t.Errorf("%d suspect cells have a hollow marker, want 1", n)
		}
		first, second := shapes(picture, strokes, 0), shapes(picture, strokes, 1)
		if len(first) != 1 || len(second) == 0 || first[0].path[0].to == second[0].path[0].to {
			t.Errorf("the crosses are %v and %v, want one each, side by side", first, second)
		}
	}
	for _, want := range []string{"Hollow markers are suspect", "Crosses on the axis are invalid"} {
		if !strings.Contains(c.Description, want) ||
			strings.Contains(chartOf("throughput", seed().analysis()).Description, want) {
			t.Errorf("the descriptions say %q where it is not so, or not where it is", want)
		}
	}
}

// Coordinates are the same wherever they are computed: what is within a millionth of a half is one.
func TestCoordinates(t *testing.T) {
	t.Parallel()
	test := func(v float64, want string) {
		t.Helper()
		if got := coordinate(v); got != want {
			t.Errorf("coordinate(%v) = %q, want %q", v, got, want)
		}
	}
	test(0, "0")
	test(-0.04, "0")
	test(12, "12")
	test(12.34, "12.3")
	test(0.5, ".5")
	test(-0.5, "-.5")
	test(-3.25, "-3.2")
	test(12.25, "12.3")
	test(12.25-1e-13, "12.3")
	test(12.25+1e-13, "12.3")
}

// Consecutive shapes of one style are one element.
func TestShapesOfOneStyleAreOneElement(t *testing.T) {
	t.Parallel()
	var s scene
	s.stroke(gridLine.plain(), point{0, 1}, point{9, 1})
	s.stroke(gridLine.plain(), point{0, 5}, point{9, 5.5})
	s.stroke(seriesLine.of(2), point{0, 2}, point{0, 0})
	want := `<path class="g" d="M0 1h9M0 5l9 .5"/>` + "\n" + `<path class="l s3" d="M0 2v-2"/>`
	if got := s.inline("", "x"); !strings.Contains(got, want) {
		t.Errorf("the picture is\n%s\nwant in it\n%s", got, want)
	}
}

// A page's picture is a fraction of its file, which has the colours, and a title for each trial.
func TestPicturesOfPagesAreSmall(t *testing.T) {
	t.Parallel()
	c := chartOf("throughput", seed().analysis(), elsewhere...)
	if n := len(c.Inline()); n > 18_000 {
		t.Errorf("the main figure of two servers has %d bytes in its two widths, want 18,000", n)
	}
	if regexp.MustCompile(`\d\.\d\d`).MatchString(c.Inline()) {
		t.Error("a coordinate has more than one decimal")
	}
}

// Too few rounds have no intervals and no verdicts, and the main figure claims none.
func TestMainFigureOfTooFewRounds(t *testing.T) {
	for _, s := range labtest.Situations() {
		if s.Name != "too-few" {
			continue
		}
		c := chartOf("throughput", stats.Analyse(s.Record(t)))
		text := string(c.File(false)) + c.Description
		if !strings.Contains(text, "□ no verdict") || strings.Contains(text, "inconclusive") ||
			strings.Contains(text, "with 95% confidence intervals") {
			t.Errorf("the figure of two rounds claims intervals or verdicts: %s", c.Description)
		}
		return
	}
	t.Fatal("there is no situation with too few rounds")
}
