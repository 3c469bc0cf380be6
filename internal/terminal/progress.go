// Package terminal prints what a run tells the person who started it: the plan, the progress, a
// pilot's forecast, the conclusion and errors. In come texts, numbers and results, out go lines
// that are safe for a terminal: control characters in names and messages are replaced.
package terminal

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"time"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// Summary is what is known of a run before its first trial.
type Summary struct {
	Experiment *spec.Experiment
	Size       string // see Size
	Generators string // which ab makes the load
	Resumed    string // where an interrupted run is resumed; empty for a fresh one
	OnlyRound  int    // the round that is measured alone; 0: all are
	Trials     int    // of the whole run, or of that round
	Remaining  int    // trials to be measured now; fewer than Trials if the run is resumed
}

// Progress shows how far a run is. On a terminal it is one line with fixed columns, which counts
// the time down once per second; elsewhere it is a line for each round. Trials that fail get a line
// of their own.
type Progress struct {
	out    io.Writer
	words  *locale.Printer
	run    Summary
	runs   int               // 1 if the rounds are not repeated
	rounds int               // of all runs
	names  map[string]string // of the servers, short
	line   *line             // nil if out is no terminal

	mu        sync.Mutex // of all that follows, and of the line
	place     nowAt
	cell      cellText          // what is measured now, or why nothing is
	last      map[string]string // the last value of each place
	reported  map[string]bool   // places of which it was said that they are given up
	failures  failures
	sized     sizes
	searching time.Time     // since when the rates of a server are looked for; zero: they are not
	remaining int           // trials that are not yet measured
	measured  int           // trials, by us
	began     time.Time     // of these; moved by each pause, which does not count
	lastEnd   time.Time     // of a trial or of a pause; what is left is counted down from there
	pauses    time.Duration // that are still to come

	stop    chan struct{} // ends the countdown; nil if there is none
	stopped chan struct{} // it has ended
}

// nowAt is where the run is.
type nowAt struct {
	round, run int
	trial      bool // else a pause, or the loads before the first round
	done, all  int  // what the bar counts
}

// NewProgress prints the summary of a run and returns its progress. With quiet, nothing is printed.
func NewProgress(out io.Writer, quiet bool, run Summary) *Progress {
	if quiet {
		out = io.Discard
	}
	e := run.Experiment
	p := &Progress{
		out:       out,
		words:     locale.For(e.Language),
		run:       run,
		runs:      max(1, e.Design.Runs),
		rounds:    e.Design.AllRounds(),
		names:     shortNames(namesOf(e)),
		line:      newLine(out),
		last:      map[string]string{},
		reported:  map[string]bool{},
		failures:  failures{},
		remaining: run.Remaining,
		began:     time.Now(),
	}
	p.pauses = e.Design.Pauses()

	fmt.Fprintln(out, emphasize(out, forTerminal(out, Printable(e.Title))))
	loadBy := p.words.Sprintf("load by %s", run.Generators)
	for _, text := range []string{run.Size, loadBy, run.Resumed} {
		p.Note(text)
	}
	return p
}

// Note prints what a person should know before the first trial, a paragraph for each line of it;
// nothing if it is empty.
func (p *Progress) Note(text string) {
	for line := range strings.Lines(text) {
		fmt.Fprintln(p.out, forTerminal(p.out, strings.TrimSuffix(line, "\n")))
	}
}

// Begin shows which trial is running now.
func (p *Progress) Begin(trial plan.Trial) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.measured == 0 {
		p.began, p.lastEnd = time.Now(), time.Time{}
	}
	p.place = nowAt{
		round: trial.Round,
		run:   trial.Run,
		trial: true,
		done:  p.run.Trials - p.remaining,
		all:   p.run.Trials,
	}
	p.show(p.cellText(trial))
}

// cellText returns the cell of a trial with its last value: "async 10 clients: 21,338/s".
func (p *Progress) cellText(trial plan.Trial) cellText {
	name := p.names[trial.Server]
	if name == "" {
		name = Printable(trial.Server)
	}
	if trial.Instrument != plan.Own {
		name += " (" + p.words.Sprintf("calibration") + ")"
	}
	return cellText{
		name:  name,
		level: levelText(p.words, trial.Level),
		value: p.words.Integer(trial.Level.Value),
		last:  p.last[trial.Place()],
	}
}

// End takes the result of a trial. One that failed is printed.
func (p *Progress) End(result record.Result) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.measured, p.remaining = p.measured+1, p.remaining-1
	p.lastEnd = time.Now()
	place := result.Place()
	value, ok := p.lastValue(result)
	p.last[place] = value
	givenUp := result.Outcome == record.GivenUp
	if !ok && !(givenUp && p.reported[place]) && !p.isOverload(result) && p.failures.add(result) {
		p.say(fmt.Sprintf("%s  %s  %s", p.counted(result.Order), Printable(place),
			resultText(p.words, result)))
	}
	p.reported[place] = p.reported[place] || givenUp

	p.place.done = p.run.Trials - p.remaining
	if p.line != nil {
		p.redraw()
		return
	}
	if result.Order%p.perRound() == 0 {
		text := p.counted(result.Order) + " " + p.roundText()
		if left, ok := p.left(); ok && p.remaining > 0 {
			text += ", " + timeLeft(p.words, left, true)
		}
		p.say(text)
	}
}

// isOverload reports whether a trial for a capacity had answers that failed, as those above it are
// meant to: that is what is measured.
func (p *Progress) isOverload(r record.Result) bool {
	return p.run.Experiment.Load.Capacity != nil && r.Outcome == record.Ended &&
		r.Measurement() != nil
}

// perRound returns how many trials a round has.
func (p *Progress) perRound() int {
	rounds := p.rounds
	if p.run.OnlyRound > 0 {
		rounds = 1
	}
	return max(1, p.run.Trials/max(1, rounds))
}

// counted returns the number of a trial: "[ 9/12]". That of a round which is measured alone counts
// from the beginning of the round.
func (p *Progress) counted(order int) string {
	if p.run.OnlyRound > 0 {
		order -= (p.run.OnlyRound - 1) * p.perRound()
	}
	return fmt.Sprintf("[%*d/%d]", len(strconv.Itoa(p.run.Trials)), order, p.run.Trials)
}

// roundText returns the round, and the run if there are several: "round 7/10".
func (p *Progress) roundText() string {
	digits := len(strconv.Itoa(p.rounds))
	text := p.words.Sprintf("round %s/%s", fmt.Sprintf("%*d", digits, p.place.round),
		strconv.Itoa(p.rounds))
	if p.place.run > 0 && p.runs > 1 {
		digits := len(strconv.Itoa(p.runs))
		run := p.words.Sprintf("run %s/%s", fmt.Sprintf("%*d", digits, p.place.run),
			strconv.Itoa(p.runs))
		text = run + "  " + text
	}
	return text
}

// left estimates how long the rest of the run will take, by the trials until now. ok is false
// before the first one has ended.
func (p *Progress) left() (left time.Duration, ok bool) {
	if p.measured == 0 {
		return 0, false
	}
	perTrial := p.lastEnd.Sub(p.began) / time.Duration(p.measured)
	left = time.Duration(p.remaining)*perTrial + p.pauses - time.Since(p.lastEnd)
	return max(left, 0), true
}

// Pause shows that nothing is measured for a time, before the first trial of a further run.
func (p *Progress) Pause(next plan.Trial, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pauses = d + time.Duration(p.runs-next.Run)*p.run.Experiment.Design.Pause
	if p.measured > 0 {
		p.lastEnd = time.Now()
	}
	text := p.words.Sprintf("pause of %s before run %s/%s",
		plain(p.words.Duration(d.Round(time.Millisecond))),
		strconv.Itoa(next.Run),
		strconv.Itoa(p.runs),
	)
	left, known := p.left()
	p.pauses -= d // while it lasts, the time since its beginning is taken off
	p.began = p.began.Add(d)
	p.lastEnd = p.lastEnd.Add(d)

	p.place.trial = false
	p.place.run, p.place.round = next.Run, next.Round
	if p.line != nil {
		p.show(cellText{name: text})
		return
	}
	if known {
		text += ", " + timeLeft(p.words, left, true)
	}
	p.say(text)
}

// say prints a line that stays, above the line that is drawn again.
func (p *Progress) say(text string) {
	if p.line != nil {
		p.line.clear()
	}
	fmt.Fprintln(p.out, forTerminal(p.out, text))
}

// Finish removes the line of a run that is complete.
func (p *Progress) Finish() { p.Abandon() }

// Abandon removes the line of a run that an error or a signal ended, and tells how many more trials
// failed than have a line.
func (p *Progress) Abandon() {
	p.mu.Lock()
	stop := p.stop
	p.stop = nil
	p.mu.Unlock()
	if stop != nil {
		close(stop)
		<-p.stopped
		p.line.clear()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, text := range p.failures.more(p.words, p.run.Experiment) {
		fmt.Fprintln(p.out, forTerminal(p.out, text))
	}
	clear(p.failures)
}
