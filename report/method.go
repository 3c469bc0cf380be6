package report

import (
	"embed"
	"fmt"
	"math"
	"slices"
	"strings"
	"text/template"

	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// term is a word of the report with its explanation.
type term struct {
	ID    string // the same in every language
	Name  string
	Means string
}

// methods are the explanations of all terms, a file per language.
//
//go:embed method.en.txt method.id.txt
var methods embed.FS

// terms returns the explanations of all words and columns that the report of this experiment has.
func terms(w *locale.Printer, rec *record.Record, a *stats.Analysis) ([]term, error) {
	all, err := termsIn(w, rec, a)
	if err != nil || w.Language() == locale.English {
		return all, err
	}
	english, err := termsIn(locale.For(locale.English), rec, a)
	if err != nil {
		return nil, err
	}
	for i := range all { // a test holds that languages explain the same terms
		all[i].ID = english[i].ID
	}
	return all, nil
}

// termsIn returns the explanations in one language, with ids from the terms in it.
func termsIn(w *locale.Printer, rec *record.Record, a *stats.Analysis) ([]term, error) {
	method, err := template.ParseFS(methods, "method."+w.Language()+".txt")
	if err != nil {
		return nil, fmt.Errorf("explaining the terms: %w", err)
	}
	var b strings.Builder
	if err := method.Execute(&b, methodValues(w, rec, a)); err != nil {
		return nil, fmt.Errorf("explaining the terms: %w", err)
	}

	var all []term
	for paragraph := range strings.SplitSeq(strings.TrimSpace(b.String()), "\n\n") {
		text := strings.Join(strings.Fields(paragraph), " ")
		name, means, _ := strings.Cut(text, ": ")
		all = append(all, term{termID(name), name, means})
	}
	return all, nil
}

// methodValues returns what the explanations depend on.
func methodValues(w *locale.Printer, rec *record.Record, a *stats.Analysis) map[string]any {
	e := rec.Experiment
	alpha := math.Round((1-a.Confidence)*1e6) / 1e6 // 1 − 0.95 is not exactly 0.05
	return map[string]any{
		"Requests":    loadSize(w, rec),
		"Sized":       e.Load.Duration > 0 && len(rec.Sizes) > 0,
		"Open":        e.Load.OpenLoop(),
		"Random":      e.Load.RandomArrivals(),
		"Objective":   objectiveText(w, a),
		"Connections": w.Count(e.Load.Connections, "1 connection", "%s connections"),
		"Imported":    a.Imported,
		"Checks":      len(a.Checks) > 0,
		"Seed":        e.Design.Seed,
		"Restart":     restartMeans(w, rec),
		"Expected":    expectedAnswers(w, e),
		"Bodies":      expectsBodies(e),
		"Looked":      whatWasLookedAt(w, rec),
		"Allowed":     allowedFailures(w, e),
		"Median":      medianMeans(w, a),
		"Runs":        runsText(w, a),
		"Pause":       w.Duration(e.Design.Pause),
		"BySigns":     slices.ContainsFunc(a.Comparisons, isBySigns),
		"Widened":     widened(w, a),
		"Baseline":    a.Baseline,
		"Control":     a.Control,
		"Startup":     len(a.Startups) > 0,
		"Warned":      slices.ContainsFunc(a.Cells, hasOtherSuspicion),
		"Same":        slices.ContainsFunc(e.Servers, isSame),
		"Calibrated":  rec.Calibration != nil,
		"Joined":      a.Joined,
		"Machines":    w.Count(a.Machines, "one machine", "%s machines"),
		"Ordered":     !a.Imported && !a.Joined,
		"ThisRun":     !a.SeveralRuns() && !a.Joined && findings.ThisRun(w, a) != "",
		"Knees":       len(a.Knees) > 0,
		"KneeGain":    w.Percent(stats.KneeGain, 0),
		"KneeSurely":  w.Percentage((1 + a.Confidence) / 2),
		"Margin":      w.Percentage(a.Margin),
		"MarginLow":   w.Ratio(1 / (1 + a.Margin)),
		"MarginHigh":  w.Ratio(1 + a.Margin),
		"Alpha":       w.General(alpha, 6),
	}
}

// objectiveText returns what a capacity keeps to: "p99 of at most 50 ms"; "" if none was looked
// for.
func objectiveText(w *locale.Printer, a *stats.Analysis) string {
	if a.Objective == nil {
		return ""
	}
	return w.Sprintf("%s of at most %s", a.Objective.Percentile, w.Duration(a.Objective.Within))
}

func isBySigns(c stats.Comparison) bool { return c.BySigns }

// widened returns the factor by which intervals were widened, "" if they were not.
func widened(w *locale.Printer, a *stats.Analysis) string {
	if !a.Correlation.Found() {
		return ""
	}
	return w.Fixed(a.Correlation.Widening, 2)
}

func isSame(s spec.Server) bool { return s.Same != "" }

// hasOtherSuspicion reports whether a cell is suspect by a code that the explanation of a cell's
// state does not describe. Codes that older versions knew do not count: their records keep the page
// that they had.
func hasOtherSuspicion(cell stats.Cell) bool {
	return slices.ContainsFunc(cell.Suspicions, func(code stats.Code) bool {
		switch code {
		case stats.BusyAfterLoad, stats.Leak, stats.BodyDiffers, stats.OverFull, stats.Trend,
			stats.Growing: // what was held is not given back
			return false
		}
		return true
	})
}

// restartMeans explains when servers are started, and how they are warmed up.
func restartMeans(w *locale.Printer, rec *record.Record) string {
	e := rec.Experiment
	restart := w.Sprintf(map[spec.Restart]locale.Message{
		spec.RestartTrial: "Every trial starts its server again",
		spec.RestartRound: "Every server is started again for every round, and suspended while " +
			"others are measured",
		spec.RestartNever: "Every server is started once, and suspended while others are measured",
	}[e.Design.Restart])
	if e.Design.Restart == spec.RestartNever && e.Design.Runs > 1 {
		restart = w.Sprintf("Every server is started once per run, and suspended while others " +
			"are measured")
	}
	if e.Design.Warmup == 0 && e.Design.WarmupTime == 0 {
		return w.Sprintf("%s. There is no warm-up: the first requests of a trial are the "+
			"server's first.", restart)
	}
	return w.Sprintf("%s. Before each trial, one answer is checked and %s are sent that do not "+
		"count.", restart, warmupSize(w, rec))
}

// medianMeans explains the intervals with the confidence that they actually have in this report.
func medianMeans(w *locale.Printer, a *stats.Analysis) string {
	if a.SeveralRuns() {
		return w.Sprintf("The mean of the runs' medians, each over the valid trials of a "+
			"server at a level. The %s confidence interval is that of Student's t, for the "+
			"mean of all such runs on this machine.", w.Percentage(a.Confidence))
	}
	median := w.Sprintf("The median over the valid trials of a server at a level.")
	for _, cell := range a.Cells {
		s := cell.Of(stats.Throughput)
		if !s.HasInterval() || s.N != cell.Rounds {
			continue
		}
		median += " " + w.Sprintf("Its confidence interval is between two of the measured "+
			"values, chosen by rank, and assumes no distribution. With %s its confidence is %s "+
			"(requested: %s).",
			w.Count(s.N, "1 trial", "%s trials"),
			w.Percentage(s.Confidence),
			w.Percentage(a.Confidence),
		)
		if factor := widened(w, a); factor != "" {
			median += " " + w.Sprintf("Because rounds depend on each other (correlated), it "+
				"was made %s times as wide on the log scale.", factor)
		}
		return median
	}
	return median + " " + w.Sprintf("There are too few valid trials for confidence intervals: "+
		"at least %d are needed for %s "+
		"confidence.", stats.MinRounds(a.Confidence), w.Percentage(a.Confidence))
}

// limits returns what the numbers of this experiment cannot tell.
func limits(w *locale.Printer, rec *record.Record) []string {
	var all []string
	if rec.Imported != nil {
		return importedLimits(w, rec)
	}
	remote := len(rec.Experiment.Remote())
	switch {
	case stats.Apart(rec):
		all = append(all, w.Sprintf("The network between the machines is part of every latency, "+
			"and another network gives other ones."))
	case remote == 0:
		all = append(all,
			w.Sprintf("All traffic used the loopback interface: no network was measured."))
	}
	if stats.ShareCores(rec) {
		all = append(all, w.Sprintf("ab and the servers share cores, so a server that "+
			"uses less CPU leaves more for ab and looks faster."))
	}
	switch load := rec.Experiment.Load; {
	case load.RandomArrivals():
		all = append(all, w.Sprintf("Requests arrive at random, as from independent users. Users "+
			"who react to the same event come in larger bursts, which fill a queue at lower "+
			"rates."))
	case load.OpenLoop():
		all = append(all, w.Sprintf("Requests arrive evenly spaced. Users arrive in bursts, "+
			"which fill a queue at lower rates."))
	default:
		all = append(all, w.Sprintf("In a closed loop, clients slow down with the server. The "+
			"latencies do not describe users who arrive regardless."))
	}
	if rec.Experiment.Design.Runs > 1 {
		return append(all, w.Sprintf("The runs capture variation between consecutive runs, not "+
			"between days, machines or kernels."))
	}
	if rec.Joined != nil {
		return append(all, w.Sprintf("The rounds capture variation between the times and "+
			"machines at which they were measured, not between others."))
	}
	return append(all, w.Sprintf("The rounds capture variation within this run, not between "+
		"days, machines or kernels."))
}

// modelLimits returns what the numbers of our own models contain beside the models; "" if that is
// not known.
func modelLimits(w *locale.Printer, rec *record.Record, a *stats.Analysis) string {
	var models []string
	for _, s := range rec.Experiment.Servers {
		models = append(models, s.Model)
	}
	return findings.ModelsInGo(w, a, models)
}
