package terminal

import (
	"time"

	"github.com/rivo/uniseg"

	"labbook.example/labbook/internal/locale"
)

// timeLeft returns how long something will still take, as exactly as a person wants it and an
// estimate has it: "9 s left", "45 s left", "about 4 min left", "about 1.5 h left". Without the
// word "about" it takes less room.
func timeLeft(w *locale.Printer, d time.Duration, about bool) string {
	seconds := int((d + time.Second - 1) / time.Second)
	minutes := (seconds + 59) / 60
	const step = 5 // seconds, and so that a number does not change too often
	switch {
	case seconds < 10:
		return w.Sprintf("%s s left", w.Integer(max(seconds, 1)))
	case seconds <= 60-step:
		return w.Sprintf("%s s left", w.Integer((seconds+step-1)/step*step))
	case minutes < 60 && about:
		return w.Sprintf("about %s min left", w.Integer(minutes))
	case minutes < 60:
		return w.Sprintf("%s min left", w.Integer(minutes))
	}

	halves := float64((minutes+29)/30) / 2
	if about {
		return w.Sprintf("about %s h left", w.General(halves, 3))
	}
	return w.Sprintf("%s h left", w.General(halves, 3))
}

// timeLeftWidth returns the width of the widest text of timeLeft for less than a hundred hours.
func timeLeftWidth(w *locale.Printer, about bool) int {
	width := 0
	for _, d := range []time.Duration{
		55 * time.Second,
		59 * time.Minute,
		99*time.Hour + 30*time.Minute,
	} {
		width = max(width, uniseg.StringWidth(timeLeft(w, d, about)))
	}
	return width
}
