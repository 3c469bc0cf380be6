package findings

import (
	"fmt"
	"slices"
	"strings"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/printable"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// Doubt is one code as a reader sees it.
type Doubt struct {
	Code  stats.Code
	Error bool   // it can make a cell invalid
	Kind  string // "Error", "Warning" or "Note"
	What  string // what happened, in one sentence
	Where string // the cells and their counts; "" for the whole run
	Means string // what follows from it, and what to do about it
}

// IsNote reports whether the doubt changes no state: a reader should know it, and no more.
func (d Doubt) IsNote() bool { return d.Code.Severity() == stats.SeverityNote }

// String returns a doubt as a line of plain text.
func (d Doubt) String() string {
	if d.Where == "" {
		return fmt.Sprintf("%s: %s %s", d.Code, d.What, d.Means)
	}
	return fmt.Sprintf("%s: %s. %s %s", d.Code, d.Where, d.What, d.Means)
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
			What:  w.Sprintf(meanings[warning.Code].what),
			Means: w.Sprintf(meanings[warning.Code].means),
		}
		switch {
		case warning.Code == stats.NotExpected && answeredDifferently(warning.Cells[0]):
			d.What = w.Sprintf("Some of the server's answers were not as expected.")
			d.Where, d.Means = doubtedCells(w, a, warning), w.Sprintf(differentlyMeans)
		case warning.Code == stats.Imported:
			d.What = w.Sprintf("Labbook did not measure these numbers.")
			d.Means = importedMeans(w, rec)
		case warning.Code == stats.Few:
			d.What, d.Means = fewMeans(w, rec, a)
		case warning.Code == stats.Resumed:
			d.What = w.Sprintf("The run was interrupted and later resumed.")
			d.Where, d.Means = interruptionsWhere(w, rec, a), interruptionsMean(w, rec)
		case warning.Code == stats.MoreRounds:
			d.What = w.Sprintf("Rounds were added after the results could be seen.")
			d.Where, d.Means = looksWhere(w, a), looksMean(w, rec, a)
		case len(warning.Cells) > 0:
			d.Where = doubtedCells(w, a, warning)
		case warning.Evidence != nil:
			d.Where = Reason(w, warning.Evidence)
		}
		if warning.Code == stats.HostBound && onGenerators(warning) {
			d.Means = w.Sprintf(generatorsBusyMeans)
		}
		if e, ok := warning.Evidence.(stats.RoundCorrelation); ok && e.Machines > 0 {
			d.What = w.Sprintf("The rounds of one machine are more alike than those of others.")
			d.Means = w.Sprintf(sharedByMachine)
		}
		if warning.Code == stats.Noisy && a.SeveralRuns() {
			d.Means = w.Sprintf("More runs narrow it.")
		}
		if warning.Code == stats.Missing && a.Imported {
			d.What = w.Sprintf("No text was imported for these.")
			d.Means = w.Sprintf("At this level the server is unknown.")
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
	"These rates count wrong answers. The path is right: look for a limit in the server, such as " +
	"a " +
	"number of requests per minute, and at the errors that it reports."

// onGenerators reports whether machines without idle cores had generators alone.
func onGenerators(warning stats.Warning) bool {
	return !slices.ContainsFunc(warning.Cells, func(d stats.Doubt) bool {
		_, ok := stats.Unwrapped(d.Evidence).(stats.GeneratorCores)
		return !ok
	})
}

// generatorsBusyMeans explains HostBound where generators do not share the machine with a server.
const generatorsBusyMeans locale.Message = "" +
	"The generators there had no CPU time to spare, so the server may be faster than measured. " +
	"Use machines with more cores, or more machines."

// fewMeans explains Few by the rounds that a confidence interval needs, which depends on its
// confidence.
func fewMeans(w *locale.Printer, rec *record.Record, a *stats.Analysis) (what, means string) {
	confidence, needed := w.Percentage(a.Confidence), stats.MinRounds(a.Confidence)
	switch enough := max(10, needed); {
	case a.Imported && rec.Rounds == 1:
		return w.Sprintf("There is one trial of each server at each level: too few for " +
				"conclusions."),
			w.Sprintf("%s confidence intervals need %d. Measure again, with %d rounds or more.",
				confidence, needed, enough)
	case a.Imported:
		return w.Sprintf("There are too few trials for conclusions."),
			w.Sprintf("%s confidence intervals need %d of each server at each level. Measure "+
				"again, with %d rounds or more.", confidence, needed, enough)
	default:
		return w.Sprintf("There are too few rounds for conclusions."),
			w.Sprintf("%s confidence intervals need %d. Set rounds in [design] to %d or more, and "+
				"to 20 for a publication.", confidence, needed, enough)
	}
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

// doubtedServer names the cells of one server, with their counts added up: "A at 1 and 3 clients (4
// of 20 trials, the first at place 12 of the run; exit status 2)".
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

	server := doubts[0].Cell.Server
	text := fmt.Sprintf("%s %s (%s",
		server, atDoubted(w, a, server, levels), counted(w, code, levels[0].Kind, count, of))
	if first > 0 && count < of {
		text += w.Sprintf(", the first at place %s in run order", w.Integer(first))
	}
	if reason := reasonOf(w, doubts); reason != "" {
		text += "; " + reason
	}
	return text + ")"
}

// atDoubted returns the levels of a server at which there is a doubt: "at every level", or "at
// every rate" of those at which its capacity was looked for.
func atDoubted(w *locale.Printer, a *stats.Analysis, server string, levels []plan.Level) string {
	all, every := a.Levels, w.Sprintf("at every level")
	if a.Objective != nil && levels[0].Kind == plan.Rate {
		all, every = nil, w.Sprintf("at every rate")
		for _, cell := range a.RatesOf(server) {
			all = append(all, cell.Level)
		}
	}
	if len(levels) < len(all) || len(levels) < 3 {
		return w.Sprintf("at %s", levelNames(w, levels, all))
	}
	return every
}

// counted returns how many trials or answers have a code: "4 of 20 trials", "all 20 trials". A
// capacity has a trial of each round.
func counted(w *locale.Printer, code stats.Code, kind plan.Kind, count, of int) string {
	some, all := locale.Message("%s of %s trials"), locale.Message("all %s trials")
	if kind == plan.Capacity {
		some, all = "%s of %s rounds", "all %s rounds"
	}
	if code == stats.NotExpected || code == stats.Shed {
		some, all = "%s of %s answers", "all %s answers"
	}
	if count == of && of > 1 {
		return w.Sprintf(all, w.Integer(of))
	}
	return w.Sprintf(some, w.Integer(count), w.Integer(of))
}

// reasonOf states the evidence of doubts about one server. Where it differs between levels, it
// states the range; where there is none, both of two levels, or an example of more.
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
	if text := together(w, evidence); text != "" {
		return text
	}
	if len(doubts) == 2 {
		return at(0) + "; " + at(1)
	}
	return w.Sprintf("for example %s", at(0))
}
