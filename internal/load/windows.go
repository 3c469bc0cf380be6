package load

import (
	"math"
	"slices"
	"time"
)

// windows tells how much of a load was done by when, in memory that does not grow with the load. It
// is what the throughput of several generators in their common interval is made of.
//
// A request is done evenly, from when it was due until it was complete. If whole requests were
// counted, those under way at an edge of the interval would be missing: with 100 clients, up to 100
// of them.
//
// The windows have equal widths. When there would be too many, two neighbours become one.
type windows struct {
	shift uint     // the width is 1 << shift nanoseconds
	list  []window // from the start of the load
}

// window holds what changes in it. The speed of a load is how many requests are done per
// nanosecond: each that is under way adds 1 ÷ its duration, from its beginning to its end.
type window struct {
	// work is how many requests are done in the window beyond what the speed at its start does;
	// fewer, if negative.
	work float64

	speed float64 // at its end, beyond that at its start
}

const (
	firstShift = 20  // about a millisecond
	maxWindows = 512 // so there are at least half as many in a load of half a second or more
)

func newWindows() *windows {
	return &windows{shift: firstShift, list: make([]window, 0, maxWindows)}
}

// width returns the length of a window.
func (w *windows) width() time.Duration { return 1 << w.shift }

// record adds a request.
func (w *windows) record(due, complete time.Duration) {
	due = max(0, due)
	complete = max(complete, due+1)
	speed := 1 / float64(complete-due)
	w.bend(complete, -speed)
	w.bend(due, speed)
}

// bend changes the speed from a time on.
func (w *windows) bend(at time.Duration, speed float64) {
	i := int(at >> w.shift)
	for i >= maxWindows {
		w.widen()
		i = int(at >> w.shift)
	}
	for i >= len(w.list) {
		w.list = append(w.list, window{})
	}
	end := time.Duration(i+1) << w.shift
	w.list[i].work += speed * float64(end-at)
	w.list[i].speed += speed
}

// widen makes one window of every two.
func (w *windows) widen() {
	width := float64(w.width())
	for i := range w.list {
		if i%2 == 1 {
			continue
		}
		sum := w.list[i]
		sum.work += sum.speed * width
		if i+1 < len(w.list) {
			sum.work += w.list[i+1].work
			sum.speed += w.list[i+1].speed
		}
		w.list[i/2] = sum
	}
	w.list = w.list[:(len(w.list)+1)/2]
	w.shift++
}

// add adds the requests of another loop of the same load.
func (w *windows) add(other *windows) {
	o := &windows{shift: other.shift, list: slices.Clone(other.list)}
	for w.shift < o.shift {
		w.widen()
	}
	for o.shift < w.shift {
		o.widen()
	}
	for i, more := range o.list {
		if i >= len(w.list) {
			w.list = append(w.list, window{})
		}
		w.list[i].work += more.work
		w.list[i].speed += more.speed
	}
}

// thousandths returns the thousandths of a request that were done in each window, of so many
// requests that were recorded.
func (w *windows) thousandths(requests int64) []int64 {
	counts := make([]int64, len(w.list))
	done, speed, before := 0.0, 0.0, int64(0)
	for i, one := range w.list {
		done += speed*float64(w.width()) + one.work
		speed += one.speed
		sum := min(max(before, int64(math.Round(1000*done))), 1000*requests)
		if i == len(w.list)-1 {
			sum = 1000 * requests
		}
		counts[i] = sum - before
		before = sum
	}
	return counts
}
