package findings

import (
	"slices"
	"strings"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// Headline is the answer of an experiment, from what must be read first to the small print. Parts
// of it may be empty.
type Headline struct {
	Banner Sentence   // which data are invalid, and why
	Main   Sentence   // one short sentence
	Second Sentence   // one or two more
	Small  []Sentence // what restricts them
	// NoData reports that there is no answer, because data are invalid. Main says so itself.
	NoData bool
}

// NewHeadline returns the answer of an analysis. It claims no more than the verdicts do.
func NewHeadline(w *locale.Printer, a *stats.Analysis) Headline {
	s := story{w, a}
	if a.Unfinished != nil {
		return s.unfinished()
	}
	claim := s.claim()
	h := Headline{
		Main:   newSentence(claim.main),
		Second: newSentence(claim.second),
		NoData: claim.withoutData,
	}
	if !claim.withoutData {
		h.Banner = newSentence(s.banner())
	}
	for _, text := range append(claim.small, s.restrictions()...) {
		if text != "" {
			h.Small = append(h.Small, newSentence(text))
		}
	}
	return h
}

// story tells an analysis. Its texts mark the names of servers.
type story struct {
	*locale.Printer
	*stats.Analysis
}

// claim is what an experiment found, in texts that mark the names of servers.
type claim struct {
	main, second string
	small        []string
	withoutData  bool // main says itself that data are invalid
}

// claim returns the answer of the kind of experiment that it is.
func (s story) claim() claim {
	switch {
	case len(s.Invalid()) == len(s.Cells) && len(s.Cells) > 0:
		return claim{
			main:        s.Sprintf("No result: none of the data are valid."),
			second:      s.toFix(""),
			withoutData: true,
		}
	case s.Objective != nil:
		return s.capacities()
	case s.OpenLoop():
		c := s.arrivals()
		if s.SameVersion {
			c.second = joined(s.Sprintf("Both sides are the same commit, %s: this run tests the "+
				"set-up.", s.commit()), c.second)
		}
		return c
	case len(s.Compared()) == 0:
		return s.alone()
	case s.AllInvalid(s.Baseline):
		return claim{
			main: s.Sprintf("No comparison: the baseline %s has no valid data.",
				named(s.Baseline)),
			second:      s.toFix(s.Baseline),
			withoutData: true,
		}
	}

	compared := s.Compared()
	if usable := s.withComparisons(compared); len(usable) == 1 {
		compared = usable // the banner tells about the others
	}
	switch {
	case s.Against != nil && len(compared) == 1:
		return s.version(compared[0])
	case len(compared) == 1:
		return s.pair(compared[0])
	}
	return s.several(compared)
}

// withComparisons returns the servers that are compared with the baseline at some level.
func (s story) withComparisons(servers []string) []string {
	return slices.DeleteFunc(slices.Clone(servers), func(server string) bool {
		return !slices.ContainsFunc(s.Comparisons, func(c stats.Comparison) bool {
			return c.Server == server
		})
	})
}

// requests are what a throughput counts: good answers alone where requests may fail.
func (s story) requests() locale.Quantity {
	switch {
	case s.Goodput && s.Against != nil:
		return locale.GoodAnswersThen
	case s.Goodput:
		return locale.GoodAnswers
	case s.Against != nil:
		return locale.RequestsThen
	}
	return locale.RequestsPerSecond
}

// counted is a throughput, or a capacity, that is compared without the other server's name.
func (s story) counted() locale.Quantity {
	if s.Objective != nil {
		return locale.ByAmount
	}
	return locale.ByNumber
}

// rateWords returns one of two messages about throughput: where requests may fail, good answers
// alone are counted. A capacity is of requests in any case.
func rateWords(a *stats.Analysis, requests, good locale.Message) locale.Message {
	if a.Goodput && a.Objective == nil {
		return good
	}
	return requests
}

// handles states how a server compares: "B handles 24% fewer requests per second than A at every
// level." The ratios are those of comparisons, which have at least one.
func (s story) handles(server string, comparisons []stats.Comparison) string {
	low, high := extent(comparisons, func(c stats.Comparison) float64 { return c.Ratio })
	levels := levelsOf(comparisons)
	text := rateWords(s.Analysis, "%s handles %s %s.", "%s gives %s %s.")
	if s.Against != nil {
		text = rateWords(s.Analysis, "%s handles %s, %s.", "%s gives %s, %s.")
	}
	return s.Sprintf(text, s.doubted(server, levels),
		s.Difference(s.requests(), low, high, s.other(levels)), s.at(levels))
}

// at names levels in a sentence: "at every level", "at 1, 3 and 10 clients", "from 4 clients on".
func (s story) at(levels []plan.Level) string { return atLevels(s.Printer, levels, s.Levels) }

// doubted returns the name of a server, with the reason why data of it at these levels are suspect:
// "B (suspect at 4 clients: trend)". A claim must not look better than its data.
func (s story) doubted(server string, levels []plan.Level) string {
	return s.doubtedAs(named(server), server, levels)
}

// doubtedAs adds to a name of a server what doubted does.
func (s story) doubtedAs(name, server string, levels []plan.Level) string {
	switch at, why := s.suspicion(server, levels); {
	case len(at) == 0:
		return name
	case len(at) == len(levels):
		return s.Sprintf("%s (suspect: %s)", name, why)
	default:
		return s.Sprintf("%s (suspect %s: %s)", name, s.at(at), why)
	}
}

// doubting adds to a sentence that does not name its servers which of their data at these levels
// are suspect, and why.
func (s story) doubting(text string, levels []plan.Level, servers ...string) string {
	var doubts []string
	for _, server := range servers {
		switch at, why := s.suspicion(server, levels); {
		case len(at) == 0:
		case len(at) == len(levels):
			doubts = append(doubts, s.Sprintf("%s is suspect: %s", named(server), why))
		default:
			doubts = append(doubts, s.Sprintf("%s is suspect %s: %s",
				named(server), s.at(at), why))
		}
	}
	if len(doubts) == 0 {
		return text
	}
	return strings.TrimSuffix(text, ".") + " (" + semicolons(doubts) + ")."
}

// suspicion returns at which of some levels the data of a server are suspect, and why.
func (s story) suspicion(server string, levels []plan.Level) (at []plan.Level, why string) {
	var reasons []string
	for _, level := range levels {
		cell := s.Cell(plan.Cell{Server: server, Level: level})
		if cell == nil || cell.State != stats.Suspect {
			continue
		}
		at = append(at, level)
		reasons = append(reasons, whySuspect(s.Printer, *cell)...)
	}
	slices.Sort(reasons)
	reasons = slices.Compact(reasons)
	return at, s.List(reasons[:min(len(reasons), maxReasons)])
}

// maxReasons is how many reasons a claim names for suspect data. The section on the quality of the
// data has all.
const maxReasons = 3

// whySuspect returns in a few words each why a cell is suspect: codes, and how many of its trials
// are clean if not all of them are.
func whySuspect(w *locale.Printer, c stats.Cell) []string {
	var reasons []string
	if c.Clean() < c.Rounds {
		format := locale.Message("%d of %d trials valid")
		if c.Level.Kind == plan.Capacity {
			format = "%d of %d rounds valid"
		}
		reasons = append(reasons, w.Sprintf(format, c.Clean(), c.Rounds))
	}
	if c.Dead() > 0 {
		reasons = append(reasons, DeadRounds(w, c))
	}
	for _, code := range c.Suspicions {
		reasons = append(reasons, string(code))
	}
	return reasons
}

// banner states how much of the data is invalid, and why; "" if all can be used.
func (s story) banner() string {
	invalid := slices.DeleteFunc(s.Invalid(), func(c stats.Cell) bool { return c.Unknown })
	if len(invalid) == 0 {
		return ""
	}
	if s.Objective != nil {
		return joined(s.invalidServers(invalid), s.firstFault(""))
	}
	known := 0
	for _, cell := range s.Cells {
		if !cell.Unknown {
			known++
		}
	}
	text := s.Sprintf("%s of %s combinations of server and level are invalid and were left out.",
		s.Integer(len(invalid)), s.Integer(known))
	if len(invalid) == 1 {
		text = s.Sprintf("1 of %s combinations of server and level is invalid and was left out.",
			s.Integer(known))
	}
	return joined(text, s.firstFault(""))
}

// toFix returns what made the data of a server invalid, or of any server if it is "", and what to
// do.
func (s story) toFix(server string) string {
	fault := s.firstFault(server)
	if fault == "" {
		return ""
	}
	return joined(fault, s.Sprintf("Correct this and measure again."))
}

// InvalidCells names the combinations of server and level that are invalid: "A at every level and B
// at 8 clients"; "" if all can be used.
func InvalidCells(w *locale.Printer, a *stats.Analysis) string {
	levels := map[string][]plan.Level{}
	for _, cell := range a.Invalid() {
		if !cell.Unknown {
			levels[cell.Server] = append(levels[cell.Server], cell.Level)
		}
	}
	var names []string
	for _, server := range a.Servers {
		if of := levels[server]; len(of) > 0 {
			names = append(names, w.Sprintf("%s %s", server, atLevels(w, of, a.Levels)))
		}
	}
	return w.List(names)
}

// firstFault returns what made the data of a server invalid, the worst first; of any server if it
// is "".
func (s story) firstFault(server string) string {
	isInvalid := func(d stats.Doubt) bool {
		cell := s.Cell(d.Cell)
		return cell != nil && cell.State == stats.Invalid &&
			(server == "" || d.Cell.Server == server)
	}
	for _, warning := range s.Warnings {
		if warning.Code.Severity() != stats.SeverityError {
			continue
		}
		first := slices.IndexFunc(warning.Cells, isInvalid)
		if first < 0 {
			continue
		}
		var of []stats.Doubt
		for _, d := range warning.Cells[first:] {
			if isInvalid(d) && d.Cell.Server == warning.Cells[first].Cell.Server {
				of = append(of, d)
			}
		}
		return s.fault(warning.Code, of)
	}
	return ""
}

// fault states what made the data of one server invalid: "A at every level: answered 404: 1,000
// (not-2xx)."
func (s story) fault(code stats.Code, doubts []stats.Doubt) string {
	var levels []plan.Level
	for _, d := range doubts {
		levels = append(levels, d.Cell.Level)
	}
	where := s.Sprintf("%s %s", named(doubts[0].Cell.Server), s.at(levels))
	if s.Objective != nil {
		where = named(doubts[0].Cell.Server)
	}
	if reason := reasonOf(s.Printer, doubts); reason != "" {
		return s.Sprintf("%s: %s (%s).", where, reason, string(code))
	}
	return s.Sprintf("%s: %s.", where, string(code))
}
