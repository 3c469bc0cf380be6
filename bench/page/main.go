// Command page measures how long a reader waits: for drawing a report from its record, and for a
// browser's first paint of the page. An output folder goes in, and medians come out. The script run
// starts the command.
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
	folder := flag.String("folder", "output", "an output folder; it is not changed")
	times := flag.Int("times", 11, "how often, at least 1")
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

	drawing, err := timeDrawing(labbook, scratch, times)
	if err != nil {
		return err
	}
	page := filepath.Join(scratch, "report.html")
	painting, err := timePainting(browser, page, times)
	if err != nil {
		return err
	}
	info, err := os.Stat(page)
	if err != nil {
		return err
	}
	fmt.Printf("%s: %d bytes, %d times each, medians (longest)\n", folder, info.Size(), times)
	show("drawing", drawing)
	show("first paint", painting)
	return nil
}

// show writes the median and the largest of some seconds.
func show(name string, seconds []float64) {
	slices.Sort(seconds)
	median := seconds[len(seconds)/2]
	longest := seconds[len(seconds)-1]
	fmt.Printf("  %-12s %.3f s (%.3f)\n", name, median, longest)
}

// timeDrawing returns the seconds that it takes to draw the report in a folder.
func timeDrawing(labbook, folder string, times int) ([]float64, error) {
	var seconds []float64
	for range times {
		began := time.Now()
		if err := exec.Command(labbook, "report", folder, "--quiet").Run(); err != nil {
			return nil, fmt.Errorf("drawing: %w", err)
		}
		seconds = append(seconds, time.Since(began).Seconds())
	}
	return seconds, nil
}

// timePainting returns the seconds from the start of loading a page to its first contentful paint,
// in a new tab each time.
func timePainting(browser, path string, times int) ([]float64, error) {
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
	var seconds []float64
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
		seconds = append(seconds, milliseconds/1000)
	}
	return seconds, nil
}
