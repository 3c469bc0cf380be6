package stats

// How many rounds would decide a check is found as for a verdict, with its limit in the place of 1:
// longer experiments must find it met, or find it failed in spite of Holm's correction.

// estimateChecks sets what would decide each check that is undecided for lack of data alone.
// Imported trials have no rounds.
func (a *Analysis) estimateChecks() {
	tested := testedChecks(a.Checks)
	var sets [][]int
	for i, c := range tested {
		if c.Outcome == CheckUndecided && c.Reason == NoReason {
			sets = append(sets, []int{i})
		}
	}
	if len(sets) == 0 || a.Imported {
		return
	}

	f := a.newFutureChecks(tested)
	search := a.newSearch(len(tested), f.settle)
	search.sets = sets
	for i, set := range sets {
		needed := a.needed("", search.smallest(i))
		tested[set[0]].RoundsNeeded, tested[set[0]].RunsNeeded = needed.Rounds, needed.Runs
	}
}

// futureChecks decides checks in longer experiments.
type futureChecks struct {
	future
	confidence float64
	checks     []*Check
	limits     []float64 // of the members of the future: two of each check, its least and its most
	sides      []sides
	failing    []float64
}

func (a *Analysis) newFutureChecks(checks []*Check) *futureChecks {
	f := &futureChecks{
		confidence: a.Confidence,
		checks:     checks,
		sides:      make([]sides, 2*len(checks)),
		failing:    make([]float64, len(checks)),
	}
	var family []Comparison
	for _, c := range checks {
		family = append(family, c.least, c.most)
		f.limits = append(f.limits, c.border, c.border)
	}
	f.future = a.newFuture(family)
	return f
}

// settle sets which checks a longer experiment decides, as Check.decide does. An interval is on one
// side of the limit if the p-value of that, doubled, is small enough.
func (f *futureChecks) settle(kind, resample, size int, settled []bool) {
	f.future.sides(kind, resample, size, f.limits, f.sides)
	const sidesOfInterval = 2
	for i, c := range f.checks {
		least, most := f.sides[2*i], f.sides[2*i+1]
		meeting := most.below
		f.failing[i] = least.above
		if c.Expectation.Bound.Lower() {
			meeting, f.failing[i] = least.above, most.below
		}
		settled[i] = sidesOfInterval*meeting <= 1-f.confidence && c.mayBe(true)
	}
	factor := holmFactor(f.failing, 1-f.confidence)
	for i, p := range f.failing {
		settled[i] = settled[i] || factor*p <= 1-f.confidence &&
			sidesOfInterval*p <= 1-f.confidence && f.checks[i].mayBe(false)
	}
}
