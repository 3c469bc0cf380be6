package plan

import "labbook/internal/spec"

// Size is how much a trial asks of its server.
type Size struct {
	Requests int `json:"requests"` // of the load; at least 1
	Warmup   int `json:"warmup"`   // requests before the load, never counted; at least 0
}

// SizeOf returns the size of a cell's trials. So far, it is the same for all cells.
func SizeOf(e *spec.Experiment, _ Cell) Size {
	return Size{Requests: e.Load.Requests, Warmup: e.Design.Warmup}
}
