package report

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

// doubt is one code as the reader sees it.
type doubt struct {
	Code  stats.Code
	Error bool   // it can make a cell invalid
	Kind  string // "Error", "Warning" or "Note", in the report's language
	Where string
	Means string // what it means, and what to do
}

// meanings says what each code means and what to do about it.
var meanings = map[stats.Code]locale.Message{
	stats.NotExpected: "Answers had another status than expected, so the rates count wrong answers. " +
		"Check the path in [load] and what the server answers there.",
	stats.NotStarted: "The server did not come to answer, so no load was made. Read what it said on its " +
		"standard error below.",
	stats.GivenUp: "The cell failed three times in a row, so the rest of its trials was not tried, and none " +
		"of its numbers may be used. Why it failed is said below. When the reason is gone, measure again.",
	stats.Crashed: "The server ended while it was under load. Read what it said on its standard error below.",
	stats.TimedOut: "The trial was stopped at its timeout. If the server is only slow, raise timeout in " +
		"[load]; " +
		"if it hangs, that is the finding.",
	stats.Aborted: "ab gave up or said nothing that can be read. Its own words are below.",
	stats.Failed: "ab counted failed requests: connections that broke, or bodies of another length than the " +
		"first. " +
		"A server with bodies of changing length cannot be measured by ab without -l.",
	stats.Unsent: "Requests arrived and had not been sent when they should have been answered, or when the " +
		"trial ended: every connection was taken for too long. The server did not keep up, by far. That is a " +
		"finding; where it hides another, lower the rate or raise connections in [load].",
	stats.BusyAfterLoad: "The server used more than 5 % of a core after its load had ended, when there was " +
		"nothing left to do. Look for a thread that spins instead of waiting, or that outlives its connection: " +
		"it takes the core from requests too. If the work is meant, such as writing down later what was asked " +
		"for, the rates leave it out.",
	stats.Leak: "After the load the server held more threads or descriptors than before it, far more than its " +
		"clients explain. What is not given back slows a server down as it ages, so these rates hold for a " +
		"server of this age alone. Look for connections that are not closed and threads that do not end.",
	stats.BodyDiffers: "The server answers another body than the baseline, so the two do not do the " +
		"same work. Let them answer the same, or say in notes why the difference does not matter.",
	stats.OverFull: "More requests were under way than there are clients, which cannot be: the instrument " +
		"contradicts itself (Little's law). Measure again; if it stays, take another generator.",
	stats.Trend: "The throughput changed in the course of the run, by more than the margin and more surely " +
		"than by chance. A server that ages, a machine that warms up or a disk that fills does that: " +
		"these rates are a mean over different states. Look at the trials in their order; with " +
		"restart = \"trial\" a server does not age.",
	stats.BusyHost: "The machine was more than 15 % busy in a quiet half second before the first trial. " +
		"What else runs takes its share of the cores: stop it, or read the intervals as what " +
		"they are.",
	stats.TimeWait: "More than 1000 sockets were in TIME_WAIT before the first trial: something has just " +
		"made many connections. They take ports and memory; a minute later they are gone.",
	stats.HostBound: "The machine had nothing to spare during these loads: generator and server shared the " +
		"cores, and a server that leaves more to the generator looks faster.",
	stats.Steal: "Another guest took more than 2 % of the cores' time during these loads. Measure on a " +
		"machine of your own, or when the other rests.",
	stats.GeneratorBound: "The generator was busy all the time while the server had time to spare: the " +
		"server may be faster than this. A ratio whose faster side is meant reads \"at least\" or \"at " +
		"most\", and two such sides are not called equivalent.",
	stats.IdleSlots: "The clients were idle for longer than usual: the generator took long between an " +
		"answer and the next request, or trials are so short that its start and end weigh.",
	stats.Noisy: "The interval of the median reaches further than 25 % to each side. More rounds narrow it; " +
		"so does a machine that does nothing else.",
	stats.Short: "Trials took less than 20 ms, in which starting up weighs. Raise requests in [load].",
	stats.SynRetransmit: "A connection took as long to be made as the system waits before it sends a SYN " +
		"again (1, 3 or 7 s): a queue of connections that were not accepted was full. Look at the backlog " +
		"of the server and at somaxconn.",
	stats.ControlDiffers: "The baseline differs from itself, more surely than by chance: something beside " +
		"the servers changes from trial to trial. Small differences of the others may have the same reason; " +
		"those within the control's interval are called inconclusive.",
	stats.Missing: "The record does not hold these trials, or their lines are damaged.",
}

// warned are the codes that make no cell invalid by themselves, and are more than a note.
var warned = []stats.Code{
	stats.BodyDiffers,
	stats.BusyAfterLoad,
	stats.Leak,
	stats.OverFull,
	stats.Trend,
	stats.Missing,
	stats.Few,
}

// gravest is the kind of a code that can make a cell invalid.
const gravest locale.Message = "Error"

// kind says how grave a code is.
func kind(c stats.Code) locale.Message {
	switch {
	case c.Note():
		return "Note"
	case slices.Contains(warned, c):
		return "Warning"
	}
	return gravest
}

// doubts lists what is to be known about the data, errors first, a code each.
func doubts(w *locale.Printer, rec *record.Record, a *stats.Analysis) []doubt {
	var all []doubt
	for _, warning := range a.Warnings {
		d := doubt{
			Code:  warning.Code,
			Error: kind(warning.Code) == gravest,
			Kind:  w.Sprintf(kind(warning.Code)),
			Where: w.Sprintf("the whole run"),
			Means: w.Sprintf(meanings[warning.Code]),
		}
		if warning.Code == stats.Few {
			d.Means = fewMeans(w, a)
		}
		if warning.Code == stats.Resumed {
			d.Where, d.Means = seamsWhere(w, rec, a), seamsMean(w, rec)
		}
		if len(warning.Cells) > 0 {
			d.Where = where(w, a, warning)
		}
		all = append(all, d)
	}
	return all
}

// fewMeans says from how many rounds on there are intervals: that depends on their confidence.
func fewMeans(w *locale.Printer, a *stats.Analysis) string {
	least := stats.MinRounds(a.Confidence)
	return w.Sprintf(
		"Too few rounds: intervals of %s confidence need %d. There are medians and points, but "+
			"no inference. Set rounds in [design] to %d or more, and to 20 to publish.",
		w.Percentage(a.Confidence),
		least,
		max(10, least),
	)
}

// where names the cells of a warning, those of a server together, with their counts.
func where(w *locale.Printer, a *stats.Analysis, warning stats.Warning) string {
	var counts locale.Message = "%s at %s (%s of %s trials"
	if warning.Code == stats.NotExpected {
		counts = "%s at %s (%s of %s answers"
	}
	var parts []string
	for i := 0; i < len(warning.Cells); {
		server := warning.Cells[i].Cell.Server
		var ls []plan.Level
		count, of, reason, first := 0, 0, warning.Cells[i].Reason, warning.Cells[i].First
		for ; i < len(warning.Cells) && warning.Cells[i].Cell.Server == server; i++ {
			ls = append(ls, warning.Cells[i].Cell.Level)
			count += warning.Cells[i].Count
			of += warning.Cells[i].Of
			first = min(first, warning.Cells[i].First)
		}
		part := w.Sprintf(
			counts,
			server,
			levels(w, ls, a.Levels),
			w.Integer(count),
			w.Integer(of),
		)
		if first > 0 && count < of {
			part += w.Sprintf(", the first at place %s of the run", w.Integer(first))
		}
		if reason != "" {
			part += "; " + printable.Line(reason)
		}
		parts = append(parts, part+")")
	}
	return strings.Join(parts, "; ")
}

// Warnings says in plain text what is wrong with the data, a line a code, errors first. Notes are
// left to the report.
func Warnings(w *locale.Printer, rec *record.Record, a *stats.Analysis) []string {
	var lines []string
	for _, d := range doubts(w, rec, a) {
		if d.Code.Note() {
			continue
		}
		lines = append(lines, fmt.Sprintf("%s: %s. %s", d.Code, d.Where, d.Means))
	}
	return lines
}

// failedTrial is a trial that is not clean, as a row of a table.
func failedTrials(w *locale.Printer, rec *record.Record) table {
	t := table{
		Caption: w.Sprintf("Trials that are not clean"),
		Words:   true,
		Columns: w.Strings(
			"Trial",
			"Round",
			"Cell",
			"How it ended",
			"Why",
			"The server's last words",
		),
	}
	type kind struct {
		cell    plan.Cell
		outcome record.Outcome
	}
	left, alike := 0, map[kind]int{}
	for _, r := range rec.Results {
		if rec.Clean(r) {
			continue
		}
		k := kind{r.Cell, r.Outcome}
		alike[k]++
		if len(t.Rows) == mostFailedTrials || alike[k] > mostAlike {
			left++
			continue
		}
		t.Rows = append(
			t.Rows,
			[]string{fmt.Sprint(r.Order), fmt.Sprint(r.Round), r.Cell.String(), string(r.Outcome),
				printable.Line(whyUnclean(w, rec, r)), printable.Line(r.ServerStderr)},
		)
	}
	if left > 0 {
		t.Caption += w.Sprintf(
			": at most %d of a cell for each way to end; %s more are in trials.jsonl",
			mostAlike,
			w.Integer(left),
		)
	}
	return t
}

// These bound a table that is for reading: trials of a cell that fail mostly do so for one reason.
const (
	mostFailedTrials = 20
	mostAlike        = 3 // of one cell, with one outcome
)

func whyUnclean(w *locale.Printer, rec *record.Record, r record.Result) string {
	if r.Reason != "" {
		return r.Reason
	}
	if m := r.Measurement(); m != nil {
		said := w.Sprintf("%s complete, %s failed, %s of unexpected status",
			w.Integer(m.Complete), w.Integer(m.Failed), w.Integer(rec.Unexpected(r)))
		if m.Unsent > 0 {
			said += "; " + w.Count(
				m.Unsent,
				"1 arrival could not be sent",
				"%s arrivals could not be sent",
			)
		}
		return said
	}
	return ""
}
