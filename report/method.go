package report

import (
	"fmt"
	"strings"

	"labbook/internal/record"
	"labbook/internal/spec"
	"labbook/internal/stats"
)

// term is one word of the report and what it means.
type term struct{ Name, Means string }

// terms explains every word and column, for this experiment.
func terms(rec *record.Record, a *stats.Analysis) []term {
	e := rec.Experiment
	return []term{
		{"Trial, round", fmt.Sprintf("A trial is one call of ab: %s. A round visits every combination of server and level once, "+
			"in an order shuffled from seed %d, so that what changes on the machine with time does not fall on one server alone. "+
			"The unit of every statistic is the trial, never the single request.", plural(e.Load.Requests, "request"), e.Design.Seed)},
		{"Server and warm-up", restartMeans(e)},
		{"Clean", "A trial is clean if ab ended well and every request was answered with the expected status (" + expectedStatus(e) +
			"), with no failed request. Only clean trials enter a median."},
		{"State", "A cell (a server at a level) is invalid if any answer had an unexpected status or too few of its trials are " +
			"clean; it is suspect if any trial is not. An invalid cell has no point on a chart and no comparison."},
		{"Median, interval", medianMeans(a)},
		{"Ratio", fmt.Sprintf("Requests per second of a server divided by those of %s. Each round gives one ratio from its two clean trials; "+
			"the estimate is the Hodges–Lehmann median of them on the log scale, and the interval comes from the exact "+
			"distribution of Wilcoxon's signed ranks. An interval that holds 1 tells the two not apart; that is not proof that they are equal. "+
			"Each interval stands for its level alone: no correction for looking at several levels is made.", a.Baseline)},
		{"Direction by round", "In how many of the paired rounds the server was the slower or the faster one."},
		{"Concurrency level", "So many clients that each ask again only after an answer: a closed loop. When the server slows down, they ask " +
			"less, so a stall hurts fewer requests than it would among independent users."},
		{"Response time (p50, p99)", "Observed request by request: from the start of the connection to the last byte. p99 is the time within which " +
			"99 % of a trial's requests were answered; the charts show the median over trials."},
		{"Time taken for test", "From the first connection to the last answer, in seconds."},
		{"Complete request, Failed request", "Answers of any status; and those that broke off or had a body of another length than the first. " +
			"ab counts a 404 as complete and not failed: look for the bold sentence under the table."},
		{"Total transferred", "Bytes received, headers and bodies."},
		{"Request per second", "Complete requests divided by the time taken."},
		{"Time per request", "Concurrency × time taken ÷ complete requests: computed from the throughput, not observed."},
		{"Transfer rate", "Total transferred ÷ 1024 ÷ time taken, in Kbytes per second."},
		{"A server's table", "Each row is the one trial with the median throughput (the lower of two), so that its nine numbers come from a " +
			"single call of ab, whose screen is under Captures."},
	}
}

func restartMeans(e *spec.Experiment) string {
	text := map[spec.Restart]string{
		spec.RestartTrial: "Every trial gets a server that was started afresh",
		spec.RestartRound: "Every server is started afresh for every round and suspended while others are measured",
		spec.RestartNever: "Every server is started once and suspended while others are measured",
	}[e.Design.Restart]
	if e.Design.Warmup == 0 {
		return text + ". There was no warm-up: the trial's first requests are the server's first."
	}
	return fmt.Sprintf("%s. Before each trial it is asked once and its answer checked, then it answers %s that are not counted.",
		text, plural(e.Design.Warmup, "warm-up request"))
}

func expectedStatus(e *spec.Experiment) string {
	if e.Load.ExpectStatus == 0 {
		return "any 2xx"
	}
	return fmt.Sprint(e.Load.ExpectStatus)
}

// medianMeans explains the intervals with the confidence that they really have here.
func medianMeans(a *stats.Analysis) string {
	const what = "The median over the clean trials of a cell. "
	for _, cell := range a.Cells {
		if s := cell.Throughput; s.HasInterval() && s.N == cell.Rounds {
			return fmt.Sprintf(what+"Its interval lies between two of the measured values, chosen by their rank, so it assumes nothing about how values are "+
				"distributed; with %s it holds the true median with %s confidence (%s was asked for).",
				plural(s.N, "trial"), percent(s.Confidence), percent(a.Confidence))
		}
	}
	return what + "There are too few clean trials here for intervals: six are the least for 95 % confidence."
}

// limits says what these numbers cannot tell.
func limits(rec *record.Record) []string {
	all := []string{
		"Generator and servers share one machine and its cores: a server that leaves more to ab looks faster.",
		"The loop is closed: response times say nothing about users who come whatever the server does.",
		"Rounds sample what changes within this run. Another day, machine or kernel was not sampled.",
	}
	remote := len(rec.Experiment.Remote()) > 0
	if !remote {
		all = append([]string{"Everything went over the loopback interface: no network was measured."}, all...)
	}
	return all
}

// commands lists the calls of ab, warm-up and load, of the trials in the tables.
func commands(a *stats.Analysis) []string {
	var lines []string
	for _, cell := range a.Cells {
		if cell.Table == nil {
			continue
		}
		if w := cell.Table.Warmup; w != nil {
			lines = append(lines, strings.Join(w.Argv, " ")+"   # warm-up")
		}
		lines = append(lines, strings.Join(cell.Table.Load.Argv, " "))
	}
	return lines
}

// repeat is the command that runs the experiment again.
func repeat(rec *record.Record) string {
	text := "labbook " + rec.Spec.Name
	if planned, err := spec.Parse(rec.Spec.Name, rec.Spec.Text); err == nil && planned.Design.Rounds != rec.Rounds {
		text += fmt.Sprintf(" --rounds %d", rec.Rounds)
	}
	return text
}
