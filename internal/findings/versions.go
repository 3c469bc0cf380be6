package findings

import (
	"slices"
	"strings"
	"unicode/utf8"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/stats"
)

// maxRev is how long the name of a version may be to be in the answer. The commit always is.
const maxRev = 32

// atOlder names the older version in the place of a baseline: "at 1a2b3c4 (main)", as in "fewer
// requests per second than at 1a2b3c4 (main)".
func atOlder(w *locale.Printer, a *stats.Analysis) string {
	commit, rev := ShortCommit(a.Against.Commit), a.Against.Rev
	if strings.HasPrefix(a.Against.Commit, rev) || utf8.RuneCountInString(rev) > maxRev {
		return w.Sprintf("at commit %s", commit)
	}
	return w.Sprintf("at %s (%s)", commit, rev)
}

// other names what a server is compared with, as an argument of a sentence about the server: the
// baseline, or the older version of the server itself. Doubts about it are added as to a server.
func (s story) other(levels []plan.Level) string {
	if s.Against == nil {
		return s.doubted(s.Baseline, levels)
	}
	return s.doubtedAs(namedAs(s.Baseline, atOlder(s.Printer, s.Analysis)), s.Baseline, levels)
}

// version is the answer of a run that measured a server beside its older version. If both are the
// same commit, it says so first: a reader would otherwise look for what the change was.
func (s story) version(server string) claim {
	c, v := s.pair(server), verdictsOf(s.Analysis, server)
	if s.Objective != nil {
		c = s.capacityPair(server)
	}
	if !s.SameVersion {
		return c
	}
	settled := append(v.byVerdict[stats.Slower], v.byVerdict[stats.Faster]...)
	isProvable := func(c stats.Comparison) bool { return whyUnsure(c) != unprovable }
	switch {
	case len(settled) > 0:
		c.main = s.Sprintf("Both sides are the same commit, %s, and yet differ: %s",
			s.commit(), c.main)
		c.second = joined(s.Sprintf("So the set-up makes a difference of its own: look for it "+
			"before comparing versions. By chance, at most %s of such runs show one.",
			s.WholePercent(1-s.Confidence)), c.second)
	case len(v.byVerdict[stats.Equivalent]) > 0:
		c = s.sameEverywhere(v)
	case slices.ContainsFunc(v.byVerdict[stats.Inconclusive], isProvable):
		c.main = s.nothingFound()
		c.second = joined(s.Sprintf("This run tests the set-up."), c.second)
	default: // nothing can be found
		c.main = s.Sprintf("Both sides are the same commit, %s. %s", s.commit(), c.main)
	}
	return c
}

// sameEverywhere is the answer of a run that found no difference of a version from itself.
func (s story) sameEverywhere(v verdicts) claim {
	same := v.byVerdict[stats.Equivalent]
	levels := levelsOf(same)
	within := s.doubting(s.Sprintf("The two are within %s of each other %s.",
		s.Percentage(s.Margin), s.at(levels)), levels, v.server, s.Baseline)
	return s.withIntervals(claim{
		main: s.nothingFound(),
		second: joined(s.Sprintf("This run tests the set-up."), within, s.inconclusive(v),
			s.unjudged(v)),
	}, same)
}

func (s story) nothingFound() string {
	return s.Sprintf("Both sides are the same commit, %s, and no difference was found.",
		s.commit())
}

// commit names the commit of both sides.
func (s story) commit() string { return namedAs(s.Baseline, ShortCommit(s.Against.Commit)) }

// name names a server for those who quote a result: of two versions, each has its commit.
func (q *quotation) name(server string) string {
	switch source := q.rec.Source; {
	case q.a.Against == nil:
		return server
	case server == q.a.Baseline:
		return q.Sprintf("%s %s", q.a.Against.Server, atOlder(q.Printer, q.a))
	case source == nil:
		return server
	case source.Dirty:
		return q.Sprintf("%s at commit %s with uncommitted changes", server,
			ShortCommit(source.Commit))
	default:
		return q.Sprintf("%s at commit %s", server, ShortCommit(source.Commit))
	}
}
