package stats

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// futureRounds makes longer experiments out of the rounds of a record. A round is drawn as a whole,
// with all comparisons that it has.
type futureRounds struct {
	margin  float64 // its logarithm
	members []futureMember
	draws   [kinds][][]uint16 // of each resample, the rounds in the order in which they are drawn
	times   []int             // scratch: how often each round is drawn
}

// futureMember is a comparison of the family. Its values are the logarithms of the rounds' ratios,
// in ascending order, each with the place of its round.
type futureMember struct {
	bySigns bool
	values  []float64
	rounds  []int

	tails [MaxRoundsNeeded + 1][]float64 // by the number of drawn values; nil: not yet needed

	// Scratch of a resample: how often each value is drawn, and how many are in all.
	times []int
	drawn int
}

func newFutureRounds(family []Comparison, margin float64) *futureRounds {
	var rounds []int
	for _, c := range family {
		rounds = append(rounds, c.rounds...)
	}
	slices.Sort(rounds)
	rounds = slices.Compact(rounds)

	f := &futureRounds{margin: margin, times: make([]int, len(rounds))}
	for _, c := range family {
		f.members = append(f.members, newFutureMember(c, rounds))
	}
	f.draw(len(rounds))
	return f
}

// newFutureMember spreads the values about their centre. A resample of n values varies less than
// they do, in the mean by the factor √((n−1)÷n), and so does one of that; and where rounds depend
// on each other, the centre varies as if they spread more.
func newFutureMember(c Comparison, rounds []int) futureMember {
	n := float64(len(c.logs))
	wider := max(1, c.Widening) * n / (n - 1)
	order := make([]int, len(c.logs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(c.logs[i], c.logs[j]) })

	m := futureMember{bySigns: c.BySigns, times: make([]int, len(order))}
	for _, i := range order {
		round, _ := slices.BinarySearch(rounds, c.rounds[i])
		m.values = append(m.values, c.center+wider*(c.logs[i]-c.center))
		m.rounds = append(m.rounds, round)
	}
	return m
}

// draw draws the rounds of all resamples. The same record always has the same ones.
func (f *futureRounds) draw(rounds int) {
	random := rand.New(rand.NewPCG(uint64(rounds), uint64(len(f.members))))
	drawn := func(from []uint16, n int) []uint16 {
		sample := make([]uint16, n)
		for i := range sample {
			sample[i] = from[random.IntN(len(from))]
		}
		return sample
	}
	record := make([]uint16, rounds)
	for i := range record {
		record[i] = uint16(i)
	}
	for range resamples {
		f.draws[asMeasured] = append(f.draws[asMeasured], drawn(record, MaxRoundsNeeded))
		world := drawn(record, rounds)
		f.draws[asUncertain] = append(f.draws[asUncertain], drawn(world, MaxRoundsNeeded))
	}
}

// outcomes is that of a future.
func (f *futureRounds) outcomes(kind, resample, size int, all []outcome) {
	f.drawValues(kind, resample, size)
	for i := range f.members {
		all[i] = f.members[i].outcome(f.margin)
	}
}

// sides is that of a future.
func (f *futureRounds) sides(kind, resample, size int, limits []float64, all []sides) {
	f.drawValues(kind, resample, size)
	for i := range f.members {
		all[i] = f.members[i].sides(limits[i])
	}
}

// drawValues sets how often each value of each member is drawn.
func (f *futureRounds) drawValues(kind, resample, size int) {
	clear(f.times)
	for _, round := range f.draws[kind][resample][:size] {
		f.times[round]++
	}
	for i := range f.members {
		m := &f.members[i]
		m.drawn = 0
		for j, round := range m.rounds {
			m.times[j] = f.times[round]
			m.drawn += m.times[j]
		}
		if m.tails[m.drawn] == nil {
			m.tails[m.drawn] = tails(m.bySigns, m.drawn)
		}
	}
}

// sides has the p-values that Comparison.sidedP returns of the drawn values.
func (m *futureMember) sides(limit float64) sides {
	notAbove, notBelow := m.counts(limit)
	return sides{above: m.tails[m.drawn][notAbove], below: m.tails[m.drawn][notBelow]}
}

// outcome has the p-values that inference.p and inference.notEquivalentP return of the drawn
// values.
func (m *futureMember) outcome(margin float64) outcome {
	if m.drawn == 0 {
		return outcome{different: 1, notEquivalent: 1}
	}
	p := func(count int) float64 { return min(1, 2*m.tails[m.drawn][count]) }
	notAbove, notBelow := m.counts(0)
	o := outcome{different: p(min(notAbove, notBelow)), above: notBelow > notAbove}
	notAbove, _ = m.counts(-margin)
	_, notBelow = m.counts(margin)
	o.notEquivalent = p(max(notAbove, notBelow))
	return o
}

// counts returns what inference.counts returns of the drawn values.
func (m *futureMember) counts(limit float64) (notAbove, notBelow int) {
	if !m.bySigns {
		pairs := m.drawn * (m.drawn + 1) / 2
		notAbove = m.averagesUpTo(limit + tieDistance)
		return notAbove, pairs - m.averagesUpTo(limit-tieDistance)
	}
	for i, v := range m.values {
		if v <= limit+tieDistance {
			notAbove += m.times[i]
		}
		if v >= limit-tieDistance {
			notBelow += m.times[i]
		}
	}
	return notAbove, notBelow
}

// averagesUpTo returns how many Walsh averages of the drawn values are at most a limit. With a
// larger value, fewer others are small enough beside it.
func (m *futureMember) averagesUpTo(limit float64) int {
	last, partners := len(m.values), m.drawn
	twice := 0
	for i, v := range m.values {
		for last > 0 && v/2+m.values[last-1]/2 > limit {
			last--
			partners -= m.times[last]
		}
		twice += m.times[i] * partners // every two values count in both orders
		if v <= limit {
			twice += m.times[i] // and each one with itself in one
		}
	}
	return twice / 2
}

// tails returns, for each count, the probability of so low a one or a lower one of n values, as
// inference.tail does.
func tails(bySigns bool, n int) []float64 {
	var all []float64
	if bySigns {
		for count := range n + 1 {
			all = append(all, binomialHalf(n, count))
		}
	} else {
		all = slices.Clone(signedRankDistribution(n))
	}
	sum := 0.0
	for count, p := range all {
		sum += p
		all[count] = min(1, sum)
	}
	return all
}
