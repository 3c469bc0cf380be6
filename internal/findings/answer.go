// Package findings states in sentences what an Analysis found: the answer, the doubts about the
// data, how two generators compare. In comes an Analysis with the printer of a language, out come
// sentences for a page, for a file and for a terminal alike. No sentence claims more than the
// analysis does, and no number is computed here.
package findings

import (
	"math"
	"slices"
	"strings"

	"labbook/internal/locale"
	"labbook/internal/plan"
	"labbook/internal/stats"
)

// Answer returns in plain text what the experiment found, one sentence per server that is compared
// with the baseline. Where there are no verdicts, it claims nothing.
func Answer(w *locale.Printer, a *stats.Analysis) string {
	return strings.Join(AnswerParagraphs(w, a), " ")
}

// AnswerParagraphs returns the answer in paragraphs: one, or with several servers one for each.
func AnswerParagraphs(w *locale.Printer, a *stats.Analysis) []string {
	compared := a.Compared()
	var sentences []string
	if kept := keptUp(w, a); kept != "" {
		sentences = append(sentences, kept)
	}

	switch {
	case len(compared) == 0:
		sentences = append(sentences, singleServer(w, a))
	case a.AllInvalid(a.Baseline):
		sentences = append(sentences, withoutBaseline(w, a))
	default:
		for _, server := range compared {
			sentences = append(sentences, againstBaseline(w, a, server))
		}
	}

	if control := againstItself(w, a); control != "" {
		sentences = append(sentences, control)
	}
	if len(compared) > 1 {
		return sentences
	}
	return []string{strings.Join(sentences, " ")}
}

// rateWords returns one of two messages about throughput: where requests may fail, good answers
// alone are counted.
func rateWords(a *stats.Analysis, requests, good locale.Message) locale.Message {
	if a.Goodput {
		return good
	}
	return requests
}

// withoutBaseline states that there is nothing to compare with.
func withoutBaseline(w *locale.Printer, a *stats.Analysis) string {
	if len(a.Invalid()) == len(a.Cells) {
		return w.Sprintf("No answer: every cell is invalid.")
	}
	return w.Sprintf(
		"No answer: every cell of %s is invalid, which the others would be compared with.",
		a.Baseline,
	)
}

// singleServer describes the only server, without a judgement.
func singleServer(w *locale.Printer, a *stats.Analysis) string {
	low, high := math.Inf(1), math.Inf(-1)
	var best stats.Cell
	for _, cell := range a.CellsOf(a.Baseline) {
		if cell.State == stats.Invalid {
			continue
		}
		median := cell.Of(stats.Throughput).Median
		if median > high {
			best, high = cell, median
		}
		low = min(low, median)
	}

	if best.Server == "" {
		return w.Sprintf("No answer: every cell of %s is invalid.", a.Baseline)
	}
	if len(a.Levels) == 1 {
		return w.Sprintf(
			rateWords(a, "%s answers %s requests per second at %s (median of %s).",
				"%s gives %s good answers per second at %s (median of %s)."),
			a.Baseline,
			w.Rate(high),
			levelNames(w, a.Levels, a.Levels),
			beside(w, a, trialsInRuns(w, best, best.Clean()), []plan.Cell{best.Cell}),
		)
	}
	return w.Sprintf(
		rateWords(a,
			"%s answers %s requests per second, most at %s (medians of up to %s a level).",
			"%s gives %s good answers per second, most at %s (medians of up to %s a level)."),
		a.Baseline,
		w.Span(low, high, w.Rate),
		beside(w, a, levelNames(w, []plan.Level{best.Level}, a.Levels), cellsOf(a)),
		trialsInRuns(w, best, best.Rounds),
	)
}

// verdicts are what the comparisons of one server with the baseline come to, level by level.
type verdicts struct {
	server    string
	levels    int // of the experiment; of an imported one, those that both servers have
	byVerdict map[stats.Verdict][]stats.Comparison
	missing   []plan.Level // without a comparison, because one of the two cells is invalid
}

func verdictsOf(a *stats.Analysis, server string) verdicts {
	v := verdicts{
		server:    server,
		levels:    len(a.Levels),
		byVerdict: map[stats.Verdict][]stats.Comparison{},
	}
	for _, level := range a.Levels {
		if a.Imported && !hasBoth(a, server, level) {
			v.levels--
			continue
		}
		if c := a.Comparison(plan.Cell{Server: server, Level: level}); c != nil {
			v.byVerdict[c.Verdict] = append(v.byVerdict[c.Verdict], *c)
		} else {
			v.missing = append(v.missing, level)
		}
	}
	return v
}

// hasBoth reports whether a server and the baseline have a level. In an imported record a server
// may lack some.
func hasBoth(a *stats.Analysis, server string, level plan.Level) bool {
	return !a.Cell(plan.Cell{Server: server, Level: level}).Unknown &&
		!a.Cell(plan.Cell{Server: a.Baseline, Level: level}).Unknown
}

// sameEverywhere returns the comparisons of a server that is faster, or slower, at every level; nil
// of another one.
func (v verdicts) sameEverywhere() []stats.Comparison {
	for _, verdict := range []stats.Verdict{stats.Slower, stats.Faster} {
		if c := v.byVerdict[verdict]; len(c) == v.levels {
			return c
		}
	}
	return nil
}

// againstBaseline states how one server compares with the baseline.
func againstBaseline(w *locale.Printer, a *stats.Analysis, server string) string {
	v := verdictsOf(a, server)
	if v.levels == 0 {
		why := w.Sprintf("they have no level in common")
		return w.Sprintf("No answer for %s against %s: %s.", server, a.Baseline, why)
	}
	if len(v.missing) == v.levels {
		why := w.Sprintf("at every level one of the two is invalid")
		if a.AllInvalid(server) {
			why = w.Sprintf("every cell of %s is invalid", server)
		}
		return w.Sprintf("No answer for %s against %s: %s.", server, a.Baseline, why)
	}

	var sentences []string
	if same := v.sameEverywhere(); same != nil {
		sentences = append(sentences, sameVerdictEverywhere(w, a, same))
	} else {
		sentences = append(sentences, verdictByVerdict(w, a, v)...)
	}
	sentences = append(sentences, limitedSentences(w, a, v)...)
	if s := biasSentence(w, a, server); s != "" {
		sentences = append(sentences, s)
	}
	if len(v.missing) > 0 {
		at := levelNames(w, v.missing, a.Levels)
		sentences = append(sentences, w.Sprintf("No answer at %s, where a cell is invalid.", at))
	}
	return strings.Join(sentences, " ")
}

// limitedSentences name the levels at which the generator was the limit and the ratio, as it is
// stated before, does not show that.
func limitedSentences(w *locale.Printer, a *stats.Analysis, v verdicts) []string {
	var further, unproved []plan.Level
	for _, level := range a.Levels {
		c := a.Comparison(plan.Cell{Server: v.server, Level: level})
		switch {
		case c == nil:
		case c.Limited == stats.SlowerSide, c.Limited == stats.BothSides:
			unproved = append(unproved, level)
		case c.Limited == stats.FasterSide && !statedAsLimit(v.byVerdict[c.Verdict]):
			further = append(further, level)
		}
	}

	var sentences []string
	if len(further) > 0 {
		sentences = append(sentences, w.Sprintf("At %s the faster server was as fast as the "+
			"generator, so the true ratio is further from 1.", levelNames(w, further, a.Levels)))
	}
	if len(unproved) > 0 {
		sentences = append(sentences, w.Sprintf("At %s the slower server was as fast as the "+
			"generator, so the ratio proves nothing; a faster generator is needed.",
			levelNames(w, unproved, a.Levels)))
	}
	return sentences
}

// statedAsLimit reports whether ratios marks the ratios of these comparisons as limits.
func statedAsLimit(comparisons []stats.Comparison) bool {
	return !slices.ContainsFunc(comparisons, func(c stats.Comparison) bool {
		return c.Limited != stats.FasterSide || (c.Ratio > 1) != (comparisons[0].Ratio > 1)
	})
}

// sameVerdictEverywhere is the sentence of a server that is faster, or slower, at every level.
func sameVerdictEverywhere(
	w *locale.Printer, a *stats.Analysis, comparisons []stats.Comparison,
) string {
	at := w.Sprintf("at every level")
	if len(comparisons) == 1 || len(comparisons) < len(a.Levels) {
		at = w.Sprintf("at %s", levelNames(w, levelsOf(comparisons), a.Levels))
	}
	low, high := intervals(comparisons)
	return w.Sprintf(
		rateWords(a,
			"%s answers %s times as many requests per second as %s %s "+
				"(%s confidence intervals within %s; %s).",
			"%s gives %s times as many good answers per second as %s %s "+
				"(%s confidence intervals within %s; %s)."),
		comparisons[0].Server,
		ratios(w, comparisons),
		a.Baseline,
		at,
		w.Percentage(a.Confidence),
		w.Span(low, high, w.Ratio),
		roundsBeside(w, a, comparisons),
	)
}

// verdictByVerdict are the sentences of a server whose levels have different verdicts.
func verdictByVerdict(w *locale.Printer, a *stats.Analysis, v verdicts) []string {
	var clauses, sentences []string
	var judged []stats.Comparison
	add := func(verdict stats.Verdict, text locale.Message, args ...any) {
		if c := v.byVerdict[verdict]; len(c) > 0 {
			args = append(args, ratios(w, c), levelNames(w, levelsOf(c), a.Levels))
			clauses = append(clauses, w.Sprintf(text, args...))
			judged = append(judged, c...)
		}
	}
	add(stats.Slower, rateWords(a,
		"slower (%s times as many requests per second) at %s",
		"slower (%s times as many good answers per second) at %s"))
	add(stats.Faster, rateWords(a,
		"faster (%s times as many requests per second) at %s",
		"faster (%s times as many good answers per second) at %s"))
	add(stats.Equivalent, rateWords(a,
		"equivalent within %s (%s times as many requests per second) at %s",
		"equivalent within %s (%s times as many good answers per second) at %s"),
		w.Percentage(a.Margin))
	add(stats.Inconclusive, "inconclusive (ratio %s) at %s")
	if len(clauses) > 0 {
		sentences = append(sentences, w.Sprintf(
			"Against %s, %s is %s (%s confidence, %s).",
			a.Baseline,
			v.server,
			strings.Join(clauses, "; "),
			w.Percentage(a.Confidence),
			roundsBeside(w, a, judged),
		))
	}

	if kept := v.byVerdict[stats.AtArrivalRate]; len(kept) > 0 {
		sentences = append(sentences, latencyAtArrivalRate(w, a, kept))
	}

	sentences = append(sentences, cannotTell(w, a, v.server)...)
	sentences = append(sentences, neededSentence(w, a, v)...)

	if unjudged := v.byVerdict[stats.NoVerdict]; len(unjudged) > 0 {
		sentences = append(sentences, w.Sprintf(
			unjudgedText(a),
			roundsBeside(w, a, unjudged),
			v.server,
			ratios(w, unjudged),
			a.Baseline,
			levelNames(w, levelsOf(unjudged), a.Levels),
		))
	}
	return sentences
}

// unjudgedText returns the sentence of comparisons from which nothing can be inferred.
func unjudgedText(a *stats.Analysis) locale.Message {
	if a.Imported {
		return "From %s: %s answered %s times as many requests per second as %s at %s; " +
			"that is too few trials to infer anything from."
	}
	if a.SeveralRuns() {
		return rateWords(a,
			"In %s, %s answered %s times as many requests per second as %s at %s; "+
				"that is too few runs to infer anything from.",
			"In %s, %s gave %s times as many good answers per second as %s at %s; "+
				"that is too few runs to infer anything from.")
	}
	return rateWords(a,
		"In %s, %s answered %s times as many requests per second as %s at %s; "+
			"that is too few rounds to infer anything from.",
		"In %s, %s gave %s times as many good answers per second as %s at %s; "+
			"that is too few rounds to infer anything from.")
}

// againstItself states how far the baseline, measured twice, is from itself; "" if it was not.
func againstItself(w *locale.Printer, a *stats.Analysis) string {
	var informative, withInterval []stats.Comparison
	for _, c := range a.Controls {
		if c.Verdict == stats.AtArrivalRate {
			continue
		}
		informative = append(informative, c)
		if c.HasInterval() {
			withInterval = append(withInterval, c)
		}
	}
	if len(informative) == 0 {
		return ""
	}
	if len(withInterval) == 0 {
		return w.Sprintf(
			rateWords(a,
				"Measured twice, %s answers %s times as many requests per second as itself: "+
					"that is what no difference looks like here.",
				"Measured twice, %s gives %s times as many good answers per second as itself: "+
					"that is what no difference looks like here."),
			a.Baseline,
			ratios(w, informative),
		)
	}
	low, high := intervals(withInterval)
	return w.Sprintf(
		rateWords(a,
			"Measured twice, %s answers %s times as many requests per second as itself "+
				"(%s confidence intervals within %s): that is what no difference looks like here.",
			"Measured twice, %s gives %s times as many good answers per second as itself "+
				"(%s confidence intervals within %s): that is what no difference looks like here."),
		a.Baseline,
		ratios(w, informative),
		w.Percentage(a.Confidence),
		w.Span(low, high, w.Ratio),
	)
}

func levelsOf(comparisons []stats.Comparison) []plan.Level {
	levels := make([]plan.Level, len(comparisons))
	for i, c := range comparisons {
		levels[i] = c.Level
	}
	return levels
}
