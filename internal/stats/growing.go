package stats

import (
	"slices"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// What a server holds at rest, after the quiet interval of each trial, tells what it never gives
// back, if it lives for several trials. A pool that is filled and a cache that is full grow no
// more; the heap of a runtime that collects garbage falls again. So what counts is that a server
// grows from the first trial of its life to the last one, as much late as early.

// The limits of Growing. A server of 50 lines in Node that makes 50 kB of garbage for each request
// grows by 35 MB in 20,000 requests, and more slowly after that.
const (
	minMemoryGrowth = 64e6 // bytes in a life
	minLaterShare   = 0.6  // of an even growth, in each part of a life
	maxGrowthParts  = 4    // of a life
	maxFalls        = 0.2  // of all rises
)

// life is what a server held at the trials between a start and a stop.
type life []record.Result

// livesOf returns the lives of each server of the experiment, in run order.
func livesOf(rec *record.Record) map[string][]life {
	e := rec.Experiment
	lives := map[string][]life{}
	last := map[string]record.Result{} // of each server
	stopped := map[string]bool{}       // by an interruption of the run

	for _, r := range rec.InRunOrder() {
		if r.Resumed != nil {
			for name := range lives {
				stopped[name] = true
			}
		}
		server, _ := e.Server(r.Server)
		name := server.RunsAs()
		before, known := last[name]
		fresh := !known || stopped[name] || r.StartupSeconds != nil ||
			before.Outcome == record.Crashed || before.Run != r.Run ||
			e.Design.Restart == spec.RestartTrial ||
			rec.Joined != nil && before.Round != r.Round ||
			e.Design.Restart == spec.RestartRound && before.Round != r.Round
		if fresh {
			lives[name] = append(lives[name], nil)
		}
		i := len(lives[name]) - 1
		lives[name][i] = append(lives[name][i], r)
		last[name], stopped[name] = r, false
	}
	return lives
}

// holding is a quantity that a server holds.
type holding struct {
	of     func(*record.Usage) (atRest float64, ok bool)
	before func(*record.Usage) (float64, bool) // before the first load; nil: does not count
	limit  float64                             // growth in a life that does not matter
}

// The quantities. A pool of threads or connections has some for each client at most, so more than
// that is none. Memory grows by a lot while a runtime starts, so it counts from the first trial's
// end.
func holdings(e *spec.Experiment) (descriptors, threads, memory holding) {
	clients := 0
	for _, level := range plan.Levels(e) {
		clients = max(clients, plan.Connections(e, level))
	}
	pool := float64(2*clients + 16)
	of := func(
		held func(*record.Usage) *record.Held, number func(*record.Held) (float64, bool),
	) func(*record.Usage) (float64, bool) {
		return func(u *record.Usage) (float64, bool) {
			if h := held(u); h != nil {
				return number(h)
			}
			return 0, false
		}
	}
	after := func(u *record.Usage) *record.Held { return u.After }
	before := func(u *record.Usage) *record.Held { return u.Before }
	descriptors = holding{of(after, openDescriptors), of(before, openDescriptors), pool}
	threads = holding{of(after, runningThreads), of(before, runningThreads), pool}
	memory = holding{memoryAtRest, nil, minMemoryGrowth}
	return descriptors, threads, memory
}

func openDescriptors(h *record.Held) (float64, bool) {
	if h.Descriptors == nil {
		return 0, false
	}
	return float64(*h.Descriptors), true
}

func runningThreads(h *record.Held) (float64, bool) { return float64(h.Threads), true }

// memoryAtRest returns the memory of heaps and stacks, in bytes, or the peak of all memory in older
// records.
func memoryAtRest(u *record.Usage) (float64, bool) {
	switch {
	case u.After != nil && u.After.AnonymousBytes != nil:
		return float64(*u.After.AnonymousBytes), true
	case u.PeakMemoryBytes != nil:
		return float64(*u.PeakMemoryBytes), true
	}
	return 0, false
}

// addGrowingDoubts adds a doubt to each cell of a server that holds more and more descriptors,
// threads or memory in the course of its life.
func addGrowingDoubts(rec *record.Record, cells []Cell) {
	descriptors, threads, memory := holdings(rec.Experiment)
	for name, lives := range livesOf(rec) {
		found := GrownInLife{
			Descriptors: growthOf(rec, lives, descriptors),
			Threads:     growthOf(rec, lives, threads),
			Memory:      growthOf(rec, lives, memory),
			Lives:       len(lives),
		}
		if found.none() {
			continue
		}
		for _, l := range lives {
			found.Trials = max(found.Trials, len(l))
		}
		for i := range cells {
			c := &cells[i]
			if server, _ := rec.Experiment.Server(c.Server); server.RunsAs() == name {
				c.doubts = append(c.doubts, c.doubt(Growing, c.Trials, found))
			}
		}
	}
}

func (g GrownInLife) none() bool {
	return g.Descriptors == (Grown{}) && g.Threads == (Grown{}) && g.Memory == (Grown{})
}

// growthOf returns by how much a quantity grew in the lives of a server, the median of each number;
// the zero value if it did not grow by more than the limit, if it fell in between by a fifth of
// what it rose, or if it grew by much less in one part of the lives than in another.
func growthOf(rec *record.Record, lives []life, h holding) Grown {
	var from, to, growth, perRequest []float64
	var usable [][]point
	parts := maxGrowthParts
	for _, l := range lives {
		points := l.points(rec, h)
		if len(points) < 3 || h.before == nil && len(points) < 4 {
			continue
		}
		usable = append(usable, points)
		parts = min(parts, len(points)-1)
		first, last := points[0], points[len(points)-1]
		from, to = append(from, first.value), append(to, last.value)
		growth = append(growth, last.value-first.value)
		perRequest = append(perRequest, (last.value-first.value)/(last.at-first.at))
	}
	if len(usable) == 0 || middleOf(growth) <= h.limit || !growsEvenly(usable, parts) {
		return Grown{}
	}
	return Grown{middleOf(from), middleOf(to), middleOf(perRequest)}
}

// points returns what a server held over the number of requests that it had answered in its life.
func (l life) points(rec *record.Record, h holding) []point {
	var all []point
	answered := 0
	for i, r := range l {
		if i == 0 && h.before != nil && r.Usage != nil {
			if v, ok := h.before(r.Usage); ok {
				all = append(all, point{0, v})
			}
		}
		if i > 0 && r.Warmup != nil {
			answered += rec.Size(r.Cell).Warmup
		}
		if m := r.Measurement(); m != nil {
			answered += m.Complete
		}
		grew := len(all) == 0 || float64(answered) > all[len(all)-1].at
		if r.Usage == nil || !grew {
			continue
		}
		if v, ok := h.of(r.Usage); ok {
			all = append(all, point{float64(answered), v})
		}
	}
	return all
}

// growsEvenly reports whether lives grow about as much in each part, together, with few falls.
func growsEvenly(lives [][]point, parts int) bool {
	var rises, falls, all float64
	growth := make([]float64, parts)
	for _, points := range lives {
		var xs, ys []float64
		for i, p := range points {
			xs, ys = append(xs, p.at), append(ys, p.value)
			if i > 0 {
				rises += max(0, p.value-ys[i-1])
				falls += max(0, ys[i-1]-p.value)
			}
		}
		last := len(xs) - 1
		all += ys[last] - ys[0]
		at := func(part int) float64 {
			share := float64(part) / float64(parts)
			return interpolate(xs, ys, min(xs[0]+share*(xs[last]-xs[0]), xs[last]))
		}
		for part := range growth {
			growth[part] += at(part+1) - at(part)
		}
	}
	return falls <= maxFalls*rises && slices.Min(growth) >= minLaterShare/float64(parts)*all
}

func middleOf(values []float64) float64 { return median(slices.Sorted(slices.Values(values))) }

// The limits of Unfreed. In its first 1000 requests, a small server in Node keeps 6 to 10 MB, and
// one in Go 4 MB.
const (
	minUnfreed           = 32e6 // bytes after a load
	minUnfreedPerRequest = 10e3 // bytes
)

// unfreedDoubts reports a server that holds much more memory after its load than before it, where
// each trial has its own server, so that nothing shows whether it would go on.
func unfreedDoubts(cell Cell, e *spec.Experiment) []Doubt {
	limit := max(minUnfreed, minUnfreedPerRequest*float64(cell.Requests))
	gained := cell.Of(memoryGrowth)
	if e.Design.Restart != spec.RestartTrial || gained.Median <= limit {
		return nil
	}
	evidence := GrownInLoad{gained.Median, gained.Median / float64(cell.Requests)}
	return []Doubt{cell.doubt(Unfreed, roundsAbove(limit, gained.Sample), evidence)}
}
