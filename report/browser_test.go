package report

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// What follows is how tests look at pages in a real browser: at those that are published, and at
// made-up ones. With -short no browser is started.

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

func TestMain(m *testing.M) {
	code := m.Run()
	stopChromium()
	os.Exit(code)
}

// stopChromium ends the browser of startChromium, if a test started it.
var stopChromium = func() {}

// hang is how long a browser may take for a step. It bounds a hang: a slow machine takes less.
const hang = 8 * time.Minute

// startChromium starts one headless Chromium for all tests.
var startChromium = sync.OnceValues(func() (context.Context, error) {
	profile, err := os.MkdirTemp("", "labbook-browser-")
	if err != nil {
		return nil, err
	}
	options := append(
		chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium()),
		chromedp.NoSandbox,
		chromedp.UserDataDir(profile),
		chromedp.WSURLReadTimeout(hang),
	)
	allocated, free := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, end := chromedp.NewContext(allocated,
		chromedp.WithBrowserOption(chromedp.WithDialTimeout(hang)))
	stopChromium = func() {
		end()
		free()
		for range 3000 { // Chromium's own children still write into it for a moment
			if os.RemoveAll(profile) == nil {
				break
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
	return ctx, chromedp.Run(ctx)
})

// chromium returns the path of a Chromium, or "".
func chromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// browser returns the browser that all tests share.
func browser(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a browser")
	}
	need(t, chromium() != "", "Chromium")
	ctx, err := startChromium()
	if err != nil {
		t.Fatalf("starting Chromium: %v", err)
	}
	return ctx
}

// publishedReports holds the reports of the records in this repository, drawn by this program, by
// the name of their experiment. They are drawn once for all tests.
var publishedReports = sync.OnceValues(func() (map[string]map[string]string, error) {
	folders, err := filepath.Glob("../examples/*/output")
	if err != nil {
		return nil, err
	}
	reports := map[string]map[string]string{}
	for _, folder := range append(folders, "../output") {
		rec, err := record.Read(folder)
		if err != nil {
			return nil, err
		}
		files, err := Render(rec, stats.Analyse(rec))
		if err != nil {
			return nil, err
		}
		name := filepath.Base(filepath.Dir(folder))
		if folder == "../output" {
			name = "main"
		}
		reports[name] = map[string]string{}
		for _, file := range files {
			reports[name][file.Name] = string(file.Data)
		}
	}
	return reports, nil
})

// published returns the reports of all records in this repository by name; "main" is that of the
// repository's own experiment.
func published(t *testing.T) map[string]map[string]string {
	t.Helper()
	reports, err := publishedReports()
	if err != nil || len(reports) < 6 {
		t.Fatalf("%d reports of the records in this repository: %v", len(reports), err)
	}
	return reports
}

// publishedPages writes the pages of the records in this repository into files.
func publishedPages(t *testing.T) map[string]string {
	t.Helper()
	pages := map[string]string{}
	for name, files := range published(t) {
		pages[name] = written(t, name, files["report.html"])
	}
	return pages
}

// written writes a page into a file and returns its path.
func written(t *testing.T, name, page string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name+".html")
	if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// madeUpPages writes the pages of some worlds into files.
func madeUpPages(t *testing.T, worlds ...string) map[string]string {
	t.Helper()
	pages := map[string]string{}
	for _, name := range worlds {
		pages[name] = written(t, name, drawn(t, name)["report.html"])
	}
	return pages
}

func address(path string) string { return (&url.URL{Scheme: "file", Path: path}).String() }

// journal holds what a page requested, and what the browser complained about.
type journal struct {
	sync.Mutex
	entries []string
}

func (j *journal) listen(ctx context.Context, page string) {
	chromedp.ListenTarget(ctx, func(event any) {
		j.Lock()
		defer j.Unlock()
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			if e.Request.URL != page {
				j.entries = append(j.entries, "asked for "+e.Request.URL)
			}
		case *runtime.EventConsoleAPICalled:
			j.entries = append(j.entries, fmt.Sprintf("console: %s", e.Type))
		case *runtime.EventExceptionThrown:
			j.entries = append(j.entries, "exception: "+e.ExceptionDetails.Text)
		case *log.EventEntryAdded:
			j.entries = append(j.entries, "log: "+e.Entry.Text)
		}
	})
}

func (j *journal) all() []string {
	j.Lock()
	defer j.Unlock()
	return append([]string(nil), j.entries...)
}

// show opens a page at a width in pixels, light or dark.
func show(path string, width int64, scheme string) chromedp.Tasks {
	preference := &emulation.MediaFeature{Name: "prefers-color-scheme", Value: scheme}
	return chromedp.Tasks{
		chromedp.EmulateViewport(width, 900),
		emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{preference}),
		chromedp.Navigate(address(path)),
		chromedp.WaitReady("footer"),
	}
}

// inTab runs tasks in a tab of its own, which believes that it is in front: tests run side by side,
// and the browser has only one tab there.
func inTab(
	t *testing.T, browser context.Context, path string, tasks ...chromedp.Action,
) *journal {
	t.Helper()
	tab, closeTab := chromedp.NewContext(browser)
	defer closeTab()
	limited, stop := context.WithTimeout(tab, hang)
	defer stop()

	j := &journal{}
	j.listen(tab, address(path))
	enable := chromedp.Tasks{
		network.Enable(),
		log.Enable(),
		runtime.Enable(),
		emulation.SetFocusEmulationEnabled(true),
	}
	if err := chromedp.Run(limited, append(chromedp.Tasks{enable}, tasks...)); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return j
}

// evaluate runs JavaScript and waits for its promise.
func evaluate(script string, result any) chromedp.Action {
	wait := func(p *runtime.EvaluateParams) *runtime.EvaluateParams {
		return p.WithAwaitPromise(true)
	}
	return chromedp.Evaluate(script, result, wait)
}
