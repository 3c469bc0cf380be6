package findings

import (
	"slices"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// A generator that was busy all the time or sent requests late, and a network that was full, are a
// part of the latency. That of the server may be lower in truth, and a ratio of two is a limit.

// mayBeOff reports whether the ratio of a server's latency to the baseline's may be less in truth,
// and whether it may be more.
func mayBeOff(a *stats.Analysis, at plan.Cell, metric *stats.Metric) (less, more bool) {
	limited := func(server string) bool {
		cell := a.Cell(plan.Cell{Server: server, Level: at.Level})
		return cell != nil && cell.LimitedBy(metric) != ""
	}
	return limited(at.Server), limited(a.Baseline)
}

// latencyRatio returns a ratio of latencies as the limit that it may be; "" if it is none, because
// both latencies may be lower.
func (q *quotation) latencyRatio(place plan.Cell, ratio float64) string {
	less, more := mayBeOff(q.a, place, stats.P99)
	switch text := q.Ratio(ratio); {
	case less && more:
		return ""
	case less:
		return q.Sprintf("at most %s", text)
	case more:
		return q.Sprintf("at least %s", text)
	default:
		return text
	}
}

// latencyDifference returns how much longer or shorter some latencies of a server are than the
// baseline's, as the limit that it may be; "" if nothing follows from them.
func (s story) latencyDifference(clear []stats.Comparison, base string) string {
	var less, more bool // the difference in truth
	above := clear[0].Ratio > 1
	mixed := slices.ContainsFunc(clear, func(c stats.Comparison) bool {
		return (c.Ratio > 1) != above
	})
	for _, c := range clear {
		place := plan.Cell{Server: c.Server, Level: c.Level}
		lower, higher := mayBeOff(s.Analysis, place, stats.P99)
		if !above {
			lower, higher = higher, lower
		}
		less, more = less || lower, more || higher
	}

	low, high := extent(clear, func(c stats.Comparison) float64 { return c.Ratio })
	if !less && !more {
		return s.Difference(locale.Latency, low, high, base)
	}
	if less && more || mixed {
		return ""
	}
	end := low // the largest difference where it may be less, the smallest where it may be more
	if less == above {
		end = high
	}
	text := s.Difference(locale.Latency, end, end, base)
	if less != locale.IsShare(end) {
		return s.Sprintf("at most %s", text)
	}
	return s.Sprintf("at least %s", text)
}
