package stats

import (
	"math"
	"math/rand/v2"
	"slices"

	"labbook.example/labbook/internal/record"
)

// The rounds of a joined record were measured alone, some on one machine and some on another. They
// have no common time, so nothing is said of a change in the course of them. A ratio within a round
// compares two servers on one machine, which is a block: what the machine does to both cancels. Two
// things remain. A median of throughputs is one of unlike machines. And a ratio may itself depend
// on the machine; then the rounds of one machine are more alike than those of different ones, and
// there are fewer independent rounds than there seem to be.

// MachineSpread is how the machines of a joined record differ: the evidence of MachinesDiffer.
type MachineSpread struct {
	Machines int
	In       []string // what their descriptions differ in, as record.Difference has it

	// Between and Within are relative standard deviations of the throughput, or of the median
	// response time in an open loop, of all cells together: between machines, beyond what their
	// rounds explain, and between the rounds of one machine. They are valid only if Known.
	Metric          *Metric
	Between, Within float64
	Known           bool
}

// joinedCodes returns the codes of the doubts about a joined record as a whole, with their
// evidence.
func joinedCodes(rec *record.Record, cells []Cell) map[Code]Evidence {
	codes := map[Code]Evidence{}
	if missing := rec.Joined.Missing(rec.Rounds); len(missing) > 0 {
		codes[RoundsMissing] = RoundsNotJoined{missing, rec.Rounds}
	}
	if spread, differ := machineSpread(rec, cells); differ {
		codes[MachinesDiffer] = spread
	}
	return codes
}

// machinesOf returns the machine of each round.
func machinesOf(rec *record.Record, rounds []int) []int {
	machines := make([]int, len(rounds))
	for i, round := range rounds {
		machines[i] = rec.Joined.MachineOf(round)
	}
	return machines
}

// machineSpread returns how the machines of a joined record differ. differ is false if their
// descriptions are alike and their throughputs, or response times in an open loop, differ by no
// more than the margin, or not for certain.
func machineSpread(rec *record.Record, cells []Cell) (s MachineSpread, differ bool) {
	if rec.Joined == nil || len(rec.Joined.Machines) < 2 {
		return s, false
	}
	s.Machines = len(rec.Joined.Machines)
	first := rec.Joined.Machines[0]
	for _, m := range rec.Joined.Machines[1:] {
		for _, d := range first.Differences(m) {
			if !slices.Contains(s.In, d.What) {
				s.In = append(s.In, d.What)
			}
		}
	}

	s.Metric = Throughput
	if rec.Experiment.Load.OpenLoop() {
		s.Metric = P50
	}
	logs, rounds := logsOfRounds(cells, s.Metric)
	if len(logs) == 0 {
		return s, len(s.In) > 0
	}
	levels := make([]float64, len(rounds)) // of each round, over all cells
	for _, values := range logs {
		middle := mean(values)
		for i, v := range values {
			levels[i] += (v - middle) / float64(len(logs))
		}
	}
	machines := machinesOf(rec, rounds)
	split := splitByMachine(levels, machines)
	tau, ok := split.between()
	s.Between, s.Within, s.Known = tau, split.within, ok
	margin := math.Log1p(rec.Experiment.Design.Margin)
	sure := ok && tau > margin && machinesP(levels, machines) <= maxCorrelatedP
	return s, len(s.In) > 0 || sure
}

// splitByMachine estimates each machine on its own, as splitByRun does with runs.
func splitByMachine(values []float64, machines []int) byRun {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return machines[i] - machines[j] })
	sorted, keys := make([]float64, len(values)), make([]int, len(values))
	for i, at := range order {
		sorted[i], keys[i] = values[at], machines[at]
	}
	return splitByRun(sorted, keys, func(group []float64) float64 {
		return HodgesLehmann(group, 0).Center
	})
}

// machinesP returns the p-value of the permutation test that values do not depend on the machine.
func machinesP(values []float64, machines []int) float64 {
	products, varying := roundProducts([][]float64{values})
	if varying == 0 {
		return 1
	}
	return sharedP(products, machines, varying)
}

// correlateMachines tests whether the trials of one machine are more alike than those of different
// ones, all cells together, as far as the round's other cells do not share it: what is left is a
// machine that suits one server better than another. Rounds is 0 if that cannot be told: where each
// machine measured one round, or one machine all of them.
func correlateMachines(logs [][]float64, machines []int, confidence float64) RoundCorrelation {
	count, size := clusters(machines)
	if len(logs) == 0 || len(logs[0]) < minCorrelatedRounds || count < 2 ||
		count == len(machines) {
		return RoundCorrelation{}
	}
	products, varying := roundProducts(logs)
	if varying == 0 {
		return RoundCorrelation{}
	}

	n := len(products)
	r := RoundCorrelation{
		Rounds:      n,
		Cells:       len(logs),
		Machines:    count,
		P:           sharedP(products, machines, varying),
		Correlation: withinCorrelation(products, machines, varying, size),
	}
	r.Widening = clusterWidening(r.Correlation, n, count, size, confidence)
	return r
}

// clusters returns how many machines there are, and the size of equal ones that would widen a mean
// as much: Σ n² ÷ Σ n.
func clusters(machines []int) (count int, size float64) {
	rounds := map[int]int{}
	for _, m := range machines {
		rounds[m]++
	}
	for _, n := range rounds {
		size += float64(n*n) / float64(len(machines))
	}
	return len(rounds), size
}

// alongMachines sums the products of each two rounds of one machine, which are some of the rounds
// in an order.
func alongMachines(products [][]float64, machines, order []int) float64 {
	sum := 0.0
	for i, x := range order {
		for j := range i {
			if machines[i] == machines[j] {
				sum += products[x][order[j]]
			}
		}
	}
	return sum
}

// sharedP returns the share of random assignments of the rounds to the machines, each with as many
// as it had, that make the rounds of one machine as alike as they are. If the machines do not
// matter, all of them are equally likely, so the test is exact.
func sharedP(products [][]float64, machines []int, varying int) float64 {
	order := make([]int, len(products))
	for i := range order {
		order[i] = i
	}
	observed := alongMachines(products, machines, order)
	random := rand.New(rand.NewPCG(uint64(len(products)), uint64(varying)+1<<32))
	return permutedP(random, order, observed, func(order []int) float64 {
		return alongMachines(products, machines, order)
	})
}

// withinCorrelation returns the correlation ρ of two rounds of one machine that gives, in the mean,
// the observed products of deviations from the mean of all rounds.
func withinCorrelation(products [][]float64, machines []int, varying int, size float64) float64 {
	n := float64(len(products))
	pairs := n * (size - 1) / 2
	order := make([]int, len(products))
	for i := range order {
		order[i] = i
	}
	observed := alongMachines(products, machines, order) / float64(varying) * n / pairs
	rho := (observed + (1-observed)/n) / (1 - (1-observed)*(size-1)/n)
	return min(max(0, rho), maxMemory)
}

// clusterWidening returns by what factor an interval of a mean of n rounds on some machines has to
// be wider than one of independent rounds. Its standard error is larger (the design effect; Kish,
// Survey Sampling, 1965), and it has only as many degrees of freedom as there are machines to tell
// it.
func clusterWidening(rho float64, n, machines int, size, confidence float64) float64 {
	sum := 1 + (size-1)*rho // n times the variance of the mean, of values of variance 1
	all := float64(n)
	factor := math.Sqrt(sum * (all - 1) / (all - sum))
	quantile := (1 + confidence) / 2
	return factor * studentsT(machines).Quantile(quantile) / studentsT(n).Quantile(quantile)
}
