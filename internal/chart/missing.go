package chart

import (
	"errors"
	"slices"

	"labbook.example/labbook/internal/stats"
)

// This file says why a chart has no picture. Each reason is a sentence of its own, which stands in
// the place of the picture.

var (
	errNothing  = errors.New("there is nothing to draw")
	errInfinite = errors.New("a value is not a finite number")
)

// problem returns the sentence for an error of a chart with a title.
func (s source) problem(k kind, title string, err error) string {
	switch {
	case errors.Is(err, errNothing) && k.none == nil:
		return ""
	case errors.Is(err, errNothing):
		return k.none(s)
	case errors.Is(err, errInfinite):
		return s.Sprintf(
			"The chart “%s” could not be drawn: a value is not a finite number.", title)
	}
	return s.Sprintf("The chart “%s” could not be drawn: %v.", title, err)
}

// valid reports whether some cell is valid, or suspect.
func (s source) valid() bool {
	return slices.ContainsFunc(s.Cells, func(c stats.Cell) bool { return c.State != stats.Invalid })
}

func (s source) noThroughput() string {
	return s.Sprintf("No throughput chart: none of the data are valid.")
}

// unreliablePercentiles is the maximum number of requests of a trial of which ab takes rows of its
// percentiles from beyond the last request.
const unreliablePercentiles = 50

// noLatency is one sentence for all charts of response times.
func (s source) noLatency() string {
	few := func(c stats.Cell) bool { return c.Requests <= unreliablePercentiles }
	switch {
	case !s.valid():
		return s.Sprintf("No latency charts: none of the data are valid.")
	case s.Imported:
		return s.Sprintf("No latency charts: the files that were imported have no percentiles.")
	case !slices.ContainsFunc(s.Cells, func(c stats.Cell) bool { return !few(c) }):
		return s.Sprintf("No latency charts: with %d requests or fewer, ab's percentiles are "+
			"unreliable.", unreliablePercentiles)
	}
	return s.Sprintf("No latency charts: the trials have no percentiles.")
}

// noOrder is empty for imported trials and for joined rounds, which have no order.
func (s source) noOrder() string {
	if s.Imported || s.Joined {
		return ""
	}
	return s.Sprintf("No chart of the trials in run order: no trial is valid.")
}

func (s source) noCalibration() string {
	return s.Sprintf("No calibration chart: no round measured a server at a level with both " +
		"generators.")
}

// Missing returns why charts have no picture, each sentence once.
func Missing(charts []Chart) []string {
	var sentences []string
	for _, c := range charts {
		if c.Problem != "" && !slices.Contains(sentences, c.Problem) {
			sentences = append(sentences, c.Problem)
		}
	}
	return sentences
}
