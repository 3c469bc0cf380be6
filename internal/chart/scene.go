package chart

import (
	"math"
	"strconv"
)

// scene is a picture before it has a format: shapes and texts in their order, in pixels from the
// top left corner.
type scene struct {
	width, height float64
	items         []item
	columns       []hoverColumn // what a pointer shows, in a page alone
}

// item is a shape or a text.
type item struct {
	paint  paint
	path   []segment // of a shape
	text   string    // of a text
	title  string    // all of a text that was shortened
	anchor anchor    // of a text
	at     point     // of a text: its baseline
	dots   []dotItem // of single trials, which are small circles
}

// dotItem is a small circle.
type dotItem struct {
	at    point
	title string // what a pointer shows of it, in a file
}

type point struct{ x, y float64 }

func (p point) plus(x, y float64) point { return point{p.x + x, p.y + y} }

// anchor is the part of a text that is at its place.
type anchor string

const (
	start  anchor = ""
	middle anchor = "middle"
	end    anchor = "end"
)

// segment is a piece of a path.
type segment struct {
	kind   segmentKind
	to     point
	radius float64 // of a circle
}

type segmentKind byte

const (
	moveTo segmentKind = 'M'
	lineTo segmentKind = 'L'
	closed segmentKind = 'Z'
	circle segmentKind = 'O' // around its place
)

// add appends an item. Shapes of one paint that follow each other become one shape.
func (s *scene) add(i item) {
	if last := len(s.items) - 1; last >= 0 && i.path != nil && s.items[last].path != nil &&
		s.items[last].paint == i.paint && i.title == "" && s.items[last].title == "" {
		s.items[last].path = append(s.items[last].path, i.path...)
		return
	}
	s.items = append(s.items, i)
}

// stroke adds a line through points.
func (s *scene) stroke(p paint, points ...point) {
	path := make([]segment, len(points))
	for i, to := range points {
		path[i] = segment{kind: lineTo, to: to}
	}
	path[0].kind = moveTo
	s.add(item{paint: p, path: path})
}

// polygon adds a closed shape.
func (s *scene) polygon(p paint, points ...point) {
	s.stroke(p, points...)
	last := &s.items[len(s.items)-1]
	last.path = append(last.path, segment{kind: closed})
}

// rect adds a rectangle.
func (s *scene) rect(p paint, x, y, width, height float64) {
	s.polygon(p, point{x, y}, point{x + width, y}, point{x + width, y + height},
		point{x, y + height})
}

// write adds a text whose baseline begins, has its middle or ends at a place.
func (s *scene) write(p paint, at point, a anchor, text string) {
	s.add(item{
		paint:  p,
		at:     at,
		anchor: a,
		text:   text,
	})
}

// name adds a name, shortened to a width in pixels. All of it is what a pointer shows.
func (s *scene) name(p paint, at point, a anchor, name string, width float64) {
	i := item{
		paint:  p,
		at:     at,
		anchor: a,
		text:   fitted(p.style, name, width),
	}
	if i.text != name {
		i.title = name
	}
	s.add(i)
}

// include adds all of another scene at a place. Its columns are left out.
func (s *scene) include(other scene, x, y float64) {
	for _, i := range other.items {
		moved := i
		moved.at = i.at.plus(x, y)
		moved.path, moved.dots = nil, nil
		for _, g := range i.path {
			g.to = g.to.plus(x, y)
			moved.path = append(moved.path, g)
		}
		for _, d := range i.dots {
			d.at = d.at.plus(x, y)
			moved.dots = append(moved.dots, d)
		}
		s.items = append(s.items, moved)
	}
}

// tenths returns a coordinate in tenths of a pixel. Halves are rounded up, and so is what falls
// short of a half by no more than computers may differ: those that multiply and add in one step
// round once less.
func tenths(v float64) int {
	const tolerance = 1e-6
	return int(math.Floor(v*10 + 0.5 + tolerance))
}

// rounded returns a coordinate as it is drawn everywhere: in tenths.
func rounded(v float64) float64 { return float64(tenths(v)) / 10 }

// coordinate returns a coordinate as SVG has it, as short as can be: "12", "-.5".
func coordinate(v float64) string { return decimal(tenths(v)) }

func decimal(tenths int) string {
	sign := ""
	if tenths < 0 {
		sign, tenths = "-", -tenths
	}
	switch {
	case tenths%10 == 0:
		if tenths == 0 {
			return "0"
		}
		return sign + strconv.Itoa(tenths/10)
	case tenths < 10:
		return sign + "." + strconv.Itoa(tenths)
	}
	return sign + strconv.Itoa(tenths/10) + "." + strconv.Itoa(tenths%10)
}
