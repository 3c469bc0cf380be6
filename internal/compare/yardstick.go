package compare

import (
	"slices"

	"labbook.example/labbook/internal/record"
)

// chooseYardstick sets the yardstick, or why there is none. One that the user names, with the
// command or in the newer spec, is taken unless the records prove that it changed. Otherwise it is
// the first model of labbook that both records have alike; that the two were built from the same
// source must be proved, or at least not be known to be false.
func (c *Comparison) chooseYardstick(named string) {
	if c.Old.Record.Imported != nil || c.New.Record.Imported != nil {
		c.NoYardstick = NoRounds
		return
	}

	name := named
	if ofSpec := c.New.Record.Experiment.Design.Yardstick; name == "" {
		// A run with --against has other servers than its spec.
		if _, ok := c.New.Record.Experiment.Server(ofSpec); ok {
			name = ofSpec
		}
	}
	claimed := name != ""
	if !claimed {
		name, c.NoYardstick = c.firstModel()
	} else {
		c.NoYardstick = c.reject(name)
	}
	if c.NoYardstick == NoReason {
		c.Assumed = c.doubt(name)
		if c.Assumed == OtherLabbook && !claimed {
			c.NoYardstick, c.Assumed = OtherLabbook, NoReason
		}
	}
	if c.NoYardstick == NoReason {
		c.Yardstick = name
	}
}

// firstModel returns the first server that both records have alike and which is a model. One with
// valid data at any level goes before one without.
func (c *Comparison) firstModel() (name string, reason Reason) {
	reason = NoModel
	invalid := ""
	for _, s := range c.New.Record.Experiment.Tested() {
		if s.Model == "" {
			continue
		}
		isValid := func(cell Cell) bool { return cell.Server == s.Name }
		switch found := c.reject(s.Name); {
		case found == NoReason && slices.ContainsFunc(c.Cells, isValid):
			return s.Name, NoReason
		case found == NoReason && invalid == "":
			invalid = s.Name
		case found != NoReason && found != NotInOld:
			reason = found
		}
	}
	if invalid != "" {
		return invalid, NoReason
	}
	return "", reason
}

// reject returns why a server of the newer record cannot be the yardstick: NoReason if it can.
func (c *Comparison) reject(name string) Reason {
	before, ok := c.Old.Record.Experiment.Server(name)
	after, _ := c.New.Record.Experiment.Server(name)
	isOther := func(cell Cell) bool { return cell.Server != name }
	switch {
	case !ok:
		return NotInOld
	case len(c.changesOf(name)) > 0 || before.Model != after.Model:
		return ChangedServer
	case askedOtherwise(c.Old.Record, c.New.Record, name) != nil:
		return NotAskedAlike
	case !slices.ContainsFunc(c.Cells, isOther):
		return OneServer
	}
	return NoReason
}

// doubt returns what the records do not tell of a server that is to be the same program in both:
// NoReason if they tell enough.
func (c *Comparison) doubt(name string) Reason {
	server, _ := c.New.Record.Experiment.Server(name)
	older, newer := c.Old.Record.Header, c.New.Record.Header
	if server.Model != "" {
		return labbookDoubt(older, newer)
	}
	if len(filesOf(older, server.RunsAs())) > 0 && len(filesOf(newer, server.RunsAs())) > 0 {
		return NoReason
	}
	return NoFiles
}

// labbookDoubt returns whether the models of two records are known to be the same: the executable
// is, or the sources of the models, or the commit that both were built from; of the latter two, the
// Go that compiled them must be the same, too. What was not committed when the executable was built
// is not known.
func labbookDoubt(older, newer record.Header) Reason {
	a, b := older.Program, newer.Program
	if a != nil && b != nil && a.SHA256 == b.SHA256 {
		return NoReason
	}
	before, after := sourcesOf(older), sourcesOf(newer)
	same := before == after
	if before == "" || after == "" {
		if a == nil || b == nil || a.Revision == "" || b.Revision == "" {
			return Unknown
		}
		same = a.Revision == b.Revision
	}

	sameGo := older.Environment.Go == newer.Environment.Go &&
		kindOfBuild(older.Environment.Cgo) == kindOfBuild(newer.Environment.Cgo)
	switch {
	case !same || !sameGo:
		return OtherLabbook
	case !isCommitted(a) || !isCommitted(b):
		return Unknown
	}
	return NoReason
}

// isCommitted reports whether an executable is known to be built from a commit and nothing else.
func isCommitted(p *record.Program) bool {
	return p != nil && p.Revision != "" && !p.Modified
}

// sourcesOf returns the digest of the sources of a record's models; "" if it is not known.
func sourcesOf(h record.Header) string {
	if h.Models == "" && h.Bias != nil {
		return h.Bias.Sources
	}
	return h.Models
}
