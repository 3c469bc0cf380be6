// Command page times what a reader waits for: drawing a report from its record, and a browser's
// first paint of the page. In comes an output folder, out come medians. run starts it.
package main

import (
	"context"
	"flag"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/chromedp/chromedp"
)

func main() {
	labbook := flag.String("labbook", "", "the program that draws")
	browser := flag.String("browser", "chromium", "a Chromium")
	folder := flag.String("folder", "output", "an output folder, which stays as it is")
	times := flag.Int("times", 11, "how often, from 1")
	flag.Parse()
	if err := run(*labbook, *browser, *folder, *times); err != nil {
		fmt.Fprintln(os.Stderr, "bench/page:", err)
		os.Exit(1)
	}
}

func run(labbook, browser, folder string, times int) error {
	scratch, err := os.MkdirTemp("", "labbook-page-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(scratch)
	if err := os.CopyFS(scratch, os.DirFS(folder)); err != nil {
		return err
	}
	var drawn []float64
	for range times {
		began := time.Now()
		if err := exec.Command(labbook, "report", scratch, "--quiet").Run(); err != nil {
			return fmt.Errorf("drawing: %w", err)
		}
		drawn = append(drawn, time.Since(began).Seconds())
	}
	painted, err := paints(browser, filepath.Join(scratch, "report.html"), times)
	if err != nil {
		return err
	}
	info, err := os.Stat(filepath.Join(scratch, "report.html"))
	if err != nil {
		return err
	}
	fmt.Printf("%s: %d bytes, %d times each, medians (longest)\n", folder, info.Size(), times)
	for _, row := range []struct {
		name   string
		values []float64
	}{{"drawing", drawn}, {"first paint", painted}} {
		slices.Sort(row.values)
		middle, last := row.values[len(row.values)/2], row.values[len(row.values)-1]
		fmt.Printf("  %-12s %.3f s (%.3f)\n", row.name, middle, last)
	}
	return nil
}

// paints gives the seconds from the start of loading a page to its first contentful paint, in a new
// tab each.
func paints(browser, path string, times int) ([]float64, error) {
	options := append(
		chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(browser),
		chromedp.NoSandbox,
	)
	allocated, free := chromedp.NewExecAllocator(context.Background(), options...)
	defer free()
	ctx, end := chromedp.NewContext(allocated)
	defer end()
	if err := chromedp.Run(ctx); err != nil {
		return nil, fmt.Errorf("starting %s: %w", browser, err)
	}
	var painted []float64
	for range times {
		tab, closeTab := chromedp.NewContext(ctx)
		limited, stop := context.WithTimeout(tab, time.Minute)
		var milliseconds float64
		err := chromedp.Run(
			limited,
			chromedp.Navigate((&url.URL{Scheme: "file", Path: path}).String()),
			chromedp.Poll(
				`performance.getEntriesByName('first-contentful-paint')[0]?.startTime`,
				&milliseconds,
			),
		)
		stop()
		closeTab()
		if err != nil {
			return nil, fmt.Errorf("painting: %w", err)
		}
		painted = append(painted, milliseconds/1000)
	}
	return painted, nil
}
