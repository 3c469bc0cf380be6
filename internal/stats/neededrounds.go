package stats

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"sync"
)

// futureRounds makes longer experiments out of the rounds of a record. A round is drawn as a whole,
// with all comparisons that it has.
type futureRounds struct {
	margin  float64 // its logarithm
	members []futureMember
	draws   [kinds][][]uint16 // of each resample, the rounds in the order in which they are drawn

	// The results of tails by the number of drawn values; nil: not yet needed.
	rankTails, signTails [MaxRoundsNeeded + 1][]float64

	// Scratch of a resample: how often each round is drawn.
	times []int
	// Scratch of a member: how many values are drawn in all, and how many of them are the first i
	// that it has.
	drawn   int
	drawnTo []int
}

// futureMember is a comparison of the family. Its values are the logarithms of the rounds' ratios,
// in ascending order, each with the place of its round.
type futureMember struct {
	bySigns bool
	values  []float64
	rounds  []uint16

	// asBefore reports that the member before it has the same values: the least and the most of a
	// check are two members, and mostly one number.
	asBefore bool

	// borders are those of the limits so far: one of a check, some of a verdict.
	borders []border
}

// border is which Walsh averages of a member's values are at most a limit, and which are below it.
// It is the same however often each value is drawn.
type border struct {
	limit       float64
	upTo, below reach
	isClear     bool // no average is at the limit, so that both are the same
}

// reach is the averages up to some number.
type reach struct {
	partners []uint16 // with how many of the first values each value has such an average
	self     int      // how many values are such an average by themselves
}

func newFutureRounds(family []Comparison, margin float64) *futureRounds {
	var rounds []int
	for _, c := range family {
		rounds = append(rounds, c.rounds...)
	}
	slices.Sort(rounds)
	rounds = slices.Compact(rounds)

	f := &futureRounds{
		margin:  margin,
		times:   make([]int, len(rounds)),
		drawnTo: make([]int, len(rounds)+1),
	}
	for i, c := range family {
		f.members = append(f.members, newFutureMember(c, rounds))
		f.members[i].asBefore = i > 0 && f.members[i].isAs(f.members[i-1])
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

	m := futureMember{bySigns: c.BySigns}
	for _, i := range order {
		round, _ := slices.BinarySearch(rounds, c.rounds[i])
		m.values = append(m.values, c.center+wider*(c.logs[i]-c.center))
		m.rounds = append(m.rounds, uint16(round))
	}
	return m
}

// isAs reports whether two members have the same values in the same rounds.
func (m futureMember) isAs(other futureMember) bool {
	return m.bySigns == other.bySigns && slices.Equal(m.values, other.values) &&
		slices.Equal(m.rounds, other.rounds)
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
	f.drawRounds(kind, resample, size)
	for i := range f.members {
		if f.members[i].asBefore {
			all[i] = all[i-1]
			continue
		}
		f.drawValues(&f.members[i])
		all[i] = f.outcome(&f.members[i])
	}
}

// sides is that of a future.
func (f *futureRounds) sides(kind, resample, size int, limits []float64, all []sides) {
	f.drawRounds(kind, resample, size)
	for i := range f.members {
		m := &f.members[i]
		if m.asBefore && limits[i] == limits[i-1] {
			all[i] = all[i-1]
			continue
		}
		f.drawValues(m)
		// These are the p-values that Comparison.sidedP returns of the drawn values.
		notAbove, notBelow := f.counts(m, limits[i])
		tails := f.tails(m.bySigns)
		all[i] = sides{above: tails[notAbove], below: tails[notBelow]}
	}
}

// drawRounds sets how often each round is drawn.
func (f *futureRounds) drawRounds(kind, resample, size int) {
	clear(f.times)
	for _, round := range f.draws[kind][resample][:size] {
		f.times[round]++
	}
}

// drawValues sets how often the values of a member are drawn, each as often as its round.
func (f *futureRounds) drawValues(m *futureMember) {
	f.drawn = 0
	for i, round := range m.rounds {
		f.drawn += f.times[round]
		f.drawnTo[i+1] = f.drawn
	}
}

// tails returns the result of tails for the drawn values.
func (f *futureRounds) tails(bySigns bool) []float64 {
	known := &f.rankTails[f.drawn]
	if bySigns {
		known = &f.signTails[f.drawn]
	}
	if *known == nil {
		*known = tails(bySigns, f.drawn)
	}
	return *known
}

// outcome has the p-values that inference.p and inference.notEquivalentP return of the drawn
// values.
func (f *futureRounds) outcome(m *futureMember) outcome {
	if f.drawn == 0 {
		return outcome{different: 1, notEquivalent: 1}
	}
	tails := f.tails(m.bySigns)
	p := func(count int) float64 { return min(1, 2*tails[count]) }
	notAbove, notBelow := f.counts(m, 0)
	o := outcome{different: p(min(notAbove, notBelow)), above: notBelow > notAbove}
	notAbove, _ = f.counts(m, -f.margin)
	_, notBelow = f.counts(m, f.margin)
	o.notEquivalent = p(max(notAbove, notBelow))
	return o
}

// counts returns what inference.counts returns of the drawn values.
func (f *futureRounds) counts(m *futureMember, limit float64) (notAbove, notBelow int) {
	if !m.bySigns {
		pairs := f.drawn * (f.drawn + 1) / 2
		b := m.border(limit)
		notAbove = f.averagesUpTo(b.upTo)
		if b.isClear {
			return notAbove, pairs - notAbove
		}
		return notAbove, pairs - f.averagesUpTo(b.below)
	}
	for i, v := range m.values {
		if v <= limit+tieDistance {
			notAbove += f.times[m.rounds[i]]
		}
		if v >= limit-tieDistance {
			notBelow += f.times[m.rounds[i]]
		}
	}
	return notAbove, notBelow
}

// averagesUpTo returns how many Walsh averages of the drawn values a reach has.
func (f *futureRounds) averagesUpTo(r reach) int {
	twice := f.drawnTo[r.self] // each value with itself in one order
	before := 0
	for i, partners := range r.partners { // and every two values in both
		drawn := f.drawnTo[i+1]
		twice += (drawn - before) * f.drawnTo[partners]
		before = drawn
	}
	return twice / 2
}

// border returns the border of a limit.
func (m *futureMember) border(limit float64) *border {
	for i := range m.borders {
		if m.borders[i].limit == limit {
			return &m.borders[i]
		}
	}
	b := border{
		limit: limit,
		upTo:  m.reach(limit + tieDistance),
		below: m.reach(limit - tieDistance),
	}
	b.isClear = b.upTo.self == b.below.self && slices.Equal(b.upTo.partners, b.below.partners)
	m.borders = append(m.borders, b)
	return &m.borders[len(m.borders)-1]
}

// reach returns the averages that are at most a limit. With a larger value, fewer others are small
// enough beside it.
func (m *futureMember) reach(limit float64) reach {
	r := reach{partners: make([]uint16, len(m.values))}
	last := len(m.values)
	for i, v := range m.values {
		for last > 0 && v/2+m.values[last-1]/2 > limit {
			last--
		}
		r.partners[i] = uint16(last)
		if v <= limit {
			r.self++
		}
	}
	return r
}

// knownTails caches the results of tails: thousands of checks have about the same n.
var knownTails sync.Map

// tails returns, for each count, the probability of so low a one or a lower one of n values, as
// inference.tail does. Callers must not change it.
func tails(bySigns bool, n int) []float64 {
	type test struct {
		bySigns bool
		n       int
	}
	if known, ok := knownTails.Load(test{bySigns, n}); ok {
		return known.([]float64)
	}

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
	knownTails.Store(test{bySigns, n}, all)
	return all
}
