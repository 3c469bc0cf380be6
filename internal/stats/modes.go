package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"

	"labbook.example/labbook/internal/record"
)

// A server that is either fast or slow, such as one whose processes land on a good or on a bad
// core, has two modes. Its median may be in either of them or between, and its ratios to another
// server are not symmetric. A cell's trials are divided into two groups that are as far apart as
// possible, compared with the spread within them. Trials with one mode can be divided, too, and
// then have a distance of about three.

// division is that of a cell's trials into slow and fast ones.
type division struct {
	slow     []float64 // requests per second, ascending
	fast     []float64
	all      []float64 // slow and fast, and what was left out because there were too many
	distance float64   // between the groups' means, in standard deviations within the groups
}

// The limits of a division.
const (
	minModeTrials  = 8    // a cell with fewer is not divided
	minModeGroup   = 3    // trials of each group, or minModeShare where that is more
	minModeShare   = 0.20 // of all trials
	maxDivided     = 100  // trials; of more, as many are taken at equal distances by rank
	maxDistance    = 1000 // groups without a spread of their own, as of rounded rates
	namedDistance  = 4.0  // of a cell that is named
	modesSimulated = 20_000
)

// divide divides ascending rates so that the distance is as large as possible. The distance is 0 if
// there are too few.
func divide(rates []float64) division {
	n := len(rates)
	if n < minModeTrials {
		return division{}
	}
	logs := make([]float64, n)
	for i, r := range rates {
		logs[i] = math.Log(r)
	}
	at, distance := divideLogs(logs)
	return division{slow: rates[:at], fast: rates[at:], distance: distance}
}

// divideLogs returns how many of the ascending logarithms are in the slow group, and the distance.
func divideLogs(logs []float64) (at int, distance float64) {
	n := len(logs)
	middle := logs[n/2]
	sums, squares := make([]float64, n+1), make([]float64, n+1) // of the first i
	for i, l := range logs {
		d := l - middle // so that nothing is lost in the squares
		sums[i+1] = sums[i] + d
		squares[i+1] = squares[i] + d*d
	}

	group := max(minModeGroup, int(math.Ceil(minModeShare*float64(n))))
	for i := group; i <= n-group; i++ {
		slow, fast := float64(i), float64(n-i)
		slowMean := sums[i] / slow
		fastMean := (sums[n] - sums[i]) / fast
		within := squares[n] - slow*slowMean*slowMean - fast*fastMean*fastMean
		deviation := math.Sqrt(max(0, within) / float64(n-2))
		apart := fastMean - slowMean
		if apart <= 1e-9 { // the rounding of logarithms
			continue
		}
		d := maxDistance * 1.0
		if deviation > apart/maxDistance {
			d = apart / deviation
		}
		if d > distance {
			at, distance = i, d
		}
	}
	return at, distance
}

// thinned returns at most maxDivided of ascending values, at equal distances by rank.
func thinned(values []float64) []float64 {
	n := len(values)
	if n <= maxDivided {
		return values
	}
	kept := make([]float64, maxDivided)
	for i := range kept {
		kept[i] = values[(2*i+1)*n/(2*maxDivided)]
	}
	return kept
}

// addModeDoubts adds a note to each cell whose trials have two modes, and marks all cells of such a
// server, for its ratios at other levels are no more symmetric. Several runs are not looked at:
// each may have a rate of its own, which their comparison takes into account.
func addModeDoubts(rec *record.Record, cells []Cell) {
	if rec.Experiment.Design.Runs > 1 {
		return
	}
	margin := math.Log1p(rec.Experiment.Design.Margin)
	ratesOf := func(c Cell) []float64 { return closedRates(c).Values }
	if _, differ := machineSpread(rec, cells); differ {
		ratesOf = func(c Cell) []float64 { return ratesWithoutMachine(rec, c) }
	}
	divisions := make([]division, len(cells))
	servers := make([]string, len(cells))
	for i, cell := range cells {
		servers[i] = cell.Server
		if !cell.atArrivalRate() {
			rates := slices.Sorted(slices.Values(ratesOf(cell)))
			divisions[i] = divide(thinned(rates))
			divisions[i].all = rates
		}
	}

	found := withTwoModes(divisions, servers, margin)
	for i := range cells {
		c, d := &cells[i], divisions[i]
		widest, ok := found[c.Server]
		c.twoModes = ok
		if i == widest && ok || ok && d.distance >= namedDistance && d.apart() > margin {
			c.doubts = append(c.doubts, c.twoModesDoubt(d))
		}
	}
}

// closedRates returns the throughputs of a cell. A round whose capacity is beyond the rates has
// none: the lowest or the highest rate would stand for what may be far from it.
func closedRates(c Cell) Sample {
	trials := slices.DeleteFunc(slices.Clone(c.trials(Throughput)), isOpenRound)
	return newSample(trials, Throughput)
}

// ratesWithoutMachine returns the rates of a cell relative to those on the same machine: a fast
// machine and a slow one are no modes of a server. A machine with one round tells nothing.
func ratesWithoutMachine(rec *record.Record, c Cell) []float64 {
	t, middle := closedRates(c), c.Of(Throughput).Median
	machines := machinesOf(rec, t.Rounds)
	ofMachine := map[int][]float64{}
	for i, v := range t.Values {
		ofMachine[machines[i]] = append(ofMachine[machines[i]], math.Log(v))
	}
	var rates []float64
	for i, v := range t.Values {
		if logs := ofMachine[machines[i]]; len(logs) > 1 {
			rates = append(rates, v*middle/math.Exp(mean(logs)))
		}
	}
	return rates
}

// withTwoModes returns the servers that have two modes, further apart than the margin, each with
// the index of its division that has the largest distance. All levels of a server are tested
// together, by the mean of the distances' logarithms, and each by itself: half of the chance of an
// error is for each.
func withTwoModes(divisions []division, servers []string, margin float64) map[string]int {
	byServer := map[string][]int{}
	tested := 0
	for i, d := range divisions {
		if d.distance > 0 {
			byServer[servers[i]] = append(byServer[servers[i]], i)
			tested++
		}
	}

	found := map[string]int{}
	for server, members := range byServer {
		ofServer := make([]division, len(members))
		widest, least := members[0], 1.0
		for j, i := range members {
			ofServer[j] = divisions[i]
			least = min(least, oneModeP(divisions[i]))
			if divisions[i].distance > divisions[widest].distance {
				widest = i
			}
		}
		sure := least <= maxTwoModesP/2/float64(tested) ||
			oneModeP(ofServer...) <= maxTwoModesP/2/float64(len(byServer))
		if sure && divisions[widest].apart() > margin {
			found[server] = widest
		}
	}
	return found
}

// apart returns the distance of the medians' logarithms.
func (d division) apart() float64 { return math.Log(median(d.fast) / median(d.slow)) }

// twoModesDoubt counts the trials that are nearer to the slow mode.
func (c Cell) twoModesDoubt(d division) Doubt {
	border := (d.slow[len(d.slow)-1] + d.fast[0]) / 2
	slow := Sample{Values: d.all}.countBelow(border)
	return c.doubt(TwoModes, slow, Modes{
		Slow:       median(d.slow),
		Fast:       median(d.fast),
		SlowTrials: slow,
		Trials:     len(d.all),
	})
}

// oneModeP returns the p-value that none of some cells has two modes, by the mean of the logarithms
// of their distances: the share of simulated cells with one mode and as many trials that reach it.
func oneModeP(divisions ...division) float64 {
	var sizes []int
	sum := 0.0
	for _, d := range divisions {
		sizes = append(sizes, len(d.slow)+len(d.fast))
		sum += math.Log(d.distance)
	}
	// Of one mode, a large cell has 2.65 in the mean, and smaller ones more. Many servers end here.
	if sum < float64(len(sizes))*math.Log(2.65) {
		return 1
	}
	slices.Sort(sizes)
	simulated := distancesOf(sizes)
	at, _ := slices.BinarySearch(simulated, sum)
	return float64(len(simulated)-at+1) / float64(len(simulated)+1)
}

// The results of distancesOf and of distancesOfOne.
var sumsOfDistances, distances sync.Map

// distancesOf returns, ascending, the sums of the logarithms of the distances of simulated cells
// that have one mode, a normal distribution, and given numbers of trials. One with heavier tails,
// such as Student's t, has shorter distances. The same sizes always have the same result. Callers
// must not change it.
func distancesOf(sizes []int) []float64 {
	if len(sizes) == 1 {
		return distancesOfOne(sizes[0])
	}
	key := fmt.Sprint(sizes)
	if cached, ok := sumsOfDistances.Load(key); ok {
		return cached.([]float64)
	}
	random := rand.New(rand.NewPCG(uint64(len(sizes)), uint64(sizes[0])))
	sums := make([]float64, modesSimulated)
	for _, n := range sizes {
		one := distancesOfOne(n)
		for i := range sums {
			sums[i] += one[random.IntN(len(one))]
		}
	}
	slices.Sort(sums)
	sumsOfDistances.Store(key, sums)
	return sums
}

// distancesOfOne does the same of a single cell.
func distancesOfOne(n int) []float64 {
	if cached, ok := distances.Load(n); ok {
		return cached.([]float64)
	}
	random := rand.New(rand.NewPCG(uint64(n), modesSimulated))
	values := make([]float64, n)
	logs := make([]float64, modesSimulated)
	for i := range logs {
		for j := range values {
			values[j] = random.NormFloat64()
		}
		slices.Sort(values)
		_, distance := divideLogs(values)
		logs[i] = math.Log(distance)
	}
	slices.Sort(logs)
	distances.Store(n, logs)
	return logs
}
