package capacity

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
)

// MaxRate is the highest arrival rate that a search tries, in requests per second, as that of a
// spec.
const MaxRate = 1_000_000

// The limits of a search. It needs about 20 loads of a server that has a capacity.
const (
	maxProbes = 40
	maxStarts = 3 // failures in a row to start a server that had started before
)

const (
	growth  = 2    // of the rate, until the objective is not met
	fall    = 4    // of the rate, until it is
	narrow  = 1.06 // the ratio of the rates at which a bracket is narrow enough
	guessed = 0.04 // how far from its capacity an overloaded server answers
	unused  = 0.9  // of the rate: a server that answers less is overloaded
	further = 1.25 // above a bracket, to see that it is in the right place
	holes   = 4    // how far below the capacity a search looks for rates that fail
	gap     = 1.9  // the ratio of two rates between which there may be such

	agreed      = 2 // how many more loads at an end of a bracket tell one than the other
	believed    = 3 // and where the objective was met at a higher rate
	maxOpinions = 9 // at a rate
)

// seen is what a load told.
type seen struct {
	record.Probe
	limit string // why the generator was the limit and the server may take more; "": it was not
}

// prober makes a load at a rate. An error ends the search, and the run.
type prober func(ctx context.Context, rate int) (seen, error)

// search finds the highest rate up to which a server keeps to an objective. It decides by what most
// of the loads at a rate tell. Where a rate is known at which the objective is not met, no higher
// one counts: what can be offered safely is looked for.
type search struct {
	probe           prober
	kept            []seen // that an interrupted search has made
	start           int    // the first rate
	lowest, highest int

	probes  []record.Probe
	tallies map[int]*tally // by rate
	began   time.Time
	refused int    // failures in a row to start the server
	reason  string // of the last of these
}

// tally is what the loads at a rate told.
type tally struct {
	met, of int
	limit   string  // as in seen, of the last that was not met
	answers float64 // per second, of the last that was not met but answered; 0: of none
	why     string  // the last was not met
}

// kept reports whether most loads met the objective.
func (t *tally) kept() bool { return 2*t.met > t.of }

// settled reports whether two loads more tell one than the other, or many were made.
func (t *tally) settled() bool {
	return t.of >= maxOpinions || 2*t.met-t.of >= agreed || t.of-2*t.met >= agreed
}

// run makes loads until the search is over. Since nothing but the loads decides which is the next,
// an interrupted search goes on as if it had not been.
func (s *search) run(ctx context.Context) (found record.Search, err error) {
	s.tallies = map[int]*tally{}
	s.began = time.Now()
	for _, was := range s.kept {
		s.add(was)
	}
	for {
		rate := s.next()
		if end, over := s.over(rate); over {
			found.Probes, found.End, found.Reason = s.probes, end, s.why(end)
			low, high := s.bracket()
			found.Rates = s.within(Grid(float64(low), float64(high), end))
			return found, nil
		}
		was, err := s.probe(ctx, rate)
		if err != nil {
			return found, err
		}
		s.add(was)
	}
}

// within returns the rates that the search may try; at least one.
func (s *search) within(rates []int) []int {
	for i, rate := range rates {
		rates[i] = min(max(rate, s.lowest), s.highest)
	}
	return slices.Compact(rates)
}

// add takes what a load told.
func (s *search) add(was seen) {
	s.probes = append(s.probes, was.Probe)
	if !was.Loaded() {
		s.refused++
		s.reason = was.Reason
		return
	}
	s.refused = 0
	t := s.tallies[was.Rate]
	if t == nil {
		t = &tally{}
		s.tallies[was.Rate] = t
	}
	t.of++
	if was.Met {
		t.met++
		return
	}
	t.limit, t.why = was.limit, was.Reason
	if was.Outcome == record.Ended {
		t.answers = was.Answered
	}
}

// bracket is that of the loads until now.
func (s *search) bracket() (low, high int) { return record.Search{Probes: s.probes}.Bracket() }

// next returns the rate of the next load; 0: the search is over.
func (s *search) next() int {
	low, high := s.bracket()
	switch {
	case len(s.tallies) == 0:
		return s.start
	case high > 0 && s.doubtful(high):
		return high
	case high == 0 && low == s.highest:
		return s.unsettled(low)
	case high == 0:
		return min(low*growth, s.highest)
	case low == 0 && high == s.lowest:
		return s.unsettled(high)
	case low == 0:
		return s.lower(high)
	case high >= growth*low && s.isHiccup(high):
		return high
	case !s.isNarrow(low, high):
		return s.between(low, high)
	}
	if rate := s.unsettled(low); rate > 0 {
		return rate
	}
	if rate := s.unsettled(high); rate > 0 {
		return rate
	}
	if rate := s.beyond(high); rate > 0 {
		return rate
	}
	return s.hole(low)
}

// beyond returns a rate above a bracket, where one that was met shows that the bracket is in the
// wrong place. It is 0 if that was looked at.
func (s *search) beyond(high int) int {
	nearest := 0
	for rate := range s.tallies {
		if r := float64(rate) / float64(high); r > narrow && r <= growth {
			if nearest == 0 || rate < nearest {
				nearest = rate
			}
		}
	}
	if nearest > 0 {
		return s.unsettled(nearest)
	}
	if rate := min(s.highest, int(math.Ceil(float64(high)*further))); rate > high {
		return rate
	}
	return 0
}

// doubtful reports whether a rate at which the objective was not met needs another opinion: loads
// at it disagree, or the objective was met at a higher rate. That may be a hole, and more often it
// is something else that happened on the machine for a moment, so that it takes more to believe it.
func (s *search) doubtful(high int) bool {
	t := s.tallies[high]
	for rate, other := range s.tallies {
		if rate > high && other.kept() {
			return !t.kept() && t.of-2*t.met < believed && t.of < maxOpinions
		}
	}
	return t.of >= 2 && !t.settled()
}

// isHiccup reports whether the only load at a rate was nearly as good as it had to be: the server
// was not overloaded. Before a bisection rests on it, another one tells more.
func (s *search) isHiccup(high int) bool {
	t := s.tallies[high]
	return t.of == 1 && t.answers >= unused*float64(high)
}

// unsettled returns a rate that needs another load, or 0 if it does not.
func (s *search) unsettled(rate int) int {
	if s.tallies[rate].settled() {
		return 0
	}
	return rate
}

// isNarrow reports whether a bracket is narrow enough.
func (s *search) isNarrow(low, high int) bool {
	return float64(high) <= narrow*float64(low) || high-low <= 1
}

// lower returns a rate below one at which the objective was not met, while it was met at none. The
// guess is worth one load: a server that is slow at any rate answers few as well.
func (s *search) lower(high int) int {
	rate := max(s.lowest, high/fall)
	if len(s.tallies) == 1 {
		rate = max(rate, int(s.guess(high)*(1-guessed)))
	}
	return rate
}

// guess returns how much an overloaded server answered: that is about its capacity. It is 0 if this
// is not known.
func (s *search) guess(high int) float64 {
	if t := s.tallies[high]; t.answers < unused*float64(high) {
		return t.answers
	}
	return 0
}

// between returns a rate between two: a little below or above the guess, or the middle.
func (s *search) between(low, high int) int {
	guess := s.guess(high)
	for _, rate := range []int{int(guess * (1 - guessed)), int(guess * (1 + guessed))} {
		if float64(rate) > narrow*float64(low) && float64(high) > narrow*float64(rate) {
			return rate
		}
	}
	middle := int(math.Round(math.Sqrt(float64(low) * float64(high))))
	return min(max(middle, low+1), high-1)
}

// hole returns a rate in the middle of a wide gap between those that were tried below the capacity:
// a server may fail at some rates and not at higher ones. It is 0 if there is no such gap.
func (s *search) hole(low int) int {
	lowest := max(s.lowest, low/holes)
	rates := []int{lowest}
	for rate := range s.tallies {
		if rate <= low {
			rates = append(rates, rate)
		}
	}
	slices.Sort(rates)
	for i := len(rates) - 1; i > 0 && rates[i] > lowest; i-- {
		upper, lower := float64(rates[i]), float64(rates[i-1])
		middle := math.Round(math.Sqrt(lower * upper))
		if upper >= gap*lower && middle > lower && middle < upper {
			return int(middle)
		}
	}
	return 0
}

// over reports whether no further load is to be made, and how the search ended. next is the rate
// that would be the next, or 0.
func (s *search) over(next int) (end record.SearchEnd, over bool) {
	if next > 0 {
		tired := len(s.probes) >= maxProbes || time.Since(s.began) >= plan.MaxSearchTime
		return record.Exhausted, tired || s.refused >= maxStarts
	}
	low, high := s.bracket()
	switch {
	case low == 0:
		return record.Unreached, true
	case high == 0 || s.tallies[high].limit != "":
		return record.Unbounded, true
	}
	return record.Bracketed, true
}

// why returns the reason of an end, in words.
func (s *search) why(end record.SearchEnd) string {
	_, high := s.bracket()
	switch {
	case end == record.Unreached:
		return fmt.Sprintf("not met at %d requests per second, the lowest rate: %s", high,
			s.tallies[high].why)
	case end == record.Unbounded && high == 0:
		return fmt.Sprintf("met at %d requests per second, the highest rate", s.highest)
	case end == record.Unbounded:
		return fmt.Sprintf("at %d requests per second, %s", high, s.tallies[high].limit)
	case end == record.Exhausted && s.refused >= maxStarts:
		return "the server did not start again: " + s.reason
	case end == record.Exhausted && len(s.probes) >= maxProbes:
		return fmt.Sprintf("not decided after %d loads", len(s.probes))
	case end == record.Exhausted:
		return fmt.Sprintf("not decided after %v", plan.MaxSearchTime)
	}
	return ""
}
