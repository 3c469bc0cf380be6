package report

import (
	"embed"
	"fmt"
	"math"
	"strings"
	"text/template"
	"unicode"

	"labbook/internal/locale"
	"labbook/internal/record"
	"labbook/internal/spec"
	"labbook/internal/stats"
)

// term is one word of the report and what it means.
type term struct{ Name, Means string }

// methods are the explanations of every word and column, a file a language.
//
//go:embed method.en.txt method.id.txt
var methods embed.FS

// terms explains every word and column, for this experiment.
func terms(w *locale.Printer, rec *record.Record, a *stats.Analysis) ([]term, error) {
	e := rec.Experiment
	method, err := template.ParseFS(methods, "method."+w.Language()+".txt")
	if err != nil {
		return nil, fmt.Errorf("explaining the terms: %w", err)
	}
	var b strings.Builder
	err = method.Execute(&b, map[string]any{
		"Requests":   w.Count(e.Load.Requests, "1 request", "%s requests"),
		"Open":       e.Load.OpenLoop(),
		"Calibrated": rec.Calibration != nil,
		"Seed":       e.Design.Seed,
		"Restart":    restartMeans(e, w),
		"Expected":   expectedStatus(e, w),
		"Median":     medianMeans(w, a),
		"Baseline":   a.Baseline,
		"Control":    a.Control,

		"Margin":      w.Percentage(a.Margin),
		"MarginLow":   w.Ratio(1 / (1 + a.Margin)),
		"MarginHigh":  w.Ratio(1 + a.Margin),
		"Connections": w.Count(e.Load.Connections, "1 connection", "%s connections"),

		"Alpha": w.General(math.Round((1-a.Confidence)*1e6)/1e6, 6),
	})
	if err != nil {
		return nil, fmt.Errorf("explaining the terms: %w", err)
	}
	var all []term
	for paragraph := range strings.SplitSeq(strings.TrimSpace(b.String()), "\n\n") {
		name, means, _ := strings.Cut(strings.Join(strings.Fields(paragraph), " "), ": ")
		all = append(all, term{name, means})
	}
	return all, nil
}

func restartMeans(e *spec.Experiment, w *locale.Printer) string {
	text := w.Sprintf(map[spec.Restart]locale.Message{
		spec.RestartTrial: "Every trial gets a server that was started afresh",
		spec.RestartRound: "Every server is started afresh for every round and suspended while others are measured",
		spec.RestartNever: "Every server is started once and suspended while others are measured",
	}[e.Design.Restart])
	if e.Design.Warmup == 0 {
		return w.Sprintf(
			"%s. There was no warm-up: the trial's first requests are the server's first.",
			text,
		)
	}
	return w.Sprintf(
		"%s. Before each trial it is asked once and its answer checked, then it answers %s that are not counted.",
		text,
		w.Count(e.Design.Warmup, "1 warm-up request", "%s warm-up requests"),
	)
}

func expectedStatus(e *spec.Experiment, w *locale.Printer) string {
	if e.Load.ExpectStatus == 0 {
		return w.Sprintf("any 2xx")
	}
	return fmt.Sprint(e.Load.ExpectStatus)
}

// medianMeans explains the intervals with the confidence that they really have here.
func medianMeans(w *locale.Printer, a *stats.Analysis) string {
	const what locale.Message = "The median over the clean trials of a cell."
	for _, cell := range a.Cells {
		if s := cell.Of(stats.Throughput); s.HasInterval() && s.N == cell.Rounds {
			return w.Sprintf(what) + " " + w.Sprintf(
				"Its interval lies between two of the measured values, chosen by their rank, so it assumes "+
					"nothing about how values are "+
					"distributed; with %s it holds the true median with %s confidence (%s was asked for).",
				w.Count(s.N, "1 trial", "%s trials"),
				w.Percentage(s.Confidence),
				w.Percentage(a.Confidence),
			)
		}
	}
	return w.Sprintf(what) + " " + w.Sprintf(
		"There are too few clean trials here for intervals: %d are the least for %s confidence.",
		stats.MinRounds(a.Confidence), w.Percentage(a.Confidence))
}

// limits says what these numbers cannot tell.
func limits(w *locale.Printer, rec *record.Record) []string {
	var all []string
	remote := len(rec.Experiment.Remote())
	if remote == 0 {
		all = append(
			all,
			w.Sprintf("Everything went over the loopback interface: no network was measured."),
		)
	}
	if remote < len(rec.Experiment.Servers) {
		all = append(
			all,
			w.Sprintf(
				"Generator and servers share one machine and its cores: a server that leaves more to ab "+
					"looks faster.",
			),
		)
	}
	var loop locale.Message = "The loop is closed: response times say nothing about users who come whatever the " +
		"server does."
	if rec.Experiment.Load.OpenLoop() {
		loop = "Requests arrive evenly spaced: users come in bursts, which fill a queue at lower rates than these."
	}
	return append(
		all,
		w.Sprintf(loop),
		w.Sprintf(
			"Rounds sample what changes within this run. Another day, machine or kernel was not sampled.",
		),
	)
}

// commands lists the calls of ab, warm-up and load, of the trials in the tables.
func commands(w *locale.Printer, a *stats.Analysis) []string {
	var lines []string
	for _, cell := range a.Cells {
		if cell.Table == nil {
			continue
		}
		if warmup := cell.Table.Warmup; warmup != nil {
			lines = append(lines, commandLine(warmup.Argv)+"   # "+w.Sprintf("warm-up"))
		}
		lines = append(lines, commandLine(cell.Table.Load.Argv))
	}
	return lines
}

// commandLine writes a command as a shell takes it: quoted are the words in which a shell sees more
// than text, such as the "&" of a path.
func commandLine(argv []string) string {
	words := make([]string, len(argv))
	for i, word := range argv {
		words[i] = word
		if word == "" || strings.ContainsFunc(word, special) {
			words[i] = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
	}
	return strings.Join(words, " ")
}

func special(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("@%+=:,./_-", r)
}

// repeat is the command that runs the experiment again.
func repeat(rec *record.Record) string {
	argv := []string{"labbook", rec.Spec.Name}
	if rec.Rounds != rec.SpecRounds {
		argv = append(argv, "--rounds", fmt.Sprint(rec.Rounds))
	}
	return commandLine(argv)
}
