package findings

import (
	"fmt"
	"slices"
	"strings"

	"labbook/internal/locale"
	"labbook/internal/plan"
	"labbook/internal/printable"
	"labbook/internal/record"
	"labbook/internal/stats"
)

// Doubt is one code as a reader sees it.
type Doubt struct {
	Code  stats.Code
	Error bool   // it can make a cell invalid
	Kind  string // "Error", "Warning" or "Note"
	Where string // the cells and their counts, or that it is the whole run
	Means string // what it means, and what to do about it
}

// Doubts returns what a reader should know about the data, one code each, errors first.
func Doubts(w *locale.Printer, rec *record.Record, a *stats.Analysis) []Doubt {
	var all []Doubt
	for _, warning := range byRemedy(a.Warnings) {
		severity := warning.Code.Severity()
		d := Doubt{
			Code:  warning.Code,
			Error: severity == stats.SeverityError,
			Kind:  w.Sprintf(kinds[severity]),
			Where: w.Sprintf("the whole run"),
			Means: w.Sprintf(meanings[warning.Code]),
		}
		switch {
		case warning.Code == stats.NotExpected && answeredDifferently(warning.Cells[0]):
			d.Where, d.Means = doubtedCells(w, a, warning), w.Sprintf(differentlyMeans)
		case warning.Code == stats.Imported:
			d.Means = importedMeans(w, rec)
		case warning.Code == stats.Few && a.Imported:
			d.Means = importedFewMeans(w, rec, a)
		case warning.Code == stats.Few:
			d.Means = fewMeans(w, a)
		case warning.Code == stats.Resumed:
			d.Where, d.Means = interruptionsWhere(w, rec, a), interruptionsMean(w, rec)
		case len(warning.Cells) > 0:
			d.Where = doubtedCells(w, a, warning)
		case warning.Evidence != nil:
			d.Where = w.Sprintf("the whole run (%s)", Reason(w, warning.Evidence))
		}
		if warning.Code == stats.Noisy && a.SeveralRuns() {
			d.Means = w.Sprintf("The interval of the median reaches further than 25% to each " +
				"side. More runs narrow it.")
		}
		if warning.Code == stats.Missing && a.Imported {
			d.Means = w.Sprintf("No text was imported for these: at this level the server is " +
				"unknown.")
		}
		all = append(all, d)
	}
	return all
}

// sumOf adds up the evidence of doubts. It reports false unless all of it is of that type.
func sumOf[E interface{ Plus(E) E }](doubts []stats.Doubt) (sum E, ok bool) {
	for _, d := range doubts {
		evidence, ok := d.Evidence.(E)
		if !ok {
			return sum, false
		}
		sum = sum.Plus(evidence)
	}
	return sum, true
}

// byRemedy returns the warnings with NotExpected in two where its cells need different remedies:
// those that gave no expected answer at all, and those that gave some.
func byRemedy(warnings []stats.Warning) []stats.Warning {
	var all []stats.Warning
	for _, warning := range warnings {
		if warning.Code != stats.NotExpected {
			all = append(all, warning)
			continue
		}
		none, some := warning, warning
		none.Cells = slices.DeleteFunc(slices.Clone(warning.Cells), answeredDifferently)
		some.Cells = slices.DeleteFunc(slices.Clone(warning.Cells), func(d stats.Doubt) bool {
			return !answeredDifferently(d)
		})
		for _, part := range []stats.Warning{none, some} {
			if len(part.Cells) > 0 {
				all = append(all, part)
			}
		}
	}
	return all
}

// answeredDifferently reports whether some answers of a cell with unexpected ones were as expected,
// in the load or before it: then the path is not the reason.
func answeredDifferently(d stats.Doubt) bool {
	return d.AnsweredBefore || d.Count < d.Of
}

// differentlyMeans explains unexpected answers where others were as expected.
const differentlyMeans locale.Message = "" +
	"Some answers were as expected, before the load or in it, and others were not, so the rates " +
	"count wrong answers. The path is right: look at what limits the server, such as a number " +
	"of requests per minute, and at what it reports as an error."

// fewMeans explains Few by the rounds that an interval needs, which depends on its confidence.
func fewMeans(w *locale.Printer, a *stats.Analysis) string {
	needed := stats.MinRounds(a.Confidence)
	return w.Sprintf(
		"Too few rounds: intervals of %s confidence need %d. There are medians and points, but "+
			"no inference. Set rounds in [design] to %d or more, and to 20 to publish.",
		w.Percentage(a.Confidence),
		needed,
		max(10, needed),
	)
}

// doubtedCells names the cells of a warning with their counts, those of a server together.
func doubtedCells(w *locale.Printer, a *stats.Analysis, warning stats.Warning) string {
	var parts []string
	for i := 0; i < len(warning.Cells); {
		first := i
		for i < len(warning.Cells) &&
			warning.Cells[i].Cell.Server == warning.Cells[first].Cell.Server {
			i++
		}
		parts = append(parts, doubtedServer(w, a, warning.Code, warning.Cells[first:i]))
	}
	return strings.Join(parts, "; ")
}

// doubtedServer names the cells of one server, with their counts added up: "A at c = 1 and 3 (4 of
// 20 trials, the first at place 12 of the run; exit status 2)".
func doubtedServer(
	w *locale.Printer, a *stats.Analysis, code stats.Code, doubts []stats.Doubt,
) string {
	var levels []plan.Level
	count, of, first := 0, 0, doubts[0].First
	for _, d := range doubts {
		levels = append(levels, d.Cell.Level)
		count += d.Count
		of += d.Of
		first = min(first, d.First)
	}

	var counts locale.Message = "%s at %s (%s of %s trials"
	if code == stats.NotExpected || code == stats.Shed {
		counts = "%s at %s (%s of %s answers"
	}
	text := w.Sprintf(
		counts,
		doubts[0].Cell.Server,
		levelNames(w, levels, a.Levels),
		w.Integer(count),
		w.Integer(of),
	)
	if first > 0 && count < of {
		text += w.Sprintf(", the first at place %s of the run", w.Integer(first))
	}
	if reason := reasonOf(w, doubts); reason != "" {
		text += "; " + reason
	}
	return text + ")"
}

// reasonOf states the evidence of doubts about one server. Where it differs between two levels, it
// states both. Of more levels it states the range, or one instance where there is none.
func reasonOf(w *locale.Printer, doubts []stats.Doubt) string {
	if bad, ok := sumOf[stats.BadAnswers](doubts); ok {
		return badAnswers(w, bad)
	}
	if faults, ok := sumOf[stats.Faults](doubts); ok {
		return faultsReason(w, faults)
	}
	var reasons []string
	var evidence []stats.Evidence
	for _, d := range doubts {
		reasons = append(reasons, printable.Line(Reason(w, d.Evidence)))
		evidence = append(evidence, d.Evidence)
	}
	if len(slices.Compact(slices.Clone(reasons))) == 1 {
		return reasons[0]
	}

	at := func(i int) string {
		level := levelNames(w, []plan.Level{doubts[i].Cell.Level}, nil)
		return w.Sprintf("at %s: %s", level, reasons[i])
	}
	if len(doubts) == 2 {
		return at(0) + "; " + at(1)
	}
	if text := together(w, evidence); text != "" {
		return text
	}
	return w.Sprintf("for instance %s", at(0))
}

// Notes returns the codes of the doubts that only the report explains, the most important first.
func Notes(a *stats.Analysis) []string {
	var codes []string
	for _, w := range a.Warnings {
		if w.Code.Severity() == stats.SeverityNote {
			codes = append(codes, string(w.Code))
		}
	}
	return codes
}

// Warnings returns the doubts as lines of plain text, one code each, errors first. It leaves out
// notes, see Notes.
func Warnings(w *locale.Printer, rec *record.Record, a *stats.Analysis) []string {
	var lines []string
	for _, d := range Doubts(w, rec, a) {
		if d.Code.Severity() != stats.SeverityNote {
			lines = append(lines, fmt.Sprintf("%s: %s. %s", d.Code, d.Where, d.Means))
		}
	}
	return lines
}
