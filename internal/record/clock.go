package record

import (
	"math"

	"labbook.example/labbook/internal/plan"
)

// ClockFault is what was wrong with the clock of a load: it was moved meanwhile, or ab took longer
// by it than its process lived.
type ClockFault struct {
	StepSeconds float64 // by how much the wall clock was moved; 0: that is not why
	TookSeconds float64 // as ab reports it
	WallSeconds float64 // how long ab's process lived, by the monotonic clock
}

// What two clocks may differ by without a step: the system makes a clock that is being corrected at
// most 500 ppm faster or slower (adjtime(3), ntp_adjtime(3)), ab rounds its time to a millisecond,
// and it takes some time to read two clocks.
const (
	maxSlew      = 500e-6
	clockReading = 0.001 // seconds
)

// ClockFault returns what was wrong with the clock of a trial's load; nil if nothing is known to
// be. A step matters only to the installed ab, and only that of its own machine: the embedded one
// uses the monotonic clock. The time of a load by several is that in which all of them loaded, made
// longer by the requests outside of it, and may so be longer than their processes lived.
func (rec *Record) ClockFault(r Result) *ClockFault {
	if r.Load == nil || len(r.Generators) > 1 {
		return nil
	}
	wall := r.Load.WallSeconds
	allowed := clockReading + maxSlew*wall
	fault := ClockFault{WallSeconds: wall}
	if m := r.Load.Measurement; m != nil {
		fault.TookSeconds = m.TimeTakenSeconds
	}

	step := r.ClockStepSeconds
	if len(r.Generators) == 1 {
		step = r.Generators[0].ClockStepSeconds
	}
	if step != nil && math.Abs(*step) > allowed && rec.generatorOf(r).Name == InstalledAB {
		fault.StepSeconds = *step
		return &fault
	}
	if wall > 0 && fault.TookSeconds > wall+allowed {
		return &fault
	}
	return nil
}

// generatorOf returns the generator that made the load of a trial.
func (rec *Record) generatorOf(r Result) Generator {
	if r.Instrument != plan.Own && rec.Calibration != nil {
		return *rec.Calibration
	}
	return rec.Generator
}

// validStep reports whether a clock can have been moved so far.
func validStep(seconds *float64) bool { return seconds == nil || validSeconds(math.Abs(*seconds)) }
