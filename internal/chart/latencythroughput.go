package chart

import (
	"slices"

	"labbook/internal/locale"
	"labbook/internal/stats"
)

// maxTails is the maximum number of servers for which p99 is drawn, too. With more, the lines could
// not be told apart.
const maxTails = 3

// latencyThroughput draws the response times against the throughput at which they were measured. As
// a server approaches its limit, its line turns upwards.
func latencyThroughput(c *Chart, s source) error {
	load, rate, p50, p99 := s.loadWords(), s.throughput(), s.p50(), s.p99()
	c.Title = s.Sprintf("Response time against throughput, %s", load.loop)
	c.table(s, "Clean trials", rate, p50, p99)

	tails := len(s.Servers) <= maxTails
	var lines []line
	for _, l := range s.serverLines() {
		lines = append(lines, s.paired(l, rate, p50))
		if tails {
			l.style.dashed = true
			lines = append(lines, s.paired(l, rate, p99))
		}
	}
	low, high, err := extent(lines)
	if err != nil {
		return err
	}

	c.Description = s.latencyDescription(tails) + " " + s.lineSpans(lines, p50)
	const markerRadius = 3.6
	x := max(rightmost(lines), 1e-9) * 1.03
	name := s.Sprintf("response time in ms, %s", load.loop)
	return c.draw(alone(panel{
		form: largeForm(markerRadius),
		x: axis{
			name: s.rateWords(
				"throughput (requests per second)", "throughput (good answers per second)"),
			high:  x,
			ticks: linearTicks(s.Printer, x),
		},
		y:         newValueAxis(s.Printer, low, high, true).named(s.Printer, name),
		lines:     lines,
		levelRoom: s.levelRoom(),
	}))
}

// latencyDescription describes the chart without its values.
func (s source) latencyDescription(tails bool) string {
	load := s.loadWords()
	var shown locale.Message = "the median of the requests (p50)"
	if tails {
		shown = "the median of the requests (p50, solid) and their 99th percentile (p99, dashed)"
	}
	return s.Sprintf("Response times of %s by the throughput that was reached: %s. Each small "+
		"circle is a clean trial; each line joins the medians of the trials in the order of their "+
		"levels, which stand beside them, and each bar is the interval of a response time's "+
		"median.", load.aLoop, shown)
}

// paired returns a server's line of its medians of y against those of x. A trial for which only one
// of the two is known has no place.
func (s source) paired(l line, x, y measure) line {
	cells := s.CellsOf(l.name)
	l.name += " " + y.name
	for _, cell := range cells {
		m := y.mark(cell, cell.Of(x.metric).Median)
		if cell.Of(x.metric).N == 0 {
			m.kind = gap
		}
		if m.kind != gap {
			l.trials = append(l.trials, s.pairedTrials(l.name, cell, x, y)...)
		}
		l.marks = append(l.marks, m)
	}
	return l
}

// pairedTrials returns the trials for which both metrics are known.
func (s source) pairedTrials(line string, cell stats.Cell, x, y measure) []mark {
	var trials []mark
	places, values := cell.Of(x.metric), cell.Of(y.metric)
	for i, round := range values.Rounds {
		if j := slices.Index(places.Rounds, round); j >= 0 {
			trial := markAt(places.Values[j], values.Values[i])
			trial.hover = s.trialHover(line, cell, round, y, trial.value)
			trials = append(trials, trial)
		}
	}
	return trials
}

// rightmost returns the maximum place of the lines' marks and trials.
func rightmost(lines []line) float64 {
	place := 0.0
	for _, l := range lines {
		for _, m := range slices.Concat(l.marks, l.trials) {
			if m.kind != gap {
				place = max(place, m.at)
			}
		}
	}
	return place
}

// levelRoom returns the room that the longest level needs beside a mark, in points.
func (s source) levelRoom() float64 {
	const digit = 4.9
	room := 0.0
	for _, level := range s.Levels {
		room = max(room, digit*(float64(len(level.String()))+0.6))
	}
	return room
}
