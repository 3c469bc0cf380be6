package stats

import (
	"math"
	"math/rand/v2"
)

// Everything that is inferred from rounds assumes that they are exchangeable: the result of one
// tells nothing about the next. Where a cell is slow for some rounds in a row and then fast for
// some, there are fewer independent results than rounds, and intervals are too narrow. If rounds
// are exchangeable, so is their order: a permutation test is exact, whatever the distribution.

// RoundCorrelation is how much the trials of a cell depend on those of the round before.
type RoundCorrelation struct {
	Rounds int
	Cells  int // that were tested together

	// Machines is on how many machines joined rounds were measured. The dependence is then between
	// the rounds of one machine. It is 0 for the rounds of a run, which follow each other.
	Machines int

	// P is the one-sided p-value of the permutation test that there is no dependence.
	P float64

	// Correlation is that of the logarithms of a cell's throughputs, or of its response times in an
	// open loop, from one round to the next, or between two rounds of one machine, as far as the
	// round's other cells do not share it. 0 is none.
	Correlation float64

	// Widening is the factor by which such a dependence widens an interval of the logarithm; at
	// least 1.
	Widening float64
}

// Found reports whether rounds depend on each other more surely than by chance.
func (r RoundCorrelation) Found() bool { return r.Rounds > 0 && r.P <= maxCorrelatedP }

// widenAll widens the intervals of all medians by as much, if rounds depend on each other. Values
// that are not positive have no logarithm and keep their intervals.
func (r RoundCorrelation) widenAll(cells []Cell) {
	for _, cell := range cells {
		for metric, s := range cell.Summaries {
			cell.Summaries[metric] = r.widen(s)
		}
	}
}

// widen widens the interval of one median as widenAll does.
func (r RoundCorrelation) widen(s Summary) Summary {
	if r.Found() && s.HasInterval() && s.Low > 0 {
		s.Low = s.Median * math.Pow(s.Low/s.Median, r.Widening)
		s.High = s.Median * math.Pow(s.High/s.Median, r.Widening)
	}
	return s
}

// permutations is how many orders of the rounds the observed one is compared with. The same record
// always meets the same ones.
const permutations = 1999

// minCorrelatedRounds is the smallest number of rounds of which some of all orders are rare enough.
const minCorrelatedRounds = 6

// correlateRounds tests whether the trials of cells depend on those of the round before: all cells
// together, in the rounds in which all of them are clean. Cells that are invalid do not count, for
// they often have no such rounds. The metric is one that is compared. Rounds is 0 if there are too
// few.
func correlateRounds(cells []Cell, metric *Metric) RoundCorrelation {
	logs, _ := logsOfRounds(cells, metric)
	return correlate(logs)
}

// correlate tests the logarithms of cells, each in the same rounds. A round's mean over the cells
// is taken off first, because a change of the machine that all cells share cancels in their ratios.
// The cells count equally, however much each varies.
func correlate(logs [][]float64) RoundCorrelation {
	if len(logs) == 0 || len(logs[0]) < minCorrelatedRounds {
		return RoundCorrelation{}
	}
	products, varying := roundProducts(logs)
	if varying == 0 {
		return RoundCorrelation{}
	}

	n := len(products)
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	observed := alongOrder(products, order)
	random := rand.New(rand.NewPCG(uint64(n), uint64(varying)))
	r := RoundCorrelation{
		Rounds: n,
		Cells:  len(logs),
		P: permutedP(random, order, observed, func(order []int) float64 {
			return alongOrder(products, order)
		}),
		Correlation: memoryOf(observed/float64(varying), n),
	}
	r.Widening = wideningBy(r.Correlation, n)
	return r
}

// permutedP returns the share of random orders of the rounds that reach the observed sum. It stops
// where so many have reached it that the p-value cannot be small; the share is then as valid (Besag
// and Clifford, Biometrika, 1991).
func permutedP(
	random *rand.Rand, order []int, observed float64, sum func(order []int) float64,
) float64 {
	const enough = 100 // of 1999 orders these are more than 5 %
	reached := 0
	for tried := 1; tried <= permutations; tried++ {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		if sum(order) >= observed-1e-9 {
			reached++
		}
		if reached == enough {
			return float64(reached) / float64(tried)
		}
	}
	return float64(reached+1) / (permutations + 1) // the observed order is one of all
}

// logsOfRounds returns the logarithms of a metric of each cell that is not invalid, in the rounds
// in which all of these cells have one, and these rounds.
func logsOfRounds(cells []Cell, metric *Metric) (logs [][]float64, rounds []int) {
	var samples []Sample
	inAll := map[int]int{}
	for _, cell := range cells {
		s := cell.Of(metric).positive()
		if cell.State == Invalid || len(s.Values) == 0 {
			continue
		}
		samples = append(samples, s)
		for _, round := range s.Rounds {
			inAll[round]++
		}
	}

	logs = make([][]float64, len(samples))
	for i, s := range samples {
		for j, v := range s.Values {
			if inAll[s.Rounds[j]] != len(samples) {
				continue
			}
			logs[i] = append(logs[i], math.Log(v))
			if i == 0 {
				rounds = append(rounds, s.Rounds[j])
			}
		}
	}
	return logs, rounds
}

// roundProducts returns, for each two rounds, the products of the cells' deviations from their
// means, summed over the cells. Each cell has a sum of squares of 1. varying counts the cells that
// vary at all.
func roundProducts(logs [][]float64) (products [][]float64, varying int) {
	n := len(logs[0])
	products = make([][]float64, n)
	for i := range products {
		products[i] = make([]float64, n)
	}
	shared := sharedByRound(logs)
	for _, values := range logs {
		deviations := make([]float64, n)
		for i, v := range values {
			deviations[i] = v - shared[i]
		}
		middle, squares := mean(deviations), 0.0
		for i := range deviations {
			deviations[i] -= middle
			squares += deviations[i] * deviations[i]
		}
		if squares < 1e-12 { // the rounding of logarithms
			continue
		}
		varying++
		for i, x := range deviations {
			for j, y := range deviations {
				products[i][j] += x * y / squares
			}
		}
	}
	return products, varying
}

// sharedByRound returns what each round adds to all cells: the mean of their deviations from their
// own means. One cell alone shares nothing.
func sharedByRound(logs [][]float64) []float64 {
	shared := make([]float64, len(logs[0]))
	if len(logs) < 2 {
		return shared
	}
	for _, values := range logs {
		middle := mean(values)
		for i, v := range values {
			shared[i] += (v - middle) / float64(len(logs))
		}
	}
	return shared
}

// alongOrder sums the products of each round with the next one of an order.
func alongOrder(products [][]float64, order []int) float64 {
	sum := 0.0
	for i := 1; i < len(order); i++ {
		sum += products[order[i-1]][order[i]]
	}
	return sum
}

// maxMemory is the largest correlation that is estimated. Beyond it, the rounds of a run tell
// almost nothing about their mean.
const maxMemory = 0.95

// memoryOf returns the correlation ρ from one round to the next that gives, in the mean, the
// observed autocorrelation of n rounds about their own mean. That is lower than ρ: about ρ −
// (1+4ρ)/n (Marriott and Pope, Biometrika, 1954). The exact value is used, of an autoregressive
// process of order one.
func memoryOf(observed float64, n int) float64 {
	low, high := 0.0, maxMemory
	if observed <= expectedAutocorrelation(low, n) {
		return low
	}
	for range 40 {
		middle := (low + high) / 2
		if expectedAutocorrelation(middle, n) < observed {
			low = middle
		} else {
			high = middle
		}
	}
	return high
}

// expectedAutocorrelation returns the ratio of the expected sums Σ e_i·e_(i+1) and Σ e_i², where e
// are the deviations of n values from their mean, and the correlation of two values that are k
// apart is memory^k.
func expectedAutocorrelation(memory float64, n int) float64 {
	later := make([]float64, n) // the sum of the covariances with so many of the next values
	for k := 1; k < n; k++ {
		later[k] = later[k-1] + math.Pow(memory, float64(k))
	}
	toMean := make([]float64, n) // the covariance of each value with the mean
	ofMean := 0.0                // the variance of the mean
	for i := range n {
		toMean[i] = (later[i] + 1 + later[n-1-i]) / float64(n)
		ofMean += toMean[i] / float64(n)
	}
	products, squares := 0.0, 0.0
	for i := range n {
		squares += 1 - 2*toMean[i] + ofMean
		if i > 0 {
			products += memory - toMean[i] - toMean[i-1] + ofMean
		}
	}
	return products / squares
}

// wideningBy returns by what factor the standard error of a mean of n values exceeds the one that
// is computed as if they were independent, if the correlation of two values k apart is memory^k.
func wideningBy(memory float64, n int) float64 {
	sum := 1.0 // n times the variance of the mean, of values of variance 1
	for k := 1; k < n; k++ {
		sum += 2 * (1 - float64(k)/float64(n)) * math.Pow(memory, float64(k))
	}
	size := float64(n)
	return math.Sqrt(sum * (size - 1) / (size - sum))
}
