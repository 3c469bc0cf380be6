package compare

import (
	"slices"

	"labbook/internal/record"
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
	if name == "" {
		name = c.New.Record.Experiment.Design.Yardstick
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

// firstModel returns the first server that both records have alike and which is a model.
func (c *Comparison) firstModel() (name string, reason Reason) {
	reason = NoModel
	for _, s := range c.New.Record.Experiment.Tested() {
		if s.Model == "" {
			continue
		}
		if found := c.reject(s.Name); found == NoReason || found == OneServer {
			return s.Name, found
		} else if found != NotInOld {
			reason = found
		}
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
// is, or the commit that both were built from, or the sources of the models and the Go that
// compiled them.
func labbookDoubt(older, newer record.Header) Reason {
	a, b := older.Program, newer.Program
	sameGo := older.Environment.Go == newer.Environment.Go &&
		kindOfBuild(older.Environment.Cgo) == kindOfBuild(newer.Environment.Cgo)
	x, y := older.Bias, newer.Bias
	sameSources := x != nil && y != nil && x.Sources == y.Sources
	switch {
	case a != nil && b != nil && a.SHA256 == b.SHA256:
		return NoReason
	case a != nil && b != nil && a.Revision != "" && a.Revision == b.Revision &&
		!a.Modified && !b.Modified && sameGo:
		return NoReason
	case sameSources && sameGo:
		return NoReason
	case a == nil || b == nil:
		return Unknown
	}
	return OtherLabbook
}
