package chart

// part is a stretch of the x axis: a run or a round among the trials in their order.
type part struct {
	from   float64 // its lower end
	name   string  // at its top; may be empty
	strong bool    // the line at its lower end is darker than those of other parts
}

// maxNamedParts is the maximum number of parts whose names have room.
const maxNamedParts = 12
