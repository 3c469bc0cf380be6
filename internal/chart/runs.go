package chart

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
)

// part is a stretch of the x axis: a run among the trials in their order.
type part struct {
	from float64 // its lower end
	name string  // at its top; may be empty
}

// maxNamedParts is the maximum number of parts whose names have room.
const maxNamedParts = 12

// runParts returns the runs of the trials in their order; nil if there is one.
func (s source) runParts() []part {
	var parts []part
	last := 0
	for _, trial := range s.RunOrder {
		if trial.Run == last {
			continue
		}
		last = trial.Run
		p := part{from: float64(trial.Order) - 0.5}
		if s.Runs <= maxNamedParts {
			p.name = s.Sprintf("run %d", last)
		}
		parts = append(parts, p)
	}
	return parts
}

// addParts draws an upright line between each two parts.
func (p panel) addParts(drawn *plot.Plot) error {
	for i, part := range p.parts {
		if i == 0 {
			continue
		}
		x := p.x.place(part.from)
		upright, err := plotter.NewLine(plotter.XYs{{X: x, Y: p.y.low}, {X: x, Y: p.y.high}})
		if err != nil {
			return err
		}
		upright.Color, upright.Width = rgb(soft), vg.Points(0.6)
		drawn.Add(upright)
	}
	return nil
}

// parts writes the names of the parts at the top of the panel.
func (o overlay) parts(place placer) {
	for _, part := range o.panel.parts {
		if part.name == "" {
			continue
		}
		at := place(part.from, o.panel.y.high)
		o.document.label(label{
			x:      at.X.Points() + 3,
			y:      o.document.down(at.Y) + 8,
			anchor: "start",
			size:   pixels(8.5),
			style:  "fill:" + soft,
			text:   part.name,
		})
	}
}
