package stats

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"labbook/internal/record"
)

// trend is how a cell's throughput changed in the order of the run.
type trend struct {
	p      float64 // that there is none
	change float64 // from the first trial to the last by the fitted line: 0.1 is a tenth more
}

// trendOf fits a cell's throughput to the order of its trials; ok is false where there are too few.
func trendOf(clean []record.Result) (t trend, ok bool) {
	trials := slices.Clone(clean)
	slices.SortFunc(trials, func(a, b record.Result) int { return cmp.Compare(a.Order, b.Order) })
	var orders, logs []float64
	for _, trial := range trials {
		if v, ok := throughput(trial); ok {
			orders, logs = append(orders, float64(trial.Order)), append(logs, math.Log(v))
		}
	}
	n := len(orders)
	if n < minTrendTrials {
		return trend{}, false
	}
	_, p := Spearman(orders, logs)
	return trend{p, math.Exp(slope(orders, logs)*(orders[n-1]-orders[0])) - 1}, true
}

// Spearman gives the rank correlation of two samples of the same length, −1 to 1, and the two-sided
// p-value that there is none, by Student's t distribution, which is good from about eight values on
// (R's cor.test(method = "spearman", exact = FALSE)). Equal values share their ranks. Where all
// values of a sample are equal there is no correlation: 0 and 1.
func Spearman(x, y []float64) (rho, p float64) {
	rho = correlation(ranks(x), ranks(y))
	freedom := float64(len(x) - 2)
	if rho*rho >= 1 {
		return rho, 0
	}
	t := math.Abs(rho) * math.Sqrt(freedom/(1-rho*rho))
	return rho, 2 * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: freedom}.Survival(t)
}

// ranks gives each value's place in ascending order, from 1; equal values get the mean of their
// places.
func ranks(values []float64) []float64 {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	ranks := make([]float64, len(values))
	for i, v := range values {
		first, _ := slices.BinarySearch(sorted, v)
		last := first
		for last+1 < len(sorted) && sorted[last+1] == v {
			last++
		}
		ranks[i] = float64(first+last)/2 + 1
	}
	return ranks
}

// correlation is Pearson's; 0 where a sample does not vary.
func correlation(x, y []float64) float64 {
	mx, my := mean(x), mean(y)
	var xy, xx, yy float64
	for i := range x {
		dx, dy := x[i]-mx, y[i]-my
		xy, xx, yy = xy+dx*dy, xx+dx*dx, yy+dy*dy
	}
	if xx == 0 || yy == 0 {
		return 0
	}
	return xy / math.Sqrt(xx*yy)
}

// slope is the median of the slopes of all pairs (Theil and Sen): one trial that something
// disturbed does not bend it. The x ascend.
func slope(x, y []float64) float64 {
	var slopes []float64
	for i := range x {
		for j := range i {
			if x[i] != x[j] {
				slopes = append(slopes, (y[i]-y[j])/(x[i]-x[j]))
			}
		}
	}
	if len(slopes) == 0 {
		return 0
	}
	slices.Sort(slopes)
	return median(slopes)
}

func mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// addTrendDoubts adds a doubt to each cell whose throughput changed in the course of the run: surely,
// after Holm's correction over all cells, and by more than the margin.
func addTrendDoubts(cells []Cell, margin float64) {
	var tested []*Cell
	var values []float64
	for i := range cells {
		if c := &cells[i]; c.trended {
			tested = append(tested, c)
			values = append(values, c.trend.p)
		}
	}

	for i, p := range holm(values) {
		c := tested[i]
		change := c.trend.change
		matters := change > margin || 1/(1+change) > 1+margin
		if p < maxTrendP && matters {
			c.doubts = append(c.doubts, Doubt{
				Code:     Trend,
				Cell:     c.Cell,
				Count:    c.Clean(),
				Of:       c.Rounds,
				Evidence: Change(change),
			})
		}
	}
}
