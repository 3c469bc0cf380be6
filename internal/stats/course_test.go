package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func courseOf(stretches ...[]float64) course {
	var c course
	for _, values := range stretches {
		var stretch []point
		for i, v := range values {
			stretch = append(stretch, point{float64(i), v})
		}
		c = append(c, stretch)
	}
	return c
}

// TestCourseP compares with counts of all orders. The standard error of a p of 0.003 is an eighth
// of it, and of a larger one less.
func TestCourseP(t *testing.T) {
	test := func(want float64, stretches ...[]float64) {
		t.Helper()
		if got := courseOf(stretches...).p(); math.Abs(got-want) > 0.3*want {
			t.Errorf("p of %v = %v, want %v", stretches, got, want)
		}
	}
	test(2.0/6, []float64{1, 2, 3})
	test(2.0/24, []float64{4, 3, 2, 1})
	test(2*(1+3)/24.0, []float64{1, 2, 4, 3})
	test(2.0/720, []float64{1, 2, 4, 8, 16, 32})
	test(1, nil, []float64{7})
	test(1, []float64{5, 5, 5})
	test(2.0/36, []float64{1, 2, 3}, []float64{10, 20, 30})
	test(1, []float64{1, 2, 3}, []float64{3, 2, 1})

	ascending := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	if got := courseOf(ascending).p(); got != 1.0/(drawnOrders+1) { // 2 of 3628800
		t.Errorf("p of %v = %v", ascending, got)
	}
	once, again := courseOf([]float64{2, 1, 4, 9}), courseOf([]float64{2, 1, 4, 9})
	if once.p() != again.p() || !slices.Equal(once[0], again[0]) {
		t.Error("p depends on more than the values, or changes them")
	}
}

// TestCoursePCounts compares a value with the slopes of all orders of seven values.
func TestCoursePCounts(t *testing.T) {
	observed := []float64{3, 1, 4, 5, 2, 9, 9.5}
	slopeOf := func(values []float64) float64 {
		sum := 0.0
		for i, v := range values {
			sum += float64(i-3) * v
		}
		return math.Abs(sum)
	}
	as, all := 0, 0
	values := slices.Clone(observed)
	var permute func(int)
	permute = func(k int) {
		if k == len(values) {
			all++
			if slopeOf(values) >= slopeOf(observed)-1e-9 {
				as++
			}
			return
		}
		for i := k; i < len(values); i++ {
			values[k], values[i] = values[i], values[k]
			permute(k + 1)
			values[k], values[i] = values[i], values[k]
		}
	}
	permute(0)
	want := float64(as) / float64(all)
	if got := courseOf(observed).p(); math.Abs(got-want) > 0.15*want || all != 5040 {
		t.Errorf("p = %v, want %d of %d = %v", got, as, all, want)
	}
}

// TestCoursePHolds holds what the p-value promises with ten values of a skewed distribution.
func TestCoursePHolds(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 17))
	const courses, at = 4000, 0.02
	below := 0
	for range courses {
		var values []float64
		for range 10 {
			values = append(values, math.Exp(2*random.NormFloat64()))
		}
		if courseOf(values).p() < at {
			below++
		}
	}
	if below < 80-3*9 || below > 80+3*9 { // a standard error of 8.9
		t.Errorf("p is below %v in %d of %d, want about 80", at, below, courses)
	}
}

func TestSlope(t *testing.T) {
	test := func(want float64, c course) {
		t.Helper()
		if got := c.slope(); got != want {
			t.Errorf("slope of %v = %v, want %v", c, got, want)
		}
	}
	test(2, courseOf([]float64{2, 4, 6, 8, 1000})) // one wild value does not bend it
	test(0, courseOf([]float64{1}))
	test(3, courseOf([]float64{1, 4, 7}, []float64{70, 73})) // and the step between is none
}
