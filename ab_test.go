package main

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"labbook/internal/plan"
	"labbook/internal/spec"
)

func TestArgumentsOfAB(t *testing.T) {
	server := spec.Server{Name: "A", Address: "127.0.0.1:45000"}
	test := func(e *spec.Experiment, level plan.Level, load, warmup string) {
		t.Helper()
		e.Load.Path = "/"
		if got := strings.Join(loadArgs(e, server, level), " "); got != load {
			t.Errorf("%v: the load's arguments are\n%s\nwant\n%s", level, got, load)
		}
		if got := strings.Join(warmupArgs(e, server, level), " "); got != warmup {
			t.Errorf("%v: the warm-up's arguments are\n%s\nwant\n%s", level, got, warmup)
		}
	}
	closed := &spec.Experiment{
		Load:   spec.Load{Requests: 1000, Concurrency: []int{5}, KeepAlive: true},
		Design: spec.Design{Warmup: 3}}
	test(closed, plan.Level{Kind: plan.Concurrency, Value: 5},
		"-n 1000 -c 5 -s 30 -r -k -e percentiles.csv http://127.0.0.1:45000/",
		"-n 5 -c 5 -s 30 -r -k http://127.0.0.1:45000/")
	open := &spec.Experiment{
		Load:   spec.Load{Requests: 2000, Rate: []int{4000}, Connections: 1000},
		Design: spec.Design{Warmup: 100}}
	test(open, plan.Level{Kind: plan.Rate, Value: 4000},
		"-n 2000 -c 1000 -s 30 -r --rate 4000 -e percentiles.csv http://127.0.0.1:45000/",
		"-n 100 -c 100 -s 30 -r --rate 4000 http://127.0.0.1:45000/")
	open.Design.Warmup = 0
	test(open, plan.Level{Kind: plan.Rate, Value: 4000},
		"-n 2000 -c 1000 -s 30 -r --rate 4000 -e percentiles.csv http://127.0.0.1:45000/", "")
}

// The installed ab has no open loop, so an open loop is the embedded one's, installed or not.
func TestOpenLoopTakesTheEmbeddedAB(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for _, want := range []spec.GeneratorChoice{spec.GeneratorAuto, spec.GeneratorEmbedded} {
		found, err := findGenerator(ctx, spec.Load{Generator: want, Rate: []int{1000}})
		if err != nil || !slices.Equal(found.prefix, []string{"labbook", "ab"}) {
			t.Errorf("findGenerator(%s, with a rate) = %v, %v, want labbook ab", want, found, err)
		}
	}
}
