package stats

import (
	"math"
	"math/rand/v2"
)

// futureRuns makes longer experiments out of the estimates of a record's runs. There are few of
// these, so that they are not drawn again: further runs come from the normal distribution that the
// t tests assume, with the mean and the deviation of these runs, or with those that these runs make
// probable. All comparisons of a run vary together as they did in the record.
type futureRuns struct {
	margin  float64 // its logarithm
	members []futureRunsMember

	// Of each resample and each member, the sums of the estimates and of their squares over the
	// first so many runs.
	sums, squares [kinds][][][]float64
}

// futureRunsMember is a comparison of the family. The logarithms are about the center.
type futureRunsMember struct {
	runs      []int
	center    float64
	residuals []float64 // of the runs, divided so that their squares add up to the variance
}

func newFutureRuns(family []Comparison, margin float64, runs int) *futureRuns {
	f := &futureRuns{margin: margin}
	for _, c := range family {
		of := c.byRun
		m := futureRunsMember{runs: of.runs, center: mean(of.centers)}
		for _, l := range of.centers {
			scaled := (l - m.center) / math.Sqrt(float64(len(of.centers)-1))
			m.residuals = append(m.residuals, scaled)
		}
		f.members = append(f.members, m)
	}
	f.draw(runs)
	return f
}

// draw draws the runs of all resamples. The same record always has the same ones.
func (f *futureRuns) draw(runs int) {
	random := rand.New(rand.NewPCG(uint64(runs), uint64(len(f.members))))
	normals := func() []float64 {
		all := make([]float64, runs)
		for i := range all {
			all[i] = random.NormFloat64()
		}
		return all
	}
	for kind := range kinds {
		for range resamples {
			world, freedom := normals(), normals()
			further := make([][]float64, MaxRunsNeeded)
			for i := range further {
				further[i] = normals()
			}
			var sums, squares [][]float64
			for _, m := range f.members {
				center, scale := m.center, 1.0
				if kind == asUncertain {
					center, scale = m.uncertain(world, freedom)
				}
				sum, square := m.extend(further, center, scale)
				sums, squares = append(sums, sum), append(squares, square)
			}
			f.sums[kind] = append(f.sums[kind], sums)
			f.squares[kind] = append(f.squares[kind], squares)
		}
	}
}

// uncertain draws a mean of all possible runs, and by what factor their deviation is that of these
// runs: from what a normal sample tells about its distribution (Box and Tiao, Bayesian Inference in
// Statistical Analysis, 1973, 2.4).
func (m futureRunsMember) uncertain(world, freedom []float64) (center, scale float64) {
	n := len(m.residuals)
	chi := 0.0
	for _, z := range freedom[:n-1] {
		chi += z * z
	}
	scale = math.Sqrt(float64(n-1) / chi)
	return m.center + scale*m.combined(world)/math.Sqrt(float64(n)), scale
}

// combined returns a normal number with the deviation of the runs. The same numbers let all
// comparisons vary together.
func (m futureRunsMember) combined(normals []float64) float64 {
	sum := 0.0
	for i, r := range m.residuals {
		sum += r * normals[m.runs[i]-1]
	}
	return sum
}

// extend returns the sums of further estimates, and of their squares about the center of the
// record, over the first so many runs.
func (m futureRunsMember) extend(
	further [][]float64, center, scale float64,
) (sums, squares []float64) {
	sum, square := 0.0, 0.0
	sums, squares = make([]float64, len(further)), make([]float64, len(further))
	for i, normals := range further {
		d := center - m.center + scale*m.combined(normals)
		sum += d
		square += d * d
		sums[i], squares[i] = sum, square
	}
	return sums, squares
}

// outcomes is that of a future.
func (f *futureRuns) outcomes(kind, resample, size int, all []outcome) {
	for i := range f.members {
		above := f.above(kind, resample, size, i)
		notAbove := above(0)
		all[i] = outcome{
			different:     2 * min(notAbove, 1-notAbove),
			notEquivalent: min(1, 2*max(above(-f.margin), 1-above(f.margin))),
			above:         notAbove < 0.5,
		}
	}
}

// sides is that of a future.
func (f *futureRuns) sides(kind, resample, size int, limits []float64, all []sides) {
	for i, limit := range limits {
		above := f.above(kind, resample, size, i)(limit)
		all[i] = sides{above: above, below: 1 - above}
	}
}

// above returns what byRun.above is of a member in a longer experiment.
func (f *futureRuns) above(kind, resample, size, member int) func(limit float64) float64 {
	n := float64(size)
	middle := f.sums[kind][resample][member][size-1] / n
	squares := f.squares[kind][resample][member][size-1]
	variance := max(0, squares/n-middle*middle) * n / (n - 1)
	center := f.members[member].center
	return func(limit float64) float64 {
		return studentsT(size).Survival((center + middle - limit) / math.Sqrt(variance/n))
	}
}
