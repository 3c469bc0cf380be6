package stats

import (
	"math"
	"slices"
	"sort"
)

// How many rounds would settle what is inconclusive is found by resampling: longer experiments are
// made of the rounds of this one, and judged exactly as this one was, with Holm's correction over
// the whole family. The number is that from which on four of five of them reach a verdict.
//
// Two kinds of longer experiments must do so. Those of the first kind are drawn from the rounds as
// they are. In those of the second, the rounds are resampled once before: the ratio of this run is
// known no better than its interval says, and one that looks far from 1 is often nearer (O'Hagan,
// Stevens and Campbell, Pharmaceutical Statistics, 2005, call this the assurance). Without the
// second kind, the number would be enough in about two of three experiments only.

// Needed is how many rounds, or of several runs how many of these, would probably give a verdict to
// all comparisons of a server that are inconclusive and that more of them can settle. Both are 0 if
// there is no such comparison, or if no number up to MaxRoundsNeeded or MaxRunsNeeded would.
type Needed struct {
	Server string // "": of all servers together
	Rounds int
	Runs   int
}

// MaxRoundsNeeded is the largest number of rounds that is proposed. What more rounds could show is
// too small a difference for the machine.
const MaxRoundsNeeded = 200

// MaxRunsNeeded is the largest number of runs that is proposed, that of a spec.
const MaxRunsNeeded = 100

const (
	resamples = 500 // of each kind
	enough    = 0.8 // of them must reach the verdict

	// roundsStep is to what a number of rounds is rounded up: it is an estimate.
	roundsStep = 5
	// growth is how many times the rounds that were run a proposal has at least. Fewer more would
	// hardly change an interval.
	growth = 1.5
)

// Settleable reports whether more rounds, or runs, could give the comparison a verdict: it has
// none, and that is for lack of data. Where the slower side was as fast as the generator, more of
// them would only measure the generator again, and imported trials have no rounds.
func (c Comparison) Settleable() bool {
	limited := c.Limited == SlowerSide || c.Limited == BothSides
	return c.Verdict == Inconclusive && !limited && !c.Unpaired && !c.Dependent &&
		!c.WithinControl && !c.coarse
}

// NeededBy returns what would settle the comparisons of a server; of all servers if it is "".
func (a *Analysis) NeededBy(server string) Needed {
	for _, n := range a.Needed {
		if n.Server == server {
			return n
		}
	}
	return Needed{Server: server}
}

// EstimateNeeded sets how many rounds, or runs, would settle what is open: each comparison, those
// of each server, all of them, and each check. It resamples the record thousands of times, which
// takes much longer than everything else together.
func (a *Analysis) EstimateNeeded() {
	a.estimateVerdicts()
	a.estimateChecks()
}

func (a *Analysis) estimateVerdicts() {
	targets := a.targets()
	if len(targets) == 0 {
		return
	}
	family, places := a.tested()
	future := a.newFuture(family)
	outcomes := make([]outcome, len(family))
	search := a.newSearch(len(family), func(kind, resample, size int, settled []bool) {
		future.outcomes(kind, resample, size, outcomes)
		judge(family, outcomes, a.Confidence, settled)
	})
	for _, set := range targets {
		var members []int
		for _, place := range set.comparisons {
			members = append(members, slices.Index(places, place))
		}
		search.sets = append(search.sets, members)
	}

	for i, set := range targets {
		needed := a.needed(set.server, search.smallest(i))
		if set.single {
			c := &a.Comparisons[set.comparisons[0]]
			c.RoundsNeeded, c.RunsNeeded = needed.Rounds, needed.Runs
			continue
		}
		a.Needed = append(a.Needed, needed)
	}
}

// newFuture returns what makes experiments that are longer than this one.
func (a *Analysis) newFuture(family []Comparison) future {
	if a.SeveralRuns() {
		return newFutureRuns(family, math.Log1p(a.Margin), a.Runs)
	}
	return newFutureRounds(family, math.Log1p(a.Margin))
}

// needed returns a size that was found as what it is: rounds, or runs if there are several.
func (a *Analysis) needed(server string, size int) Needed {
	if a.SeveralRuns() {
		return Needed{Server: server, Runs: size}
	}
	return Needed{Server: server, Rounds: size}
}

// newSearch returns a search for the size of longer experiments than this one, over a family of
// claims. What is looked for are its sets, which are still to be named.
func (a *Analysis) newSearch(
	family int, settle func(kind, resample, size int, settled []bool),
) search {
	smallest, step, largest := float64(a.Rounds), roundsStep, MaxRoundsNeeded
	if a.SeveralRuns() {
		smallest, step, largest = float64(a.Runs), 1, MaxRunsNeeded
	}
	return search{
		settle:  settle,
		settled: make([]bool, family),
		from:    roundUp(int(math.Ceil(growth*smallest)), step),
		step:    step,
		to:      largest,
		known:   map[int][]int{},
	}
}

// target is a set of comparisons that are to be settled together.
type target struct {
	server      string
	single      bool  // one comparison by itself
	comparisons []int // their places in Analysis.Comparisons
}

// targets returns all sets whose number is asked for: each comparison, each server, all.
func (a *Analysis) targets() []target {
	var singles, servers []target
	all := target{}
	for _, server := range a.Compared() {
		of := target{server: server}
		for i, c := range a.Comparisons {
			if c.Server == server && c.Settleable() {
				of.comparisons = append(of.comparisons, i)
				single := target{server: server, single: true, comparisons: []int{i}}
				singles = append(singles, single)
			}
		}
		if len(of.comparisons) > 0 {
			servers = append(servers, of)
			all.comparisons = append(all.comparisons, of.comparisons...)
		}
	}
	if len(singles) == 0 {
		return nil
	}
	return slices.Concat(singles, servers, []target{all})
}

func roundUp(n, step int) int { return (n + step - 1) / step * step }

// future makes up longer experiments.
type future interface {
	// outcomes sets what a longer experiment tells of each comparison of the family.
	outcomes(kind, resample, size int, all []outcome)
	// sides sets what it tells of the side of a limit on which each one is.
	sides(kind, resample, size int, limits []float64, all []sides)
}

// search looks for the smallest size of an experiment that settles a set of claims, as comparisons
// are, out of a family of them.
type search struct {
	// settle sets which claims of the family a longer experiment settles. The same kind and number
	// of a resample are the same experiment, which goes on with its size.
	settle  func(kind, resample, size int, settled []bool)
	settled []bool  // scratch
	sets    [][]int // the claims of each set, by their places in the family

	from, to, step int
	known          map[int][]int // by size: in how many resamples each set is settled
}

// smallest returns the smallest size at which enough resamples of both kinds settle a set; 0 if
// none does. More rounds settle more, apart from chance.
func (s search) smallest(set int) int {
	sizes := (s.to-s.from)/s.step + 1
	found := sort.Search(max(0, sizes), func(i int) bool {
		return float64(s.count(s.from + i*s.step)[set]) >= enough*resamples
	})
	if found >= sizes {
		return 0
	}
	return s.from + found*s.step
}

// count returns how many resamples settle each set: the fewer of the two kinds.
func (s search) count(size int) []int {
	if counts := s.known[size]; counts != nil {
		return counts
	}
	isOpen := func(claim int) bool { return !s.settled[claim] }
	fewest := slices.Repeat([]int{resamples}, len(s.sets))
	for kind := range kinds {
		counts := make([]int, len(s.sets))
		for resample := range resamples {
			s.settle(kind, resample, size, s.settled)
			for i, set := range s.sets {
				if !slices.ContainsFunc(set, isOpen) {
					counts[i]++
				}
			}
		}
		for i, n := range counts {
			fewest[i] = min(fewest[i], n)
		}
	}
	s.known[size] = fewest
	return fewest
}

// The kinds of longer experiments: the truth is this run, or it is uncertain.
const (
	asMeasured = iota
	asUncertain
	kinds
)

// outcome is what a longer experiment tells of one comparison.
type outcome struct {
	different     float64 // p that the ratio is 1
	notEquivalent float64 // p that the ratio is not within the margin
	above         bool    // the ratio is above 1
}

// sides are the p-values that sidedP returns of one comparison in a longer experiment.
type sides struct{ above, below float64 }

// judge reports for each comparison of a family whether it has a verdict, with Holm's correction,
// as verdictOf decides. One whose faster side the generator limited can only differ, in the
// direction of the record.
func judge(family []Comparison, outcomes []outcome, confidence float64, settled []bool) {
	different, equivalent := make([]float64, len(outcomes)), make([]float64, len(outcomes))
	for i, o := range outcomes {
		different[i], equivalent[i] = o.different, o.notEquivalent
	}
	different, equivalent = holm(different), holm(equivalent)
	for i, c := range family {
		differs, alike := different[i] <= 1-confidence, equivalent[i] <= 1-confidence
		settled[i] = differs || alike
		if c.Limited == FasterSide {
			settled[i] = differs && outcomes[i].above == (c.Ratio > 1)
		}
	}
}

// tested returns the family: the comparisons that are tested, and their places.
func (a *Analysis) tested() (family []Comparison, places []int) {
	for place, c := range a.Comparisons {
		if c.Tested() {
			family = append(family, c)
			places = append(places, place)
		}
	}
	return family, places
}
