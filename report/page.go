package report

import (
	"html/template"

	"labbook.example/labbook/internal/chart"
	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// page is the content of a report, before it is HTML or Markdown.
type page struct {
	Title       string
	Question    string
	Origin      string // states that the record was imported; "" if Labbook measured it
	Headline    findings.Headline
	Strip       findings.Strip
	Connections string // how many each server got; "" without keep-alive
	Expected    expected
	ThisRun     string // of which runs the intervals hold
	Notes       string // Markdown, as the user wrote it
	NotesSince  string // states that they are newer than the run; usually ""
	Doubts      []findings.Doubt
	Failed      table
	AllValid    bool   // every trial is clean and no server suspect
	Quality     string // counts of trials and requests
	Charts      []chart.Chart
	Comparisons []table
	Overview    []table // of three servers and more
	Order       []table // of three servers and more
	Latencies   []table // ratios, which have no verdict
	Used        []table // ratios of resources, which have no verdict
	Runs        []table // of several runs
	Quote       string  // a sentence to quote
	Knees       string
	Servers     []table
	RowsMean    string // of the tables of the servers
	Usage       several
	Calibration calibration
	Load        several // of the generator
	Captures    []capture
	Unreliable  string   // explains a warning in the captures; usually ""
	Steps       []string // of the method, in a few sentences
	Terms       []term
	Limits      []string
	ModelLimits string // of Labbook's own models; usually ""
	Environment table
	Machines    table   // where the spec names some
	Parts       several // of the load, where several generators made it
	Files       table   // that were imported
	Commands    []string
	Repeat      string
	Spec        record.File
	Size        string // "2 servers × 5 levels × 10 rounds = 100 trials of 1,000 requests"
	Generator   string
	Loop        string // closed or open
	Damaged     int    // lines of the record that could not be read
	Style       template.CSS
	NotesHTML   template.HTML
	Sections    []section
	Live        *liveBar // nil in a file
	Waiting     string   // stands for all sections of a run without a complete round; else ""

	*locale.Printer // in the language of the page

	experiment *spec.Experiment
	analysis   *stats.Analysis
	rtlNames   []string // of servers, written from right to left; the longest first
	apart      bool     // servers and load were on several machines
	dirty      bool     // the spec's folder had changes that were not committed
	own        *template.Template
}

func newPage(w *locale.Printer, rec *record.Record, a *stats.Analysis) (*page, error) {
	e := rec.Experiment
	terms, err := terms(w, rec, a)
	if err != nil {
		return nil, err
	}
	p := &page{
		Printer:     w,
		experiment:  e,
		analysis:    a,
		Title:       e.Title,
		Question:    e.Question,
		Origin:      findings.Origin(w, rec),
		Headline:    findings.NewHeadline(w, a),
		Notes:       e.Notes.Text,
		Strip:       findings.NewStrip(w, rec, a),
		Quote:       findings.Quote(w, rec, a),
		Connections: findings.Connections(w, rec, a),
		Expected:    newExpected(w, rec, a),
		ThisRun:     findings.ThisRun(w, a),
		Doubts:      findings.Doubts(w, rec, a),
		Failed:      failedTrials(w, rec),
		AllValid:    allValid(a),
		Quality:     quality(w, a),
		Charts:      chart.All(w, a, e),
		Comparisons: comparisonTables(w, a),
		Overview:    overviewTables(w, a),
		Latencies:   latencyRatios(w, a),
		Used:        resourceRatios(w, a),
		Runs:        runsTables(w, a),
		Knees:       findings.Knees(w, a),
		RowsMean:    rowsMean(w, a),
		Usage:       usageTables(w, a, e),
		Load:        generatorTables(w, a, e),
		Calibration: newCalibration(w, rec, a),
		Captures:    captures(w, e, a),
		Steps:       steps(w, rec, a),
		Terms:       terms,
		Limits:      limits(w, rec),
		ModelLimits: modelLimits(w, rec, a),
		Environment: environmentTable(w, rec),
		Machines:    machinesTable(w, rec),
		Servers:     abTables(w, rec, a),
		Parts:       partTables(w, a),
		Files:       filesTable(w, rec),
		Commands:    commands(w, rec.Experiment, a),
		Repeat:      repeat(rec),
		Spec:        rec.Spec,
		Size:        sizeOf(w, rec, a),
		Generator:   generatorOf(w, rec),
		Loop:        loopOf(w, e),
		Damaged:     rec.Damaged,
		rtlNames:    rtlNames(a.Servers),
		apart:       stats.Apart(rec),
		dirty:       rec.Source != nil && rec.Source.Dirty,
	}
	if agreement := findings.Agreement(w, a); agreement != nil {
		p.Headline.Small = append(p.Headline.Small, agreement)
	}
	if rec.NewerNotes {
		p.NotesSince = p.Sprintf("These notes, from %s, were written after the run.", e.Notes.File)
	}
	p.Unreliable = unreliableMeans(w, a, p.Captures)
	if len(a.Rankings) > 0 {
		p.Order = []table{rankingTable(w, a)}
	}
	p.Sections = p.sections()
	return p, nil
}

// Damage states that lines of the page's record could not be read; "" if all could.
func (p *page) Damage() string { return findings.Damage(p.Printer, p.Damaged) }

// DrawnBy returns the last line of the report.
func (p *page) DrawnBy() string {
	if u := p.analysis.Unfinished; u != nil {
		return p.Sprintf("Drawn by Labbook from trials.jsonl.part, the record of a run that has " +
			"not ended.")
	}
	return p.Sprintf("Drawn by Labbook from trials.jsonl, which contains every trial.")
}

// CannotRepeat states why an imported experiment has no command that runs it again.
func (p *page) CannotRepeat() string {
	return p.Sprintf("This was imported, so no command measures it again. The spec below names " +
		"the servers as in ab's reports; give each a command or a model, and set rounds, to " +
		"measure them.")
}

// sizeOf returns the size of an experiment, factor by factor.
func sizeOf(w *locale.Printer, rec *record.Record, a *stats.Analysis) string {
	if rec.Imported != nil {
		return importedSize(w, rec, a)
	}
	servers := w.Count(len(rec.Experiment.Started()), "1 server", "%s servers")
	if rec.Against != nil {
		servers = w.Sprintf("2 versions")
	}
	if tested := len(rec.Experiment.Tested()); tested > len(rec.Experiment.Started()) {
		servers = w.Sprintf("%s asked in %s ways", servers, w.Integer(tested))
	}
	if a.Control != "" {
		servers = w.Sprintf("%s and a control", servers)
	}
	text := w.Sprintf(
		"%s × %s × %s = %s of %s",
		servers,
		levelsIn(w, a),
		roundsIn(w, rec),
		w.Count(len(a.Measured())*rec.AllRounds(), "1 trial", "%s trials"),
		loadSize(w, rec),
	)
	if rec.Calibration != nil {
		text += w.Sprintf(", and as many for the calibration")
	}
	return text
}
