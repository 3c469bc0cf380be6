package abtext

import (
	"fmt"
	"strings"
	"time"
)

// Progress is when a load had how many answers, as ab's lines "Completed 500 requests" tell. Times
// are in seconds since ab was started.
type Progress struct {
	Every    int       `json:"every"`            // answers between two of Seconds
	Seconds  []float64 `json:"seconds"`          // ascending, the first after Every answers
	Finished float64   `json:"finished_seconds"` // when all were complete
}

// ParseProgress reads ab's progress from its standard error, of whose lines it is known when each
// was complete. Other lines are ignored. It returns nil if ab reported none, as it does of small
// loads, or if a step is missing.
func ParseProgress(stderr string, ends []time.Duration) *Progress {
	var p Progress
	for i, line := range strings.Split(stderr, "\n") {
		if i >= len(ends) {
			break
		}
		var n int
		seconds := float64(ends[i].Microseconds()) / 1e6
		if _, err := fmt.Sscanf(line, "Completed %d requests", &n); err == nil {
			if p.Every == 0 {
				p.Every = n
			}
			p.Seconds = append(p.Seconds, seconds)
			if n <= 0 || n != p.Every*len(p.Seconds) {
				return nil
			}
		} else if _, err := fmt.Sscanf(line, "Finished %d requests", &n); err == nil {
			p.Finished = seconds
		}
	}
	if !p.Valid() {
		return nil
	}
	return &p
}

// Valid reports whether the numbers can be the progress of a load.
func (p *Progress) Valid() bool {
	last := 0.0
	for _, s := range p.Seconds {
		if !(s >= last) { // written so that NaN is refused too
			return false
		}
		last = s
	}
	return p.Every > 0 && len(p.Seconds) > 0 && p.Finished >= last
}
