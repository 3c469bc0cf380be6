package record

import (
	"fmt"
	"slices"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
)

// CellSize is the size of a cell's trials, where the experiment gives a time instead.
type CellSize struct {
	plan.Cell
	plan.Size

	// RequestsPerSecond is how fast the cell's server answered before the first round, of which the
	// size was computed; absent: it is not known, and the size is that of another level or the
	// minimum.
	RequestsPerSecond float64 `json:"requests_per_second,omitempty"`
}

// SizeOf returns the size of a cell's trials. It is that of the experiment alone, unless the header
// has one.
func (h Header) SizeOf(e *spec.Experiment, cell plan.Cell) plan.Size {
	size, _ := plan.SizeOf(e, cell.Level)
	if i := h.indexOfSize(cell); i >= 0 {
		size = h.Sizes[i].Size
	}
	return size
}

func (h Header) indexOfSize(cell plan.Cell) int {
	return slices.IndexFunc(h.Sizes, func(s CellSize) bool { return s.Cell == cell })
}

// checkSizes returns an error if a cell's trials have no size, or an impossible one.
func (h Header) checkSizes(e *spec.Experiment) error {
	for _, cell := range plan.Cells(e) {
		_, known := plan.SizeOf(e, cell.Level)
		size := h.SizeOf(e, cell)
		if !known && h.indexOfSize(cell) < 0 || size.Requests < 1 || size.Warmup < 0 {
			const missing = "the header lacks the number of requests of %v"
			return fmt.Errorf(missing, cell)
		}
	}
	return nil
}

// Size returns the size of a cell's trials, as planned.
func (rec *Record) Size(cell plan.Cell) plan.Size {
	return rec.Header.SizeOf(rec.Experiment, cell)
}

// SizeRange returns the smallest and the largest size of an experiment's trials: of the requests
// and of the warm-ups, each by itself.
func (h Header) SizeRange(e *spec.Experiment) (low, high plan.Size) {
	var requests, warmups []int
	for _, cell := range plan.Cells(e) {
		size := h.SizeOf(e, cell)
		requests = append(requests, size.Requests)
		warmups = append(warmups, size.Warmup)
	}
	if len(requests) == 0 { // of a capacity whose rates are not yet known
		size := plan.Size{Requests: e.Load.Requests, Warmup: e.Design.Warmup}
		return size, size
	}
	low = plan.Size{Requests: slices.Min(requests), Warmup: slices.Min(warmups)}
	high = plan.Size{Requests: slices.Max(requests), Warmup: slices.Max(warmups)}
	return low, high
}
