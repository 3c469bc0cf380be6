//go:build linux

package main

import (
	"errors"
	"runtime"
	"strings"
	"testing"

	"labbook.example/labbook/bench/rig"
)

func TestVerdict(t *testing.T) {
	test := func(m metric, median float64, want string) {
		t.Helper()
		cell := rig.Cell{Spread: rig.Spread{Median: median}, Rounds: 5}
		if found := (target{m, "ab", true, same(0.85)}).verdict(10, cell); found != want {
			t.Errorf("%s of %v: %q, want %q", m.name, median, found, want)
		}
	}
	test(cpu, 0.84, "reached")
	test(cpu, 0.85, "reached")
	test(cpu, 0.851, "not reached")
	test(throughput, 0.849, "not reached")
	test(throughput, 0.85, "reached")
	test(throughput, 2, "reached")

	for _, of := range targets {
		if of.peer != "limit" {
			continue
		}
		near := map[string]float64{throughput.name: 0.951, cpu.name: 1.052}[of.metric.name]
		far := map[string]float64{throughput.name: 0.949, cpu.name: 1.053}[of.metric.name]
		for value, want := range map[float64]string{near: "reached", far: "not reached"} {
			cell := rig.Cell{Spread: rig.Spread{Median: value}, Rounds: 5}
			if found := of.verdict(1000, cell); found != want {
				t.Errorf("%s ÷ limit of %v: %q, want %q", of.metric.name, value, found, want)
			}
		}
	}
	of := target{cpu, "ab", true, same(1)}
	if found := of.verdict(10, rig.Cell{Rounds: 4, Invalid: 1}); found != "INVALID" {
		t.Errorf("with an invalid round: %q", found)
	}
	if found := of.verdict(10, rig.Cell{}); found != "not measured" {
		t.Errorf("without a round: %q", found)
	}
	if found := of.verdict(7, rig.Cell{Rounds: 5}); found != "no target" {
		t.Errorf("at another level: %q", found)
	}
}

func trialOf(round int, name string, keepAlive bool) rig.Trial {
	load := rig.Load{KeepAlive: keepAlive, Concurrency: 10}
	return rig.Trial{Round: round, Combination: rig.Combination{Name: name, Load: load}}
}

func optionsOfABAlone() options {
	return options{
		Options:    rig.Options{Levels: []int{10}},
		generators: []generator{named("labbook"), named("ab")},
	}
}

// One bad trial, of labbook or of a peer, leaves no number and no verdict.
func TestBadTrialLeavesNoNumber(t *testing.T) {
	for _, bad := range []string{"labbook", "ab"} {
		all := rig.Results{Rounds: 5, Trials: map[rig.Trial]rig.Result{}}
		for round := 1; round <= 5; round++ {
			all.Trials[trialOf(round, "labbook", false)] = rig.Result{
				RequestsPerSecond: 1,
				CPUMicroseconds:   1,
			}
			all.Trials[trialOf(round, "ab", false)] = rig.Result{
				RequestsPerSecond: 1,
				CPUMicroseconds:   2,
			}
		}
		all.Trials[trialOf(3, bad, false)] = rig.Result{Problem: errors.New("3 failed")}

		var out strings.Builder
		err := show(&out, all, optionsOfABAlone())
		for _, want := range []string{
			"INVALID: round 3, " + bad + ", keep-alive off c=10: 3 failed",
			"≤ 0.85   INVALID 1×   INVALID",
			"0 of 4 targets are reached",
		} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("with a bad %s the tables lack %q:\n%s", bad, want, &out)
			}
		}
		if want := "1 of 10 trials are invalid"; err == nil || err.Error() != want {
			t.Errorf("show = %v, want %q", err, want)
		}
	}
}

func TestShow(t *testing.T) {
	undisturbed := rig.Cores{Idle: float64(runtime.NumCPU())}
	disturbed := undisturbed
	disturbed.Idle -= 0.6
	all := rig.Results{Rounds: 1, Trials: map[rig.Trial]rig.Result{
		trialOf(1, "labbook", false): {
			RequestsPerSecond: 24000,
			CPUMicroseconds:   40,
			PeakMemory:        10 << 20,
			Cores:             undisturbed,
		},
		trialOf(1, "ab", false): {
			RequestsPerSecond: 20000,
			CPUMicroseconds:   50,
			PeakMemory:        8 << 20,
			Cores:             disturbed,
		},
	}}
	var out strings.Builder
	if err := show(&out, all, optionsOfABAlone()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"CPU per request ÷ ab   keep-alive off c=10   ≤ 0.85   0.80    reached",
		"throughput ÷ ab        keep-alive off c=10   ≥ 1.10   1.20    reached",
		"throughput ÷ ab        keep-alive on c=10    ≥ 1.00   –       not measured",
		"2 of 4 targets are reached",
		"during 1 of 2 trials",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the tables lack %q:\n%s", want, &out)
		}
	}
}
