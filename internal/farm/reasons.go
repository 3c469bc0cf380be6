package farm

import (
	"fmt"
	"slices"
	"strings"

	"labbook.example/labbook/internal/record"
)

// readParts reads all parts, and returns why some of them cannot be one.
func readParts(names []string) (parts []part, reasons []string) {
	for _, name := range names {
		p, err := readPart(name)
		if err != nil {
			reasons = append(reasons, fmt.Sprintf("%s: %v", name, err))
			continue
		}
		parts = append(parts, p)
	}
	slices.SortStableFunc(parts, byRound)
	return parts, reasons
}

// differing returns in what some parts differ from most of the others.
func differing(parts []part) []string {
	var groups [][]part // of parts that are alike
	for _, p := range parts {
		at := slices.IndexFunc(groups, func(group []part) bool {
			return len(group[0].rec.PartDifferences(p.rec.Header)) == 0
		})
		if at < 0 {
			groups = append(groups, nil)
			at = len(groups) - 1
		}
		groups[at] = append(groups[at], p)
	}

	most := 0
	for i, group := range groups {
		if len(group) > len(groups[most]) {
			most = i
		}
	}
	var reasons []string
	for i, group := range groups {
		if i == most {
			continue
		}
		usual := groups[most][0]
		for _, d := range usual.rec.PartDifferences(group[0].rec.Header) {
			reasons = append(reasons, fmt.Sprintf("%s: %s: found %q, but %q in %s",
				namesOf(group), d.What, d.Now, d.Recorded, usual.name))
		}
	}
	return reasons
}

// twice returns which rounds more than one part holds.
func twice(parts []part) []string {
	var reasons []string
	holders := map[int][]part{}
	for _, p := range parts {
		for _, round := range p.rounds() {
			holders[round] = append(holders[round], p)
		}
	}
	for round := range maxRound(parts) + 1 {
		if held := holders[round]; len(held) > 1 {
			reasons = append(reasons, fmt.Sprintf("round %d is in several parts: %s", round,
				namesOf(held)))
		}
	}
	return reasons
}

// incomplete returns what is missing in the parts: trials of a round, and whole rounds.
func incomplete(parts []part) []string {
	var reasons []string
	rounds := maxRound(parts)
	held := &record.Joined{}
	for _, p := range parts {
		rounds = max(rounds, p.rec.Rounds)
		for _, round := range p.rounds() {
			held.Rounds = append(held.Rounds, record.JoinedRound{Round: round})
		}
		lacks := len(p.missing())
		switch {
		case p.unfinished:
			reasons = append(reasons, fmt.Sprintf("%s: an unfinished run is here, with %d of %d "+
				"trials", p.name, p.rec.Measured(), p.rec.Trials))
		case lacks > 0:
			reasons = append(reasons, fmt.Sprintf("%s: %d of %d trials cannot be read", p.name,
				lacks, p.rec.Trials))
		}
	}
	if missing := held.Missing(rounds); len(missing) > 0 && len(parts) > 0 {
		reasons = append(reasons, fmt.Sprintf("%s missing, of %d in the plan",
			record.RoundsText(missing), rounds))
	}
	return reasons
}

func maxRound(parts []part) int {
	last := 0
	for _, p := range parts {
		last = max(last, slices.Max(p.rounds()))
	}
	return last
}

// maxNamed is how many parts are named where many have the same trouble.
const maxNamed = 4

func namesOf(parts []part) string {
	var names []string
	for i, p := range parts {
		if i == maxNamed && len(parts) > maxNamed+1 {
			names = append(names, fmt.Sprintf("and %d more", len(parts)-i))
			break
		}
		names = append(names, p.name)
	}
	return strings.Join(names, ", ")
}
