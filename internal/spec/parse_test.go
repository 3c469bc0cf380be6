package spec

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// oneServer is the smallest valid spec.
const oneServer = `
[[server]]
name = "A"
model = "async"
address = "127.0.0.1:45000"
`

// everyKey sets most keys to something else than their defaults.
const everyKey = `
title = "T"
question = "Q?"
notes = """
first
second"""
identify = true
language = "id"

[load]
requests = 20
concurrency = [20, 1]
keepalive = true
path = "/a?b=%20"
timeout = "1m30s"
generator = "embedded"
expect_status = 404
expect_body = "not found"
allowed_failures = 0.25

[design]
rounds = 3
runs = 2
pause = "1.5s"
warmup = "1.5s"
restart = "never"
seed = 9223372036854775807
confidence = 0.99
margin = 0.5
baseline = "C"
control = false

[[server]]
name = "A"
model = "thread"
address = "[::1]:1"
start_timeout = "250ms"

[[server]]
name = "B"
command = ["program", "", "two words"]
address = "localhost:2"
env = { PATH = "/bin", EMPTY = "" }

[[server]]
name = "C"
url = "HTTP://Example.org"

[[reference]]
name = "R"
file = "r.csv"
`

// everyKeyDesign is what [design] of everyKey says.
var everyKeyDesign = Design{
	Rounds:      3,
	Runs:        2,
	Pause:       1500 * time.Millisecond,
	WarmupTime:  1500 * time.Millisecond,
	Restart:     RestartNever,
	RestartLine: 26,
	Seed:        1<<63 - 1,
	Confidence:  0.99,
	Margin:      0.5,
	Baseline:    "C",
}

func TestParseReadsEveryKey(t *testing.T) {
	got, err := Parse("dir.d/x.y.toml", everyKey)
	if err != nil {
		t.Fatal(err)
	}
	request := Request{Method: "GET", Path: "/a?b=%20", KeepAlive: true}
	expect := Expect{Status: 404, Text: "not found"}
	want := &Experiment{
		Name:     "dir.d/x.y.toml",
		Source:   everyKey,
		Title:    "T",
		Question: "Q?",
		Notes:    Notes{Text: "first\nsecond", Line: 5},
		Language: "id",
		Identify: true,
		Load: Load{
			Requests:        20,
			Concurrency:     []int{20, 1},
			Timeout:         90 * time.Second,
			Generator:       GeneratorEmbedded,
			AllowedFailures: 0.25,
		},
		Design: everyKeyDesign,
		Servers: []Server{
			{
				Name:         "A",
				Model:        "thread",
				Address:      "[::1]:1",
				Request:      request,
				Expect:       expect,
				StartTimeout: 250 * time.Millisecond,
				Line:         33,
			},
			{
				Name:         "B",
				Command:      []string{"program", "", "two words"},
				Address:      "localhost:2",
				Request:      request,
				Expect:       expect,
				Env:          map[string]string{"PATH": "/bin", "EMPTY": ""},
				StartTimeout: 5 * time.Second,
				Line:         39,
			},
			{
				Name:         "C",
				URL:          "http://example.org",
				Address:      "example.org:80",
				Request:      request,
				Expect:       expect,
				StartTimeout: 5 * time.Second,
				Line:         45,
			},
		},
		References: []Reference{{Name: "R", File: "r.csv", Line: 49}},
	}
	addDefaults(want.Servers)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestParseFillsInDefaults(t *testing.T) {
	got, err := Parse("some.experiment.toml", oneServer)
	if err != nil {
		t.Fatal(err)
	}
	want := &Experiment{
		Name:     "some.experiment.toml",
		Source:   oneServer,
		Title:    "some.experiment",
		Language: "en",
		Load: Load{
			Requests:    1000,
			Concurrency: []int{1, 3, 5, 8, 10},
			Timeout:     30 * time.Second,
			Generator:   GeneratorAuto,
		},
		Design: Design{
			Rounds:     10,
			Runs:       1,
			Warmup:     100,
			Restart:    RestartTrial,
			Seed:       1,
			Confidence: 0.95,
			Margin:     0.10,
			Baseline:   "A",
		},
		Servers: []Server{{
			Name:         "A",
			Model:        "async",
			Address:      "127.0.0.1:45000",
			Request:      Request{Method: "GET", Path: "/"},
			StartTimeout: 5 * time.Second,
			Line:         2,
		}},
	}
	addDefaults(want.Servers)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TOML can write one experiment in several ways.
func TestParseAnyStyle(t *testing.T) {
	plain := "title = \"T\"\n[load]\nrequests = 5\nconcurrency = [1, 2]\n" +
		"[design]\nrounds = 3\n" + oneServer
	want, err := Parse("x.toml", plain)
	if err != nil {
		t.Fatal(err)
	}
	test := func(style, text string) {
		t.Helper()
		got, err := Parse("x.toml", text)
		if err != nil {
			t.Errorf("%s: %v", style, err)
			return
		}
		got.Source, got.Servers[0].Line = want.Source, want.Servers[0].Line
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", style, diff)
		}
	}
	test("CRLF", strings.ReplaceAll(plain, "\n", "\r\n"))
	test("byte order mark", byteOrderMark+plain)
	test("no newline at the end", strings.TrimSpace(plain))
	test("dotted keys", "load.requests = 5\nload.concurrency = [1,\n2,\n]\ndesign.rounds = 3\n"+
		"title = 'T'\n"+oneServer)
	test("inline tables", `title = "T"
load = { requests = 5, concurrency = [1, 2] }
design = { rounds = 3 }
server = [{ name = "A", model = "async", address = "127.0.0.1:45000" }]`)
	test(
		"quoted keys",
		"\"title\" = 'T'\n['load']\n\"requests\" = 0x5\n'concurrency' = [0b1, 0o2]\n"+
			"[ \"design\" ]\nrounds = +3\n[[ 'server' ]]\nname = 'A'\nmodel = 'async'\n"+
			"\"addr\\u0065ss\" = '127.0.0.1:45000'",
	)
	test("tables in another order", "title = 'T'\n"+oneServer+
		"[design]\nrounds = 3\n[load]\nrequests = 5\nconcurrency = [1, 2]")
}

// checkRefused proves that a spec is refused with exactly these problems.
func checkRefused(t *testing.T, text, want string) {
	t.Helper()
	e, err := Parse("x.toml", text)
	if e != nil || err == nil || err.Error() != want {
		t.Errorf("Parse(%.60q) = %v, %v\nwant %s", text, e, err, want)
	}
}

// Problems of the file as a whole, or of several keys together.
func TestParseRefuses(t *testing.T) {
	test := func(text, want string) {
		t.Helper()
		checkRefused(t, text, want)
	}
	const noServer = "x.toml: found no server; allowed: one or more, each under [[server]] " +
		"with a name, a model and an address"
	test("", noServer)
	test("# nothing\n", noServer)
	test("server = []", "x.toml:1: [[server]]: found no table; allowed: one or more")
	test("\n\nserver = 4", "x.toml:3: [[server]]: found 4 (a whole number); allowed: a table\n"+
		"x.toml:3: [[server]]: found no table; allowed: one or more")
	test("# ok\n# \xff\n", "x.toml:2: found bytes that are not UTF-8; allowed: UTF-8 text")
	test("\xff\xfe[\x00", "x.toml:1: found bytes that are not UTF-8; allowed: UTF-8 text")
	test(strings.Repeat(" ", maxFile+1),
		"x.toml: found more than 1 MiB; allowed: text of at most 1 MiB")
	test("[load]\nrequests = 5\n"+oneServer,
		"x.toml:2: [load] requests: found 5, fewer than the 10 clients of the default "+
			"concurrency; allowed: 10 or more, or a concurrency of your own, such as [1]")
	test("load.concurrency = [0]\n"+oneServer, "x.toml:1: [load] concurrency: found 0; "+
		"allowed: whole numbers from 1 to 1000 (requests)")
}

// A text that is not TOML has one problem, whatever else may be wrong with it.
func TestParseRefusesWhatIsNotTOML(t *testing.T) {
	test := func(text string, line int, want string) {
		t.Helper()
		checkRefused(t, text, fmt.Sprintf("x.toml:%d: not valid TOML: %s", line, want))
	}
	test("colour = 1\n[load\nrequests = 0", 2, "expected ']' to close table name")
	test("# c\na\n[b]\n", 2, "expected '=' after key")
	test("a = \nb = 1\n", 1, "the line ends too early")
	test("a = 1\r\nb.\r\n", 2, "the line ends too early")
	test(`a = "\`, 1, `need a character after \`)
	test("a = '\nb = 1'\n", 1, "literal strings cannot have new lines")
	test("a = 1\n\x01", 2, "invalid character at start of key: U+0001")
	test("\na = “b”", 2, "the character '“' is not allowed here")
	test("a =", 1, "expected value, not end of input")

	test("a = 1\nb = 2024-99-01\n", 2, `invalid datetime: "2024-99-01"`)
	test("a = 9223372036854775808\n", 1, "9223372036854775808 is out of range for int64")
	test(oneServer+"name = 'B'", 6, "Key 'server.name' has already been defined.")
	test("\n\n'\u0085' = 1\n'\u0085' = 1", 4, `Key '"U+0085"' has already been defined.`)
}

// Deep nesting is refused before it can cost time.
func TestParseRefusesDeepNesting(t *testing.T) {
	test := func(text string, line int) {
		t.Helper()
		checkRefused(t, text, fmt.Sprintf(
			"x.toml:%d: keys, tables or arrays nest too deep; allowed: 16 levels", line))
	}
	nested := func(open, value, end string, depth int) string {
		return strings.Repeat(open, depth) + value + strings.Repeat(end, depth)
	}
	test("\na = "+nested("[", "", "]", 5_000), 2)
	test("\na = "+nested("[\n", "", "]", 17), 18)
	test("a = "+nested("{a=", "1", "}", 5_000), 1)
	test(strings.Repeat("a.", 50_000)+"a = 1", 1)
	test("\n\n["+strings.Repeat("a.", 50_000)+"a]", 3)

	const endless = "x.toml:1: not valid TOML: arrays and inline tables are nested more than the " +
		"maximum of 10000 levels deep"
	checkRefused(t, "a = "+strings.Repeat("[", 50_000), endless)
	checkRefused(t, "a = "+strings.Repeat("{a=", 50_000), endless)
}

// The lines must be right however lines end, and wherever a key is written.
func TestProblemLinesWithCRLFAndMark(t *testing.T) {
	text := byteOrderMark + "title = '''\r\n\r\n'''\r\n[load]\r\nrequests = 0\r\n" +
		strings.ReplaceAll(oneServer, "\n", "\r\n")
	_, err := Parse("x.toml", text)
	problems, _ := errors.AsType[Problems](err)
	if len(problems) != 2 || problems[0].Line != 1 || problems[1].Line != 5 {
		t.Errorf("problems: %v", err)
	}
}

func TestParseNeverRepeatsAPassword(t *testing.T) {
	urls := []string{
		"http://u:secret@h:1",
		"https://u:secret@h:1/",
		"u:secret@h",
		"http://u:sec%ret@h",
	}
	for _, url := range urls {
		_, err := Parse("x.toml", fmt.Sprintf("[[server]]\nname = 'A'\nurl = %q\n", url))
		if err == nil || strings.Contains(err.Error(), "sec") {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestReadUnreadable(t *testing.T) {
	dir := t.TempDir()
	test := func(path string) error {
		t.Helper()
		e, err := Read(path)
		if e != nil || err == nil || strings.Count(err.Error(), path) != 1 {
			t.Errorf("Read(%s) = %v, %v; want an error that names the path once", path, e, err)
		}
		return err
	}
	if err := test(filepath.Join(dir, "none.toml")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file gives %v", err)
	}
	test(dir)
	large := filepath.Join(dir, "large.toml")
	if err := os.WriteFile(large, make([]byte, maxFile+1), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Read(large)
	if err == nil || !strings.HasPrefix(err.Error(), "large.toml: found more than 1 MiB") {
		t.Errorf("a large file gives %v", err)
	}
}

// References lie relative to the spec's folder, wherever the program runs, or anywhere with a full
// path.
func TestReadReferences(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		t.Helper()
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const rows = "requests_per_s,server,who, concurrency\n12.5,A,\"x,\ny\", 3\n1e3,B,,1\n"
	full := write("elsewhere/b.csv", rows)
	write("specs/data/a.csv", rows)
	path := write("specs/x.toml", oneServer+"[[reference]]\nname = 'a'\nfile = 'data/a.csv'\n"+
		"[[reference]]\nname = 'b'\nfile = '"+full+"'\n")
	e, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	points := []ReferencePoint{
		{Server: "A", Concurrency: 3, RequestsPerSecond: 12.5},
		{Server: "B", Concurrency: 1, RequestsPerSecond: 1000},
	}
	want := []Reference{{"a", "data/a.csv", points, 6}, {"b", full, points, 9}}
	if diff := cmp.Diff(want, e.References); diff != "" || e.Name != "x.toml" {
		t.Errorf("%s: %s", e.Name, diff)
	}
}
