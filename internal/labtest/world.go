// Package labtest makes up records of experiments for tests: runs without a fault, runs in which
// everything goes wrong, and a run in which every text attacks the report. Only tests import it.
package labtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// World is a made-up run: a spec, and the result of each of its trials.
type World struct {
	Head    string   // the spec up to its servers: title, notes, [load]
	Servers []string // names; the first two are models, the others are commands
	Rounds  int
	Cut     int // trials after which the run was cut short; 0: it ended
	Trial   func(plan.Trial) record.Result
	Header  func(*record.Header) // changes the header of the record; may be nil
	Design  string               // further lines of [design]; may be empty
	On      string               // the machine of all servers; "": this one
	Ways    string               // further [[server]]s, each with same, or [[expect]]s

	Expectations []spec.Expectation // of the record, beside those of its spec; may be empty
	Against      *record.Against    // that of the record; nil if no older version was measured
}

const plainHead = `title = "Two servers"
question = "Which one answers more requests per second?"
notes = "A *note*, with [a link](https://example.org/)."
[load]
requests = 1000
concurrency = [1, 3, 5, 8, 10]
`

// OpenHead is the beginning of a spec whose load is an open loop.
const OpenHead = `title = "How much can arrive?"
question = "Up to which rate does each server keep up?"
[load]
requests = 1000
rate = [1000, 2000, 4000]
connections = 200
`

const (
	fiveLevels   = "[1, 3, 5, 8, 10]"
	twentyLevels = "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 20, 24, 28, 32, 48, 64, 100]"
)

// headAt returns plainHead with other levels.
func headAt(levels string) string { return strings.Replace(plainHead, fiveLevels, levels, 1) }

var twoServers = []string{"Server_async_http", "Server_thread_http"}

// Worlds returns all made-up runs by name.
func Worlds() map[string]World {
	all := map[string]World{}
	maps.Copy(all, soundWorlds())
	maps.Copy(all, randomWorlds())
	maps.Copy(all, smallWorlds())
	maps.Copy(all, troubledWorlds())
	maps.Copy(all, unevenWorlds())
	maps.Copy(all, expectedWorlds())
	maps.Copy(all, machineWorlds())
	maps.Copy(all, farmWorlds())
	maps.Copy(all, unfinishedWorlds())
	maps.Copy(all, CapacityWorlds())
	return all
}

// soundWorlds are runs in which every trial is clean. The noise of Good is so regular that some
// orders of the trials give rounds that depend on each other; a seed gives another order.
func soundWorlds() map[string]World {
	return map[string]World{
		"seed": {
			Head:    plainHead,
			Servers: twoServers,
			Rounds:  10,
			Trial:   Watched,
			Header:  withReference,
		},
		"six": {
			Head:    headAt("[1, 10]"),
			Servers: []string{"A", "B", "b", "c d", "c-d", "F"},
			Rounds:  10,
			Trial:   Good,
		},
		"open": {
			Head:    OpenHead,
			Servers: twoServers,
			Rounds:  10,
			Trial:   arriving,
			Header:  byEmbedded,
		},
		"calibrated": {
			Head:    headAt("[1, 10]"),
			Servers: twoServers,
			Rounds:  10,
			Trial:   byBoth,
			Header:  withEmbedded,
			Design:  "calibrate = true\n",
		},
		"notebook": {
			Head:    notebookHead,
			Servers: twoServers,
			Rounds:  10,
			Trial:   Good,
		},
		"control": {
			Head:    headAt("[1, 10]"),
			Servers: twoServers,
			Rounds:  10,
			Trial:   Good,
			Design:  "control = true\nseed = 2\n",
		},
		"ways": {
			Head:    headAt("[1, 10]"),
			Servers: twoServers,
			Rounds:  10,
			Trial:   Good,
			Ways:    otherWays,
		},
		"timed": {
			Head:    strings.Replace(headAt("[1, 10]"), "requests = 1000", `duration = "10s"`, 1),
			Servers: twoServers,
			Rounds:  10,
			Trial:   timed,
			Header:  withSizes,
		},
		"twenty": {
			Head:    headAt(twentyLevels),
			Servers: twoServers,
			Rounds:  10,
			Trial:   crossing,
		},
	}
}

// smallWorlds are runs with the minimum number of servers, levels or rounds, and one of models that
// were measured beside their twins.
func smallWorlds() map[string]World {
	return map[string]World{
		"runs": {
			Head:    headAt("[1, 5, 10]"),
			Servers: twoServers,
			Rounds:  4,
			Trial:   drawn,
			Design:  "runs = 5\npause = \"10s\"\n",
		},
		"twins": {
			Head:    headAt("[1, 10, 50]"),
			Servers: twoServers,
			Rounds:  10,
			Trial:   Good,
			Header:  WithTwins,
			Design:  "seed = 2\n",
		},
		"one": {
			Head:    headAt("[4]"),
			Servers: twoServers[:1],
			Rounds:  1,
			Trial:   Good,
		},
		"once": {
			Head:    headAt("[1, 10]"),
			Servers: twoServers,
			Rounds:  1,
			Trial:   Good,
		},
	}
}

// troubledWorlds are runs with failures, suspect servers or difficult names.
func troubledWorlds() map[string]World {
	return map[string]World{
		"shed": {
			Head: strings.Replace(headAt("[1, 10]"), "[load]",
				"[load]\nallowed_failures = 0.05\nexpect_body = \"hello\"", 1),
			Servers: twoServers,
			Rounds:  10,
			Trial:   shedding,
			Header:  byEmbedded,
		},
		"busy": {
			Head:    headAt("[1, 10]"),
			Servers: twoServers,
			Rounds:  10,
			Trial:   restless,
		},
		"wrong": {
			Head:    headAt("[1, 10]"),
			Servers: twoServers,
			Rounds:  6,
			Trial:   notFound,
		},
		"ended": {
			Head:    headAt("[1, 10]"),
			Servers: twoServers,
			Rounds:  10,
			Trial:   everyOutcome,
		},
		"imported": {
			Head:    headAt("[1, 10]"),
			Servers: twoServers,
			Rounds:  7,
			Trial:   saved,
			Header:  withFiles,
		},
		"names": {
			Head: headAt("[1, 10]"),
			Servers: []string{
				"🦆 duck 👩‍🚀",
				"שרת אסינכרוני",
				"خادم (1)",
				"a name of eighty characters, which is as long as this one, and no longer: 012345",
				"*bold* & <b>bolder</b> | `code`",
				"=SUM(A1)",
			},
			Rounds: 6,
			Trial:  Good,
		},
		"hostile": {
			Head:    hostileHead,
			Servers: HostileNames,
			Rounds:  6,
			Trial:   hostile,
			Header:  withInjection,
		},
	}
}

// In returns the world with its report in a language.
func (w World) In(language string) World {
	w.Head = fmt.Sprintf("language = %q\n", language) + w.Head
	return w
}

// spec returns the text of the world's spec.
func (w World) spec() string {
	var b strings.Builder
	b.WriteString(w.Head)
	fmt.Fprintf(&b, "[design]\nrounds = %d\n%s", w.Rounds, w.Design)
	models := []string{"async", "thread"}
	for i, name := range w.Servers {
		run := `command = ["server", "--port"]`
		if i < len(models) {
			run = fmt.Sprintf("model = %q", models[i])
		}
		port := 45000 + 1000*i
		host := "127.0.0.1"
		if w.On != "" {
			host = w.On
			run += fmt.Sprintf("\non = %q", w.On)
		}
		fmt.Fprintf(&b, "[[server]]\nname = %s\n%s\naddress = \"%s:%d\"\n",
			tomlString(name), run, host, port)
	}
	return b.String() + w.Ways
}

// tomlString quotes any text: the escapes of JSON are also those of TOML.
func tomlString(s string) string {
	data, _ := json.Marshal(s) // a string never fails
	return string(data)
}

// Record returns the record of the world as it would be read from a folder.
func (w World) Record(t testing.TB) *record.Record {
	t.Helper()
	e, err := spec.Parse("experiment.toml", w.spec())
	if err != nil {
		t.Fatalf("the made-up spec: %v", err)
	}
	if err := w.Against.ApplyTo(e); err != nil {
		t.Fatalf("the made-up spec: %v", err)
	}

	var lines bytes.Buffer
	out := json.NewEncoder(&lines)
	header := w.header()
	if err := out.Encode(header); err != nil {
		t.Fatal(err)
	}
	header.ApplyGrid(e)
	for _, trial := range planned(e, header) {
		if err := out.Encode(w.Trial(trial)); err != nil {
			t.Fatal(err)
		}
	}

	rec, err := record.Decode(&lines)
	if err != nil || rec.Damaged > 0 {
		t.Fatalf("the made-up record: %v, %d damaged lines", err, rec.Damaged)
	}
	rec.Experiment.Expectations = append(rec.Experiment.Expectations, w.Expectations...)
	return w.cut(rec)
}

func (w World) header() record.Header {
	h := record.Header{
		Schema:    record.Schema,
		Labbook:   "v0.1.0",
		Rounds:    w.Rounds,
		Started:   time.Date(2026, 11, 23, 13, 0, 0, 0, time.UTC),
		Spec:      record.File{Name: "experiment.toml", Text: w.spec()},
		Generator: record.Generator{Name: "ab", Version: "2.3", Package: "apache2-utils 2.4.71"},
		Environment: record.Environment{
			OS:              "linux",
			Arch:            "amd64",
			Cores:           2,
			Go:              "go1.26.8",
			Kernel:          "6.18",
			CPU:             "A CPU",
			MemoryBytes:     8 << 30,
			Hypervisor:      true,
			DescriptorLimit: 1 << 63,
		},
		Source:  &record.Source{Commit: "0123456789abcdef", Dirty: true},
		Against: w.Against,
	}
	if w.Header != nil {
		w.Header(&h)
	}
	return h
}

func withReference(h *record.Header) {
	h.References = []spec.Reference{{
		Name: "Elsewhere",
		File: "elsewhere.csv",
		Points: []spec.ReferencePoint{
			{Server: "Server_async_http", Concurrency: 1, RequestsPerSecond: 237.91},
			{Server: "Server_async_http", Concurrency: 10, RequestsPerSecond: 253.51},
		},
	}}
}

func byEmbedded(h *record.Header) {
	h.Generator = record.Generator{Name: "labbook ab", Version: "v0.1.0"}
}

func withEmbedded(h *record.Header) {
	h.Calibration = &record.Generator{Name: record.EmbeddedAB, Version: "v0.1.0"}
}

func withInjection(h *record.Header) {
	h.Environment.CPU = injection
	h.Generator.Package = injection
}
