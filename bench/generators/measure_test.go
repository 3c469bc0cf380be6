//go:build linux

package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"labbook.example/labbook/bench/rig"
)

func TestResultOf(t *testing.T) {
	answers := rig.Answered{Requests: 1000, RequestsPerSecond: 2000}
	found := resultOf(answers, usage{
		cpu:  20 * time.Millisecond,
		peak: 1 << 20,
		wall: 600 * time.Millisecond,
	})
	want := rig.Result{RequestsPerSecond: 2000, CPUMicroseconds: 20, PeakMemory: 1 << 20}
	if found != want {
		t.Errorf("resultOf = %v, want %v", found, want)
	}
	// The reported half second cannot have fitted into 0.4 seconds, nor can it be all of four.
	for _, wall := range []time.Duration{400 * time.Millisecond, 4 * time.Second} {
		if found := resultOf(answers, usage{wall: wall}); found.Problem == nil {
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

// compile builds a C program in a folder. Without a compiler it skips the test.
func compile(t *testing.T, folder, program, source string) {
	t.Helper()
	if _, err := exec.LookPath("gcc"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("gcc is missing: %s cannot be built", source)
	}
	argv := rig.Compile(filepath.Join(folder, program), source)
	if err := rig.Build(t.Context(), [][]string{argv}, t.Output()); err != nil {
		t.Fatal(err)
	}
}

// The CPU of the generator's children is counted; its exit code and its errors come through.
func TestRunGenerator(t *testing.T) {
	folder := t.TempDir()
	compile(t, folder, "usage", "usage.c")
	work := "(i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done); echo done"
	text, used, err := runGenerator(t.Context(), folder, patience, []string{"sh", "-c", work})
	if err != nil || text != "done\n" {
		t.Errorf("runGenerator = %q, %v, want done", text, err)
	}
	if used.cpu <= 0 || used.peak <= 0 || used.wall <= 0 {
		t.Errorf("used %v, want all above 0", used)
	}
	refuse := []string{"sh", "-c", "echo no >&2; exit 3"}
	_, _, err = runGenerator(t.Context(), folder, patience, refuse)
	if err == nil || !strings.Contains(err.Error(), "exit status 3: no") {
		t.Errorf("runGenerator = %v, want exit status 3: no", err)
	}
}

func TestAmount(t *testing.T) {
	test := func(look rig.Result, concurrency, want int) {
		t.Helper()
		if found := amount(look, 3000, concurrency, 1); found != want {
			t.Errorf("amount(%v, %d) = %d, want %d", look, concurrency, found, want)
		}
	}
	test(rig.Result{RequestsPerSecond: 20_123}, 1, 20_123)
	test(rig.Result{RequestsPerSecond: 20_123}, 100, 20_100)
	test(rig.Result{RequestsPerSecond: 500}, 1000, 2000)
	test(rig.Result{RequestsPerSecond: 1e9}, 1000, maxRequests)
	test(rig.Result{Problem: errors.New("refused")}, 10, 3000)
}

func TestCombinations(t *testing.T) {
	all := combinations(generators, []int{1, 10, 100, 1000})
	if want := 8*4 + 10*4; len(all) != want {
		t.Errorf("%d combinations, want %d: h2load and autocannon only with keep-alive",
			len(all), want)
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
