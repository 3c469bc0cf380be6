//go:build linux

package main

import (
	"errors"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"labbook/bench/rig"
)

func TestJudge(t *testing.T) {
	found := judge(rig.Answered{Requests: 1000, RequestsPerSecond: 2000},
		usage{cpu: 20 * time.Millisecond, peak: 1 << 20, wall: 600 * time.Millisecond})
	if want := (result{requestsPerSecond: 2000, cpuPerRequest: 20, peak: 1 << 20}); found != want {
		t.Errorf("judge = %v, want %v", found, want)
	}
	// The told half second cannot have fitted into 0.4 seconds, nor can it be all of four seconds.
	for _, wall := range []time.Duration{400 * time.Millisecond, 4 * time.Second} {
		found := judge(rig.Answered{Requests: 1000, RequestsPerSecond: 2000}, usage{wall: wall})
		if found.problem == nil {
			t.Errorf("with %v: %v, want a problem", wall, found)
		}
	}
}

func TestParseUsage(t *testing.T) {
	found, err := parseUsage("1500 500 1024\n")
	if want := (usage{cpu: 2 * time.Millisecond, peak: 1 << 20}); err != nil || found != want {
		t.Errorf("parseUsage = %v, %v, want %v", found, err, want)
	}
	for _, line := range []string{"", "1 2\n", "a b c\n"} {
		if found, err := parseUsage(line); err == nil {
			t.Errorf("parseUsage(%q) = %v, want an error", line, found)
		}
	}
}

// What the generator's own children use is counted, and how it ended and what it said comes
// through.
func TestRunGenerator(t *testing.T) {
	if _, err := exec.LookPath("gcc"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("gcc is missing: usage.c cannot be built")
	}
	runtime.LockOSThread() // the generator ends when the thread that started it does
	defer runtime.UnlockOSThread()
	folder := t.TempDir()
	compile := rig.Compile(filepath.Join(folder, "usage"), "usage.c")
	if err := rig.Build(t.Context(), [][]string{compile}, t.Output()); err != nil {
		t.Fatal(err)
	}
	work := "(i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done); echo done"
	text, used, err := runGenerator(t.Context(), folder, time.Minute, []string{"sh", "-c", work})
	if err != nil || text != "done\n" {
		t.Errorf("runGenerator = %q, %v, want done", text, err)
	}
	if used.cpu <= 0 || used.peak <= 0 || used.wall <= 0 {
		t.Errorf("used %v, want all above 0", used)
	}
	_, _, err = runGenerator(
		t.Context(),
		folder,
		time.Minute,
		[]string{"sh", "-c", "echo no >&2; exit 3"},
	)
	if err == nil || !strings.Contains(err.Error(), "exit status 3: no") {
		t.Errorf("runGenerator = %v, want exit status 3: no", err)
	}
}

func TestAmount(t *testing.T) {
	test := func(look result, concurrency, want int) {
		t.Helper()
		if found := amount(look, 3000, concurrency, 1); found != want {
			t.Errorf("amount(%v, %d) = %d, want %d", look, concurrency, found, want)
		}
	}
	test(result{requestsPerSecond: 20_123}, 1, 20_123)
	test(result{requestsPerSecond: 20_123}, 100, 20_100)
	test(result{requestsPerSecond: 500}, 1000, 2000)
	test(result{requestsPerSecond: 1e9}, 1000, mostRequests)
	test(result{problem: errors.New("refused")}, 10, 3000)
}

func TestOthers(t *testing.T) {
	begin := time.Unix(0, 0)
	free := time.Duration(runtime.NumCPU())*time.Second - 400*time.Millisecond
	after := reading{begin.Add(time.Second), 100 * time.Millisecond, free}
	if found := others(reading{at: begin}, after, 300*time.Millisecond); found > 1e-9 {
		t.Errorf("others = %v, want 0", found)
	}
	after.idle -= 250 * time.Millisecond
	found := others(reading{at: begin}, after, 300*time.Millisecond)
	if found < 0.2499 || found > 0.2501 {
		t.Errorf("others = %v, want 0.25", found)
	}
}

func TestShuffledRound(t *testing.T) {
	all := combinations(generators, []int{1, 10, 100, 1000})
	if want := 4*4 + 5*4; len(all) != want {
		t.Fatalf("%d combinations, want %d", len(all), want)
	}
	keys := func(order []combination) []string {
		var list []string
		for _, c := range order {
			list = append(list, c.key())
		}
		return list
	}
	random := rand.New(rand.NewPCG(1, 0))
	first, second := shuffled(all, random), shuffled(all, random)
	if slices.Equal(keys(first), keys(second)) {
		t.Error("two rounds have the same order")
	}
	turns := 1
	for i := range first[1:] {
		if first[i].load != first[i+1].load {
			turns++
		}
	}
	if turns != 8 {
		t.Errorf("the load changes %d times, want 8", turns)
	}
	visited, want := slices.Sorted(
		slices.Values(keys(first)),
	), slices.Sorted(
		slices.Values(keys(all)),
	)
	if !slices.Equal(visited, want) {
		t.Errorf("a round has %v, want %v", visited, want)
	}
	again := shuffled(all, rand.New(rand.NewPCG(1, 0)))
	if !slices.Equal(keys(first), keys(again)) {
		t.Error("the same seed gives another order")
	}
}

func TestCheckDescriptors(t *testing.T) {
	for _, enough := range []string{"unlimited", "10100", "20000"} {
		if err := checkDescriptors(enough); err != nil {
			t.Errorf("checkDescriptors(%s) = %v", enough, err)
		}
	}
	for _, few := range []string{"1024", "10099", "", "x"} {
		if err := checkDescriptors(few); err == nil {
			t.Errorf("checkDescriptors(%q) = nil, want an error", few)
		}
	}
}

func TestMemoryVerdict(t *testing.T) {
	for peak, want := range map[int64]string{20_000_000: "reached", 20_100_000: "not reached"} {
		if found := memoryVerdict(peak); found != want {
			t.Errorf("memoryVerdict(%d) = %q, want %q", peak, found, want)
		}
	}
}
