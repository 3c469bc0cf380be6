package findings

import (
	"math"
	"strings"

	"labbook/internal/locale"
	"labbook/internal/stats"
)

// Reason states the evidence of a doubt in a few words; "" if there is none.
func Reason(w *locale.Printer, evidence stats.Evidence) string {
	for _, reason := range []func(*locale.Printer, stats.Evidence) string{
		stoppedReason,
		faultsReason,
		failureReason,
		answerReason,
		serverReason,
		loadReason,
	} {
		if text := reason(w, evidence); text != "" {
			return text
		}
	}
	return ""
}

// failureReason states the evidence of a trial that failed; "" for other evidence.
func failureReason(w *locale.Printer, evidence stats.Evidence) string {
	switch e := evidence.(type) {
	case stats.Said:
		return string(e)
	case stats.WrongClock:
		return wrongClock(w, e)
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
	case stats.BadRequests:
		return badRequests(w, e)
	case stats.BadAnswers:
		return badAnswers(w, e)
	case stats.NotLookedAt:
		if e.Body {
			return w.Sprintf("ab does not look at bodies")
		}
		return w.Sprintf("ab tells only 2xx from all other statuses")
	case stats.AnsweredStatus:
		return w.Sprintf("the answer before the load had status %d", int(e))
	}
	return ""
}

// answerReason states how answers are others than they should be; "" for other evidence.
func answerReason(w *locale.Printer, evidence stats.Evidence) string {
	switch e := evidence.(type) {
	case stats.CutBody:
		return w.Sprintf("sends %s of the %s bytes that its Content-Length announces",
			w.Integer(int(e.Sent)), w.Integer(int(e.Announced)))
	case stats.FirstBody:
		return w.Sprintf("%s bytes in the answer before the load, %s in the first one of the load",
			w.Integer(int(e.Before)), w.Integer(int(e.Load)))
	case stats.AnswerBytes:
		return w.Sprintf("%s bytes per answer in the load, the baseline's answers have %s",
			w.Integer(int(math.Round(e.Server))), w.Integer(int(math.Round(e.Baseline))))
	case stats.OneSidedTLS:
		if e.Server {
			return w.Sprintf("asked by TLS, unlike the baseline")
		}
		return w.Sprintf("not asked by TLS, unlike the baseline")
	case stats.OneSidedKeepAlive:
		if e.Server {
			return w.Sprintf("asked with keep-alive, unlike the baseline")
		}
		return w.Sprintf("not asked with keep-alive, unlike the baseline")
	}
	return ""
}

// serverReason states the evidence of a doubt about a server; "" for other evidence.
func serverReason(w *locale.Printer, evidence stats.Evidence) string {
	switch e := evidence.(type) {
	case stats.BodySizes:
		if e.Server == e.Baseline {
			return w.Sprintf("as many bytes as the baseline's, %d, but others", e.Server)
		}
		return w.Sprintf("%d bytes, the baseline's body has %d", e.Server, e.Baseline)
	case stats.SurplusBytes:
		return w.Count(int(e), "sends 1 byte more than its Content-Length",
			"sends %s bytes more than its Content-Length")
	case stats.Kept:
		return w.Sprintf("%s of %s answers left the connection open",
			w.Integer(e.Kept), w.Integer(e.Answers))
	case stats.Drops:
		return w.Sprintf("%s attempts to connect dropped by a queue for %s",
			w.Integer(int(e.Dropped)), w.Integer(e.Backlog))
	case stats.HeldOpenMS:
		return w.Sprintf("still open %s ms after the answer before the load, in the median",
			w.Fixed(float64(e), 0))
	case stats.LateBody:
		return w.Sprintf("the last byte %s ms after the first one, and %s ms where it was "+
			"acknowledged at once, in the median", w.Fixed(e.LoadMS, 0), w.Fixed(e.PromptMS, 1))
	case stats.QuotaCores:
		return differentQuotas(w, e)
	case stats.FirstQuarter:
		if e >= 1 {
			return w.Sprintf("the first quarter of a load took %s times as long as the last one",
				w.Ratio(float64(e)))
		}
		return w.Sprintf("the last quarter of a load took %s times as long as the first one",
			w.Ratio(1/float64(e)))
	case stats.QuietCPU:
		return w.Sprintf("%s of a core in the quiet interval, in the median",
			w.Percent(float64(e), 0))
	case stats.Growth:
		return w.Sprintf("%s more after the load than before it, in the median", growth(w, e))
	case stats.Change:
		return w.Sprintf("%s from the first trial to the last, by the fitted line",
			signedPercent(w, float64(e)))
	case stats.SelfRatio:
		return w.Sprintf("its ratio to itself is %s", w.Span(e.Low, e.High, w.Ratio))
	}
	return ""
}

// loadReason states the evidence of a doubt about the load, its generator or the machine; "" for
// other evidence.
func loadReason(w *locale.Printer, evidence stats.Evidence) string {
	switch e := evidence.(type) {
	case stats.BusyClients:
		return w.Sprintf("occupancy %s, in the median", w.Fixed(float64(e), 2))
	case stats.GeneratorCPU:
		return w.Sprintf("%s of its core, in the median", w.Percent(float64(e), 0))
	case stats.BusyCores:
		return w.Sprintf("%s of all cores' time was busy, together", w.Percent(float64(e), 0))
	case stats.BusyCPUs:
		return w.Sprintf("%s of the time of their CPUs was busy, together",
			w.Percent(float64(e), 0))
	case stats.OtherPrograms:
		return otherPrograms(w, e)
	case stats.StoppedSeconds:
		return stoppedByQuota(w, e)
	case stats.StolenCores:
		return w.Sprintf("%s of all cores' time went to other guests, together",
			w.Percent(float64(e), 0))
	case stats.Spread:
		return w.Sprintf("from %s to %s of its median", w.Percent(e.Low, 0), w.Percent(e.High, 0))
	case stats.LoadSeconds:
		return w.Sprintf("%s ms in the median", w.Fixed(1000*float64(e), 0))
	}
	return ""
}

// wrongClock returns by how much the clock was moved, or that ab's time cannot be.
func wrongClock(w *locale.Printer, e stats.WrongClock) string {
	switch {
	case e.StepSeconds > 0:
		return w.Sprintf("the clock was set ahead by %s s during the load",
			w.Fixed(e.StepSeconds, 3))
	case e.StepSeconds < 0:
		return w.Sprintf("the clock was set back by %s s during the load",
			w.Fixed(-e.StepSeconds, 3))
	}
	return w.Sprintf("ab reports %s s, and its process lived for %s s",
		w.Fixed(e.TookSeconds, 3), w.Fixed(e.WallSeconds, 3))
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

// otherPrograms returns the share of other programs, and in which rounds it was too large.
func otherPrograms(w *locale.Printer, e stats.OtherPrograms) string {
	text := w.Sprintf("other programs had %s of the cores' time", w.Percent(e.Share, 0))
	if e.Baseline > 0 {
		text += w.Sprintf(", %s beside the baseline", w.Percent(e.Baseline, 0))
	}
	switch {
	case e.Rounds == "":
		return text + w.Sprintf(", too much in every round")
	case strings.ContainsAny(e.Rounds, "–,"):
		return text + w.Sprintf(", too much in rounds %s", e.Rounds)
	}
	return text + w.Sprintf(", too much in round %s", e.Rounds)
}

// stoppedByQuota returns which side a quota stopped, and for how long.
func stoppedByQuota(w *locale.Printer, e stats.StoppedSeconds) string {
	quota := w.Sprintf("a quota")
	if e.Cores > 0 {
		quota = w.Sprintf("a quota of %s cores", w.Fixed(e.Cores, 2))
	}
	stopped, loads := w.Fixed(e.Seconds, 2), w.Fixed(e.Loads, 2)
	if e.Server {
		return w.Sprintf("%s stopped the server for %s s in loads of %s s", quota, stopped, loads)
	}
	return w.Sprintf("%s stopped the generator for %s s in loads of %s s", quota, stopped, loads)
}

// differentQuotas returns the quotas of a server and of the baseline, one of which may have none.
func differentQuotas(w *locale.Printer, e stats.QuotaCores) string {
	server, baseline := w.Fixed(e.Server, 2), w.Fixed(e.Baseline, 2)
	switch {
	case e.Server == 0:
		return w.Sprintf("no quota, and the baseline has %s cores", baseline)
	case e.Baseline == 0:
		return w.Sprintf("a quota of %s cores, and the baseline has none", server)
	}
	return w.Sprintf("a quota of %s cores, and the baseline has %s", server, baseline)
}

// signedPercent returns a change with its sign: "+12 %".
func signedPercent(w *locale.Printer, change float64) string {
	text := w.Percent(change, 0)
	if strings.HasPrefix(text, "-") {
		return text
	}
	return "+" + text
}

// badRequests states how many requests failed or got an unexpected answer, how many may, and what
// was wrong with them.
func badRequests(w *locale.Printer, e stats.BadRequests) string {
	text := w.Sprintf("%s of %s requests failed or got another answer than expected; allowed: %s",
		w.Integer(e.Bad), w.Integer(e.Requests), w.Integer(e.Allowed))
	if why := badAnswers(w, e.Answers); why != "" {
		return text + "; " + why
	}
	return text
}

// badAnswers states what was wrong with answers: "answered 429: 980, answered 500: 20".
func badAnswers(w *locale.Printer, bad stats.BadAnswers) string {
	const maxStatuses = 4 // more would hide the frequent ones
	var parts []string
	others := 0
	for i, s := range bad.Statuses {
		if i < maxStatuses {
			parts = append(parts, w.Sprintf("answered %d: %s", s.Status, w.Integer(s.Answers)))
		} else {
			others += s.Answers
		}
	}
	if others > 0 {
		parts = append(parts, w.Sprintf("other statuses: %s", w.Integer(others)))
	}
	if bad.Bodies > 0 {
		parts = append(parts, w.Sprintf("without the expected body: %s", w.Integer(bad.Bodies)))
	}
	if faults := faultsReason(w, bad.Faults); faults != "" {
		parts = append(parts, faults)
	}
	return strings.Join(parts, ", ")
}
