package spec

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// keyLeftOut matches a line of the template with a key or a table that is left out.
var keyLeftOut = regexp.MustCompile(`(?m)^#([a-z_]+ *=|\[)`)

func TestTemplateIsValid(t *testing.T) {
	e, err := Parse("experiment.toml", Template())
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Servers) != 2 || e.Title != "My experiment" {
		t.Errorf("the template has %d servers and the title %q", len(e.Servers), e.Title)
	}
}

// insteadOf matches the lines of keys that exclude others: notes, body, requests, two bounds, and
// servers on the loopback.
var insteadOf = regexp.MustCompile(
	`(?m)^(notes_file|body_file|duration|from|at_least|ratio_at_most) .*\n`)

// everyTemplateKey returns the template with all keys that it leaves out, except those that exclude
// others.
func everyTemplateKey() string {
	all := keyLeftOut.ReplaceAllString(Template(), "$1")
	return insteadOf.ReplaceAllString(all, "")
}

// ofClosedLoop and ofOpenLoop match the keys that a file has for one kind of load only. The
// reference is among them: a file with a rate cannot have one. So are the levels of an expectation.
var (
	ofClosedLoop = regexp.MustCompile(
		`(?m)^(concurrency .*|level .*|\[\[reference\]\].*|name = "last year".*|file = .*)\n`)
	ofOpenLoop = regexp.MustCompile(`(?m)^(rate|capacity|connections|arrivals) .*\n`)
	ofRate     = regexp.MustCompile(`(?m)^rate .*\n`)
	ofCapacity = regexp.MustCompile(`(?m)^capacity .*\n`)
)

// templateLoads returns the template with all keys that it leaves out, by the kind of load. No
// expectation can be about the percentile of the objective, the p99.
func templateLoads() map[string]string {
	all := everyTemplateKey()
	open := ofClosedLoop.ReplaceAllString(all, "")
	return map[string]string{
		"concurrency": ofOpenLoop.ReplaceAllString(all, ""),
		"rate":        ofCapacity.ReplaceAllString(open, ""),
		"capacity":    strings.ReplaceAll(ofRate.ReplaceAllString(open, ""), "p99_ms", "p50_ms"),
	}
}

// The template is also valid with all keys that it leaves out: once for each kind of load.
func TestTemplateWithEveryKey(t *testing.T) {
	read := map[string]*Experiment{}
	for kind, text := range templateLoads() {
		e, err := Parse("experiment.toml", text)
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		read[kind] = e
	}
	e := read["concurrency"]
	for _, kind := range []string{"rate", "capacity"} {
		if l := read[kind].Load; !l.OpenLoop() || l.Connections != 1000 {
			t.Errorf("the template with a %s has the load %+v", kind, l)
		}
	}
	objective := Objective{Percentile: "p99", Within: 50 * time.Millisecond}
	if l := read["capacity"].Load; *l.Capacity != objective || l.Rate != nil {
		t.Errorf("the template with a capacity has the load %+v", l)
	}
	want := []Expectation{
		{
			Metric: "p99_ms",
			Server: "async",
			Levels: []int{1, 10},
			Bound:  AtMost,
			Limit:  20,
			Why:    "what the front page may take",
		},
		{
			Metric: "requests_per_second",
			Server: "thread",
			Bound:  RatioAtLeast,
			Limit:  0.95,
			Than:   ThanBaseline,
		},
	}
	withoutLine := cmpopts.IgnoreFields(Expectation{}, "Line")
	if diff := cmp.Diff(want, e.Expectations, withoutLine); diff != "" {
		t.Errorf("the expectations of the template with every key:\n%s", diff)
	}
	if len(e.Servers) != 7 || len(e.References) != 1 || e.Servers[3].Env == nil ||
		e.Servers[4].URL == "" || e.Servers[5].Same != e.Servers[3].Name ||
		e.Servers[6].On != "server" {
		t.Errorf("the template with every key has servers %+v and references %+v",
			e.Servers, e.References)
	}
}

// The template shows the defaults, except where a comment says otherwise.
func TestTemplateShowsTheDefaults(t *testing.T) {
	const oneServer = "[[server]]\nname = 'async'\nmodel = 'async'\naddress = '[::1]:1'\n"
	minimal, err := Parse("experiment.toml", oneServer)
	if err != nil {
		t.Fatal(err)
	}
	full, err := Parse("experiment.toml", templateLoads()["concurrency"])
	if err != nil {
		t.Fatal(err)
	}
	if x := minimal.Servers[0].Expect; x != (Expect{}) {
		t.Errorf("the template expects %v by default, want nothing", x)
	}
	if minimal.Load.CPUs != nil {
		t.Errorf("the generator has the CPUs %v by default, want all", minimal.Load.CPUs)
	}
	minimal.Load.CPUs, minimal.Load.CPUsLine = full.Load.CPUs, full.Load.CPUsLine
	if full.Load.Requests != 5000 || full.Design.Warmup != 1000 {
		t.Errorf("the template proposes %d requests after %d, want 5000 after 1000",
			full.Load.Requests, full.Design.Warmup)
	}
	full.Load.Requests, full.Design.Warmup = 1000, 100 // as the comments beside them say
	if diff := cmp.Diff(minimal.Load, full.Load); diff != "" {
		t.Errorf("[load] by default, and as the template shows it:\n%s", diff)
	}
	if minimal.Design.Yardstick != "" {
		t.Errorf("the yardstick is %q by default, want none", minimal.Design.Yardstick)
	}
	minimal.Design.Yardstick = full.Design.Yardstick
	if diff := cmp.Diff(minimal.Design, full.Design); diff != "" {
		t.Errorf("[design] by default, and as the template shows it:\n%s", diff)
	}
	if minimal.Identify != full.Identify {
		t.Errorf("identify is %v by default, and %v in the template",
			minimal.Identify, full.Identify)
	}
	if a, b := minimal.Servers[0].StartTimeout, full.Servers[0].StartTimeout; a != b {
		t.Errorf("start_timeout is %v by default, and %v in the template", a, b)
	}
	if minimal.Title != "experiment" {
		t.Errorf("the title is %q by default, want the file's name", minimal.Title)
	}
}

func TestShippedExperiment(t *testing.T) {
	e, err := Read("../../experiment.toml")
	if err != nil {
		t.Fatal(err)
	}
	levels := []int{1, 3, 5, 8, 10}
	if !slices.Equal(e.Load.Concurrency, levels) || e.Load.Requests != 1000 || e.Design.Seed != 9 {
		t.Errorf("load and design: %+v %+v", e.Load, e.Design)
	}
	if len(e.Servers) != 2 || e.Servers[0].Address != "127.0.0.1:45000" ||
		e.Servers[1].Model != "thread" {
		t.Errorf("servers: %+v", e.Servers)
	}
	want := ReferencePoint{Server: "Server_thread_http", Concurrency: 8, RequestsPerSecond: 31.58}
	if len(e.References) != 1 {
		t.Fatalf("references: %+v", e.References)
	}
	if points := e.References[0].Points; len(points) != 10 || !slices.Contains(points, want) {
		t.Errorf("the reference's points: %+v, want 10 with %+v", points, want)
	}
	text, err := os.ReadFile("../../experiment.toml")
	if err != nil || string(text) != e.Source || e.Name != "experiment.toml" {
		t.Errorf("the source of %q is not the file's text (%v)", e.Name, err)
	}
	if !strings.Contains(e.Notes.Text, "404") || len(e.Remote()) != 0 {
		t.Errorf("notes: %q; remote: %v", e.Notes.Text, e.Remote())
	}
}
