package report

import (
	"context"
	"maps"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"labbook.example/labbook/internal/chart"
)

// Before its redesign, this repository's main report had 3,137 words in sight, and its first chart
// began 4,128 pixels down the page.
const (
	maxWords     = 1500 // in sight on the main page
	maxFigureTop = 800  // pixels, on a screen 1,200 pixels wide
	minTextSize  = 11   // pixels, of texts in charts
)

// sizesBefore are the bytes of the pages of the repository's records before their redesign.
var sizesBefore = map[string]int{
	"main":        317_782,
	"c-twins":     327_833,
	"cpu-bound":   377_058,
	"flawed":      145_353,
	"io-bound":    311_138,
	"long":        323_301,
	"open-loop":   341_699,
	"tugas-9":     363_705,
	"your-server": 253_836,
}

// TestPagesAreSmall holds that no page is larger than before the redesign, and that of a later
// record no larger than the main page was.
func TestPagesAreSmall(t *testing.T) {
	t.Parallel()
	for name, files := range published(t) {
		limit := sizesBefore["main"]
		if before, ok := sizesBefore[name]; ok {
			limit = before
		}
		if size := len(files["report.html"]); size > limit {
			t.Errorf("the page of %s has %d bytes, at most %d are allowed", name, size, limit)
		}
	}
}

// TestPageAtAGlance holds that the main page shows its figure at once and is short, and that every
// page has figures that can be read on a phone.
func TestPageAtAGlance(t *testing.T) {
	t.Parallel()
	browser := browser(t)
	pages := publishedPages(t)
	maps.Copy(pages, madeUpPages(t, "six", "open", "one", "twenty", "runs", "names"))
	for name, path := range pages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testPageAtAGlance(t, browser, name, path)
		})
	}
}

func testPageAtAGlance(t *testing.T, browser context.Context, name, path string) {
	const figures = `[...document.querySelectorAll('main figure svg.ch')].filter(e =>
		e.checkVisibility())`
	var top, smallest float64
	var words, texts int
	// Words for screen readers are left of the page or clipped, those of a pointer not displayed.
	const inSight = `[...document.querySelectorAll('body, body *')].filter(e =>
		e.checkVisibility({contentVisibilityAuto: true}) && e.localName != 'title' &&
		getComputedStyle(e).clipPath == 'none' &&
		e.getBoundingClientRect().right > 0).flatMap(e => [...e.childNodes].filter(n =>
		n.nodeType == Node.TEXT_NODE)).flatMap(n => n.data.match(/\S+/g) || []).length`
	inTab(t, browser, path,
		show(path, 1200, "light"),
		chromedp.Evaluate(`Math.min(9999, ...`+figures+`.map(e =>
			e.getBoundingClientRect().top + scrollY))`, &top),
		chromedp.Evaluate(inSight, &words),
		chromedp.EmulateViewport(360, 800),
		chromedp.Evaluate(`const sizes = `+figures+`.flatMap(svg => {
			const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
			return [...svg.querySelectorAll('text')].filter(e => e.textContent.trim()).map(e =>
				parseFloat(getComputedStyle(e).fontSize) * scale);
		}); sizes.length`, &texts),
		chromedp.Evaluate(`Math.min(9999, ...sizes)`, &smallest),
	)
	t.Logf("%s: %.0f px, %d words, %d texts of %.1f px or more", name, top, words, texts, smallest)
	if texts == 0 || smallest < minTextSize-0.05 {
		t.Errorf("on a phone, %d texts in charts have %.1f pixels or more", texts, smallest)
	}
	if name != "main" {
		return
	}
	if top > maxFigureTop {
		t.Errorf("the first figure begins at %.0f pixels; allowed: %d", top, maxFigureTop)
	}
	if words > maxWords {
		t.Errorf("%d words are in sight; allowed: %d", words, maxWords)
	}
}

// TestColoursCanBeRead holds that each colour of a text has a contrast of 4.5 to 1 with what is
// behind it (WCAG 2.1, 1.4.3), in light and in dark.
func TestColoursCanBeRead(t *testing.T) {
	light, dark, found := strings.Cut(styleSheet(), "@media")
	dark, _, _ = strings.Cut(dark, "}")
	if !found {
		t.Fatal("the style sheet has no dark colours")
	}
	lightSeries, darkSeries := chart.Colours()
	for _, theme := range []struct {
		name, rules string
		series      []string
	}{{"light", light, lightSeries}, {"dark", dark, darkSeries}} {
		colour := func(name string) string {
			pattern := regexp.MustCompile(`--` + name + `:(#[0-9a-f]+)`)
			match := pattern.FindStringSubmatch(theme.rules)
			if match == nil {
				t.Fatalf("%s: there is no --%s", theme.name, name)
			}
			return match[1]
		}
		for _, behind := range []string{"paper", "wash"} {
			for _, name := range []string{
				"ink", "soft", "link", "note", "bad", "met", "word", "string", "number",
			} {
				if c := contrast(t, colour(name), colour(behind)); c < 4.5 {
					t.Errorf("%s: %s on %s has a contrast of %.2f", theme.name, name, behind, c)
				}
			}
		}
		for i, series := range theme.series {
			if c := contrast(t, series, colour("paper")); c < 4.5 {
				t.Errorf("%s: series %d has a contrast of %.2f", theme.name, i+1, c)
			}
		}
	}
}

// contrast returns the contrast of two colours, "#fff" or "#14171b", as WCAG defines it.
func contrast(t *testing.T, one, other string) float64 {
	t.Helper()
	a, b := luminance(t, one), luminance(t, other)
	return (max(a, b) + 0.05) / (min(a, b) + 0.05)
}

func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	digits := strings.TrimPrefix(colour, "#")
	if len(digits) == 3 {
		digits = string([]byte{
			digits[0], digits[0], digits[1], digits[1], digits[2], digits[2],
		})
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(digits[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatalf("%s: %v", colour, err)
		}
		channel := float64(n) / 255
		if channel <= 0.04045 {
			sum += weight * channel / 12.92
		} else {
			sum += weight * math.Pow((channel+0.055)/1.055, 2.4)
		}
	}
	return sum
}
