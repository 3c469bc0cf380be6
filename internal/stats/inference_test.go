package stats

import (
	"math/rand/v2"
	"testing"
)

// The interval and the p-values of each kind of inference never contradict each other.
func TestInferenceAgreesWithItself(t *testing.T) {
	random := rand.New(rand.NewPCG(8, 1))
	for _, m := range []inference{
		{confidence: 0.95},
		{confidence: 0.95, bySigns: true},
		{confidence: 0.95, widening: 1.7},
		{confidence: 0.95, widening: 3, bySigns: true},
	} {
		excluding, within := 0, 0
		for range 2000 {
			values := make([]float64, 6+random.IntN(20))
			shift := random.NormFloat64()
			for i := range values {
				values[i] = shift + 0.6*random.NormFloat64()
			}
			l := m.locate(values)
			p := m.p(values, l.Center)
			if l.Low > l.Center || l.High < l.Center {
				t.Fatalf("%+v: %+v", m, l)
			}
			if excludes := l.Low > 0 || l.High < 0; excludes {
				excluding++
				if p > 1-l.Confidence+1e-12 {
					t.Errorf("%+v: %+v excludes 0, p = %v", m, l, p)
				}
			} else if p < 1-m.confidence-1e-12 && p < 1-l.Confidence-1e-12 {
				t.Errorf("%+v: %+v contains 0, p = %v", m, l, p)
			}
			const margin = 1.2
			if inside := l.Low > -margin && l.High < margin; inside {
				within++
				if q := m.notEquivalentP(values, l.Center, margin); q > 1-l.Confidence+1e-12 {
					t.Errorf("%+v: %+v is within %v, p = %v", m, l, margin, q)
				}
			}
		}
		if excluding < 100 || within < 100 {
			t.Errorf("%+v: %d exclude 0, %d are within the margin", m, excluding, within)
		}
	}
}

// A widened interval has the same centre, and its ends are as much further away.
func TestWidening(t *testing.T) {
	values := []float64{1, 2, 3, 5, 8, 13, 21, 34}
	plain, wide := inference{confidence: 0.95}.locate(values), inference{
		confidence: 0.95,
		widening:   2,
	}.locate(values)
	if wide.Center != plain.Center || wide.Confidence != plain.Confidence ||
		!near(wide.High-wide.Center, 2*(plain.High-plain.Center)) ||
		!near(wide.Center-wide.Low, 2*(plain.Center-plain.Low)) {
		t.Errorf("%+v became %+v", plain, wide)
	}
}
