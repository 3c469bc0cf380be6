package main

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"labbook.example/labbook/internal/cpuset"
	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
)

// Both calls of ab, the warm-up's and the load's, are bound.
func TestCPUsOfAB(t *testing.T) {
	e := &spec.Experiment{Load: spec.Load{Concurrency: []int{1}, CPUs: cpuset.Of(3)}}
	size := plan.Size{Requests: 100, Warmup: 10}
	server := spec.Server{Address: "127.0.0.1:1", Request: spec.Request{Path: "/"}}
	level := plan.Level{Kind: plan.Concurrency, Value: 1}
	load, err := loadCall(e, server, plan.Trial{Cell: plan.Cell{Level: level}}, size)
	if err != nil || !slices.Equal(load.CPUs, e.Load.CPUs) {
		t.Errorf("the load is bound to %v, %v", load.CPUs, err)
	}
	warmup, err := warmupCall(e, server, plan.Trial{Cell: plan.Cell{Level: level}}, size)
	if err != nil || !slices.Equal(warmup.CPUs, e.Load.CPUs) {
		t.Errorf("the warm-up is bound to %v, %v", warmup.CPUs, err)
	}
}

// A process that may use more CPUs than its server's cpus is not bound by them.
func TestUnboundNotes(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("no other system binds processes to CPUs")
	}
	usable, _ := machine.CPUs()
	child := &fakeChild{lab: &lab{processes: []int{os.Getpid()}}}
	notes := func(cpus cpuset.Set) string {
		s := &server{Server: spec.Server{CPUs: cpus}, child: child}
		return strings.Join(s.unboundNotes(), "\n")
	}
	if got := notes(nil); got != "" {
		t.Errorf("a server without cpus: %q", got)
	}
	if got := notes(usable); got != "" {
		t.Errorf("a server that has all of them: %q", got)
	}
	want := fmt.Sprintf("has a process (pid %d) that may also use CPU %v", os.Getpid(), usable)
	if got := notes(cpuset.Of(cpuset.Max)); !strings.HasPrefix(got, want) {
		t.Errorf("a server that has others: %q, want %q", got, want)
	}
}
