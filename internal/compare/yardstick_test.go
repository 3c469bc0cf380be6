package compare

import (
	"slices"
	"strings"
	"testing"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// The models of two records are the same if the executable is; otherwise their sources, or else
// the commit, must be, and nothing may be uncommitted.
func TestWhichLabbook(t *testing.T) {
	type program = record.Program
	header := func(p *program, models, version string) record.Header {
		h := record.Header{Program: p, Models: models}
		h.Environment.Go = version
		return h
	}
	clean := func(revision, sum string) *program {
		return &program{Revision: revision, SHA256: sum}
	}
	modified := func(revision, sum string) *program {
		return &program{Revision: revision, Modified: true, SHA256: sum}
	}
	for _, x := range []struct {
		name         string
		older, newer record.Header
		want         Reason
	}{
		{"one executable", header(modified("a", "1"), "", "1.26"),
			header(modified("a", "1"), "", "1.26"), NoReason},
		{"neither is known", header(nil, "", "1.26"), header(nil, "", "1.26"), Unknown},
		{"one is not known", header(nil, "", "1.26"), header(clean("a", "1"), "m", "1.26"),
			Unknown},
		{"two releases with the same models", header(clean("a", "1"), "m", "1.26"),
			header(clean("b", "2"), "m", "1.26"), NoReason},
		{"two releases with other models", header(clean("a", "1"), "m", "1.26"),
			header(clean("b", "2"), "n", "1.26"), OtherLabbook},
		{"built by another Go", header(clean("a", "1"), "m", "1.26"),
			header(clean("a", "2"), "m", "1.27"), OtherLabbook},
		{"something was not committed", header(clean("a", "1"), "m", "1.26"),
			header(modified("a", "2"), "m", "1.26"), Unknown},
		{"the commit is not known", header(clean("a", "1"), "m", "1.26"),
			header(clean("", "2"), "m", "1.26"), Unknown},
		{"one commit", header(clean("a", "1"), "", "1.26"), header(clean("a", "2"), "", "1.26"),
			NoReason},
		{"two commits", header(clean("a", "1"), "", "1.26"), header(clean("b", "2"), "", "1.26"),
			OtherLabbook},
	} {
		if got := labbookDoubt(x.older, x.newer); got != x.want {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
		if got := labbookDoubt(x.newer, x.older); got != x.want {
			t.Errorf("%s, the other way round: %q, want %q", x.name, got, x.want)
		}
	}
}

// measuredBy makes a record that of another labbook, built from a commit, with other models.
func measuredBy(s Side, revision, models string) Side {
	s.Record.Program = &record.Program{Revision: revision, SHA256: revision}
	s.Record.Models = models
	s.Record.Bias = nil
	return s
}

// What is the yardstick depends on what the user claims and on what the records prove.
func TestYardstick(t *testing.T) {
	const noModel = `
[[server]]
name = "old"
url = "http://127.0.0.1:45000"

[[server]]
name = "mine"
command = ["mine"]
address = "127.0.0.1:46000"
`
	read := func(text string) Side { return side(t, text, scatter) }
	named := strings.Replace(head, "rounds = 10", "rounds = 10\nyardstick = \"mine\"", 1)
	both := head + twoServers
	for _, x := range []struct {
		name         string
		older, newer Side
		flag         string
		want         string
		why, assumed Reason
	}{
		{"the first model", read(both), read(both), "", "async", NoReason, NoReason},
		{"named by the spec", read(both), read(named + twoServers), "", "mine", NoReason, NoFiles},
		{"named by the user", read(both), read(named + twoServers), "async", "async", NoReason,
			NoReason},
		{"of another labbook", measuredBy(read(both), "a", "m"), measuredBy(read(both), "b", "n"),
			"", "", OtherLabbook, NoReason},
		{"of another labbook, and named", measuredBy(read(both), "a", "m"),
			measuredBy(read(both), "b", "n"), "async", "async", NoReason, OtherLabbook},
		{"no model", read(head + noModel), read(head + noModel), "", "", NoModel, NoReason},
		{"no model, and named", read(head + noModel), read(head + noModel), "old", "old",
			NoReason, NoFiles},
		{"it has changed", read(both),
			read(strings.Replace(both, `model = "async"`, `model = "goroutine"`, 1)), "", "",
			ChangedServer, NoReason},
		{"asked otherwise", read(both),
			read(strings.Replace(both, `model = "async"`, "model = \"async\"\npath = \"/x\"", 1)),
			"", "", NotAskedAlike, NoReason},
		{"alone", read(head + twoServers[:strings.LastIndex(twoServers, "[[server]]")]),
			read(both), "", "", OneServer, NoReason},
		{"new", read(head + twoServers[strings.LastIndex(twoServers, "[[server]]"):]),
			read(both), "", "", NoModel, NoReason},
	} {
		c := compared(t, x.older, x.newer, x.flag)
		if c.Yardstick != x.want || c.NoYardstick != x.why || c.Assumed != x.assumed {
			t.Errorf("%s: %q, %q, assumed %q; want %q, %q, %q", x.name, c.Yardstick,
				c.NoYardstick, c.Assumed, x.want, x.why, x.assumed)
		}
		for _, cell := range c.Cells {
			if (cell.Relative != nil) != (x.want != "" && cell.Server != x.want) {
				t.Errorf("%s: %v has %+v", x.name, cell.Cell, cell.Relative)
			}
		}
	}
}

// A server whose files are known to be the same is a yardstick without a doubt.
func TestYardstickOfFiles(t *testing.T) {
	withFiles := func(sum string) Side {
		s := side(t, head+twoServers, scatter)
		s.Record.Programs = []record.ProgramFile{fileOfMine(sum)}
		return s
	}
	c := compared(t, withFiles("aa"), withFiles("aa"), "mine")
	if c.Yardstick != "mine" || c.Assumed != NoReason {
		t.Errorf("the same files: %q, %q, assumed %q", c.Yardstick, c.NoYardstick, c.Assumed)
	}
	c = compared(t, withFiles("aa"), withFiles("bb"), "mine")
	if c.Yardstick != "" || c.NoYardstick != ChangedServer {
		t.Errorf("other files: %q, %q", c.Yardstick, c.NoYardstick)
	}
}

func TestUnknownYardstick(t *testing.T) {
	both := side(t, head+twoServers, scatter)
	test := func(older, newer Side, name, want string) {
		t.Helper()
		if _, err := Records(older, newer, name); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	test(both, both, "asynk", `found "asynk"; allowed: a server of both records: "async", "mine"; `+
		`did you mean "async"?`)
	other := side(t, head+strings.ReplaceAll(strings.ReplaceAll(
		twoServers, `"mine"`, `"yours"`), `name = "async"`, `name = "base"`), scatter)
	test(both, other, "mine", `found "mine", and the two records have no server in common; `+
		`allowed: none`)
}

// The yardstick's own data must be valid at a level.
func TestInvalidYardstick(t *testing.T) {
	wrong := func(s Side, server string) Side {
		for i := range s.Record.Results {
			r := &s.Record.Results[i]
			if r.Server == server && r.Level.Value == 10 {
				r.Load.Measurement.Non2xx = 5
			}
		}
		return s
	}
	both := head + twoServers
	c := compared(t, side(t, both, scatter), wrong(side(t, both, scatter), "async"), "")
	if len(c.Invalid) != 1 || c.Invalid[0].InOld || !c.Invalid[0].InNew || len(c.Cells) != 3 {
		t.Fatalf("%d cells, invalid: %+v", len(c.Cells), c.Invalid)
	}
	if last := c.Cells[2]; last.Relative != nil || last.NoRelative != InvalidYardstick {
		t.Errorf("%+v", last)
	}
	c = compared(t, wrong(side(t, both, scatter), "mine"), side(t, both, scatter), "")
	at := plan.Cell{Server: "mine", Level: plan.Level{Kind: plan.Concurrency, Value: 10}}
	if len(c.Invalid) != 1 || c.Invalid[0] != (Invalid{at, true, false}) || c.Shift.Cells != 3 {
		t.Errorf("invalid: %+v, mean of %+v", c.Invalid, c.Shift)
	}
	if r := c.Cells[2].Relative; r == nil || r.Verdict != stats.Equivalent {
		t.Errorf("%+v", r)
	}
}

// A model without any valid data is no yardstick if another one has some.
func TestYardstickWithData(t *testing.T) {
	models := strings.Replace(head+twoServers, "command = [\"mine\", \"--port\", \"46000\"]",
		"model = \"goroutine\"", 1)
	unstarted := func(servers ...string) Side {
		s := side(t, models, scatter)
		for i := range s.Record.Results {
			if r := &s.Record.Results[i]; slices.Contains(servers, r.Server) {
				r.Outcome, r.Load = record.NotStarted, nil
			}
		}
		return s
	}
	older := side(t, models, scatter)
	c := compared(t, older, unstarted("async"), "")
	if c.Yardstick != "async" || len(c.Cells) != 2 || c.Cells[0].NoRelative != InvalidYardstick {
		t.Errorf("yardstick %q, %q, %+v", c.Yardstick, c.NoYardstick, c.Cells)
	}
	three := models + "\n[[server]]\nname = \"yours\"\nurl = \"http://127.0.0.1:47000\"\n"
	models = three
	c = compared(t, side(t, three, scatter), unstarted("async"), "")
	if c.Yardstick != "mine" || len(c.Cells) != 4 || c.Cells[2].Relative == nil {
		t.Errorf("yardstick %q, %q, %d cells", c.Yardstick, c.NoYardstick, len(c.Cells))
	}
	c = compared(t, side(t, three, scatter), unstarted("async", "mine"), "")
	if c.Yardstick != "async" || c.Cells[0].NoRelative != InvalidYardstick {
		t.Errorf("yardstick %q, %+v", c.Yardstick, c.Cells[0])
	}
}
