package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/spec"
)

// progress shows how far a run is: a bar with the time left on a terminal, a line a trial
// elsewhere, nothing where the user wants it quiet.
type progress struct {
	out    io.Writer                // io.Discard where it is quiet
	bar    *progressbar.ProgressBar // nil where there is no terminal
	total  int
	rounds int
	last   string // what the last trial gave
}

func newProgress(out io.Writer, quiet bool, e *spec.Experiment, total int, g generators) *progress {
	p := &progress{out: out, total: total, rounds: e.Design.Rounds}
	if quiet {
		p.out = io.Discard
		return p
	}
	fmt.Fprintf(out, "%s\n%s\nload by %v\n", printable(e.Title), describe(e), g)
	if file, ok := out.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		p.bar = progressbar.NewOptions(
			total,
			progressbar.OptionSetWriter(out),
			progressbar.OptionShowCount(),
			progressbar.OptionSetWidth(20),
			progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionSetPredictTime(true),
			progressbar.OptionClearOnFinish(),
			progressbar.OptionSetElapsedTime(false),
			progressbar.OptionSpinnerType(14),
		)
	}
	return p
}

// goOn says from where a run goes on that was cut short. The bar counts what is left, so that it
// can tell how long that takes.
func (p *progress) goOn(cut *unfinished) {
	fmt.Fprintf(p.out, "%v\n", cut)
	if p.bar != nil {
		p.bar.ChangeMax(len(cut.left))
	}
}

// describe says the size of an experiment: "2 servers × 5 levels × 10 rounds = 100 trials of 1000
// requests".
func describe(e *spec.Experiment) string {
	trials, twice := len(plan.Cells(e))*e.Design.Rounds, ""
	if e.Design.Calibrate {
		trials, twice = 2*trials, " × 2 generators"
	}
	servers := count(len(e.Started()), "server")
	if e.Design.Control {
		servers += " and a control"
	}
	return fmt.Sprintf("%s × %s × %s%s = %s of %s", servers,
		count(len(plan.Levels(e)), "level"), count(e.Design.Rounds, "round"), twice,
		count(trials, "trial"), count(e.Load.Requests, "request"))
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// begin shows which trial is running now.
func (p *progress) begin(trial plan.Trial) {
	if p.bar != nil {
		cell := shorten(printable(trial.Place()), 30)
		p.bar.Describe(fmt.Sprintf("round %d of %d, %s%s", trial.Round, p.rounds, cell, p.last))
	}
}

// end shows what a trial gave.
func (p *progress) end(result record.Result) {
	gave := outcome(result)
	if p.bar != nil {
		p.last = ", last " + shorten(gave, 24)
		_ = p.bar.Add(1) // the bar is a courtesy: a terminal that is gone does not stop a run
		return
	}
	fmt.Fprintf(
		p.out,
		"[%*d/%d] round %d  %s  %s\n",
		len(strconv.Itoa(p.total)),
		result.Order,
		p.total,
		result.Round,
		printable(result.Place()),
		gave,
	)
}

// outcome says in a few words what a trial gave.
func outcome(r record.Result) string {
	m := r.Measurement()
	if r.Outcome != record.Ended || m == nil {
		return string(r.Outcome) + ": " + printable(r.Reason)
	}
	text := fmt.Sprintf("%.0f requests/s", m.RequestsPerSecond)
	if m.Failed > 0 {
		text += fmt.Sprintf(", %d failed", m.Failed)
	}
	if m.Non2xx > 0 {
		text += fmt.Sprintf(", %d not 2xx", m.Non2xx)
	}
	if m.Unsent > 0 {
		text += fmt.Sprintf(", %d unsent", m.Unsent)
	}
	return text
}

// finish clears the bar of a run that is complete.
func (p *progress) finish() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}

// abandon leaves the line of a bar that will not be complete, so that what follows starts on its
// own.
func (p *progress) abandon() {
	if p.bar != nil {
		_ = p.bar.Exit()
		fmt.Fprintln(p.out)
	}
}

// printable makes text from a server or a user safe for a terminal: control characters, which could
// move the cursor or fake a line, become spaces, and so do runs of them.
func printable(s string) string {
	return strings.Join(
		strings.FieldsFunc(
			s,
			func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) },
		),
		" ",
	)
}

// shorten cuts text to so many characters.
func shorten(s string, most int) string {
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most-1]) + "…"
	}
	return s
}
