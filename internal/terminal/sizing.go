package terminal

import (
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/sizing"
)

// sizes are what the loads before the first round have found.
type sizes struct {
	cells     int // of the experiment, as far as they have a load of their own
	fixed     int
	low, high int // requests
}

// Sizing announces the loads that fix how many requests the trials have.
func (p *Progress) Sizing() {
	p.mu.Lock()
	defer p.mu.Unlock()
	cells := len(p.run.Experiment.Tested()) * len(plan.Levels(p.run.Experiment))
	p.sized = sizes{cells: cells}
	p.place = nowAt{all: cells}
	if p.line == nil {
		p.say(p.words.Sprintf("fixing the number of requests by a short load of each server at " +
			"each level"))
		return
	}
	p.show(cellText{name: p.words.Sprintf("fixing the number of requests")})
}

// Sized takes the size of a cell's trials. A cell whose load failed is printed; the sizes of all
// are, once they are known.
func (p *Progress) Sized(s sizing.Sized) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w := p.words
	p.sized.add(s.Requests)
	p.place.done = p.sized.fixed

	place := Printable(s.Cell.String())
	requests := w.Count(s.Requests, "1 request", "%s requests")
	switch {
	case s.Failure != nil:
		p.say(w.Sprintf("%s: %s, by the rate at %s; its own load failed: %s", place, requests,
			levelText(w, s.Like), Printable(s.Failure.Error())))
	case s.RequestsPerSecond == 0:
		p.say(w.Sprintf("%s: %s, because the load had no answer", place, requests))
	}
	if p.sized.fixed == p.sized.cells {
		p.say(w.Sprintf("each trial has %s requests",
			w.Span(float64(p.sized.low), float64(p.sized.high), func(x float64) string {
				return w.Integer(int(x))
			})))
	}
	if p.line != nil {
		cell := p.cellText(plan.Trial{Cell: s.Cell})
		if s.RequestsPerSecond > 0 {
			cell.last = w.PerSecond(s.RequestsPerSecond)
		}
		p.show(cell)
	}
}

func (s *sizes) add(requests int) {
	if s.fixed == 0 {
		s.low = requests
	}
	s.low, s.high = min(s.low, requests), max(s.high, requests)
	s.fixed++
}
