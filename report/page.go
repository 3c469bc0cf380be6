package report

import (
	"html/template"

	"labbook/internal/chart"
	"labbook/internal/locale"
	"labbook/internal/record"
	"labbook/internal/spec"
	"labbook/internal/stats"
)

// page is everything that a report says, before it is HTML or Markdown.
type page struct {
	Title       string
	Question    string
	Answers     []string // the answer, a paragraph each
	Notes       string   // Markdown, as the user wrote it
	NotesSince  string   // that they are newer than the run; "" normally
	Doubts      []doubt
	Failed      table
	Forest      []chart.Chart // of the comparisons; none where nothing is compared
	Comparisons []table
	Knees       string
	Servers     []table
	Usage       table
	Calibration calibration
	UsageMeans  string
	Load        table
	LoadMeans   string
	Charts      []chart.Chart
	Captures    []capture
	Terms       []term
	Limits      []string
	Environment table
	Commands    []string
	Repeat      string
	Spec        record.File
	Size        string // "2 servers × 5 levels × 10 rounds = 100 trials of 1,000 requests"
	Generator   string
	Loop        string // closed or open
	Damaged     int    // lines of the record that could not be read
	Style       template.CSS
	NotesHTML   template.HTML

	*locale.Printer // of the page

	experiment *spec.Experiment
	analysis   *stats.Analysis
	backwards  []string // servers whose names are written from right to left
}

func newPage(rec *record.Record, a *stats.Analysis) (*page, error) {
	e := rec.Experiment
	terms, err := terms(rec, a)
	if err != nil {
		return nil, err
	}
	p := &page{
		Printer:     a.Printer,
		experiment:  e,
		analysis:    a,
		Title:       e.Title,
		Question:    e.Question,
		Answers:     answers(a),
		Notes:       e.Notes.Text,
		Doubts:      doubts(rec, a),
		Failed:      failedTrials(rec, a.Printer),
		Comparisons: comparisonTables(a),
		Knees:       knees(a),
		Usage:       usageTable(a),
		UsageMeans:  a.Sprintf(usageMeans),
		Load:        generatorTable(a),
		LoadMeans:   generatorMeans(a),
		Charts: []chart.Chart{chart.Throughput(a, e.References), chart.ResponseTime(a),
			chart.Distribution(a, e.Load.Requests), chart.LatencyThroughput(a)},
		Calibration: newCalibration(rec, a),
		Captures:    captures(e, a),
		Terms:       terms,
		Limits:      limits(rec, a.Printer),
		Environment: environmentTable(rec, a.Printer),
		Commands:    commands(a),
		Repeat:      repeat(rec),
		Spec:        rec.Spec,
		Size:        size(rec, a),
		Generator:   generatorName(rec.Generator),
		Loop:        loop(e, a.Printer),
		Damaged:     rec.Damaged,
		backwards:   backwards(a.Servers),
	}
	if rec.NewerNotes {
		p.NotesSince = p.Sprintf("These notes, from %s, were written after the run.", e.Notes.File)
	}
	if resources := chart.Resources(a); resources.Problem == "" {
		p.Charts = append(p.Charts, resources)
	}
	p.Charts = append(p.Charts, chart.Order(a))
	if len(a.Comparisons)+len(a.Controls) > 0 {
		p.Forest = []chart.Chart{chart.Comparison(a)}
	}
	if len(a.Calibration) > 0 {
		p.Charts = append(p.Charts, chart.Calibration(a))
	}
	for _, s := range e.Servers {
		p.Servers = append(p.Servers, seedTable(a, s))
	}
	return p, nil
}

func size(rec *record.Record, a *stats.Analysis) string {
	servers := a.Count(len(rec.Experiment.Started()), "1 server", "%s servers")
	if a.Control != "" {
		servers = a.Sprintf("%s and a control", servers)
	}
	text := a.Sprintf(
		"%s × %s × %s = %s of %s",
		servers,
		a.Count(len(a.Levels), "1 level", "%s levels"),
		a.Count(rec.Rounds, "1 round", "%s rounds"),
		trials(a.Printer, len(a.Cells)*rec.Rounds),
		a.Count(rec.Experiment.Load.Requests, "1 request", "%s requests"),
	)
	if rec.Calibration != nil {
		text += a.Sprintf(", and as many for the calibration")
	}
	return text
}
