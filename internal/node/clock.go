package node

import (
	"context"
	"time"

	"labbook.example/labbook/internal/machine"
)

// Clock compares the monotonic clock of a machine with ours, see Client.Clock.
type Clock struct {
	Offset    time.Duration // what it is ahead of ours
	RoundTrip time.Duration // of the question that told it: the shortest of all
	Wall      time.Duration // what its wall clock is ahead of ours
}

// Error returns the largest error of the offset. What a question takes on its way there and back is
// known only together (Cristian, Probabilistic clock synchronization, 1989).
func (c Clock) Error() time.Duration { return c.RoundTrip / 2 }

// pings is how many questions one Clock takes. The shortest round trip of so many met no delay.
const pings = 64

// Clock asks for the time on the machine again and again. The answer with the shortest round trip
// counts.
func (c *Client) Clock(ctx context.Context) (Clock, error) {
	return readClock(clocksHere, func() (Time, error) {
		var answer Time
		err := c.call(ctx, "Time", 0, None{}, &answer, c.times.patience)
		return answer, err
	})
}

// clocksHere reads our clocks.
func clocksHere() Time {
	return Time{Monotonic: machine.Monotonic(), Wall: time.Now().UnixNano()}
}

func readClock(here func() Time, there func() (Time, error)) (Clock, error) {
	var best Clock
	for i := range pings {
		asked := here()
		told, err := there()
		if err != nil {
			return Clock{}, err
		}
		answered := here()
		trip := answered.Monotonic - asked.Monotonic
		if i > 0 && trip >= best.RoundTrip {
			continue
		}
		best = Clock{
			Offset:    told.Monotonic - (asked.Monotonic + trip/2),
			RoundTrip: trip,
			Wall:      time.Duration(told.Wall - (asked.Wall + int64(trip/2))),
		}
	}
	return best, nil
}

// startMargin is how long before a start its last order is on its way at least, beside the round
// trips.
const startMargin = 20 * time.Millisecond

// StartTimes returns a moment that is near enough, and far enough for an order to each machine to
// arrive before it: by our monotonic clock, and by that of each machine.
func StartTimes(now time.Duration, clocks []Clock) (here time.Duration, there []time.Duration) {
	var slowest time.Duration
	for _, c := range clocks {
		slowest = max(slowest, c.RoundTrip)
	}
	here = now + 2*slowest + startMargin
	for _, c := range clocks {
		there = append(there, here+c.Offset)
	}
	return here, there
}
