// Package terminal prints what a run tells the person who started it: the plan, the progress, a
// pilot's forecast, the conclusion and errors. In come texts, numbers and results, out go lines
// that are safe for a terminal: control characters in names and messages are replaced.
package terminal

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/rivo/uniseg"
	"github.com/schollz/progressbar/v3"

	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/spec"
)

// Summary is what is known of a run before its first trial.
type Summary struct {
	Title      string
	Size       string // see Size
	Generators string // which ab makes the load
	Resumed    string // where an interrupted run is resumed; empty for a fresh one
	Trials     int    // of the whole run
	Rounds     int    // of all runs
	Remaining  int    // trials to be measured now; fewer than Trials if the run is resumed
	Design     spec.Design
}

// Progress shows how far a run is: a bar with the remaining time on a terminal, a line per trial
// elsewhere.
type Progress struct {
	out     io.Writer
	bar     *progressbar.ProgressBar // nil if out is no terminal
	columns func() int               // the terminal's width now; set if bar is
	trials  int
	runs    int
	rounds  int
	last    string // the result of the last trial, for the bar

	pause     time.Duration // between two runs
	remaining int           // trials that are not yet measured
	measured  int           // trials, by us
	began     time.Time     // of these; moved by each pause, which does not count
}

// NewProgress prints the summary of a run and returns its progress. With quiet, nothing is printed.
func NewProgress(out io.Writer, quiet bool, run Summary) *Progress {
	if quiet {
		out = io.Discard
	}
	p := &Progress{
		out:       out,
		trials:    run.Trials,
		runs:      run.Design.Runs,
		rounds:    run.Rounds,
		pause:     run.Design.Pause,
		remaining: run.Remaining,
		began:     time.Now(),
	}

	for _, text := range []string{Printable(run.Title), run.Size, "load by " + run.Generators} {
		fmt.Fprintln(out, forTerminal(out, text))
	}
	if run.Resumed != "" {
		fmt.Fprintln(out, forTerminal(out, run.Resumed))
	}
	if file := terminalOf(out); file != nil {
		p.bar = newBar(out, run.Remaining)
		p.columns = func() int { return widthOf(file) }
	}
	return p
}

// Note prints what a person should know before the first trial; nothing if it is empty.
func (p *Progress) Note(text string) {
	if text != "" {
		fmt.Fprintln(p.out, forTerminal(p.out, text))
	}
}

// newBar returns a bar that counts the trials to be measured now, so that its remaining time is
// that of this run.
func newBar(out io.Writer, trials int) *progressbar.ProgressBar {
	return progressbar.NewOptions(
		trials,
		progressbar.OptionSetWriter(out),
		progressbar.OptionShowCount(),
		progressbar.OptionSetWidth(barWidth),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionClearOnFinish(),
		progressbar.OptionSetElapsedTime(false),
		progressbar.OptionSpinnerType(14),
	)
}

// The widths of what stands in a bar's line, in characters.
const (
	barWidth  = 10
	maxCell   = 30
	maxResult = 24
	maxTimes  = 16 // " [1h23m45s:59m]": elapsed and remaining
)

// Begin shows which trial is running now.
func (p *Progress) Begin(trial plan.Trial) {
	if p.bar == nil {
		return
	}
	p.bar.Describe(p.describe(trial, p.columns()))
}

// Pause shows that nothing is measured for a time, before the first trial of a further run.
func (p *Progress) Pause(next plan.Trial, d time.Duration) {
	text := fmt.Sprintf("a pause of %v before run %d of %d",
		d.Round(time.Millisecond), next.Run, p.runs)
	if p.measured > 0 {
		perTrial := time.Since(p.began) / time.Duration(p.measured)
		pauses := d + time.Duration(p.runs-next.Run)*p.pause
		left := time.Duration(p.remaining)*perTrial + pauses
		text += fmt.Sprintf(", about %v left", left.Round(time.Second))
	}
	p.began = p.began.Add(d)
	if p.bar != nil { // it drops what follows its last text at once, so the pause gets a line
		p.last = ""
		_ = p.bar.Clear() // a terminal that has gone away does not stop a run
	}
	fmt.Fprintln(p.out, forTerminal(p.out, text))
}

// describe returns what is running, short enough that the bar's line fits into so many columns: a
// line that wraps is printed again and again. The result of the last trial is the first to go.
func (p *Progress) describe(trial plan.Trial, columns int) string {
	count := len(fmt.Sprintf(" (%d/%d)", p.trials, p.trials))
	room := columns - len(" 100% ||") - barWidth - count - maxTimes

	round := fmt.Sprintf("round %d of %d", trial.Round, p.rounds)
	if trial.Run > 0 {
		round = fmt.Sprintf("run %d of %d, %s", trial.Run, p.runs, round)
	}
	cell := ", " + shorten(Printable(trial.Place()), maxCell)
	for _, text := range []string{round + cell + p.last, round + cell, round} {
		if uniseg.StringWidth(text) <= room {
			return text
		}
	}
	return ""
}

// End shows the result of a trial.
func (p *Progress) End(result record.Result) {
	p.measured, p.remaining = p.measured+1, p.remaining-1
	text := resultText(result)
	if p.bar != nil {
		p.last = ", last " + shorten(text, maxResult)
		_ = p.bar.Add(1) // a terminal that has gone away does not stop a run
		return
	}

	fmt.Fprintf(
		p.out,
		"[%*d/%d] %s  %s  %s\n",
		len(strconv.Itoa(p.trials)),
		result.Order,
		p.trials,
		result.RoundText(),
		Printable(result.Place()),
		text,
	)
}

// progressText returns how far a trial came that did not end, and what its server used.
func progressText(p record.Progress) string {
	var text string
	if p.Known && p.Requests > 0 {
		atLeast, warmup := "", ""
		if p.AtLeast {
			atLeast = "at least "
		}
		if p.InWarmup {
			warmup = " of the warm-up"
		}
		text = fmt.Sprintf("; %s%d of %d requests%s answered",
			atLeast, p.Answered, p.Requests, warmup)
	}
	if p.UsageKnown {
		text += fmt.Sprintf("; the server used %.0f%% of a core and had %d threads",
			100*p.Cores, p.Threads)
	}
	return text
}

// resultText returns the result of a trial in a few words.
func resultText(r record.Result) string {
	m := r.Measurement()
	if r.Outcome != record.Ended || m == nil {
		return string(r.Outcome) + ": " + Printable(r.Reason) + progressText(r.Progress())
	}

	text := fmt.Sprintf("%.0f requests/s", m.RequestsPerSecond)
	bad, what := m.Non2xx, "not 2xx"
	if r.LookedAt() {
		bad, what = int(*r.Load.Detail.Unexpected), "not as expected"
		if bad > 0 || m.Failed > 0 { // otherwise every request got a good answer
			text = fmt.Sprintf("%.0f good answers/s", r.GoodPerSecond())
		}
	}
	if m.Failed > 0 {
		text += fmt.Sprintf(", %d failed", m.Failed)
	}
	if bad > 0 {
		text += fmt.Sprintf(", %d %s", bad, what)
	}
	if m.Unsent > 0 {
		text += fmt.Sprintf(", %d unsent", m.Unsent)
	}
	return text
}

// Finish removes the bar of a run that is complete.
func (p *Progress) Finish() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}

// Abandon leaves the line of a bar that will not be complete, so that what follows starts on a line
// of its own.
func (p *Progress) Abandon() {
	if p.bar != nil {
		_ = p.bar.Exit()
		fmt.Fprintln(p.out)
	}
}
