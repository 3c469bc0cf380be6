package chart

import "gonum.org/v1/plot"

// valueScale places values from zero on an x axis in pixels, to the right of the labels of a
// panel's y axis.
type valueScale struct {
	left, right float64 // from the ends of the axis to its lowest and its highest value
	width       float64 // of the axis
	high        float64 // the highest value
}

// newValueScale returns the scale of a panel of some width.
func newValueScale(width float64, y axis, high float64) valueScale {
	return valueScale{
		left:  labelsWidth(y) + 14,
		right: 16,
		width: width - 2*figureEdge,
		high:  high,
	}
}

// place returns the place of a value.
func (x valueScale) place(v float64) float64 {
	return x.left + v/x.high*(x.width-x.left-x.right)
}

// axis returns the scale as an axis. The ticks have values.
func (x valueScale) axis(ticks plot.ConstantTicks) axis {
	a := axis{high: x.width}
	for _, tick := range ticks {
		tick.Value = x.place(tick.Value)
		a.ticks = append(a.ticks, tick)
	}
	return a
}

// panelScene returns an empty picture for a graph whose data are panelHeight high.
func panelScene(r room) scene {
	return scene{width: panelSize, height: r.top + panelHeight + r.bottom}
}
