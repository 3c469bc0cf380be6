//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"labbook.example/labbook/internal/stats"
)

// flaw is one that is planted in the server "odd". The server "sound" beside it has none.
type flaw struct {
	kind   string       // of the planted server
	what   string       // it does
	load   string       // lines of [load]; concurrency, requests and timeout come by themselves
	design string       // lines of [design]; rounds and warmup come by themselves
	server string       // lines of the odd [[server]]
	both   bool         // the sound server has the flaw, too
	codes  []stats.Code // any of them names the flaw; none: there is nothing to name
}

// The lines that flaws add to the spec.
const (
	keepAlive   = "keepalive = true\n"
	noRestart   = "restart = \"never\"\n"
	manyClients = "concurrency = [64]\n"
)

// flaws are all of them, after the sound servers.
var flaws = []flaw{
	{kind: "sound", what: "nothing"},
	{kind: "sound", what: "nothing, with keep-alive", load: keepAlive},
	{kind: "sound", what: "nothing, in one life", design: noRestart},

	{kind: "notfound", what: "answers 404", codes: codes(stats.NotExpected)},
	{kind: "errors", what: "answers 500 to 1 of 200 requests", codes: codes(stats.NotExpected)},
	{kind: "truncates", what: "cuts 1 of 200 bodies", codes: codes(stats.Failed)},
	{
		kind:  "crashes",
		what:  "crashes at the 700th request",
		codes: codes(stats.Crashed, stats.GivenUp),
	},
	{
		kind:  "hangs",
		what:  "never answers the 500th request",
		codes: codes(stats.TimedOut, stats.GivenUp),
	},
	{
		kind:  "sheds",
		what:  "sheds 1 of 20 requests, which is allowed",
		load:  "allowed_failures = 0.06\n",
		codes: codes(stats.Shed),
	},
	{kind: "smaller", what: "has a smaller body", codes: codes(stats.BodyDiffers)},
	{
		kind:  "shrinks",
		what:  "has a smaller body from the second answer on",
		codes: codes(stats.UnlikeAnswers),
	},
	{
		kind:  "longer",
		what:  "has a body 100 times as long from the second answer on",
		load:  "any_length = true\n",
		codes: codes(stats.UnlikeAnswers),
	},
	{
		kind:  "cuts",
		what:  "cuts all bodies",
		codes: codes(stats.CutShort),
	},
	{kind: "surplus", what: "sends 2 bytes after its bodies", codes: codes(stats.Surplus)},
	{
		kind:   "tls",
		what:   "speaks TLS",
		load:   "requests = 200\n",
		server: "tls = true\n",
		codes:  codes(stats.UnlikeAnswers),
	},
	{
		kind:  "closes",
		what:  "closes connections that are to be kept",
		load:  keepAlive,
		codes: codes(stats.NotKept),
	},
	{
		kind:  "holds",
		what:  "holds connections open for 150 ms",
		load:  "requests = 20\n",
		codes: codes(stats.HeldOpen),
	},
	{
		kind:  "splits",
		what:  "writes header and body apart",
		load:  keepAlive + "requests = 40\n",
		codes: codes(stats.DelayedAck),
	},
	{
		kind:  "queues",
		what:  "has a queue for one connection",
		load:  manyClients + "requests = 200\n",
		codes: codes(stats.Backlog),
	},
	{
		kind:   "ignores",
		what:   "ignores SIGTERM",
		server: "stop_timeout = \"100ms\"\n",
		codes:  codes(stats.Killed),
	},
	{kind: "spins", what: "never stops spinning", codes: codes(stats.BusyAfterLoad)},
	{kind: "polls", what: "never stops polling", codes: codes(stats.BusyAfterLoad)},
	{
		kind:  "defers",
		what:  "works for 60 ms, 150 ms after its last answer",
		codes: codes(stats.Deferred),
	},
	{kind: "threads", what: "keeps a thread per request", codes: codes(stats.Leak)},
	{kind: "somethreads", what: "keeps a thread per 30 requests", codes: codes(stats.Leak)},
	{kind: "descriptors", what: "keeps a descriptor per request", codes: codes(stats.Leak)},
	{
		kind:   "somedescriptors",
		what:   "keeps a descriptor per 30 requests, in one life",
		design: noRestart,
		codes:  codes(stats.Growing),
	},
	{kind: "memory", what: "keeps 50 kB per request", codes: codes(stats.Unfreed)},
	{
		kind:   "memory",
		what:   "keeps 50 kB per request, in one life",
		design: noRestart,
		codes:  codes(stats.Growing),
	},
	{
		kind:   "modes",
		what:   "is slow in some of its lives",
		design: "rounds = 20\n",
		codes:  codes(stats.TwoModes),
	},
	{kind: "tires", what: "slows down within each trial", codes: codes(stats.SlowingDown)},
	{kind: "warms", what: "is slow at the start of each trial", codes: codes(stats.WarmingUp)},
	{
		kind:  "bursts",
		what:  "is fast for the first 600 requests",
		codes: codes(stats.SlowingDown),
	},
	{
		kind:   "ages",
		what:   "slows down with each request, in one life",
		design: noRestart,
		codes:  codes(stats.Trend),
	},
	{
		kind:   "ages",
		what:   "slows down with each request, in one life, and so does the other one",
		design: noRestart,
		both:   true,
		codes:  codes(stats.DriftingMachine),
	},
	{
		kind:  "stalls",
		what:  "stands still for 50 ms once per trial",
		codes: codes(stats.Stalling),
	},
	{
		kind:  "launcher",
		what:  "listens, and a process of another session answers",
		codes: codes(stats.NotTheServer),
	},
	{
		kind:  "hog",
		what:  "keeps a program of another session busy",
		codes: codes(stats.OtherLoad),
	},
}

func codes(all ...stats.Code) []stats.Code { return all }

// The design of each experiment with a flaw. With ten rounds a test along the run has some power.
const (
	flawRequests = 1000
	flawRounds   = 10
	flawClients  = 4
)

// flawPorts are below those that the system gives to clients.
var flawPorts = [2]int{15901, 15902}

// spec returns the experiment with the flaw, as a file. Self is the path of this program, whose
// planted servers answer at two ports.
func (f flaw) spec(self string, ports [2]int) string {
	load := f.load
	if !strings.Contains(load, "requests = ") {
		load += fmt.Sprintf("requests = %d\n", flawRequests)
	}
	if !strings.Contains(load, "concurrency = ") {
		load += fmt.Sprintf("concurrency = [%d]\n", flawClients)
	}
	design := f.design
	if !strings.Contains(design, "rounds = ") {
		design += fmt.Sprintf("rounds = %d\n", flawRounds)
	}
	text := "[load]\ntimeout = \"10s\"\n" + load + "[design]\nwarmup = 100\n" + design

	soundKind := "sound"
	if f.both {
		soundKind = f.kind
	}
	const server = "[[server]]\nname = %q\ncommand = [%q, \"plant\", %q, %q]\naddress = %q\n"
	for i, s := range []struct{ name, kind, more string }{
		{"sound", soundKind, ""},
		{"odd", f.kind, f.server},
	} {
		address := fmt.Sprintf("127.0.0.1:%d", ports[i])
		text += fmt.Sprintf(server, s.name, self, s.kind, address, address) + s.more
	}
	return text
}

// found is what a report says of an experiment with a flaw.
type found struct {
	named   bool         // by one of the flaw's codes, at the odd server or for the whole run
	wrongly []stats.Code // warnings about the sound server, and the flaw's own codes there
	also    []stats.Code // further codes about the odd server and the whole run
}

// look sorts the warnings of an analysis by what they mean for a flaw. A note, such as one about
// the machine, is no false warning in a run without a flaw.
func (f flaw) look(a *stats.Analysis) found {
	var all found
	for _, w := range a.Warnings {
		own := slices.Contains(f.codes, w.Code)
		odd := len(w.Cells) == 0
		for _, doubt := range w.Cells {
			switch {
			case doubt.Cell.Server == "odd" || f.both:
				odd = true
			case own || w.Code.Severity() > stats.SeverityNote:
				all.wrongly = append(all.wrongly, w.Code)
			}
		}
		switch {
		case odd && own:
			all.named = true
		case odd && f.codes == nil && w.Code.Severity() > stats.SeverityNote:
			all.wrongly = append(all.wrongly, w.Code)
		case odd:
			all.also = append(all.also, w.Code)
		}
	}
	all.wrongly = slices.Compact(all.wrongly)
	return all
}

// plantFlaws measures each flaw once and writes a table of what the reports say. Only holds a part
// of the names of the flaws to measure; empty: all.
func plantFlaws(ctx context.Context, labbook, scratch, only string, out io.Writer) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "| the odd server … | named | by | false | also said |")
	fmt.Fprintln(out, "| --- | --- | --- | --- | --- |")
	missed, wrong, measured := 0, 0, 0
	for _, f := range flaws {
		if !strings.Contains(f.kind, only) {
			continue
		}
		dir := filepath.Join(scratch, f.kind)
		a, err := measure(ctx, labbook, dir, f.spec(self, flawPorts), 1)
		if err != nil {
			return fmt.Errorf("%s: %w", f.what, err)
		}
		seen := f.look(a)
		named := "yes"
		switch {
		case f.codes == nil:
			named = "–"
		case !seen.named:
			named = "**no**"
			missed++
		}
		wrong += min(1, len(seen.wrongly))
		measured++
		fmt.Fprintf(out, "| %s | %s | %s | %s | %s |\n",
			f.what, named, list(f.codes), list(seen.wrongly), list(seen.also))
	}
	_, err = fmt.Fprintf(out, "\n%d experiments: %d flaws missed, %d runs with a false warning\n",
		measured, missed, wrong)
	return err
}

// list returns codes as a table's cell.
func list(codes []stats.Code) string {
	if len(codes) == 0 {
		return "–"
	}
	names := make([]string, len(codes))
	for i, code := range codes {
		names[i] = "`" + string(code) + "`"
	}
	return strings.Join(names, ", ")
}
