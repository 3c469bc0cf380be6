package stats

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"labbook/internal/record"
)

// trend is how the throughput of a cell changed in the order of the run.
type trend struct {
	p      float64 // that there is no change
	change float64 // from the first trial to the last by the fitted line: 0.1 is a tenth more
}

// newTrend fits the throughput of a cell to the order of its trials. ok is false if there are too
// few trials.
func newTrend(clean []record.Result) (t trend, ok bool) {
	trials := slices.SortedFunc(slices.Values(clean), func(a, b record.Result) int {
		return cmp.Compare(a.Order, b.Order)
	})
	var orders, logs []float64
	for _, trial := range trials {
		if v, ok := throughput(trial); ok {
			orders = append(orders, float64(trial.Order))
			logs = append(logs, math.Log(v))
		}
	}
	n := len(orders)
	if n < minTrendTrials {
		return trend{}, false
	}
	_, p := spearman(orders, logs)
	change := math.Exp(theilSen(orders, logs)*(orders[n-1]-orders[0])) - 1
	return trend{p, change}, true
}

// addTrendDoubts adds a doubt to each cell whose throughput changed in the course of the run. The
// change must be sure, after Holm's correction over all cells, and exceed the margin.
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
			c.doubts = append(c.doubts, c.doubt(Trend, c.Clean(), Change(change)))
		}
	}
}

// spearman returns the rank correlation of two samples of the same length, −1 to 1, and the
// two-sided p-value that there is none. Equal values share their ranks. If all values of a sample
// are equal, the results are 0 and 1.
//
// The p-value comes from Student's t distribution, a good approximation from about eight values on.
// R computes the same by cor.test(method = "spearman", exact = FALSE).
func spearman(x, y []float64) (rho, p float64) {
	rho = correlation(ranks(x), ranks(y))
	freedom := float64(len(x) - 2)
	if rho*rho >= 1 {
		return rho, 0
	}
	t := math.Abs(rho) * math.Sqrt(freedom/(1-rho*rho))
	return rho, 2 * distuv.StudentsT{Mu: 0, Sigma: 1, Nu: freedom}.Survival(t)
}

// ranks returns the rank of each value in ascending order, from 1. Equal values get the mean of
// their ranks.
func ranks(values []float64) []float64 {
	sorted := slices.Sorted(slices.Values(values))
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

// correlation returns Pearson's correlation; 0 if a sample does not vary.
func correlation(x, y []float64) float64 {
	meanX, meanY := mean(x), mean(y)
	var xy, xx, yy float64
	for i := range x {
		dx, dy := x[i]-meanX, y[i]-meanY
		xy += dx * dy
		xx += dx * dx
		yy += dy * dy
	}
	if xx == 0 || yy == 0 {
		return 0
	}
	return xy / math.Sqrt(xx*yy)
}

// theilSen returns the slope of a line through the points (x, y): the median of the slopes of all
// pairs of points (Theil, 1950; Sen, 1968). One disturbed trial does not bend it. The x ascend.
func theilSen(x, y []float64) float64 {
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
