package stats

import (
	"cmp"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
)

// The checks of a record are one family: with sixty of them, each at its limit in truth, three
// would fail by chance. Holm's correction supposes the worst, that no two of them fail together. So
// ten rounds could never let any of sixty checks fail, however far all of them are beyond their
// limits. But the checks of a cell rest on the same trials, and those of a round on the same state
// of the machine. How much they have in common is in the data.
//
// If the truth is at the limit, a value is as likely on the one side as on the other. So all values
// of a round may be mirrored at their limits, all together, and that leaves what they have in
// common. The adjusted p-value of a check is the share of all ways to mirror rounds in which some
// check has as small a p-value as it has here (the step-down minP method; Westfall and Young,
// Resampling-Based Multiple Testing, 1993, 2.6). It is never smaller than 2^−n of n rounds.

// The ways to mirror rounds. Up to so many rounds all of them are taken, and of more rounds as many
// as maxMirrored are drawn: the same record always has the same ones.
const (
	maxAllMirrored = 11
	maxMirrored    = 1999
)

// adjustTogether returns p-values that hold for all of some one-sided tests together, in their
// order. There must be at least one. That of a single test is its own.
func adjustTogether(tests []mirrored) []float64 {
	rounds := 0
	for i := range tests {
		rounds = max(rounds, slices.Max(tests[i].rounds)+1)
	}
	order := make([]int, len(tests)) // the smallest p first
	observed := make([]float64, len(tests))
	none := make([]bool, rounds)
	for i := range tests {
		order[i], observed[i] = i, tests[i].p(none)
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(observed[a], observed[b])
	})

	if len(tests) == 1 {
		return observed
	}

	as := make([]int, len(tests)) // ways in which this one or a later one has as small a p
	ways := 0
	for mirror := range mirrors(rounds) {
		ways++
		smallest := 1.0
		for rank := len(order) - 1; rank >= 0; rank-- {
			i := order[rank]
			smallest = min(smallest, tests[i].p(mirror))
			if smallest <= observed[i]*(1+1e-9) {
				as[i]++
			}
		}
	}

	adjusted := make([]float64, len(tests))
	largest := 0.0
	for _, i := range order {
		largest = max(largest, observed[i], float64(as[i])/float64(ways))
		adjusted[i] = largest
	}
	return adjusted
}

// mirrors yields ways to mirror rounds: of each round, whether it is. The first way is none. The
// slice is the same each time.
func mirrors(rounds int) func(yield func([]bool) bool) {
	return func(yield func([]bool) bool) {
		mirror := make([]bool, rounds)
		if !yield(mirror) {
			return
		}
		if rounds <= maxAllMirrored {
			for way := uint(1); way < 1<<rounds; way++ { // each differs from the last in one round
				at := bits.TrailingZeros(way)
				mirror[at] = !mirror[at]
				if !yield(mirror) {
					return
				}
			}
			return
		}
		random := rand.New(rand.NewPCG(uint64(rounds), maxMirrored))
		for range maxMirrored {
			for i := range mirror {
				mirror[i] = random.Uint64()&1 == 1
			}
			if !yield(mirror) {
				return
			}
		}
	}
}

// mirrored is a one-sided test that values are not above a limit, whose rounds can be mirrored at
// it.
type mirrored struct {
	bySigns bool
	rounds  []int     // of each value, from 0
	above   []bool    // whether it is above the limit
	ties    []int     // where a group of values begins that are as far from the limit; then the end
	onLimit int       // how many values are at the limit itself: the first ones
	tails   []float64 // of the number of values, or of averages, that are not above the limit
}

// newMirrored returns the test that sidedP makes of a comparison: above the limit, or below it.
// rounds are those of the record, ascending.
func newMirrored(c Comparison, limit float64, above bool, rounds []int) mirrored {
	m := inference{bySigns: c.BySigns, widening: c.Widening}
	limit = m.instead(limit, c.center)
	order := make([]int, len(c.logs))
	distance := make([]float64, len(c.logs)) // above the limit
	for i, l := range c.logs {
		order[i] = i
		if above && l != limit { // both may be infinite
			distance[i] = l - limit
		} else if l != limit {
			distance[i] = limit - l
		}
	}
	far := func(i int) float64 { return math.Abs(distance[i]) }
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(far(a), far(b)) })

	t := mirrored{bySigns: c.BySigns, tails: tails(c.BySigns, len(c.logs))}
	for at, i := range order {
		round, _ := slices.BinarySearch(rounds, c.rounds[i])
		t.rounds = append(t.rounds, round)
		t.above = append(t.above, distance[i] > 0)
		if far(i) <= tieDistance {
			t.onLimit = at + 1
		}
		if at == 0 || far(i)-far(order[at-1]) > 2*tieDistance {
			t.ties = append(t.ties, at)
		}
	}
	t.ties = append(t.ties, len(order))
	return t
}

// p returns the p-value with some rounds mirrored.
func (t *mirrored) p(mirror []bool) float64 {
	notAbove := t.onLimit
	if !t.bySigns {
		notAbove = t.onLimit * (t.onLimit + 1) / 2
	}
	for group, begin := range t.ties[:len(t.ties)-1] {
		if begin < t.onLimit {
			continue
		}
		below, of := 0, t.ties[group+1]-begin
		for i := begin; i < begin+of; i++ {
			if t.above[i] == mirror[t.rounds[i]] {
				below++
			}
		}
		if t.bySigns {
			notAbove += below
			continue
		}
		// Averages with the values nearer to the limit, with each other and themselves, and with
		// those as far above it.
		notAbove += below*begin + below*(below+1)/2 + below*(of-below)
	}
	return t.tails[notAbove]
}
