package report

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	printing "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"labbook/internal/labtest"
)

// What is proven here is seen in a real browser, on real pages: those that are published, and
// made-up ones.

// With -short no browser is started.

// need skips a test for which the machine lacks something, and fails it under CI=true, where
// nothing may be lacking.
func need(t *testing.T, there bool, what string) {
	t.Helper()
	if there {
		return
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing, and CI=true", what)
	}
	t.Skipf("%s is missing", what)
}

// browser starts a headless Chromium for a test.
func browser(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a browser")
	}
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil && path == "" {
			path = found
		}
	}
	need(t, path != "", "Chromium")
	profile, err := os.MkdirTemp("", "labbook-browser-")
	if err != nil {
		t.Fatal(err)
	}
	options := append(
		chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.NoSandbox,
		chromedp.UserDataDir(profile),
		chromedp.WSURLReadTimeout(time.Minute),
	)
	allocated, free := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, end := chromedp.NewContext(allocated)
	t.Cleanup(func() {
		end()
		free()
		for range 50 { // the browser's own children still write for a moment
			if os.RemoveAll(profile) == nil {
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
	})
	limited, stop := context.WithTimeout(ctx, 4*time.Minute)
	t.Cleanup(stop)
	if err := chromedp.Run(limited); err != nil {
		t.Fatalf("starting Chromium: %v", err)
	}
	return limited
}

// publishedPages are the pages in this repository, by their output folders.
func publishedPages(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("../examples/*/output/report.html")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	pages := map[string]string{}
	for _, path := range append(paths, "../output/report.html") {
		absolute, err := filepath.Abs(path)
		if err != nil {
			t.Fatal(err)
		}
		pages[filepath.Base(filepath.Dir(filepath.Dir(absolute)))] = absolute
	}
	return pages
}

// madeUpPages writes the pages of some worlds.
func madeUpPages(t *testing.T) map[string]string {
	t.Helper()
	pages := map[string]string{}
	all := labtest.Worlds()
	all["id"] = all["seed"].In("id")
	for _, name := range []string{"six", "hostile", "notebook", "wrong", "names", "calibrated", "open", "id"} {
		path := filepath.Join(t.TempDir(), name+".html")
		page := render(t, all[name].Record(t))["report.html"]
		if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
		pages[name] = path
	}
	return pages
}

func address(path string) string { return (&url.URL{Scheme: "file", Path: path}).String() }

// heard gathers what a page asked for and said.
type heard struct {
	sync.Mutex
	said []string
}

func (h *heard) listen(ctx context.Context, page string) {
	chromedp.ListenTarget(ctx, func(event any) {
		h.Lock()
		defer h.Unlock()
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			if e.Request.URL != page {
				h.said = append(h.said, "asked for "+e.Request.URL)
			}
		case *runtime.EventConsoleAPICalled:
			h.said = append(h.said, fmt.Sprintf("console: %s", e.Type))
		case *runtime.EventExceptionThrown:
			h.said = append(h.said, "exception: "+e.ExceptionDetails.Text)
		case *log.EventEntryAdded:
			h.said = append(h.said, "log: "+e.Entry.Text)
		}
	})
}

func (h *heard) everything() []string {
	h.Lock()
	defer h.Unlock()
	return append([]string(nil), h.said...)
}

// show opens a page at a width in points, light or dark.
func show(path string, width int64, scheme string) chromedp.Tasks {
	return chromedp.Tasks{
		chromedp.EmulateViewport(width, 900),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{
			{Name: "prefers-color-scheme", Value: scheme}}),
		chromedp.Navigate(address(path)),
		chromedp.WaitReady("footer"),
	}
}

// inTab runs tasks in a tab of its own.
func inTab(t *testing.T, ctx context.Context, path string, tasks ...chromedp.Action) *heard {
	t.Helper()
	tab, end := chromedp.NewContext(ctx)
	defer end()
	h := &heard{}
	h.listen(tab, address(path))
	enable := chromedp.Tasks{network.Enable(), log.Enable(), runtime.Enable()}
	if err := chromedp.Run(tab, append(chromedp.Tasks{enable}, tasks...)); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return h
}

// TestPageInABrowser holds that a page asks for nothing, says nothing on the console, and needs no
// sideways scrolling on a phone, a tablet and a wide screen, in light and in dark.
func TestPageInABrowser(t *testing.T) {
	ctx := browser(t)
	pages := publishedPages(t)
	for name, path := range madeUpPages(t) {
		pages[name] = path
	}
	for name, path := range pages {
		for _, scheme := range []string{"light", "dark"} {
			tasks := show(path, 1440, scheme)
			overflow := map[int64]*int64{}
			for _, width := range []int64{1440, 768, 360} {
				over := new(int64)
				overflow[width] = over
				tasks = append(tasks, chromedp.EmulateViewport(width, 900), chromedp.Evaluate(
					`document.documentElement.scrollWidth - document.documentElement.clientWidth`,
					over,
				))
			}
			ground := ""
			tasks = append(
				tasks,
				chromedp.Evaluate(`getComputedStyle(document.body).backgroundColor`, &ground),
			)
			h := inTab(t, ctx, path, tasks)
			for width, over := range overflow {
				if *over > 0 {
					t.Errorf("%s is %d points wider than a screen of %d", name, *over, width)
				}
			}
			if said := h.everything(); len(said) > 0 {
				t.Errorf("%s, %s: %q", name, scheme, said)
			}
			if dark := ground == "rgb(20, 23, 27)"; dark != (scheme == "dark") {
				t.Errorf("%s, %s: the ground is %s", name, scheme, ground)
			}
		}
	}
}

// TestPageByKeyboard holds that the Tab key reaches everything that opens or scrolls, and that
// Enter opens it.
func TestPageByKeyboard(t *testing.T) {
	ctx := browser(t)
	path := publishedPages(t)["main"]
	if path == "" {
		path = madeUpPages(t)["six"]
	}
	var stops, reached, opened, marks, unnamed int
	tasks := chromedp.Tasks{
		show(path, 1000, "light"),
		chromedp.Evaluate(`const stops = [...document.querySelectorAll('summary, [tabindex="0"]')]
			.filter(e => e.checkVisibility()); stops.length`, &stops),
		chromedp.Evaluate(`window.reached = new Set(); document.addEventListener('focusin',
			e => window.reached.add(e.target)); 0`, nil),
	}
	h := inTab(t, ctx, path, tasks, chromedp.ActionFunc(func(ctx context.Context) error {
		for range stops + 20 { // links are stops too
			if err := chromedp.KeyEvent(kb.Tab).Do(ctx); err != nil {
				return err
			}
		}
		return nil
	}),
		chromedp.Evaluate(`stops.filter(e => window.reached.has(e)).length`, &reached),
		chromedp.Evaluate(`document.querySelector('details:not([open]) summary').focus(); 0`, nil),
		chromedp.KeyEvent(kb.Enter),
		chromedp.Evaluate(`document.activeElement.parentElement.open ? 1 : 0`, &opened),
		chromedp.Evaluate(`document.querySelectorAll('svg circle').length`, &marks),
		chromedp.Evaluate(`[...document.querySelectorAll('svg circle')].filter(c =>
			!c.querySelector('title')).length`, &unnamed),
	)
	if stops == 0 || reached != stops || opened != 1 {
		t.Errorf("the Tab key reaches %d of %d stops, and Enter opens %d", reached, stops, opened)
	}
	if marks == 0 || unnamed != 0 {
		t.Errorf("%d of %d marks say nothing under a pointer", unnamed, marks)
	}
	if said := h.everything(); len(said) > 0 {
		t.Errorf("the page said %q", said)
	}
}

// TestPageOnPaper holds that a page prints, that what is folded is there, and that no chart and no
// table's row is cut in two: none may be broken, and each fits onto a sheet.
func TestPageOnPaper(t *testing.T) {
	ctx := browser(t)
	for name, path := range publishedPages(t) {
		var printed []byte
		var broken, tooHigh, folded int
		inTab(
			t,
			ctx,
			path,
			show(path, 700, "light"),
			emulation.SetEmulatedMedia().WithMedia("print"),
			chromedp.Evaluate(`[...document.querySelectorAll('figure svg, tr')].filter(e =>
				getComputedStyle(e.closest('figure > .scroll, tr')).breakInside != 'avoid' &&
				getComputedStyle(e.closest('figure, tr')).breakInside != 'avoid').length`, &broken),
			chromedp.Evaluate(`[...document.querySelectorAll('figure svg')].filter(e =>
				e.getBoundingClientRect().height > 960).length`, &tooHigh),
			chromedp.Evaluate(`[...document.querySelectorAll('details > :not(summary)')].filter(e =>
				!e.checkVisibility({contentVisibilityAuto: true})).length`, &folded),
			chromedp.ActionFunc(func(ctx context.Context) (err error) {
				printed, _, err = printing.PrintToPDF().WithPrintBackground(true).Do(ctx)
				return err
			}),
		)
		if broken+tooHigh > 0 {
			t.Errorf(
				"%s: %d charts and rows may be cut, %d are higher than a sheet",
				name,
				broken,
				tooHigh,
			)
		}
		if folded > 0 {
			t.Errorf("%s: %d folded parts are not on paper", name, folded)
		}
		if !strings.HasPrefix(string(printed), "%PDF-") || len(printed) < 20000 {
			t.Errorf("%s: printed, it has %d bytes", name, len(printed))
		}
	}
}

// TestPageLetsNothingIn holds that a hostile record yields no element that runs or loads, and that
// the page's policy stops a script and a request even if there were one.
func TestPageLetsNothingIn(t *testing.T) {
	ctx := browser(t)
	path := madeUpPages(t)["hostile"]
	var names, handlers []string
	var ran bool
	var fetched string
	inTab(
		t,
		ctx,
		path,
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
		chromedp.Evaluate(
			`fetch('data:text/plain,x').then(() => 'fetched', () => 'refused')`,
			&fetched,
			func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) },
		),
	)
	for _, name := range names {
		if !strings.Contains(" "+strings.Join(allowedElements, " ")+" ", " "+name+" ") {
			t.Errorf("the page holds <%s>", name)
		}
	}
	if len(handlers) > 0 || ran || fetched != "refused" {
		t.Errorf(
			"attributes that run: %q; a script ran: %v; a request was %s",
			handlers,
			ran,
			fetched,
		)
	}
}

// TestPageIsAccessible holds that axe-core finds nothing against WCAG 2 A and AA and its best
// practices, in light and in dark. LABBOOK_AXE is the path of its axe.min.js.
func TestPageIsAccessible(t *testing.T) {
	script, err := os.ReadFile(os.Getenv("LABBOOK_AXE"))
	need(t, err == nil, "axe-core (its axe.min.js, in LABBOOK_AXE)")
	ctx := browser(t)
	pages := publishedPages(t)
	for name, path := range madeUpPages(t) {
		if slices.Contains([]string{"six", "hostile", "notebook"}, name) {
			pages[name] = path
		}
	}
	const run = `axe.run(document, {resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa',
		'best-practice']}).then(r => JSON.stringify(r.violations.map(v =>
		({id: v.id, help: v.help, nodes: v.nodes.slice(0, 3).map(n => n.html.slice(0, 200))}))))`
	for name, path := range pages {
		for _, scheme := range []string{"light", "dark"} {
			found := ""
			inTab(
				t,
				ctx,
				path,
				show(path, 1000, scheme),
				chromedp.Evaluate(
					`document.querySelectorAll('details').forEach(d => d.open = true); 0`,
					nil,
				),
				chromedp.Evaluate(string(script)+"; 0", nil),
				chromedp.Evaluate(
					run,
					&found,
					func(p *runtime.EvaluateParams) *runtime.EvaluateParams {
						return p.WithAwaitPromise(true)
					},
				),
			)
			var violations []any
			if err := json.Unmarshal([]byte(found), &violations); err != nil ||
				len(violations) > 0 {
				t.Errorf("%s, %s: %s %v", name, scheme, found, err)
			}
		}
	}
}

// TestPageIsValid holds that the Nu HTML checker finds no error. LABBOOK_VNU is the path of its
// vnu.jar.
func TestPageIsValid(t *testing.T) {
	jar := os.Getenv("LABBOOK_VNU")
	_, err := os.Stat(jar)
	need(t, jar != "" && err == nil, "the Nu HTML checker (its vnu.jar, in LABBOOK_VNU)")
	java, err := exec.LookPath("java")
	need(t, err == nil, "java")
	args := []string{"-jar", jar, "--errors-only"}
	for _, path := range publishedPages(t) {
		args = append(args, path)
	}
	for _, path := range madeUpPages(t) {
		args = append(args, path)
	}
	if said, err := exec.Command(java, args...).CombinedOutput(); err != nil || len(said) > 0 {
		t.Errorf("%v\n%s", err, said)
	}
}
