package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"labbook.example/labbook/internal/generator"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

func TestArgumentsOfAB(t *testing.T) {
	server := spec.Server{
		Name:    "A",
		Address: "127.0.0.1:45000",
		Request: spec.Request{Method: "GET", Path: "/"},
	}
	test := func(e *spec.Experiment, level plan.Level, load, warmup string) {
		t.Helper()
		size, _ := plan.SizeOf(e, level)
		c, err := loadCall(e, server, level, size)
		if got := strings.Join(c.args, " "); err != nil || got != load {
			t.Errorf("%v: the load's arguments are\n%s, %v\nwant\n%s", level, got, err, load)
		}
		c, err = warmupCall(e, server, level, size)
		if got := strings.Join(c.args, " "); err != nil || got != warmup {
			t.Errorf("%v: the warm-up's arguments are\n%s, %v\nwant\n%s", level, got, err, warmup)
		}
	}

	closed := &spec.Experiment{
		Load:   spec.Load{Requests: 1000, Concurrency: []int{5}, Timeout: 10 * time.Second},
		Design: spec.Design{Warmup: 3},
	}
	server.Request.KeepAlive = true
	test(closed, plan.Level{Kind: plan.Concurrency, Value: 5},
		"-n 1000 -c 5 -s 10 -r -k -e percentiles.csv http://127.0.0.1:45000/",
		"-n 5 -c 5 -s 10 -r -k http://127.0.0.1:45000/")

	open := &spec.Experiment{
		Load: spec.Load{
			Requests:    2000,
			Rate:        []int{4000},
			Connections: 1000,
			Timeout:     9100 * time.Millisecond,
		},
		Design: spec.Design{Warmup: 100},
	}
	server.Request.KeepAlive = false
	test(open, plan.Level{Kind: plan.Rate, Value: 4000},
		"-n 2000 -c 1000 -s 10 -r --rate 4000 -e percentiles.csv http://127.0.0.1:45000/",
		"-n 100 -c 100 -s 10 -r --rate 4000 http://127.0.0.1:45000/")

	open.Load.Requests, open.Load.Duration = 0, 10*time.Second
	test(open, plan.Level{Kind: plan.Rate, Value: 4000},
		"-n 40000 -c 1000 -s 10 -r --rate 4000 -e percentiles.csv http://127.0.0.1:45000/",
		"-n 100 -c 100 -s 10 -r --rate 4000 http://127.0.0.1:45000/")
	open.Load.Requests, open.Load.Duration = 2000, 0

	open.Design.Warmup = 0
	test(open, plan.Level{Kind: plan.Rate, Value: 4000},
		"-n 2000 -c 1000 -s 10 -r --rate 4000 -e percentiles.csv http://127.0.0.1:45000/", "")
}

// -s is the trial's timeout in whole seconds, and never less.
func TestSecondsPerRequest(t *testing.T) {
	for timeout, want := range map[time.Duration]int{
		time.Millisecond:           1,
		time.Second:                1,
		1001 * time.Millisecond:    2,
		30 * time.Second:           30,
		24 * time.Hour:             86400,
		2*time.Minute + 1:          121,
		59999 * time.Millisecond:   60,
		500 * time.Millisecond * 3: 2,
	} {
		if got := requestSeconds(timeout); got != want {
			t.Errorf("%v: -s %d, want %d", timeout, got, want)
		}
	}
}

// ab's own last words are the reason of a trial that it gave up, or what is wrong with its report.
func TestAbortReason(t *testing.T) {
	test := func(code int, stderr string, err error, want string) {
		t.Helper()
		out := output{call: record.Call{ExitCode: code, Stderr: stderr}, err: err}
		if failed := out.failed(); failed != (want != "") {
			t.Errorf("code %d, %q, %v: failed: %v", code, stderr, err, failed)
		}
		if got := out.abortReason(); want != "" && got != want {
			t.Errorf("code %d, %q, %v: %q, want %q", code, stderr, err, got, want)
		}
	}
	noReport := errors.New("no report of ab")

	test(0, "", nil, "")
	test(0, "Completed 100 requests\nFinished 100 requests\n", nil, "")
	test(22, "ab: wrong number of arguments\n\n", nil,
		"ab ended with exit code 22: ab: wrong number of arguments")
	test(104, "Completed 10 requests\napr_socket_recv: Connection reset by peer (104)\n", noReport,
		"ab ended with exit code 104: apr_socket_recv: Connection reset by peer (104)")
	test(0, "Finished 100 requests\n", noReport, "ab ended with exit code 0: no report of ab")
	test(1, "", noReport, "ab ended with exit code 1: no report of ab")
	test(-1, "", nil, "ab ended with exit code -1")
}

// The installed ab needs 51 answers for a table of percentiles that it can be trusted with.
func TestPercentilesOfFewRequests(t *testing.T) {
	test := func(complete int, installed, want bool) {
		t.Helper()
		dir := t.TempDir()
		table := "Percentage served,Time in ms\n"
		for i := range 101 {
			table += fmt.Sprintf("%d,%d.000\n", i, i)
		}
		path := filepath.Join(dir, percentilesFile)
		if err := os.WriteFile(path, []byte(table), 0o644); err != nil {
			t.Fatal(err)
		}

		out := output{call: record.Call{Text: abReport(complete)}}
		out.parse(dir, installed)
		if out.err != nil || (out.percentiles != nil) != want {
			t.Errorf("%d answers, installed %v: %v, %v; want percentiles: %v",
				complete, installed, out.percentiles, out.err, want)
		}
	}
	test(minInstalledAB, true, true)
	test(minInstalledAB-1, true, false)
	test(minInstalledAB-1, false, true)
}

// Arguments, which the record and ps show, name variables; the body, which they do not show, has
// their values.
func TestArgumentsOfARequest(t *testing.T) {
	t.Setenv("LABBOOK_TEST_TOKEN", "s3cret")
	level := plan.Level{Kind: plan.Concurrency, Value: 1}
	e := &spec.Experiment{Load: spec.Load{Requests: 1, Concurrency: []int{1}}}
	test := func(keys, want string, body ...string) {
		t.Helper()
		text := "[[server]]\nname = 'A'\nurl = 'http://127.0.0.1:1'\n" + keys
		parsed, err := spec.Parse("x.toml", text)
		if err != nil {
			t.Fatal(err)
		}
		c, err := loadCall(e, parsed.Servers[0], level, plan.Size{Requests: 1})
		if err != nil {
			t.Fatal(err)
		}

		got := strings.Join(c.args, "|")
		want = "-n|1|-c|1|-s|1|-r|" + want
		want = strings.Replace(want, "||", "|-e|percentiles.csv|http://127.0.0.1:1", 1)
		if got != want {
			t.Errorf("%s: the arguments are\n%s\nwant\n%s", keys, got, want)
		}
		if len(body) != 0 != (c.body != nil) || c.body != nil && *c.body != body[0] {
			t.Errorf("%s: the body is %v, want %q", keys, c.body, body)
		}
	}
	test("path = '/a'\nquery = 'b=c'", "|/a?b=c")
	test("method = 'HEAD'", "-i||/")
	test("method = 'DELETE'", "-m|DELETE||/")
	test("method = 'POST'", "-m|POST||/")
	test("body = 'a'", "-p|body|-T|text/plain||/", "a")
	test("body = ''", "-p|body|-T|text/plain||/", "")
	test("method = 'PUT'\nbody = 'a'\ncontent_type = 'x/y'", "-u|body|-T|x/y||/", "a")
	test("method = 'PATCH'\nbody = 'a'", "-p|body|-T|text/plain|-m|PATCH||/", "a")
	test("keepalive = true\nheaders = { B = 'b c', A = 'd' }", "-k|-H|B: b c|-H|A: d||/")
	test("protocol = '1.1'", "--http1.1||/")
	test("keepalive = true\nany_length = true", "-k|-l||/")
	test("headers = { A = '${LABBOOK_TEST_TOKEN}' }\nquery = 'a=$${b}'",
		"-H|A: ${LABBOOK_TEST_TOKEN}|--env||/?a=$${b}")
	test("headers = { A = '$${b}' }\nquery = 'a=$${b}'\nbody = '$${b}${LABBOOK_TEST_TOKEN}'",
		"-p|body|-T|text/plain|-H|A: ${b}||/?a=${b}", "${b}s3cret")
}

// The embedded ab is asked for its counts by a relative name, in a folder of the call.
func TestArgumentsOfTheEmbeddedAB(t *testing.T) {
	test := func(name string, prefix []string, want string) {
		t.Helper()
		ab := caller{generator.AB{Generator: record.Generator{Name: name}, Prefix: prefix}}
		args := []string{"-n", "1", "http://127.0.0.1:1/"}
		if got := strings.Join(ab.argv(call{args: args}), " "); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
		if got := strings.Join(args, " "); got != "-n 1 http://127.0.0.1:1/" {
			t.Errorf("%s: the arguments have become %q", name, got)
		}
	}
	test(record.InstalledAB, []string{"ab"}, "ab -n 1 http://127.0.0.1:1/")
	test(record.EmbeddedAB, []string{"labbook", "ab"},
		"labbook ab -n 1 --summary summary.json http://127.0.0.1:1/")
}

// The counts of the embedded ab are read although it has no report, as of a refused load.
func TestCountsOfACall(t *testing.T) {
	test := func(summary, text string, wantDetail, wantErr bool) {
		t.Helper()
		dir := t.TempDir()
		if summary != "" {
			path := filepath.Join(dir, summaryFile)
			if err := os.WriteFile(path, []byte(summary), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		out := output{call: record.Call{Text: text}}
		out.parse(dir, false)
		out.parseSummary(dir)
		if (out.call.Detail != nil) != wantDetail || (out.err != nil) != wantErr {
			t.Errorf("%q, %.20q: %+v, %v", summary, text, out.call.Detail, out.err)
		}
	}
	const counts = `{"requests":{"complete":3,"good":2}}`
	test(counts, abReport(3), true, false)
	test(counts, "", true, true)
	test("", abReport(3), false, false)
	test(`{"requests":{"comp`, abReport(3), false, true)
}

// The body of a request lies in a file that only its owner can read, in the folder in which ab is
// called, and is gone after the call.
func TestBodyFile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no modes of files")
	}
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	shell := caller{generator.AB{Path: "/bin/sh", Prefix: []string{"sh"}}}
	secret := "s3cret"
	out, err := shell.run(t.Context(), call{
		args: []string{"-c", "ls -l body; cat body"},
		body: &secret,
	})
	if err != nil {
		t.Fatal(err)
	}
	text := out.call.Text
	if !strings.HasPrefix(text, "-rw------- ") || !strings.HasSuffix(text, "\ns3cret") {
		t.Errorf("the body's file: %q", text)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("after the call, %v is left, %v", left, err)
	}
}
