package findings

import (
	"maps"
	"math"
	"slices"
	"strconv"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

func init() { maps.Copy(meanings, lateMeanings) }

// lateMeanings explains the code of a generator that sent requests late.
var lateMeanings = map[stats.Code]meaning{
	stats.GeneratorLate: {
		what: "The load generator sent requests late.",
		means: "They were due, and a connection was free. In an open loop, latency counts from " +
			"when a request was due, so more than a tenth of such a latency comes from the " +
			"generator, and the server may be faster than measured. Where a capacity's " +
			"objective was missed in this way, the capacity may be higher. Give the generator " +
			"CPU time of its own: stop other programs, set cpus in [load] and for each server, " +
			"or use another machine.",
	},
}

// lateReason states how late requests were sent; "" for other evidence.
func lateReason(w *locale.Printer, all []stats.Evidence) string {
	e, ok := each[stats.LateRequests](all)
	if !ok || !are(e, func(x stats.LateRequests) bool {
		return x.Percentile == e[0].Percentile && x.Rate == e[0].Rate
	}) {
		return ""
	}
	late := span(w, e, func(e stats.LateRequests) float64 { return e.LateMS }, significant(w))
	ms := span(w, e, func(e stats.LateRequests) float64 { return e.MS }, significant(w))

	text := w.Sprintf("requests were sent %s ms late on average, and the mean latency is %s ms "+
		"(medians)", late, ms)
	if p := e[0].Percentile; p > 0 {
		oneIn := int(math.Round(100 / (100 - p)))
		text = w.Sprintf("1 in %s requests was sent %s ms late or more, and the p%s is %s ms "+
			"(medians)", w.Integer(oneIn), late, strconv.FormatFloat(p, 'f', -1, 64), ms)
	}
	if rate := e[0].Rate; rate > 0 {
		return w.Sprintf("%s: %s",
			w.Count(rate, "at 1 request per second", "at %s requests per second"), text)
	}
	return text
}

// sentLate states where the generator sent requests late, as far as an answer rests on it; "" if it
// does not.
func (s story) sentLate() string {
	var texts []string
	late := map[string][]plan.Level{}
	for _, warning := range s.Warnings {
		if warning.Code != stats.GeneratorLate {
			continue
		}
		for _, doubt := range warning.Cells {
			server := doubt.Cell.Server
			switch e, _ := stats.Unwrapped(doubt.Evidence).(stats.LateRequests); {
			case e.Rate > 0:
				texts = append(texts, s.Sprintf("The load generator sent requests late where %s "+
					"missed the objective, so its capacity may be higher.", named(server)))
			case s.Objective == nil:
				late[server] = append(late[server], doubt.Cell.Level)
			}
		}
	}

	var places []string
	by := map[string][]string{}
	for _, server := range s.Started() {
		levels := slices.DeleteFunc(slices.Clone(s.Levels), func(level plan.Level) bool {
			return !slices.Contains(late[server], level)
		})
		if len(levels) == 0 {
			continue
		}
		at := s.at(levels)
		if by[at] == nil {
			places = append(places, at)
		}
		by[at] = append(by[at], named(server))
	}
	for _, at := range places {
		texts = append(texts, s.Sprintf("The load generator sent requests to %s late %s: a part "+
			"of these latencies is its own.", s.List(by[at]), at))
	}
	return joined(texts...)
}
