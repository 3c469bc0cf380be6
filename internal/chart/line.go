package chart

import (
	"cmp"
	"math"
	"slices"

	"labbook.example/labbook/internal/plan"
)

// line is what a panel shows of one server, or of a reference.
type line struct {
	style  lineStyle
	name   string
	joined bool   // its marks are joined
	marks  []mark // in the order of the spec
	trials []mark // the single trials behind the marks, drawn small
}

// mark is one place of a line.
type mark struct {
	at        float64 // the place on the x axis
	dodge     float64 // how far from it its marker and its interval are drawn; its line is not
	value     float64
	low, high float64 // the ends of the value's interval; equal to it if there is none
	kind      markKind
	aside     float64    // of a trial: how far it is drawn from its place, in pixels
	hollow    bool       // its marker is hollow
	invalid   bool       // there is no value because the cell is invalid: a cross on the x axis
	stack     int        // of such a cross: how many others there are at its place
	arrow     int        // at the end of the interval: 1 at the high one, −1 at the low one
	hover     string     // what a pointer shows; "": nothing
	level     plan.Level // zero where the marks of a line are not of levels
}

// markKind is how a mark is drawn.
type markKind int

const (
	dot   markKind = iota // with its line's marker
	bend                  // not at all; the line only bends there
	cross                 // as a cross: there is no sound value
	gap                   // not at all, and the line is interrupted: there is no value
)

// markAt returns a mark for a value without an interval.
func markAt(at, value float64) mark {
	return mark{
		at:    at,
		value: value,
		low:   value,
		high:  value,
	}
}

// sorted returns the line's marks in the order in which they are joined: by their levels. Marks
// without levels keep their order.
func (l line) sorted() []mark {
	marks := slices.Clone(l.marks)
	slices.SortStableFunc(marks, func(a, b mark) int {
		return cmp.Compare(a.level.Value, b.level.Value)
	})
	return marks
}

// runs returns the line's marks in the order in which they are joined, from gap to gap.
func (l line) runs() [][]mark {
	var runs [][]mark
	var run []mark
	for _, m := range l.sorted() {
		if m.kind != gap {
			run = append(run, m)
		} else if len(run) > 0 {
			runs, run = append(runs, run), nil
		}
	}
	if len(run) > 0 {
		runs = append(runs, run)
	}
	return runs
}

// last returns the last mark of the last run, and whether there is one.
func (l line) last() (mark, bool) {
	for _, m := range slices.Backward(l.sorted()) {
		if m.kind != gap {
			return m, true
		}
	}
	return mark{}, false
}

// span returns the minimum and the maximum value of the line's marks, and whether there are any.
func (l line) span() (low, high float64, ok bool) {
	low, high = math.Inf(1), math.Inf(-1)
	for _, m := range l.marks {
		if m.kind != gap {
			low, high, ok = min(low, m.value), max(high, m.value), true
		}
	}
	return low, high, ok
}

// extent returns the minimum and the maximum of all that lines show: values, intervals and trials.
// The error is errNothing if no server has a value, whatever references have.
func extent(lines []line) (low, high float64, err error) {
	low, high, err = math.Inf(1), math.Inf(-1), errNothing
	finite := true
	include := func(at float64, values ...float64) {
		finite = finite && !math.IsNaN(at) && !math.IsInf(at, 0)
		for _, v := range values {
			finite = finite && !math.IsNaN(v) && !math.IsInf(v, 0)
			low, high = min(low, v), max(high, v)
		}
	}

	for _, l := range lines {
		for _, m := range slices.Concat(l.marks, l.trials) {
			if m.kind == gap {
				continue
			}
			include(m.at, m.value, m.low, m.high)
			if !l.style.reference {
				err = nil
			}
		}
	}
	if !finite {
		err = errInfinite
	}
	return low, high, err
}
