// Package report draws the report of an experiment for people: report.html, report.md, their charts
// and captures. In: a record and its analysis. Out: the files of the report, and beside them those
// of package export. Refused: a folder in which something else is in the place of the report's own
// folders.
//
// Render is a pure function: the same record has the same bytes.
package report

import (
	"fmt"

	"labbook.example/labbook/internal/chart"
	"labbook.example/labbook/internal/export"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// File is one file of a report.
type File struct {
	Name string // relative to the output folder, with slashes: "charts/throughput.svg"
	Data []byte
}

// Render returns all files of the report of a record.
func Render(rec *record.Record, a *stats.Analysis) ([]File, error) {
	w := locale.For(rec.Experiment.Language)
	p, err := newPage(w, rec, a)
	if err != nil {
		return nil, err
	}
	html, err := p.html()
	if err != nil {
		return nil, err
	}
	files := []File{
		{"report.html", html},
		{"report.md", p.markdown()},
	}

	data, err := exports(w, rec, a)
	if err != nil {
		return nil, err
	}
	files = append(files, data...)

	for _, c := range p.Charts {
		pictures, err := chartFiles(c)
		if err != nil {
			return nil, fmt.Errorf("drawing the chart %s: %w", c.Name, err)
		}
		files = append(files, pictures...)
	}
	for _, c := range p.Captures {
		files = append(files, File{"captures/" + c.Name + ".svg", c.svg()})
	}
	return files, nil
}

// chartFiles returns the files of a chart's picture, if there is one: on white, on a dark ground,
// and of a main figure the PDF.
func chartFiles(c chart.Chart) (files []File, err error) {
	var pdf []byte
	if c.Main {
		if pdf, err = c.PDF(); err != nil {
			return nil, err
		}
	}
	for _, file := range []File{
		{".svg", c.File(false)},
		{"-dark.svg", c.File(true)},
		{".pdf", pdf},
	} {
		if file.Data != nil {
			files = append(files, File{"charts/" + c.Name + file.Name, file.Data})
		}
	}
	return files, nil
}

// exports returns the files for other programs.
func exports(w *locale.Printer, rec *record.Record, a *stats.Analysis) ([]File, error) {
	summary, err := export.Summary(rec, a)
	if err != nil {
		return nil, err
	}
	results, err := export.Results(w, rec, a)
	if err != nil {
		return nil, err
	}
	return []File{
		{"summary.csv", summary},
		{"results.json", results},
		{"bench.txt", export.Benchmark(rec, a)},
	}, nil
}
