package stats

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat/distuv"

	"labbook/internal/locale"
	"labbook/internal/record"
)

// What makes a trend: certain after Holm's correction over all cells, from as many trials as the
// approximation of its p-value needs, and greater than the margin.
const (
	trendLevel     = 0.01
	leastForATrend = 8
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
	if n < leastForATrend {
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

// addTrends gives their doubts to the cells that changed in the course of the run.
func addTrends(cells []Cell, margin float64, w *locale.Printer) {
	var counted []*Cell
	var values []float64
	for i := range cells {
		if c := &cells[i]; c.trended {
			counted, values = append(counted, c), append(values, c.trend.p)
		}
	}
	for i, p := range holm(values) {
		c, t := counted[i], counted[i].trend
		if p < trendLevel && (t.change > margin || 1/(1+t.change) > 1+margin) {
			c.doubts = append(c.doubts, codedDoubt{Trend, Doubt{
				Cell:  c.Cell,
				Count: c.Clean(),
				Of:    c.Rounds,
				Reason: w.Sprintf(
					"%s from the first trial to the last, by the fitted line",
					signed(t.change, w),
				),
			}})
		}
	}
}

// signed gives a change with its sign: "+12 %".
func signed(change float64, w *locale.Printer) string {
	text := w.Percent(change, 0)
	if strings.HasPrefix(text, "-") {
		return text
	}
	return "+" + text
}
