package stats

import (
	"slices"

	"labbook.example/labbook/internal/record"
)

// stallDoubts reports a server that stands still once in most of its loads: one of the equal parts
// between two of ab's lines of progress then takes far longer than the others. Where it is not the
// same part each time, other programs may have caused it, so they must have had little of the
// cores.
func stallDoubts(cell Cell) []Doubt {
	var stalls []stall
	parts := map[int]int{} // how often each was the longest one
	known := 0
	for _, trial := range cell.clean {
		s, ok := stallOf(trial)
		if !ok {
			continue
		}
		known++
		if s.seconds >= minStallSeconds {
			stalls = append(stalls, s)
			parts[s.part]++
		}
	}
	if known < minStallTrials || 2*len(stalls) <= known {
		return nil
	}

	var seconds []float64
	evidence := Stall{Parts: stalls[0].parts}
	for _, s := range stalls {
		seconds = append(seconds, s.seconds)
		if 2*parts[s.part] > known {
			evidence.Part = s.part
		}
	}
	other := cell.serverStation().otherLoad()
	if evidence.Part == 0 && (!other.known() || other.share() > maxOtherLoad) {
		return nil
	}
	slices.Sort(seconds)
	evidence.Seconds = median(seconds)
	return []Doubt{cell.doubt(Stalling, len(stalls), evidence)}
}

// stall is the longest part of a load.
type stall struct {
	part, parts int     // which one, from 1, and of how many
	seconds     float64 // how much longer it took than the median part; 0: it is not alone in that
}

// stallOf returns the longest part of a closed loop. What takes longer from the beginning is no
// stall but a warm-up, so the first part does not count. Neither does the longest one unless it is
// at least three times as long as the median one and twice as long as any other.
func stallOf(r record.Result) (stall, bool) {
	if _, ok := quarters(r); !ok || len(r.Load.Progress.Seconds) < minParts {
		return stall{}, false
	}
	var lengths []float64
	times := r.Load.Progress.Seconds
	for i := 1; i < len(times); i++ {
		lengths = append(lengths, times[i]-times[i-1])
	}

	sorted := slices.Sorted(slices.Values(lengths))
	last := len(sorted) - 1
	longest := sorted[last]
	s := stall{part: slices.Index(lengths, longest) + 2, parts: len(times)}
	if typical := median(sorted); longest > stallFactor*typical && longest > 2*sorted[last-1] {
		s.seconds = longest - typical
	}
	return s, true
}
