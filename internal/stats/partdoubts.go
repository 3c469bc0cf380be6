package stats

import (
	"math"

	"labbook.example/labbook/internal/record"
)

// partDoubts returns what the generators of a cell's loads did unlike each other.
func partDoubts(cell Cell) []Doubt {
	doubts := unlikeGenerators(cell)

	var overlaps, spreads, shares, seconds []float64
	ragged, late := 0, 0
	for _, trial := range cell.clean {
		if o := trial.Overlap; o != nil {
			overlaps = append(overlaps, *o)
			if *o < minOverlap {
				ragged++
			}
		}
		took, ok := secondsOfLoad(trial)
		if spread := trial.StartSpreadSeconds; spread != nil && ok {
			spreads, seconds = append(spreads, *spread), append(seconds, took)
			shares = append(shares, *spread/took)
			if *spread > maxLateStart*took {
				late++
			}
		}
	}
	if overlap := medianOfAll(overlaps); len(overlaps) > 0 && overlap < minOverlap {
		doubts = append(doubts, cell.doubt(Ragged, ragged, Overlap(overlap)))
	}
	if medianOfAll(shares) > maxLateStart {
		doubts = append(doubts, cell.doubt(LateStart, late, StartSpread{
			MS:          1000 * medianOfAll(spreads),
			LoadSeconds: medianOfAll(seconds),
		}))
	}
	return doubts
}

// unlike is how one generator's times differ from the others', at one percentile.
type unlike struct {
	name       string
	percentile int

	slower, faster int       // trials in which it was, at all
	tooSlow        int       // trials in which it was by more than the limit
	tooFast        int       // the same of faster
	its, others    []float64 // in milliseconds, of each trial
}

// unlikeGenerators reports the generator whose times were most unlike the others'. A percentile of
// a joined load may be that of one generator with a slow machine or a long path, so that each is
// held against the others: in most trials it must be too far from them, and on the same side of
// them more often than by chance.
func unlikeGenerators(cell Cell) []Doubt {
	var all []*unlike
	find := func(name string, percentile int) *unlike {
		for _, u := range all {
			if u.name == name && u.percentile == percentile {
				return u
			}
		}
		all = append(all, &unlike{name: name, percentile: percentile})
		return all[len(all)-1]
	}
	trials := 0
	for _, trial := range cell.clean {
		parts := generatorsOf(trial)
		if len(parts) < 2 {
			continue
		}
		trials++
		for i, p := range parts {
			for _, time := range partTimes {
				find(p.String(), time.percentile).add(parts, i, time.of)
			}
		}
	}

	var worst *unlike
	for _, u := range all {
		if u.found(trials) && (worst == nil || u.worse(*worst)) {
			worst = u
		}
	}
	if worst == nil {
		return nil
	}
	evidence := UnlikeTimes{
		Percentile: worst.percentile,
		MS:         medianOfAll(worst.its),
		OthersMS:   medianOfAll(worst.others),
	}
	named := AtMachine{Machine: worst.name, Evidence: evidence}
	return []Doubt{cell.doubt(UnlikeGenerators, max(worst.tooSlow, worst.tooFast), named)}
}

// partTimes are the times by which generators are held against each other.
var partTimes = []struct {
	percentile int
	of         func(record.Part) *float64
}{
	{50, func(p record.Part) *float64 { return p.P50MS }},
	{99, func(p record.Part) *float64 { return p.P99MS }},
}

// add adds a trial. What the network takes longer to one generator than to the others is no
// difference; twice as much is allowed, since a connection of its own takes two round trips.
func (u *unlike) add(parts []record.Part, i int, of func(record.Part) *float64) {
	its := of(parts[i])
	var others, trips []float64
	for j, p := range parts {
		if j == i {
			continue
		}
		if ms := of(p); ms != nil {
			others = append(others, *ms)
		}
		if p.ConnectMinMS != nil {
			trips = append(trips, *p.ConnectMinMS)
		}
	}
	if its == nil || len(others) == 0 {
		return
	}

	middle := medianOfAll(others)
	limit := maxUnlike * middle
	if trip := parts[i].ConnectMinMS; trip != nil && len(trips) > 0 {
		limit = max(limit, maxUnlikeTrips*math.Abs(*trip-medianOfAll(trips)))
	}
	u.its, u.others = append(u.its, *its), append(u.others, middle)
	switch by := *its - middle; {
	case by > 0:
		u.slower++
		if by > limit {
			u.tooSlow++
		}
	case by < 0:
		u.faster++
		if -by > limit {
			u.tooFast++
		}
	}
}

// found reports whether the generator was too slow, or too fast, in most of the trials.
func (u unlike) found(trials int) bool {
	n := u.slower + u.faster
	return 2*u.tooSlow > trials && signTail(n, u.faster) <= maxUnlikeP ||
		2*u.tooFast > trials && signTail(n, u.slower) <= maxUnlikeP
}

// worse reports whether a generator is further from the others than another one is. Of two that are
// as far from each other, it is the slower one.
func (u unlike) worse(than unlike) bool {
	far := func(u unlike) float64 {
		return math.Abs(math.Log(medianOfAll(u.its) / medianOfAll(u.others)))
	}
	const same = 1e-9
	if d := far(u) - far(than); math.Abs(d) > same {
		return d > 0
	}
	return u.tooSlow > than.tooSlow
}
