package terminal

import (
	"fmt"
	"io"
	"strings"

	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// PrintError prints an error, each of its lines after the program's name, and a hint if there is
// one.
func PrintError(out io.Writer, err error, hint string) {
	for line := range strings.Lines(err.Error()) {
		text := forTerminal(out, "labbook: "+Printable(line))
		if rest, ok := strings.CutPrefix(text, "labbook:"); ok {
			text = styled(out, red, "labbook:") + rest
		}
		fmt.Fprintln(out, text)
	}
	if hint != "" {
		fmt.Fprintln(out, forTerminal(out, "hint: "+hint))
	}
}

// Conclusion is what a finished run has found.
type Conclusion struct {
	Record   *record.Record
	Analysis *stats.Analysis
	Report   string // path of the report
}

func (c Conclusion) words() *locale.Printer { return locale.For(c.Record.Experiment.Language) }

// Print prints the conclusion: the table, the answer, what the expectations came to, what to know
// about the data, and where the report is.
func (c Conclusion) Print(out io.Writer) {
	w, a := c.words(), c.Analysis
	say := func(text string) { fmt.Fprintln(out, forTerminal(out, text)) }

	fmt.Fprintln(out)
	say(caption(w, c.Record, a))
	for i, line := range resultsOf(w, a).lines(Columns(out)) {
		if i == 0 {
			line = styled(out, dim, line)
		}
		fmt.Fprintln(out, line)
	}
	fmt.Fprintln(out)

	headline := findings.NewHeadline(w, a)
	printSentence(out, headline.Banner, red)
	printSentence(out, headline.Main, bold)
	printSentence(out, headline.Second, "")
	for _, small := range headline.Small {
		printSentence(out, small, "")
	}
	printExpectations(out, w, a)
	if text := findings.Calibration(w, c.Record, a); text != "" {
		say(w.Sprintf("calibration: %s", Printable(text)))
	}
	for _, d := range findings.Doubts(w, c.Record, a) {
		c.printDoubt(out, d)
	}
	if damage := findings.Damage(w, c.Record.Damaged); damage != "" {
		say(damage)
	}
	fmt.Fprintln(out, w.Sprintf("report: %s", c.Report))
}

// printSentence prints a sentence on lines of its own; nothing if it is empty.
func printSentence(out io.Writer, s findings.Sentence, style string) {
	text := forTerminal(out, Printable(s.String()))
	switch {
	case text == "":
	case style == "":
		fmt.Fprintln(out, text)
	default:
		fmt.Fprintln(out, styled(out, style, text))
	}
}

// caption states what the numbers of the table are.
func caption(w *locale.Printer, rec *record.Record, a *stats.Analysis) string {
	rounds := w.Count(rec.Experiment.Design.Rounds, "1 round", "%s rounds")
	switch {
	case a.Objective != nil && a.SeveralRuns():
		return w.Sprintf("Requests per second with %s: means of %s of %s",
			findings.Objective(w, a), w.Count(a.Runs, "1 run", "%s runs"), rounds)
	case a.Objective != nil:
		return w.Sprintf("Requests per second with %s: medians of %s", findings.Objective(w, a),
			rounds)
	case a.Imported:
		return w.Sprintf("Requests per second: medians of the imported trials")
	case a.SeveralRuns():
		return w.Sprintf("Requests per second: means of %s of %s",
			w.Count(a.Runs, "1 run", "%s runs"), rounds)
	}
	return w.Sprintf("Requests per second: medians of %s", rounds)
}

// printDoubt prints a doubt about the data in a line. What an error asks for is printed with it;
// what follows from a warning or a note is in the report.
func (c Conclusion) printDoubt(out io.Writer, d findings.Doubt) {
	kind, text := strings.ToLower(d.Kind), d.What
	note := d.Code.Severity() == stats.SeverityNote
	switch {
	case d.Where == "":
	case note:
		text = strings.TrimSuffix(text, ".") + " (" + d.Where + ")."
	default:
		text = d.Where + ". " + text
	}
	line := Printable(fmt.Sprintf("%s %s: %s", kind, d.Code, text))
	switch {
	case d.Error:
		line = forTerminal(out, Printable(line+" "+d.Means))
		line = styled(out, red, kind) + strings.TrimPrefix(line, kind)
	case note:
		line = styled(out, dim, oneLine(out, line))
	default:
		line = forTerminal(out, line)
	}
	fmt.Fprintln(out, line)
}
