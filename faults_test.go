package main

import (
	"bytes"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"

	"labbook/internal/plan"
	"labbook/internal/record"
)

// isWhole wants a finished record to hold every trial of its plan once: "whole output 40".
func isWhole(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: whole folder number")
	}
	want, err := strconv.Atoi(args[1])
	ts.Check(err)
	rec, err := record.Read(ts.MkAbs(args[0]))
	ts.Check(err)
	if rec.Measured() != want || rec.Trials != want || len(rec.Remaining(plan.New(rec.Experiment))) > 0 {
		ts.Fatalf("%s holds %d trials of %d, want %d", args[0], rec.Measured(), rec.Trials, want)
	}
}

// begins wants a file to begin with the whole lines of another one: "begins output/trials.jsonl
// part.jsonl".
func begins(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: begins file beginning")
	}
	if !bytes.HasPrefix([]byte(ts.ReadFile(args[0])), wholeLines([]byte(ts.ReadFile(args[1])))) {
		ts.Fatalf("%s does not begin with what %s holds", args[0], args[1])
	}
}

// isShorter wants a file to have fewer bytes: "shorter output/trials.jsonl 1000".
func isShorter(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: shorter file bytes")
	}
	most, err := strconv.Atoi(args[1])
	ts.Check(err)
	if n := len(ts.ReadFile(args[0])); n >= most {
		ts.Fatalf("%s has %d bytes, want fewer than %d", args[0], n, most)
	}
}

// wholeLines gives the lines that have an end.
func wholeLines(data []byte) []byte { return data[:bytes.LastIndexByte(data, '\n')+1] }
