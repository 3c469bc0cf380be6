package plan

import (
	"fmt"
	"math"
	"time"

	"labbook.example/labbook/internal/spec"
)

// Size is how much a trial asks of its server.
type Size struct {
	Requests int `json:"requests"` // of the load; at least 1
	Warmup   int `json:"warmup"`   // requests before the load, never counted; at least 0
}

// String returns the size for errors: "1000, and 100 to warm up".
func (s Size) String() string { return fmt.Sprintf("%d, and %d to warm up", s.Requests, s.Warmup) }

// SizeOf returns the size of the trials at a level. known is false if it depends on how fast a
// server answers: in a closed loop, the requests of a time do.
func SizeOf(e *spec.Experiment, l Level) (size Size, known bool) {
	size = Size{Requests: e.Load.Requests, Warmup: e.Design.Warmup}
	load, warmup := e.Load.Duration, e.Design.WarmupTime
	if l.Kind == Rate {
		if load > 0 {
			size.Requests = arrivals(l.Value, load)
			if o := e.Load.Capacity; o != nil { // at a low rate it takes longer
				size.Requests = max(size.Requests, o.MinRequests())
			}
		}
		if warmup > 0 {
			size.Warmup = arrivals(l.Value, warmup)
		}
		return size, true
	}
	return size, load == 0 && warmup == 0
}

// arrivals returns how many requests arrive in a time; at least 1.
func arrivals(rate int, d time.Duration) int {
	return max(1, int(math.Round(float64(rate)*d.Seconds())))
}
