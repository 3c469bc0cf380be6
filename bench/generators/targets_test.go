//go:build linux

package main

import (
	"errors"
	"strings"
	"testing"

	"labbook/bench/rig"
)

func TestVerdict(t *testing.T) {
	test := func(m metric, median float64, want string) {
		t.Helper()
		of := target{m, "ab", true, same(0.85)}
		if found := of.verdict(10, rig.Cell{Spread: rig.Spread{Median: median}, Rounds: 5}); found != want {
			t.Errorf("%s of %v: %q, want %q", m.name, median, found, want)
		}
	}
	test(cpu, 0.84, "reached")
	test(cpu, 0.85, "reached")
	test(cpu, 0.851, "not reached")
	test(throughput, 0.849, "not reached")
	test(throughput, 0.85, "reached")
	test(throughput, 2, "reached")
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

// The median of the ratios differs from the ratio of the medians as soon as rounds differ.
func TestRatioIsFormedWithinARound(t *testing.T) {
	l := load{true, 10}
	all := results{}
	for round, values := range [][2]float64{{10, 100}, {50, 50}, {300, 100}} {
		all[trial{round + 1, "labbook", l}] = result{requestsPerSecond: values[0]}
		all[trial{round + 1, "wrk", l}] = result{requestsPerSecond: values[1]}
	}
	found := all.ratio("wrk", l, throughput, 3)
	if want := (rig.Cell{Spread: rig.Spread{Median: 1, Low: 0.1, High: 3}, Rounds: 3}); found != want {
		t.Errorf("ratio = %v, want %v", found, want)
	}
}

// One bad trial, of labbook or of a peer, leaves no number and no verdict.
func TestBadTrialLeavesNoNumber(t *testing.T) {
	l := load{false, 10}
	for _, bad := range []string{"labbook", "ab"} {
		all := results{}
		for round := 1; round <= 5; round++ {
			all[trial{round, "labbook", l}] = result{requestsPerSecond: 1, cpuPerRequest: 1}
			all[trial{round, "ab", l}] = result{requestsPerSecond: 1, cpuPerRequest: 2}
		}
		all[trial{3, bad, l}] = result{problem: errors.New("3 failed")}
		var out strings.Builder
		err := all.show(&out, options{generators: generators[:2], levels: []int{10}}, 5)
		for _, want := range []string{
			"INVALID: round 3, " + bad + ", keep-alive off c=10: 3 failed",
			"≤ 0.85   INVALID 1×   INVALID",
			"0 of 4 targets are reached",
		} {
			if !strings.Contains(out.String(), want) {
				t.Errorf("with a bad %s the tables do not say %q:\n%s", bad, want, &out)
			}
		}
		if want := "1 of 10 trials are invalid"; err == nil || err.Error() != want {
			t.Errorf("show = %v, want %q", err, want)
		}
	}
}

func TestShow(t *testing.T) {
	l := load{false, 10}
	all := results{
		{1, "labbook", l}: {requestsPerSecond: 24000, cpuPerRequest: 40, peak: 10 << 20},
		{1, "ab", l}: {
			requestsPerSecond: 20000,
			cpuPerRequest:     50,
			peak:              8 << 20,
			othersCores:       0.6,
		},
	}
	var out strings.Builder
	if err := all.show(&out, options{generators: generators[:2], levels: []int{10}}, 1); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"CPU a request ÷ ab   keep-alive off c=10   ≤ 0.85   0.80    reached",
		"throughput ÷ ab      keep-alive off c=10   ≥ 1.10   1.20    reached",
		"throughput ÷ ab      keep-alive on c=10    ≥ 1.00   –       not measured",
		"2 of 4 targets are reached",
		"during 1 of 2 trials",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the tables do not say %q:\n%s", want, &out)
		}
	}
}
