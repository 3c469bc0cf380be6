package chart

import (
	"cmp"
	"slices"
)

// lineEnd is the name of a line at its right end, with its last value below it.
type lineEnd struct {
	line  line
	value string  // "21,338 at 10 clients"
	y     float64 // of the last mark
}

// The steps between names in pixels: with a value below each name, and without values.
const (
	nameStep  = 32
	aloneStep = 15
)

// names writes the names of lines to the right of the data, each as near to the end of its line as
// the others allow, with its last value below it where there is room.
func (a area) names(s *scene, value func(line, mark) string) {
	var ends []lineEnd
	for _, l := range a.graph.lines {
		if last, ok := l.last(); ok && l.name != "" {
			ends = append(ends, lineEnd{l, value(l, last), a.place(last.at, last.value).y})
		}
	}
	slices.SortStableFunc(ends, func(a, b lineEnd) int { return cmp.Compare(a.y, b.y) })

	step := float64(nameStep)
	low, high := a.top-4, a.bottom
	if float64(len(ends))*step > high-low+step {
		step = aloneStep
	}
	places := make([]float64, len(ends))
	for i, e := range ends {
		places[i] = e.y
	}
	step = spread(places, low, high, step)
	x := a.right + 14
	width := s.width - x - 1
	for i, e := range ends {
		p := nameText.of(e.line.style.index)
		if e.line.style.guide {
			p = tickText.plain()
		}
		if e.line.style.reference && !e.line.style.guide {
			p = keyText.of(e.line.style.index)
		}
		s.name(p, point{x, places[i] + 4}, start, e.line.name, width)
		if step == nameStep && e.value != "" {
			s.name(tickText.plain(), point{x, places[i] + 19}, start, e.value, width)
		}
	}
}

// spread moves ascending places apart as little as it can, by least squares, to a minimum distance
// of step, and keeps them between low and high. It pools neighbours that would otherwise change
// their order. It returns the distance, which is smaller where there is no room.
func spread(places []float64, low, high, step float64) float64 {
	if len(places) == 0 {
		return step
	}
	step = min(step, (high-low)/float64(max(1, len(places)-1)))
	var pools []pool
	for i, y := range places {
		pools = append(pools, pool{sum: y - float64(i)*step, n: 1})
		for k := len(pools) - 1; k > 0 && pools[k-1].mean() > pools[k].mean(); k-- {
			pools[k-1].sum += pools[k].sum
			pools[k-1].n += pools[k].n
			pools = pools[:k]
		}
	}

	i, top := 0, high-float64(len(places)-1)*step
	for _, p := range pools {
		for range int(p.n) {
			places[i] = max(low, min(top, p.mean())) + float64(i)*step
			i++
		}
	}
	return step
}

// pool is a number of places that are moved together.
type pool struct{ sum, n float64 }

func (p pool) mean() float64 { return p.sum / p.n }
