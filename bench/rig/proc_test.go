//go:build linux

package rig

import (
	"testing"
	"time"
)

func TestParseStat(t *testing.T) {
	test := func(line string, want stat) {
		t.Helper()
		if found, err := parseStat(line); err != nil || found != want {
			t.Errorf("parseStat(%q) = %v, %v, want %v", line, found, err, want)
		}
	}
	test("31240 (labbook) S 31238 31200 13903 0 -1 4194304 1344 0 3 0 6 39 1 2 20 0 7 0 2068489",
		stat{31200, 480 * time.Millisecond})
	test("7 (a) S (b 1 2 3) S 5 6 7 8 9 10 11 12 13 14 100 0 0 0 20", stat{6, time.Second})
	for _, line := range []string{"", "1 (a) S 1 1", "7 (a) S 5 x 7 8 9 10 11 12 13 14 100 0 0 0 20"} {
		if found, err := parseStat(line); err == nil {
			t.Errorf("parseStat(%q) = %v, want an error", line, found)
		}
	}
}

func TestParseIdle(t *testing.T) {
	found, err := parseIdle("cpu  100 1 50 300 25 9 9 0 0 0\ncpu0 1 1 1 1 1\n")
	if want := 3250 * time.Millisecond; err != nil || found != want {
		t.Errorf("parseIdle = %v, %v, want %v", found, err, want)
	}
	if found, err := parseIdle("intr 1 2 3 4 5\n"); err == nil {
		t.Errorf("parseIdle = %v, want an error", found)
	}
}

func TestParseStatus(t *testing.T) {
	found, err := parseStatus("Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\nThreads:\t1\n")
	if want := (Memory{1 << 20, 2 << 20}); err != nil || found != want {
		t.Errorf("parseStatus = %v, %v, want %v", found, err, want)
	}
	for _, text := range []string{"", "VmHWM: 1 kB\n", "VmHWM: 1 kB\nVmRSS: many\n"} {
		if found, err := parseStatus(text); err == nil {
			t.Errorf("parseStatus(%q) = %v, want an error", text, found)
		}
	}
}
