package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"labbook.example/labbook/internal/record"
)

// ofMachines are the keys of a record that only a run on several machines has.
var ofMachines = []string{
	"machines", "generators", "overlap", "start_spread_seconds", "network",
}

// measuredKeys are the keys whose values two equal runs do not share, because they were measured.
var measuredKeys = []string{
	"started", "environment", "start_seconds", "wall_seconds", "text", "measurement", "detail",
	"percentiles_ms", "process", "usage", "host", "host_cpus", "load_average", "quotas",
	"accept_queue", "startup_seconds", "body_ms", "held_open_ms", "clock_step_seconds",
}

// passingKeys are the keys of a trial for what a busy machine does in one of two equal runs: a
// server that had no turn in its stop_timeout is killed.
var passingKeys = []string{"killed"}

// isSame checks that two records tell the same, but for what was measured and for what concerns
// machines: "same one many". What only the first one has is an error as well.
func isSame(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: same folder folder")
	}
	var lines [2][]string
	for i, folder := range args {
		text := ts.ReadFile(filepath.Join(folder, record.FileName))
		lines[i] = strings.Split(strings.TrimSpace(text), "\n")
	}
	if len(lines[0]) != len(lines[1]) {
		ts.Fatalf("%d and %d lines", len(lines[0]), len(lines[1]))
	}
	for i := range lines[0] {
		var one, other map[string]any
		ts.Check(json.Unmarshal([]byte(lines[0][i]), &one))
		ts.Check(json.Unmarshal([]byte(lines[1][i]), &other))
		if diff := differences("", one, other); len(diff) > 0 {
			ts.Fatalf("line %d: %s", i+1, strings.Join(diff, "\n"))
		}
	}
}

// differences returns what two objects of records tell differently.
func differences(in string, one, other map[string]any) []string {
	var found []string
	for _, key := range slices.Sorted(maps.Keys(one)) {
		a, b := one[key], other[key]
		name := in + "." + key
		_, has := other[key]
		objectA, isA := a.(map[string]any)
		objectB, isB := b.(map[string]any)
		switch {
		case in == "" && slices.Contains(passingKeys, key):
		case !has:
			found = append(found, name+" is missing")
		case slices.Contains(measuredKeys, key):
		case isA && isB:
			found = append(found, differences(name, objectA, objectB)...)
		case !reflect.DeepEqual(a, b):
			found = append(found, fmt.Sprintf("%s: %v, then %v", name, a, b))
		}
	}
	for key := range other {
		known := slices.Concat(ofMachines, passingKeys)
		if _, has := one[key]; !has && !slices.Contains(known, key) {
			found = append(found, in+"."+key+" is new")
		}
	}
	return found
}
