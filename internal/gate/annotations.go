package gate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/printable"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// An annotation is a message that GitHub shows beside a line of a file. It shows ten errors and ten
// warnings per step, so the checks of one expectation share one.
type annotation struct {
	warning bool
	title   string
	line    int // of the spec; 0: of none
	text    []string
}

// The limits of what GitHub shows of a step, and of what a person reads of one message.
const (
	maxAnnotations = 10
	maxTexts       = 10
)

// annotations returns the annotations of a record: errors for what makes the command fail, warnings
// for what is not decided. An expectation that is met has none.
func (g Gate) annotations(
	w *locale.Printer,
	rec *record.Record,
	a *stats.Analysis,
) (errors, warnings []annotation) {
	if where := findings.InvalidCells(w, a); where != "" {
		errors = append(errors, annotation{
			title: w.Sprintf("invalid data"),
			text:  []string{where},
		})
	}

	all := findings.Checks(w, a)
	for _, outcome := range []stats.Outcome{
		stats.CheckFailed,
		stats.CheckUndecided,
		stats.CheckNotMeasured,
		stats.CheckWithheld,
	} {
		for _, note := range byExpectation(w, all, outcome) {
			note.warning = outcome != stats.CheckFailed && !g.Strict
			if note.warning {
				warnings = append(warnings, note)
			} else {
				errors = append(errors, note)
			}
		}
	}

	noneJudged := g.Strict && len(a.Checks) == 0
	for _, x := range a.Unjudged {
		if noneJudged {
			errors = append(errors, annotation{
				title: w.Sprintf("not judged in this run"),
				line:  x.Line,
				text:  []string{findings.Expected(w, rec.Experiment, x)},
			})
		}
	}
	return errors, warnings
}

// byExpectation returns an annotation for each expectation that has checks with an outcome.
func byExpectation(
	w *locale.Printer,
	all []findings.Check,
	outcome stats.Outcome,
) []annotation {
	var notes []annotation
	for _, c := range all {
		if c.Outcome != outcome {
			continue
		}
		i := slices.IndexFunc(notes, func(n annotation) bool { return n.line == c.Line })
		if i < 0 {
			i = len(notes)
			note := annotation{line: c.Line, title: w.Sprintf("expectation %s", c.Word)}
			if c.Why != "" {
				note.title += ": " + c.Why
			}
			notes = append(notes, note)
		}
		notes[i].text = append(notes[i].text, c.Sentence())
	}
	for i, n := range notes {
		if rest := len(n.text) - maxTexts; rest > 0 {
			notes[i].text = append(n.text[:maxTexts:maxTexts],
				w.Sprintf("… %s more", w.Integer(rest)))
		}
	}
	return notes
}

// shown returns as many annotations as GitHub shows, the last of which tells how many are left out.
func shown(w *locale.Printer, all []annotation) []annotation {
	rest := len(all) - maxAnnotations + 1
	if rest <= 1 {
		return all
	}
	last := annotation{
		warning: all[0].warning,
		title:   w.Sprintf("Expectations"),
		text:    []string{w.Sprintf("… %s more", w.Integer(rest))},
	}
	return append(slices.Clone(all[:maxAnnotations-1]), last)
}

// command returns the workflow command of an annotation. file is the spec's path in its repository,
// "" if that is not known; name is what the spec is called.
func (n annotation) command(file, name string) string {
	kind := "error"
	if n.warning {
		kind = "warning"
	}
	properties := []string{}
	text := strings.Join(n.text, "\n")
	switch {
	case n.line == 0:
	case file != "":
		properties = append(properties, "file="+escapeProperty(file),
			fmt.Sprintf("line=%d", n.line))
	default:
		text += fmt.Sprintf("\n%s:%d", name, n.line)
	}
	properties = append(properties, "title="+escapeProperty(cmp.Or(n.title, name)))
	return fmt.Sprintf("::%s %s::%s", kind, strings.Join(properties, ","), escapeData(text))
}

// dataEscapes and propertyEscapes are those of workflow commands, as @actions/core writes them.
var (
	dataEscapes     = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	propertyEscapes = strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A",
		",", "%2C")
)

func escapeData(text string) string { return dataEscapes.Replace(plain(text)) }

func escapeProperty(text string) string { return propertyEscapes.Replace(plain(text)) }

// plain returns text without what would disturb a terminal or a log.
func plain(text string) string {
	return printable.Text(strings.ReplaceAll(text, "\u00a0", " "))
}
