package report

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

var schemes = []string{"light", "dark"}

// TestPageInABrowser holds that a page asks for nothing, says nothing on the console, and needs no
// sideways scrolling on a phone, a tablet and a wide screen, in light and in dark.
func TestPageInABrowser(t *testing.T) {
	t.Parallel()
	browser := browser(t)
	pages := publishedPages(t)
	maps.Copy(pages, madeUpPages(t, "six", "hostile", "notebook", "wrong", "names", "calibrated",
		"open", "seed.id", "expected", "against.id", "capacity"))
	maps.Copy(pages, livePages(t))

	for name, path := range pages {
		for _, scheme := range schemes {
			t.Run(name+", "+scheme, func(t *testing.T) {
				t.Parallel()
				testPageInABrowser(t, browser, path, scheme)
			})
		}
	}
}

func testPageInABrowser(t *testing.T, browser context.Context, path, scheme string) {
	const measure = `document.documentElement.scrollWidth - document.documentElement.clientWidth`
	tasks := show(path, 1440, scheme)
	widths := []int64{1440, 768, 360}
	overflow := make([]int64, len(widths))
	for i, width := range widths {
		tasks = append(tasks,
			chromedp.EmulateViewport(width, 900), chromedp.Evaluate(measure, &overflow[i]))
	}
	background := ""
	tasks = append(tasks,
		chromedp.Evaluate(`getComputedStyle(document.body).backgroundColor`, &background))

	entries := inTab(t, browser, path, tasks).all()
	for i, width := range widths {
		if overflow[i] > 0 {
			t.Errorf("the page is %d pixels wider than a screen of %d", overflow[i], width)
		}
	}
	if len(entries) > 0 {
		t.Errorf("the page said %q", entries)
	}
	if dark := background == "rgb(20, 23, 27)"; dark != (scheme == "dark") {
		t.Errorf("the background is %s", background)
	}
}

// TestPageByKeyboard holds that the Tab key reaches everything that opens or scrolls, and that
// Enter opens it.
func TestPageByKeyboard(t *testing.T) {
	t.Parallel()
	browser := browser(t)
	path := publishedPages(t)["main"]
	if path == "" {
		path = madeUpPages(t, "six")["six"]
	}

	var stops, reached, opened, marks, unnamed int
	find := chromedp.Tasks{
		show(path, 1000, "light"),
		chromedp.Evaluate(`const stops = [...document.querySelectorAll('summary, [tabindex="0"]')]
			.filter(e => e.checkVisibility()); stops.length`, &stops),
		chromedp.Evaluate(`window.reached = new Set(); document.addEventListener('focusin',
			e => window.reached.add(e.target)); 0`, nil),
	}
	pressTab := chromedp.ActionFunc(func(ctx context.Context) error {
		for range stops + 20 { // links are stops too
			if err := chromedp.KeyEvent(kb.Tab).Do(ctx); err != nil {
				return err
			}
		}
		return nil
	})
	look := chromedp.Tasks{
		chromedp.Evaluate(`stops.filter(e => window.reached.has(e)).length`, &reached),
		chromedp.Evaluate(`document.querySelector('details:not([open]) summary').focus(); 0`, nil),
		chromedp.KeyEvent(kb.Enter),
		chromedp.Evaluate(`document.activeElement.parentElement.open ? 1 : 0`, &opened),
		chromedp.Evaluate(`document.querySelectorAll('svg .tip').length`, &marks),
		chromedp.Evaluate(`[...document.querySelectorAll('svg .tip')].filter(c =>
			!/\d/.test(c.textContent) || !c.previousElementSibling).length`, &unnamed),
	}
	entries := inTab(t, browser, path, find, pressTab, look).all()

	if stops == 0 || reached != stops || opened != 1 {
		t.Errorf("the Tab key reaches %d of %d stops, and Enter opens %d", reached, stops, opened)
	}
	if marks == 0 || unnamed != 0 {
		t.Errorf("%d of %d levels show no numbers under a pointer", unnamed, marks)
	}
	if len(entries) > 0 {
		t.Errorf("the page said %q", entries)
	}
}

// TestPageOnPaper holds that a page prints on few sheets, that what is open on the screen is there,
// and that no chart and no row of a table is cut in two: none may be broken, and each fits on a
// sheet.
func TestPageOnPaper(t *testing.T) {
	t.Parallel()
	browser := browser(t)
	for name, path := range publishedPages(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			testPageOnPaper(t, browser, name, path)
		})
	}
}

func testPageOnPaper(t *testing.T, browser context.Context, name, path string) {
	const inSight = `[...document.querySelectorAll(
		'main p, main li, main td, main th, main figure, main summary, main h2, main h3')]
		.filter(e => e.checkVisibility())`
	var printed []byte
	var broken, tooHigh, shown, lost int
	inTab(t, browser, path,
		show(path, 1200, "light"),
		chromedp.Evaluate(`const onScreen = `+inSight+`; onScreen.length`, &shown),
		emulation.SetEmulatedMedia().WithMedia("print"),
		chromedp.Evaluate(`const onPaper = new Set(`+inSight+`);
			onScreen.filter(e => !onPaper.has(e)).length`, &lost),
		chromedp.Evaluate(`const whole = e => e && (
			getComputedStyle(e).breakInside == 'avoid' || whole(e.parentElement));
			[...document.querySelectorAll('figure svg, tr')].filter(e =>
				!whole(e)).length`, &broken),
		chromedp.Evaluate(`[...document.querySelectorAll('figure svg')].filter(e =>
			e.getBoundingClientRect().height > 960).length`, &tooHigh),
		printInto(func(pdf []byte) { printed = pdf }),
	)
	if broken+tooHigh > 0 {
		t.Errorf("%d charts and rows may be cut, %d are higher than a sheet", broken, tooHigh)
	}
	if shown < 50 || lost > 0 {
		t.Errorf("%d of %d parts that are open are not on paper", lost, shown)
	}
	if !strings.HasPrefix(string(printed), "%PDF-") || len(printed) < 20000 {
		t.Errorf("the print has %d bytes", len(printed))
	}
	if sheets := sheetsOf(printed); sheets == 0 || sheets > maxSheets(name) {
		t.Errorf("the print has %d sheets; allowed: %d", sheets, maxSheets(name))
	}
}

// maxSheets returns on how many sheets a page may print. Each further server has a table and
// panels of its own.
func maxSheets(name string) int {
	if name == "main" {
		return 6
	}
	return 9
}

// sheetsOf returns the number of pages of a PDF, which Chromium does not compress.
func sheetsOf(pdf []byte) int {
	return len(regexp.MustCompile(`/Type\s*/Page\b`).FindAll(pdf, -1))
}

// TestPageRefusesInjection holds that a hostile record yields no element that runs or loads, and
// that the page's policy stops a script and a request even if there were one.
func TestPageRefusesInjection(t *testing.T) {
	t.Parallel()
	browser := browser(t)
	path := madeUpPages(t, "hostile")["hostile"]
	var names, handlers []string
	var ran bool
	var fetched string
	inTab(t, browser, path,
		show(path, 1000, "light"),
		chromedp.Evaluate(
			`[...new Set([...document.querySelectorAll('*')].map(e => e.localName))]`,
			&names,
		),
		chromedp.Evaluate(`[...document.querySelectorAll('*')].flatMap(e => [...e.attributes]
			.filter(a => /^on/i.test(a.name) || /^\s*(javascript|data):/i.test(a.value))
			.map(a => e.localName + ' ' + a.name + '=' + a.value))`, &handlers),
		chromedp.Evaluate(
			`const s = document.createElement('script'); s.textContent = 'window.ran = true';
			document.body.append(s); window.ran === true`,
			&ran,
		),
		evaluate(`fetch('data:text/plain,x').then(() => 'fetched', () => 'refused')`, &fetched),
	)

	for _, name := range names {
		if !slices.Contains(allowedElements, name) {
			t.Errorf("the page holds <%s>", name)
		}
	}
	if len(handlers) > 0 || ran || fetched != "refused" {
		t.Errorf("attributes that run: %q; a script ran: %v; a request was %s",
			handlers, ran, fetched)
	}
}

// TestPageIsAccessible holds that axe-core finds nothing against WCAG 2 A and AA and its best
// practices, in light and in dark. LABBOOK_AXE is the path of its axe.min.js.
func TestPageIsAccessible(t *testing.T) {
	t.Parallel()
	script, err := os.ReadFile(os.Getenv("LABBOOK_AXE"))
	need(t, err == nil, "axe-core (its axe.min.js, in LABBOOK_AXE)")
	browser := browser(t)
	pages := publishedPages(t)
	maps.Copy(pages, madeUpPages(t, "six", "hostile", "notebook", "expected", "capacity"))
	maps.Copy(pages, livePages(t))

	for name, path := range pages {
		for _, scheme := range schemes {
			t.Run(name+", "+scheme, func(t *testing.T) {
				t.Parallel()
				testPageIsAccessible(t, browser, path, scheme, string(script))
			})
		}
	}
}

func testPageIsAccessible(t *testing.T, browser context.Context, path, scheme, axe string) {
	const openAll = `document.querySelectorAll('details').forEach(d => d.open = true); 0`
	const run = `axe.run(document, {
			resultTypes: ['violations'],
			runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'best-practice'],
		}).then(r => JSON.stringify(r.violations.map(v => ({
			id: v.id,
			help: v.help,
			nodes: v.nodes.slice(0, 3).map(n => n.html.slice(0, 200)),
		}))))`
	found := ""
	inTab(t, browser, path,
		show(path, 1000, scheme),
		chromedp.Evaluate(openAll, nil),
		chromedp.Evaluate(axe+"; 0", nil),
		evaluate(run, &found),
	)
	var violations []any
	if err := json.Unmarshal([]byte(found), &violations); err != nil || len(violations) > 0 {
		t.Errorf("%s %v", found, err)
	}
}

// TestPageIsValid holds that the Nu HTML checker finds no error. LABBOOK_VNU is the path of its
// vnu.jar.
func TestPageIsValid(t *testing.T) {
	t.Parallel()
	jar := os.Getenv("LABBOOK_VNU")
	_, err := os.Stat(jar)
	need(t, jar != "" && err == nil, "the Nu HTML checker (its vnu.jar, in LABBOOK_VNU)")
	java, err := exec.LookPath("java")
	need(t, err == nil, "java")

	pages := publishedPages(t)
	maps.Copy(pages, madeUpPages(t, "six", "hostile", "notebook", "wrong", "names", "calibrated",
		"open", "seed.id", "expected", "against.id", "capacity"))
	maps.Copy(pages, livePages(t))
	args := slices.Concat(
		[]string{"-jar", jar, "--errors-only"},
		slices.Sorted(maps.Values(pages)),
	)
	if said, err := exec.Command(java, args...).CombinedOutput(); err != nil || len(said) > 0 {
		t.Errorf("%v\n%s", err, said)
	}
}

// TestVerdictsOnAPhone holds that a verdict stands under its number where there is no room for
// a column of its own, and is within the screen; on a wide screen it is in its column alone.
func TestVerdictsOnAPhone(t *testing.T) {
	t.Parallel()
	browser := browser(t)
	const shown = `[...document.querySelectorAll('.folds .under.narrow')].filter(e => {
		const box = e.getBoundingClientRect();
		return box.width > 0 && box.right <= document.documentElement.clientWidth;
	}).filter(e => e.textContent == 'slower').length`
	const columns = `document.querySelector('.folds thead th:last-child').offsetWidth > 0`
	for name, page := range map[string]string{
		"comparison": drawnChanges(t, "slower")["compare.html"],
		"report":     drawn(t, "notebook")["report.html"],
	} {
		path := written(t, name, page)
		for _, width := range []int64{360, 1200} {
			verdicts, column := 0, false
			inTab(t, browser, path, show(path, width, "light"),
				chromedp.Evaluate(shown, &verdicts), chromedp.Evaluate(columns, &column))
			if isNarrow := width == 360; (verdicts > 0) != isNarrow || column == isNarrow {
				t.Errorf("%s, %d wide: %d verdicts under numbers, and a column: %v",
					name, width, verdicts, column)
			}
		}
	}
}
