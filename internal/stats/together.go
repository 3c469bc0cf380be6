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
	none := unmirrored(rounds)
	for i := range tests {
		order[i], observed[i] = i, tests[i].p(none)[0]
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Compare(observed[a], observed[b])
	})

	if len(tests) == 1 {
		return observed
	}

	all := allWays(rounds)
	as := make([]int, len(tests)) // ways in which this one or a later one has as small a p
	smallest := slices.Repeat([]float64{1}, all.n)
	for _, i := range slices.Backward(order) {
		for way, p := range tests[i].p(all) {
			smallest[way] = min(smallest[way], p)
			if smallest[way] <= observed[i]*(1+1e-9) {
				as[i]++
			}
		}
	}

	adjusted := make([]float64, len(tests))
	largest := 0.0
	for _, i := range order {
		largest = max(largest, observed[i], float64(as[i])/float64(all.n))
		adjusted[i] = largest
	}
	return adjusted
}

// ways are ways to mirror rounds. Thousands of tests are asked about thousands of them, so of eight
// rounds at a time each way has a byte, in which the bits of the mirrored ones are set.
type ways struct {
	n      int
	eights [][]byte
}

// unmirrored returns the one way to mirror none of the rounds.
func unmirrored(rounds int) *ways {
	w := &ways{eights: make([][]byte, (rounds+7)/8)}
	w.add(make([]bool, rounds))
	return w
}

// allWays returns all ways to mirror rounds that are taken.
func allWays(rounds int) *ways {
	w := &ways{eights: make([][]byte, (rounds+7)/8)}
	for mirror := range mirrors(rounds) {
		w.add(mirror)
	}
	return w
}

func (w *ways) add(mirror []bool) {
	for i := range w.eights {
		bits := byte(0)
		for j, mirrored := range mirror[8*i : min(8*i+8, len(mirror))] {
			if mirrored {
				bits |= 1 << j
			}
		}
		w.eights[i] = append(w.eights[i], bits)
	}
	w.n++
}

// counts returns a count for each way: what it is without a mirror, and what each round, from 0,
// adds to that if it is mirrored.
func (w *ways) counts(without int, added []int) []int {
	counts := slices.Repeat([]int{without}, w.n)
	for i, eight := range w.eights {
		of := added[8*i : min(8*i+8, len(added))]
		if !slices.ContainsFunc(of, func(n int) bool { return n != 0 }) {
			continue
		}
		var sums [256]int
		for b := 1; b < 1<<len(of); b++ {
			sums[b] = sums[b&(b-1)] + of[bits.TrailingZeros(uint(b))]
		}
		for way, b := range eight {
			counts[way] += sums[b]
		}
	}
	return counts
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

// p returns the p-value in each way to mirror rounds.
func (t *mirrored) p(all *ways) []float64 {
	without := t.onLimit
	if !t.bySigns {
		without = t.onLimit * (t.onLimit + 1) / 2
	}
	added := make([]int, 8*len(all.eights)) // by values that none is as far from the limit as
	ofTies := make([]int, all.n)
	for group, begin := range t.ties[:len(t.ties)-1] {
		of := t.ties[group+1] - begin
		switch {
		case begin < t.onLimit:
		case t.bySigns:
			without += t.below(begin, of, 1, added)
		case of == 1: // averages with the values nearer to the limit, and with itself
			without += t.below(begin, of, begin+1, added)
		default:
			tied := make([]int, len(added))
			// Averages with the nearer values, with each other and themselves, and with those as
			// far above the limit.
			for way, below := range all.counts(t.below(begin, of, 1, tied), tied) {
				ofTies[way] += below*begin + below*(below+1)/2 + below*(of-below)
			}
		}
	}

	p := make([]float64, all.n)
	for way, notAbove := range all.counts(without, added) {
		p[way] = t.tails[notAbove+ofTies[way]]
	}
	return p
}

// below returns how many of a group of values are below the limit, times a weight, and adds to each
// round by how much mirroring it changes that.
func (t *mirrored) below(begin, of, weight int, added []int) (without int) {
	for i := begin; i < begin+of; i++ {
		if t.above[i] {
			added[t.rounds[i]] += weight
		} else {
			added[t.rounds[i]] -= weight
			without += weight
		}
	}
	return without
}
