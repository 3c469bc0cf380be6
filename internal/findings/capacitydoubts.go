package findings

import (
	"maps"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

func init() { maps.Copy(meanings, capacityMeanings) }

// capacityMeanings explains the codes of a capacity.
var capacityMeanings = map[stats.Code]meaning{
	stats.ObjectiveNotMet: {
		what: "The server did not meet the objective, even at the lowest rate.",
		means: "Its capacity is below that rate, and may be 0. Read its response times at the " +
			"lowest rate, or raise the limit in capacity.",
	},
	stats.UnevenCapacity: {
		what: "The server met the objective at higher rates, but not at a lower one.",
		means: "Something besides the number of requests delays answers, such as a timer, a " +
			"pause of the runtime or the machine's power management. The capacity is found as " +
			"if that were noise. Look at the response times by rate.",
	},
	stats.CapacityOpen: {
		what: "The server met the objective at the highest rate that was measured.",
		means: "Its capacity is at least that rate. If the load generator was the limit, use " +
			"several generators or a heavier request. If the search found less than the rounds, " +
			"measure again.",
	},
	stats.Died: {
		what: "The server crashed or stopped answering in some trials.",
		means: "It does not recover from overload by itself. Keep the arrivals below that rate, " +
			"or have the server refuse requests earlier. A round in which it failed at each rate " +
			"has a capacity below the lowest.",
	},
	stats.SearchDiffers: {
		what: "The rounds found another capacity than the search before them.",
		means: "The server or the machine changed in between, or one of both was unlucky. The " +
			"rates are less dense around this capacity, so its confidence interval is wider. " +
			"Measure again.",
	},
	stats.ShortForObjective: {
		what: "The loads were short, compared with the limit of the objective.",
		means: "Just above the true capacity, a queue grows slowly. A short load ends before its " +
			"response times pass the limit, so the capacity may be overestimated: by up to 10% " +
			"in simulations. Ratios suffer less. Raise requests or duration in [load].",
	},
}

// capacityReason states the evidence of a doubt about a capacity; "" for other evidence.
func capacityReason(w *locale.Printer, all []stats.Evidence) string {
	switch e := all[0].(type) {
	case stats.AtRate:
		if len(all) > 1 {
			return ""
		}
		return w.Count(e.Rate, "at 1 request per second", "at %s requests per second")
	case stats.FoundBySearch:
		if len(all) > 1 {
			return ""
		}
		return w.Sprintf("the search found %s to %s requests per second",
			w.Integer(e.Low), w.Integer(e.High))
	}
	if e, ok := each[stats.LoadInLimits](all); ok {
		seconds := func(e stats.LoadInLimits) float64 { return e.Seconds }
		return w.Sprintf("%s s (median) with a limit of %s ms; %s requests take 200 times the "+
			"limit",
			span(w, e, seconds, func(x float64) string { return w.Number(x, 2, 2) }),
			w.Milliseconds(1000*e[0].Limit),
			span(w, e, func(e stats.LoadInLimits) int { return e.Requests }, whole(w)))
	}
	return ""
}
