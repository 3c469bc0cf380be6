package findings

import (
	"math"
	"slices"
	"strings"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// together states the evidence of several cells at once, or of one: a number that differs between
// them is stated as a range. It returns "" unless all of it is of one kind and each is that of a
// whole cell: evidence of a single trial has no range.
func together(w *locale.Printer, all []stats.Evidence) string {
	for _, reason := range []func(*locale.Printer, []stats.Evidence) string{
		machineReason,
		answerReason,
		connectionReason,
		serverReason,
		workReason,
		shapeReason,
		loadReason,
		lateReason,
		partReason,
		networkReason,
		hostReason,
		machinesReason,
		driftReason,
		growingReason,
		farmReason,
		capacityReason,
	} {
		if text := reason(w, all); text != "" {
			return text
		}
	}
	return ""
}

// each returns evidence as values of one type; ok is false if some of it is of another one.
func each[E stats.Evidence](all []stats.Evidence) (values []E, ok bool) {
	for _, evidence := range all {
		value, ok := evidence.(E)
		if !ok {
			return nil, false
		}
		values = append(values, value)
	}
	return values, true
}

// span returns the range of a number of some evidence.
func span[E any, N int | int64 | float64](
	w *locale.Printer, all []E, of func(E) N, format func(float64) string,
) string {
	low, high := extent(all, func(e E) float64 { return float64(of(e)) })
	return w.Span(low, high, format)
}

// number states evidence that is one number; "" if some of it is of another type.
func number[E interface {
	~float64
	stats.Evidence
}](
	w *locale.Printer, all []stats.Evidence, text locale.Message, format func(float64) string,
) string {
	values, ok := each[E](all)
	if !ok {
		return ""
	}
	return w.Sprintf(text, span(w, values, func(e E) float64 { return float64(e) }, format))
}

// are reports whether a condition holds for all of some evidence.
func are[E any](all []E, condition func(E) bool) bool {
	return !slices.ContainsFunc(all, func(e E) bool { return !condition(e) })
}

// The formats of evidence.
func whole(w *locale.Printer) func(float64) string {
	return func(x float64) string { return w.Integer(int(math.Round(x))) }
}

func fixed(w *locale.Printer, places int) func(float64) string {
	return func(x float64) string { return w.Fixed(x, places) }
}

func percent(w *locale.Printer) func(float64) string {
	return func(x float64) string { return w.Percent(x, 0) }
}

// answerReason states how answers are others than they should be; "" for other evidence.
func answerReason(w *locale.Printer, all []stats.Evidence) string {
	if e, ok := each[stats.CutBody](all); ok {
		return w.Sprintf("sends %s of the %s bytes that its Content-Length announces",
			span(w, e, func(e stats.CutBody) int64 { return e.Sent }, whole(w)),
			span(w, e, func(e stats.CutBody) int64 { return e.Announced }, whole(w)))
	}
	if e, ok := each[stats.FirstBody](all); ok {
		return w.Sprintf("%s bytes in the answer before the load, %s in the first of the load",
			span(w, e, func(e stats.FirstBody) int64 { return e.Before }, whole(w)),
			span(w, e, func(e stats.FirstBody) int64 { return e.Load }, whole(w)))
	}
	if e, ok := each[stats.AnswerBytes](all); ok {
		return w.Sprintf("%s bytes per answer under load, %s in the baseline's",
			span(w, e, func(e stats.AnswerBytes) float64 { return e.Server }, whole(w)),
			span(w, e, func(e stats.AnswerBytes) float64 { return e.Baseline }, whole(w)))
	}
	if e, ok := each[stats.BodySizes](all); ok {
		return bodySizes(w, e)
	}
	if e, ok := each[stats.SurplusBytes](all); ok {
		if are(e, func(e stats.SurplusBytes) bool { return e == 1 }) {
			return w.Sprintf("sends 1 byte more than its Content-Length")
		}
		return w.Sprintf("sends %s bytes more than its Content-Length",
			span(w, e, func(e stats.SurplusBytes) int64 { return int64(e) }, whole(w)))
	}
	return ""
}

// bodySizes states how large the bodies of a server and of the baseline are.
func bodySizes(w *locale.Printer, all []stats.BodySizes) string {
	server := span(w, all, func(e stats.BodySizes) int64 { return e.Server }, whole(w))
	baseline := span(w, all, func(e stats.BodySizes) int64 { return e.Baseline }, whole(w))
	same := func(e stats.BodySizes) bool { return e.Server == e.Baseline }
	switch {
	case are(all, same):
		return w.Sprintf("%s bytes as in the baseline's body, but different ones", server)
	case slices.ContainsFunc(all, same):
		return ""
	}
	return w.Sprintf("%s bytes; baseline: %s", server, baseline)
}

// connectionReason states the evidence of a doubt about connections; "" for other evidence.
func connectionReason(w *locale.Printer, all []stats.Evidence) string {
	switch first := all[0].(type) {
	case stats.OneSidedTLS:
		switch {
		case !are(all, func(e stats.Evidence) bool { return e == first }):
			return ""
		case first.Server:
			return w.Sprintf("uses TLS, unlike the baseline")
		}
		return w.Sprintf("does not use TLS, unlike the baseline")
	case stats.OneSidedKeepAlive:
		switch {
		case !are(all, func(e stats.Evidence) bool { return e == first }):
			return ""
		case first.Server:
			return w.Sprintf("uses keep-alive, unlike the baseline")
		}
		return w.Sprintf("does not use keep-alive, unlike the baseline")
	case stats.HeldOpenMS:
		return number[stats.HeldOpenMS](w, all, "still open %s ms after the answer before the "+
			"load (median)", fixed(w, 0))
	}
	if e, ok := each[stats.Kept](all); ok {
		return w.Sprintf("%s of %s answers left the connection open",
			span(w, e, func(e stats.Kept) int { return e.Kept }, whole(w)),
			span(w, e, func(e stats.Kept) int { return e.Answers }, whole(w)))
	}
	if e, ok := each[stats.Drops](all); ok {
		return w.Sprintf("%s connection attempts dropped; queue length %s",
			span(w, e, func(e stats.Drops) int64 { return e.Dropped }, whole(w)),
			span(w, e, func(e stats.Drops) int { return e.Backlog }, whole(w)))
	}
	if e, ok := each[stats.LateBody](all); ok {
		return w.Sprintf("last byte %s ms after the first; with immediate acknowledgement %s "+
			"ms (medians)",
			span(w, e, func(e stats.LateBody) float64 { return e.LoadMS }, fixed(w, 0)),
			span(w, e, func(e stats.LateBody) float64 { return e.PromptMS }, fixed(w, 1)))
	}
	return ""
}

// serverReason states the evidence of a doubt about a server; "" for other evidence.
func serverReason(w *locale.Printer, all []stats.Evidence) string {
	if _, ok := each[stats.QuietCPU](all); ok {
		return number[stats.QuietCPU](w, all,
			"%s of a core after the load (median)", percent(w))
	}
	if e, ok := each[stats.FirstQuarter](all); ok {
		return firstQuarters(w, e)
	}
	if e, ok := each[stats.Growth](all); ok {
		return w.Sprintf("%s more after the load than before (median)", growth(w, e))
	}
	if e, ok := each[stats.QuotaCores](all); ok {
		return differentQuotas(w, e)
	}
	if e, ok := each[stats.SelfRatio](all); ok {
		low, _ := extent(e, func(e stats.SelfRatio) float64 { return e.Low })
		_, high := extent(e, func(e stats.SelfRatio) float64 { return e.High })
		if len(e) > 1 {
			return w.Sprintf("confidence intervals of its A/A ratios within %s",
				w.Span(low, high, w.Ratio))
		}
		return w.Sprintf("confidence interval of its A/A ratio: %s", w.Span(low, high, w.Ratio))
	}
	return ""
}

// firstQuarters states how much longer one end of a load took than the other.
func firstQuarters(w *locale.Printer, all []stats.FirstQuarter) string {
	longer := func(e stats.FirstQuarter) float64 { return float64(e) }
	shorter := func(e stats.FirstQuarter) float64 { return 1 / float64(e) }
	switch isLonger := func(e stats.FirstQuarter) bool { return e >= 1 }; {
	case are(all, isLonger):
		return w.Sprintf("the first quarter of a load took %s times as long as the last",
			span(w, all, longer, w.Ratio))
	case slices.ContainsFunc(all, isLonger):
		return ""
	}
	return w.Sprintf("the last quarter of a load took %s times as long as the first",
		span(w, all, shorter, w.Ratio))
}

// growth returns "40 threads and 90 descriptors", or the one of them that grew.
func growth(w *locale.Printer, all []stats.Growth) string {
	var threads, descriptors []float64
	for _, g := range all {
		if g.Threads > 0 {
			threads = append(threads, g.Threads)
		}
		if g.Descriptors > 0 {
			descriptors = append(descriptors, g.Descriptors)
		}
	}

	itself := func(x float64) float64 { return x }
	var grown []string
	if len(threads) > 0 {
		grown = append(grown, w.Sprintf("%s threads", span(w, threads, itself, fixed(w, 0))))
	}
	if len(descriptors) > 0 {
		grown = append(grown,
			w.Sprintf("%s descriptors", span(w, descriptors, itself, fixed(w, 0))))
	}
	return w.List(grown)
}

// differentQuotas returns the quotas of a server and of the baseline, one of which may have none.
func differentQuotas(w *locale.Printer, all []stats.QuotaCores) string {
	server := span(w, all, func(e stats.QuotaCores) float64 { return e.Server }, fixed(w, 2))
	baseline := span(w, all, func(e stats.QuotaCores) float64 { return e.Baseline }, fixed(w, 2))
	freeServer := func(e stats.QuotaCores) bool { return e.Server == 0 }
	freeBaseline := func(e stats.QuotaCores) bool { return e.Baseline == 0 }
	switch {
	case are(all, freeServer):
		return w.Sprintf("no quota; baseline: %s cores", baseline)
	case are(all, freeBaseline):
		return w.Sprintf("a quota of %s cores; baseline: none", server)
	case slices.ContainsFunc(all, freeServer), slices.ContainsFunc(all, freeBaseline):
		return ""
	}
	return w.Sprintf("a quota of %s cores; baseline: %s", server, baseline)
}

// loadReason states the evidence of a doubt about the load or its generator; "" for other evidence.
func loadReason(w *locale.Printer, all []stats.Evidence) string {
	switch all[0].(type) {
	case stats.BusyClients:
		return number[stats.BusyClients](w, all, "client utilisation %s (median)", percent(w))
	case stats.GeneratorCPU:
		return number[stats.GeneratorCPU](w, all, "%s of its core (median)", percent(w))
	}
	if e, ok := each[stats.ShortLoad](all); ok {
		milliseconds := func(x float64) string { return w.Fixed(1000*x, 0) }
		return w.Sprintf("%s ms; 200 ms take %s requests",
			span(w, e, func(e stats.ShortLoad) float64 { return e.Seconds }, milliseconds),
			span(w, e, func(e stats.ShortLoad) int { return e.Requests }, whole(w)))
	}
	if e, ok := each[stats.Spread](all); ok {
		low, _ := extent(e, func(e stats.Spread) float64 { return e.Low })
		_, high := extent(e, func(e stats.Spread) float64 { return e.High })
		if len(e) > 1 {
			return w.Sprintf("confidence intervals within %s of the "+
				"medians", w.Range(low, high, percent(w)))
		}
		return w.Sprintf("confidence interval %s of the median", w.Range(low, high, percent(w)))
	}
	return ""
}

// hostReason states the evidence of a doubt about the machine; "" for other evidence.
func hostReason(w *locale.Printer, all []stats.Evidence) string {
	switch all[0].(type) {
	case stats.BusyCores:
		return number[stats.BusyCores](w, all,
			"all cores %s busy", percent(w))
	case stats.GeneratorCores:
		return number[stats.GeneratorCores](w, all,
			"all cores %s busy", percent(w))
	case stats.BusyCPUs:
		return number[stats.BusyCPUs](w, all,
			"their CPUs %s busy", percent(w))
	case stats.StolenCores:
		return number[stats.StolenCores](w, all,
			"%s of the cores' time", percent(w))
	}
	if e, ok := each[stats.OtherPrograms](all); ok {
		return otherPrograms(w, e)
	}
	if e, ok := each[stats.StoppedSeconds](all); ok {
		return stoppedByQuota(w, e)
	}
	return ""
}

// otherPrograms returns the share of other programs, and in which rounds it was too large, unless
// the cells differ in that.
func otherPrograms(w *locale.Printer, all []stats.OtherPrograms) string {
	text := w.Sprintf("other programs used %s of the cores' time",
		span(w, all, func(e stats.OtherPrograms) float64 { return e.Share }, percent(w)))
	if are(all, func(e stats.OtherPrograms) bool { return e.Baseline > 0 }) {
		baseline := func(e stats.OtherPrograms) float64 { return e.Baseline }
		text += w.Sprintf(", %s during the baseline's loads", span(w, all, baseline, percent(w)))
	}

	rounds := all[0].Rounds
	switch {
	case !are(all, func(e stats.OtherPrograms) bool { return e.Rounds == rounds }):
		return text
	case rounds == "":
		return text + w.Sprintf(", too much in every round")
	case strings.ContainsAny(rounds, "–,"):
		return text + w.Sprintf(", too much in rounds %s", rounds)
	}
	return text + w.Sprintf(", too much in round %s", rounds)
}

// stoppedByQuota returns which side a quota stopped, and for how long; "" if it is not the same
// side and quota everywhere.
func stoppedByQuota(w *locale.Printer, all []stats.StoppedSeconds) string {
	first := all[0]
	if !are(all, func(e stats.StoppedSeconds) bool {
		return e.Server == first.Server && e.Cores == first.Cores
	}) {
		return ""
	}
	quota := w.Sprintf("a quota")
	if first.Cores > 0 {
		quota = w.Sprintf("a quota of %s cores", w.Fixed(first.Cores, 2))
	}
	stopped := span(w, all, func(e stats.StoppedSeconds) float64 { return e.Seconds }, fixed(w, 2))
	loads := span(w, all, func(e stats.StoppedSeconds) float64 { return e.Loads }, fixed(w, 2))
	if first.Server {
		return w.Sprintf("%s paused the server for %s s of %s s", quota, stopped, loads)
	}
	return w.Sprintf("%s paused the generator for %s s of %s s", quota, stopped, loads)
}
