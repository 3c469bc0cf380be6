package stats

// inference is how an interval and p-values are made of the logarithms of the ratios.
type inference struct {
	confidence float64

	// bySigns reports that the distribution is surely not symmetric, so that signs are counted and
	// not signed ranks.
	bySigns bool

	// widening is the factor by which rounds that depend on each other widen the interval; below 1:
	// they are independent.
	widening float64
}

// locate returns the centre of some values with its interval.
func (m inference) locate(values []float64) Location {
	l := HodgesLehmann(values, m.confidence)
	if m.bySigns {
		l = MedianOf(values, m.confidence)
	}
	if m.widening > 1 && l.Confidence > 0 {
		l.Low = l.Center - m.widening*(l.Center-l.Low)
		l.High = l.Center + m.widening*(l.High-l.Center)
	}
	return l
}

// p returns the two-sided p-value that the centre of the values is 0. If the interval of locate
// with confidence C excludes 0, then p ≤ 1 − C. Values of 0 count against a difference. center is
// that of locate.
func (m inference) p(values []float64, center float64) float64 {
	notAbove, notBelow := m.counts(values, m.instead(0, center))
	return min(1, 2*m.tail(len(values), min(notAbove, notBelow)))
}

// notEquivalentP returns the p-value of the two one-sided tests that the centre of the values is
// −margin or less, or margin or more (Schuirmann, 1987). Both must be refused, so the larger one
// counts. It is doubled: it is at most 1 − C where the interval of locate with confidence C lies
// within the margin. center is that of locate.
func (m inference) notEquivalentP(values []float64, center, margin float64) float64 {
	notAbove, _ := m.counts(values, m.instead(-margin, center))
	_, notBelow := m.counts(values, m.instead(margin, center))
	return min(1, 2*m.tail(len(values), max(notAbove, notBelow)))
}

// instead returns the limit at which the values are tested instead of another one. The interval
// that is widened about the centre excludes the limit where the one that is not excludes this one.
func (m inference) instead(limit, center float64) float64 {
	if m.widening <= 1 {
		return limit
	}
	return center - (center-limit)/m.widening
}

// counts returns how many values, or Walsh averages of them, are at a limit or below, and how many
// are at it or above.
func (m inference) counts(values []float64, limit float64) (notAbove, notBelow int) {
	count := func(v float64) {
		if v <= limit {
			notAbove++
		}
		if v >= limit {
			notBelow++
		}
	}
	for i, x := range values {
		if m.bySigns {
			count(walshAverage(x, x))
			continue
		}
		for _, y := range values[i:] {
			count(walshAverage(x, y))
		}
	}
	return notAbove, notBelow
}

// tail returns the probability of so low a count, or a lower one, of n values.
func (m inference) tail(n, count int) float64 {
	if m.bySigns {
		return signTail(n, count)
	}
	return signedRankTail(n, count)
}

// dependsTooMuch reports whether rounds that depend on each other have no verdict: they are worth
// as many independent ones as have the same standard error.
func (c Comparison) dependsTooMuch(tested int, confidence float64) bool {
	if c.Widening == 0 || !c.Tested() {
		return false
	}
	independent := float64(c.N) / (c.Widening * c.Widening)
	return independent < float64(MinRoundsForVerdict(tested, confidence))
}
