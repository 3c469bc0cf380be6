package findings

import (
	"fmt"
	"strings"

	"labbook/internal/locale"
	"labbook/internal/plan"
	"labbook/internal/printable"
	"labbook/internal/record"
	"labbook/internal/stats"
)

// This file has all words about doubts: what each code means and what to do about it (meanings),
// the sentence for each kind of evidence (Reason), and the names of the severities (kinds).

// meanings explains each code and says what to do about it. Few and Resumed have none: their
// explanations depend on the run.
var meanings = map[stats.Code]locale.Message{
	// Trials that failed.
	stats.NotExpected: "" +
		"Answers had another status than expected, so the rates count wrong answers. Check the " +
		"path in [load] and what the server answers there.",
	stats.GivenUp: "" +
		"The cell failed three times in a row, so the rest of its trials was not tried, and " +
		"none of its numbers may be used. Why it failed is said below. When the reason is gone, " +
		"measure again.",
	stats.NotStarted: "" +
		"The server did not come to answer, so no load was made. Read what it said on its " +
		"standard error below.",
	stats.Crashed: "" +
		"The server ended while it was under load. Read what it said on its standard error " +
		"below.",
	stats.TimedOut: "" +
		"The trial was stopped at its timeout. If the server is only slow, raise timeout in " +
		"[load]; if it hangs, that is the finding.",
	stats.Aborted: "ab gave up or said nothing that can be read. Its own words are below.",
	stats.Failed: "" +
		"ab counted failed requests: connections that broke, or bodies of another length than " +
		"the first. A server with bodies of changing length cannot be measured by ab without " +
		"-l.",
	stats.Unsent: "" +
		"Requests arrived and had not been sent when they should have been answered, or when " +
		"the trial ended: every connection was taken for too long. The server did not keep up, " +
		"by far. That is a finding; where it hides another, lower the rate or raise connections " +
		"in [load].",

	// Suspicions.
	stats.BodyDiffers: "" +
		"The server answers another body than the baseline, so the two do not do the same work. " +
		"Let them answer the same, or say in notes why the difference does not matter.",
	stats.BusyAfterLoad: "" +
		"The server used more than 5 % of a core after its load had ended, when there was " +
		"nothing left to do. Look for a thread that spins instead of waiting, or that outlives " +
		"its connection: it takes the core from requests too. If the work is meant, such as " +
		"writing down later what was asked for, the rates leave it out.",
	stats.Leak: "" +
		"After the load the server held more threads or descriptors than before it, far more " +
		"than its clients explain. What is not given back slows a server down as it ages, so " +
		"these rates hold for a server of this age alone. Look for connections that are not " +
		"closed and threads that do not end.",
	stats.OverFull: "" +
		"More requests were under way than there are clients, which cannot be: the instrument " +
		"contradicts itself (Little's law). Measure again; if it stays, take another generator.",
	stats.Trend: "" +
		"The throughput changed in the course of the run, by more than the margin and more " +
		"surely than by chance. A server that ages, a machine that warms up or a disk that " +
		"fills does that: these rates are a mean over different states. Look at the trials in " +
		"their order; with restart = \"trial\" a server does not age.",

	// What cannot be inferred. fewMeans explains Few.
	stats.Missing: "The record does not hold these trials, or their lines are damaged.",

	// Notes. interruptionsMean explains Resumed.
	stats.ControlDiffers: "" +
		"The baseline differs from itself, more surely than by chance: something beside the " +
		"servers changes from trial to trial. Small differences of the others may have the same " +
		"reason; those within the control's interval are called inconclusive.",
	stats.Surplus: "" +
		"The server sends more bytes than its Content-Length announces. ab reads until the " +
		"connection ends and counts them as part of the body, so the rates stand. On a " +
		"connection that is kept open, they would break the next answer: look for a line end " +
		"that is sent after the body.",
	stats.BusyHost: "" +
		"The machine was more than 15 % busy in a quiet half second before the first trial. " +
		"What else runs takes its share of the cores: stop it, or read the intervals as what " +
		"they are.",
	stats.TimeWait: "" +
		"More than 1000 sockets were in TIME_WAIT before the first trial: something has just " +
		"made many connections. They take ports and memory; a minute later they are gone.",
	stats.HostBound: "" +
		"The machine had nothing to spare during these loads: generator and server shared the " +
		"cores, and a server that leaves more to the generator looks faster.",
	stats.Steal: "" +
		"Another guest took more than 2 % of the cores' time during these loads. Measure on a " +
		"machine of your own, or when the other rests.",
	stats.GeneratorBound: "" +
		"The generator was busy all the time while the server had time to spare: the server may " +
		"be faster than this. A ratio whose faster side is meant reads \"at least\" or \"at " +
		"most\", and two such sides are not called equivalent.",
	stats.IdleSlots: "" +
		"The clients were idle for longer than usual: the generator took long between an answer " +
		"and the next request, or trials are so short that its start and end weigh.",
	stats.Noisy: "" +
		"The interval of the median reaches further than 25 % to each side. More rounds narrow " +
		"it; so does a machine that does nothing else.",
	stats.Short: "" +
		"Trials took less than 20 ms, in which starting up weighs. Raise requests in [load].",
	stats.SynRetransmit: "" +
		"A connection took as long to be made as the system waits before it sends a SYN again " +
		"(1, 3 or 7 s): a queue of connections that were not accepted was full. Look at the " +
		"backlog of the server and at somaxconn.",
}

// kinds name the severities.
var kinds = map[stats.Severity]locale.Message{
	stats.SeverityError:   "Error",
	stats.SeverityWarning: "Warning",
	stats.SeverityNote:    "Note",
}

// Reason states the evidence of a doubt in a few words; "" if there is none.
func Reason(w *locale.Printer, evidence stats.Evidence) string {
	switch e := evidence.(type) {
	case stats.Said:
		return string(e)
	case stats.NoReport:
		return w.Sprintf("ab's text holds no report")
	case stats.NoRate:
		return w.Sprintf("ab's report holds no rate")
	case stats.FailedRequests:
		return w.Sprintf("%d failed requests, %d write errors", e.Failed, e.WriteErrors)
	case stats.IncompleteRequests:
		return w.Sprintf("%d of %d requests complete", e.Complete, e.Requests)
	case stats.UnsentArrivals:
		return w.Count(int(e), "1 arrival could not be sent", "%s arrivals could not be sent")
	case stats.AnsweredStatus:
		return w.Sprintf("the answer before the load had status %d", int(e))
	case stats.BodySizes:
		if e.Server == e.Baseline {
			return w.Sprintf("as many bytes as the baseline's, %d, but others", e.Server)
		}
		return w.Sprintf("%d bytes, the baseline's body has %d", e.Server, e.Baseline)
	case stats.SurplusBytes:
		return w.Count(int(e), "sends 1 byte more than its Content-Length",
			"sends %s bytes more than its Content-Length")
	case stats.QuietCPU:
		return w.Sprintf("%s of a core in the quiet interval, in the median",
			w.Percent(float64(e), 0))
	case stats.Growth:
		return w.Sprintf("%s more after the load than before it, in the median", growth(w, e))
	case stats.BusyClients:
		return w.Sprintf("occupancy %s, in the median", w.Fixed(float64(e), 2))
	case stats.Change:
		return w.Sprintf("%s from the first trial to the last, by the fitted line",
			signedPercent(w, float64(e)))
	case stats.SelfRatio:
		return w.Sprintf("its ratio to itself is %s", w.Span(e.Low, e.High, w.Ratio))
	case stats.BusyCores:
		return w.Sprintf("%s of all cores' time was busy, together", w.Percent(float64(e), 0))
	case stats.StolenCores:
		return w.Sprintf("%s of all cores' time went to other guests, together",
			w.Percent(float64(e), 0))
	case stats.GeneratorCPU:
		return w.Sprintf("%s of its core, in the median", w.Percent(float64(e), 0))
	case stats.Spread:
		return w.Sprintf("from %s to %s of its median", w.Percent(e.Low, 0), w.Percent(e.High, 0))
	case stats.LoadSeconds:
		return w.Sprintf("%s ms in the median", w.Fixed(1000*float64(e), 0))
	}
	return ""
}

// growth returns "40 threads and 90 descriptors", or the one of them that grew.
func growth(w *locale.Printer, g stats.Growth) string {
	var grown []string
	if g.Threads > 0 {
		grown = append(grown, w.Sprintf("%s threads", w.Fixed(g.Threads, 0)))
	}
	if g.Descriptors > 0 {
		grown = append(grown, w.Sprintf("%s descriptors", w.Fixed(g.Descriptors, 0)))
	}
	return w.List(grown)
}

// signedPercent returns a change with its sign: "+12 %".
func signedPercent(w *locale.Printer, change float64) string {
	text := w.Percent(change, 0)
	if strings.HasPrefix(text, "-") {
		return text
	}
	return "+" + text
}

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
	for _, warning := range a.Warnings {
		severity := warning.Code.Severity()
		d := Doubt{
			Code:  warning.Code,
			Error: severity == stats.SeverityError,
			Kind:  w.Sprintf(kinds[severity]),
			Where: w.Sprintf("the whole run"),
			Means: w.Sprintf(meanings[warning.Code]),
		}
		switch {
		case warning.Code == stats.Few:
			d.Means = fewMeans(w, a)
		case warning.Code == stats.Resumed:
			d.Where, d.Means = interruptionsWhere(w, rec, a), interruptionsMean(w, rec)
		case len(warning.Cells) > 0:
			d.Where = doubtedCells(w, a, warning)
		}
		all = append(all, d)
	}
	return all
}

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
	if code == stats.NotExpected {
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
	if reason := Reason(w, doubts[0].Evidence); reason != "" {
		text += "; " + printable.Line(reason)
	}
	return text + ")"
}

// Warnings returns the doubts as lines of plain text, one code each, errors first. It leaves out
// notes, which only the report shows.
func Warnings(w *locale.Printer, rec *record.Record, a *stats.Analysis) []string {
	var lines []string
	for _, d := range Doubts(w, rec, a) {
		if d.Code.Severity() != stats.SeverityNote {
			lines = append(lines, fmt.Sprintf("%s: %s. %s", d.Code, d.Where, d.Means))
		}
	}
	return lines
}
