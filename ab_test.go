package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"labbook.example/labbook/internal/generator"
	"labbook.example/labbook/internal/plan"
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
		trial := plan.Trial{Round: 3, Cell: plan.Cell{Level: level}}
		c, err := loadCall(e, server, trial, size)
		if got := argumentsOf(c, " "); err != nil || got != load {
			t.Errorf("%v: the load's arguments are\n%s, %v\nwant\n%s", level, got, err, load)
		}
		c, err = warmupCall(e, server, trial, size)
		if got := argumentsOf(c, " "); err != nil || got != warmup {
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

	open.Load.Arrivals = spec.ArrivalsPoisson
	at := plan.Level{Kind: plan.Rate, Value: 4000}
	trial := plan.Trial{Round: 3, Cell: plan.Cell{Level: at}}
	test(open, plan.Level{Kind: plan.Rate, Value: 4000},
		fmt.Sprintf("-n 2000 -c 1000 -s 10 -r --rate 4000 --arrivals poisson --seed %d "+
			"-e percentiles.csv http://127.0.0.1:45000/", plan.ArrivalSeed(open, trial, false)),
		fmt.Sprintf("-n 100 -c 100 -s 10 -r --rate 4000 --arrivals poisson --seed %d "+
			"http://127.0.0.1:45000/", plan.ArrivalSeed(open, trial, true)))
	open.Load.Arrivals = spec.ArrivalsEven

	open.Design.Warmup = 0
	test(open, plan.Level{Kind: plan.Rate, Value: 4000},
		"-n 2000 -c 1000 -s 10 -r --rate 4000 -e percentiles.csv http://127.0.0.1:45000/", "")
}

// argumentsOf returns ab's arguments of a call, "" if it is none.
func argumentsOf(c generator.Call, between string) string {
	if c.Requests == 0 {
		return ""
	}
	first := []string{"-n", strconv.Itoa(c.Requests), "-c", strconv.Itoa(c.Clients)}
	return strings.Join(slices.Concat(first, c.Args, []string{c.URL}), between)
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

// Arguments, which the record and ps show, name variables; the body, which they do not show, has
// their values.
func TestArgumentsOfARequest(t *testing.T) {
	t.Setenv("LABBOOK_TEST_TOKEN", "s3cret")
	trial := plan.Trial{Cell: plan.Cell{Level: plan.Level{Kind: plan.Concurrency, Value: 1}}}
	e := &spec.Experiment{Load: spec.Load{Requests: 1, Concurrency: []int{1}}}
	test := func(keys, want string, body ...string) {
		t.Helper()
		text := "[[server]]\nname = 'A'\nurl = 'http://127.0.0.1:1'\n" + keys
		parsed, err := spec.Parse("x.toml", text)
		if err != nil {
			t.Fatal(err)
		}
		c, err := loadCall(e, parsed.Servers[0], trial, plan.Size{Requests: 1})
		if err != nil {
			t.Fatal(err)
		}

		got := argumentsOf(c, "|")
		want = "-n|1|-c|1|-s|1|-r|" + want
		want = strings.Replace(want, "||", "|-e|percentiles.csv|http://127.0.0.1:1", 1)
		if got != want {
			t.Errorf("%s: the arguments are\n%s\nwant\n%s", keys, got, want)
		}
		if len(body) != 0 != (c.Body != nil) || c.Body != nil && string(c.Body) != body[0] {
			t.Errorf("%s: the body is %q, want %q", keys, c.Body, body)
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
