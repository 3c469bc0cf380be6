//go:build linux

package rig

import (
	"math"
	"runtime"
	"testing"
	"time"

	"labbook.example/labbook/internal/process"
)

func TestParseIdle(t *testing.T) {
	found, err := parseIdle("cpu  100 1 50 300 25 9 9 0 0 0\ncpu0 1 1 1 1 1\n")
	if want := 3250 * time.Millisecond; err != nil || found != want {
		t.Errorf("parseIdle = %v, %v, want %v", found, err, want)
	}
	if found, err := parseIdle("intr 1 2 3 4 5\n"); err == nil {
		t.Errorf("parseIdle = %v, want an error", found)
	}
}

func TestCores(t *testing.T) {
	at := func(second int, serverCPU, idle time.Duration) Reading {
		return Reading{
			server: &process.Snapshot{
				Taken:     time.Unix(int64(second), 0),
				Processes: map[int]process.Process{7: {CPU: serverCPU}},
			},
			idle: idle,
		}
	}
	all := time.Duration(runtime.NumCPU()) * time.Second
	test := func(name string, idle time.Duration, others float64) {
		t.Helper()
		before := at(0, 0, 0)
		cores := at(1, 100*time.Millisecond, idle).Cores(before, 300*time.Millisecond)
		if cores.Server != 0.1 || cores.Generator != 0.3 || cores.Idle != idle.Seconds() {
			t.Errorf("%s: cores %+v, want 0.1, 0.3 and %v", name, cores, idle.Seconds())
		}
		if math.Abs(cores.Others()-others) > 1e-9 {
			t.Errorf("%s: others %v, want %v", name, cores.Others(), others)
		}
	}
	test("all else idle", all-400*time.Millisecond, 0)
	test("others busy", all-650*time.Millisecond, 0.25)
	test("a clock that is ahead", all, 0)
}
