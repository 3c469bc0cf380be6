package record

import (
	"testing"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
)

// A trial is not clean if ab's clock was moved during its load, or if ab reports more time than its
// process lived.
func TestClockFault(t *testing.T) {
	installed, embedded := Generator{Name: InstalledAB}, Generator{Name: EmbeddedAB}
	test := func(name string, g Generator, took, wall float64, step *float64, want *ClockFault) {
		t.Helper()
		rec := New(Header{Generator: g}, &spec.Experiment{Load: spec.Load{Requests: 20}})
		r := result(1, 1, 1)
		m := *r.Load.Measurement
		m.TimeTakenSeconds, m.RequestsPerSecond = took, 20/took
		r.Load = &Call{Measurement: &m, WallSeconds: wall}
		r.ClockStepSeconds = step

		got := rec.ClockFault(r)
		if (got == nil) != (want == nil) || got != nil && *got != *want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
		if rec.Clean(r) != (want == nil) {
			t.Errorf("%s: clean is %v", name, rec.Clean(r))
		}
	}
	test("nothing is known of the clock", installed, 0.065, 0.099, nil, nil)
	test("it goes on", installed, 0.065, 0.099, new(0.0), nil)
	test("ab was still starting", installed, 0.099, 0.099, new(1e-6), nil)
	test("made slower for a minute", installed, 60, 60.1, new(-0.030), nil)
	test("set while a minute passed", installed, 60, 60.1, new(-0.032),
		&ClockFault{-0.032, 60, 60.1})
	test("40 ms ahead", installed, 0.105, 0.110, new(0.04), &ClockFault{0.04, 0.105, 0.110})
	test("40 ms back", installed, 0.025, 0.099, new(-0.04), &ClockFault{-0.04, 0.025, 0.099})
	test("40 ms back, for the embedded ab", embedded, 0.065, 0.099, new(-0.04), nil)
	test("an hour, in an old record", installed, 3600.065, 0.099, nil,
		&ClockFault{0, 3600.065, 0.099})
	test("rounded by ab", installed, 0.100, 0.0995, nil, nil)
	test("2 ms too long", installed, 0.102, 0.0995, nil, &ClockFault{0, 0.102, 0.0995})
	test("the time is not known", installed, 0.065, 0, nil, nil)
}

// Where another machine makes the load, its clock counts, and no other one's. Several machines are
// embedded ab, whose joined time may be longer than their processes lived.
func TestClockFaultOfAnotherMachine(t *testing.T) {
	test := func(name string, server, generator *float64, want bool) {
		t.Helper()
		rec := New(Header{Generator: Generator{Name: InstalledAB}}, &spec.Experiment{})
		r := result(1, 1, 1)
		r.ClockStepSeconds = server
		r.Generators = []Part{{Machine: "clients", ClockStepSeconds: generator}}
		if got := rec.ClockFault(r); (got != nil) != want {
			t.Errorf("%s: %+v, want a fault: %v", name, got, want)
		}
	}
	test("both go on", new(0.0), new(0.0), false)
	test("the generator's was set", new(0.0), new(3600.0), true)
	test("the server's was set", new(-3600.0), new(0.0), false)
	test("the generator's is not known", new(3600.0), nil, false)

	rec := New(Header{Generator: Generator{Name: EmbeddedAB}}, &spec.Experiment{})
	r := result(1, 1, 1)
	m := *r.Load.Measurement
	m.TimeTakenSeconds = 0.3
	r.Load = &Call{Measurement: &m, WallSeconds: 0.2}
	r.Generators = []Part{{Machine: "clients", N: 1}, {Machine: "clients", N: 2}}
	if got := rec.ClockFault(r); got != nil {
		t.Errorf("%+v of a load by two", got)
	}
	r.Generators = r.Generators[:1]
	if rec.ClockFault(r) == nil {
		t.Error("no fault of a load by one, which took longer than its process lived")
	}
}

// Of a calibration, the other ab's clock counts.
func TestClockFaultOfACalibration(t *testing.T) {
	header := Header{
		Generator:   Generator{Name: InstalledAB},
		Calibration: &Generator{Name: EmbeddedAB},
	}
	rec := New(header, &spec.Experiment{})
	r := result(1, 1, 1)
	r.ClockStepSeconds = new(0.04)
	if rec.ClockFault(r) == nil {
		t.Error("no fault of the installed ab")
	}
	r.Instrument = plan.Calibration
	if got := rec.ClockFault(r); got != nil {
		t.Errorf("%+v of the embedded ab", got)
	}
	rec.Generator = Generator{Name: EmbeddedAB}
	rec.Calibration = &Generator{Name: InstalledAB}
	if rec.ClockFault(r) == nil {
		t.Error("no fault of a calibrating ab")
	}
}
