package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"labbook.example/labbook/internal/record"
)

// A story that does something to a run between two of its trials must not have to be faster than
// the run. So it holds the run first: ab then waits as long as a record has the trials after which
// the run is held, until the story releases it, or until ab is stopped like any other.

// holdFile is an environment variable: the path of a file that holds a run as long as it exists. It
// has the path of a record and the number of lines from which on ab waits.
const holdFile = "LABBOOK_TEST_HOLD"

// awaitRelease is what ab does before its load: it waits for as long as the run is held.
func awaitRelease() {
	path := os.Getenv(holdFile)
	for ; path != ""; time.Sleep(5 * time.Millisecond) {
		text, err := os.ReadFile(path)
		file, number, _ := strings.Cut(string(text), "\n")
		lines, _ := strconv.Atoi(number) // we wrote it
		if err != nil || linesOf(file) < lines {
			return
		}
	}
}

// linesOf returns how many complete lines a file has; 0 if it is not there.
func linesOf(path string) int {
	data, _ := os.ReadFile(path)
	return bytes.Count(data, []byte{'\n'})
}

// partOf returns the unfinished record of a folder; a file is its own.
func partOf(path string) string {
	if filepath.Ext(path) == filepath.Ext(record.PartName) {
		return path
	}
	return filepath.Join(path, record.PartName)
}

// hold makes runs whose ab knows the file hold wait after so many trials of the record part. The
// header of a record is a line too.
func hold(file, part string, trials int) error {
	next := file + ".next" // a file that is half written would hold nothing
	text := fmt.Sprintf("%s\n%d", part, trials+1)
	if err := os.WriteFile(next, []byte(text), 0o644); err != nil {
		return err
	}
	return os.Rename(next, file)
}

// holdRun holds a run that a story will begin, in the trial that follows so many others: "hold
// output 3".
func holdRun(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: hold folder number")
	}
	trials, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(hold(ts.Getenv(holdFile), ts.MkAbs(partOf(args[0])), trials))
}

// releaseRun ends the hold of a run, and holds no further one: "release".
func releaseRun(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) > 0 {
		ts.Fatalf("usage: release")
	}
	ts.Check(os.Remove(ts.Getenv(holdFile)))
}
