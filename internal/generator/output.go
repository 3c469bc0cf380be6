package generator

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/record"
)

// Output is what one call of ab left.
type Output struct {
	Call        record.Call
	Percentiles []float64 // in ms; nil if ab wrote none that can be read
	Stopped     bool      // it was asked to end before it had

	// Tally is the file of a part, from which load.Join makes the whole; nil if there is none.
	Tally []byte

	// Problem is why there is no report, or what else could not be read; "" if all was read.
	Problem string
}

// minInstalledAB is how many requests the installed ab needs for its -e table. With fewer it reads
// beyond the last one.
const minInstalledAB = 51

// parse reads ab's text and its percentiles.
func (o *Output) parse(dir string, installed bool) {
	measurement, err := abtext.Parse(o.Call.Text)
	if err != nil {
		o.Problem = err.Error()
		return
	}
	o.Call.Measurement = &measurement
	if installed && measurement.Complete < minInstalledAB {
		return
	}

	csv, err := readHead(filepath.Join(dir, PercentilesFile))
	if errors.Is(err, fs.ErrNotExist) {
		return // a warm-up, or a load without an answer
	}
	if err == nil {
		o.Percentiles, err = abtext.ParsePercentiles(csv)
	}
	if err != nil {
		o.Problem = fmt.Sprintf("reading ab's percentiles: %v", err)
	}
}

// parseSummary reads the counts of the embedded ab. There are none if it was killed.
func (o *Output) parseSummary(dir string) {
	text, err := readHead(filepath.Join(dir, summaryFile))
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err == nil {
		o.Call.Detail, err = ParseDetail([]byte(text))
	}
	if err != nil && o.Problem == "" {
		o.Problem = fmt.Sprintf("reading ab's counts: %v", err)
	}
}

// maxTally is far more than a tally has: its histograms and windows are limited.
const maxTally = 16 << 20

// readTally reads what a part wrote. There is nothing of a whole load, or if ab was killed.
func (o *Output) readTally(dir string) {
	file, err := os.Open(filepath.Join(dir, tallyFile))
	if err != nil {
		return // the join tells what it lacks
	}
	defer file.Close()
	if o.Tally, err = io.ReadAll(io.LimitReader(file, maxTally)); err != nil && o.Problem == "" {
		o.Problem = fmt.Sprintf("reading ab's tally: %v", err)
	}
}

// readHead reads as much of a file as a process.HeadBuffer keeps.
func readHead(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, process.HeadBytes))
	return string(data), err
}

// AbortReason returns ab's own last words, or what is wrong with what it wrote.
func (o *Output) AbortReason() string {
	reason := fmt.Sprintf("ab ended with exit code %d", o.Call.ExitCode)
	lines := strings.Split(strings.TrimSpace(o.Call.Stderr), "\n")
	last := strings.TrimSpace(lines[len(lines)-1])
	switch {
	case last != "" && o.Call.ExitCode != 0:
		return reason + ": " + last
	case o.Problem != "":
		return reason + ": " + o.Problem
	}
	return reason
}

// Failed reports whether ab ended badly or left no complete report.
func (o *Output) Failed() bool { return o.Problem != "" || o.Call.ExitCode != 0 }
