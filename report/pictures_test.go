package report

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	printing "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"labbook.example/labbook/internal/labtest"
)

// pictures is a folder for pictures of pages, for people to look at:
//
//	go test ./report -run TestPictures/main -pictures /tmp/pictures
var pictures = flag.String("pictures", "", "write pictures of all pages into this `folder`")

// TestPictures writes each page as it looks on a wide screen and on a phone, in light and in dark,
// and on paper. It checks nothing.
func TestPictures(t *testing.T) {
	if *pictures == "" {
		t.Skip("writes pictures for people, with -pictures FOLDER")
	}
	if err := os.MkdirAll(*pictures, 0o755); err != nil {
		t.Fatal(err)
	}
	for name := range published(t) {
		t.Run(name, func(t *testing.T) {
			takePictures(t, name, published(t)[name]["report.html"])
		})
	}
	for _, s := range slices.Concat(labtest.Situations(), labtest.Expected()) {
		t.Run("situation-"+s.Name, func(t *testing.T) {
			takePictures(t, t.Name()[len("TestPictures/"):], render(t, s.Record(t))["report.html"])
		})
	}
	for name := range labtest.Pairs() {
		t.Run("compare-"+name, func(t *testing.T) {
			takePictures(t, "compare-"+name, drawnChanges(t, name)["compare.html"])
		})
	}
	for name := range labtest.Worlds() {
		t.Run(name, func(t *testing.T) {
			takePictures(t, name, drawn(t, name)["report.html"])
		})
		t.Run(name+".id", func(t *testing.T) {
			takePictures(t, name+".id", drawn(t, name+".id")["report.html"])
		})
	}
}

// takePictures writes a page and its pictures: NAME.html, NAME-1200-light.png, …, NAME.pdf.
func takePictures(t *testing.T, name, page string) {
	browser := browser(t)
	path := filepath.Join(*pictures, name+".html")
	save := func(ending string, data []byte) {
		if err := os.WriteFile(filepath.Join(*pictures, name+ending), data, 0o644); err != nil {
			t.Error(err)
		}
	}
	save(".html", []byte(page))
	absolute, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}

	for _, scheme := range schemes {
		for _, width := range []int64{1200, 360} {
			var picture []byte
			inTab(t, browser, absolute, show(absolute, width, scheme),
				chromedp.FullScreenshot(&picture, 100))
			save(fmt.Sprintf("-%d-%s.png", width, scheme), picture)
		}
	}
	inTab(t, browser, absolute, show(absolute, 1200, "light"), printInto(func(data []byte) {
		save(".pdf", data)
	}))
}

// printInto prints a page on A4 and passes the PDF on.
func printInto(use func(pdf []byte)) chromedp.Tasks {
	return chromedp.Tasks{
		emulation.SetEmulatedMedia().WithMedia("print"),
		chromedp.ActionFunc(func(ctx context.Context) error {
			const a4Width, a4Height = 8.27, 11.69 // inches
			pdf, _, err := printing.PrintToPDF().WithPrintBackground(true).
				WithPreferCSSPageSize(true).
				WithPaperWidth(a4Width).WithPaperHeight(a4Height).
				Do(ctx)
			use(pdf)
			return err
		}),
	}
}
