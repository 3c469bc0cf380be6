package compare

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"labbook.example/labbook/internal/golden"
	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// testdata/history has what is compared of records of this repository's own history, in which the
// servers were not meant to change: the header, and a line with the rates of each cell, round by
// round. The experiments are the shipped one, examples/io-bound and examples/cpu-bound.
var history = []struct {
	name, output string
	commits      []string
}{
	{"shipped", "output", []string{"0e64e17", "a4df5ef", "68265ef", "66fbe2c"}},
	{"io-bound", "examples/io-bound/output", []string{"0e64e17", "a4df5ef", "68265ef"}},
	{"cpu-bound", "examples/cpu-bound/output", []string{"0e64e17", "a4df5ef", "68265ef"}},
}

func pathOf(name, commit string) string {
	return filepath.Join("testdata", "history", name+"-"+commit+".txt")
}

// The kept records are those of the history, wherever that is.
func TestHistoryIsThatOfTheRepository(t *testing.T) {
	for _, h := range history {
		for _, commit := range h.commits {
			show := exec.Command("git", "show", commit+":"+h.output+"/"+record.FileName)
			show.Dir = labtest.Root(t)
			lines, err := show.Output()
			if err != nil {
				t.Skipf("git does not have the record of %s: %v", commit, err)
			}
			golden.Compare(t, pathOf(h.name, commit), shortened(t, lines))
		}
	}
}

// shortened returns what is compared of a record, all of whose trials are clean.
func shortened(t *testing.T, lines []byte) string {
	t.Helper()
	rec, err := record.Decode(bytes.NewReader(lines))
	if err != nil || rec.Damaged > 0 {
		t.Fatalf("%d lines are damaged: %v", rec.Damaged, err)
	}
	rec.References, rec.Source = nil, nil
	header, err := json.Marshal(rec.Header)
	if err != nil {
		t.Fatal(err)
	}
	text := string(header) + "\n"
	for _, place := range rec.Cells {
		text += place.String()
		for _, trial := range rec.ForCell(place) {
			if !rec.Clean(trial) {
				t.Fatalf("%v is not clean", trial.Trial)
			}
			text += fmt.Sprintf(" %.2f", trial.GoodPerSecond())
		}
		text += "\n"
	}
	return text
}

// historical reads what shortened returned.
func historical(t *testing.T, name, commit string) Side {
	t.Helper()
	text, err := os.ReadFile(pathOf(name, commit))
	if err != nil {
		t.Fatal(err)
	}
	header, cells, _ := strings.Cut(string(text), "\n")
	rec, err := record.Decode(strings.NewReader(header))
	if err != nil {
		t.Fatal(err)
	}
	for _, trial := range plan.New(rec.Experiment) {
		_, rest, found := strings.Cut("\n"+cells, "\n"+trial.Cell.String()+" ")
		ofCell, _, _ := strings.Cut(rest, "\n")
		rate, err := strconv.ParseFloat(strings.Fields(ofCell)[trial.Round-1], 64)
		if !found || err != nil {
			t.Fatalf("no rate of %v: %v", trial, err)
		}
		rec.Add(result(rec.Experiment, trial, rate))
	}
	return Side{Name: commit, Record: rec}
}

// tally is what was found in pairs of records.
type tally struct{ cells, moved, beyond, judged, differ int }

func (n *tally) add(c *Comparison) {
	for _, cell := range c.Cells {
		n.cells++
		if cell.HasMoved(c.Confidence) {
			n.moved++
			if math.Abs(math.Log(cell.Moved.Ratio)) > math.Log1p(c.Margin) {
				n.beyond++
			}
		}
		if r := cell.Relative; r != nil {
			n.judged++
			if r.Adjusted <= 1-c.Confidence {
				n.differ++
			}
		}
	}
}

// Between runs of unchanged servers, 42 % of the numbers differ significantly, and 23 % by more
// than the margin besides. Relative to the server async in the same rounds, 2 % do.
func TestHistoryMovesAndNoServerChanges(t *testing.T) {
	var all tally
	text := ""
	for _, h := range history {
		for i, older := range h.commits {
			for _, newer := range h.commits[i+1:] {
				c := compared(t, historical(t, h.name, older), historical(t, h.name, newer), "")
				var n tally
				n.add(c)
				all.add(c)
				text += fmt.Sprintf("%-9s %s to %s: moved by %.3f (%.3f to %.3f), yardstick "+
					"%.3f; %d of %d significantly, %d beyond the margin; relative %d of %d\n",
					h.name, older, newer, c.Shift.Ratio, c.Shift.Low, c.Shift.High,
					c.Shift.Yardstick, n.moved, n.cells, n.beyond, n.differ, n.judged)
				if c.Assumed != Unknown || c.Yardstick == "" || c.AcrossMachines {
					t.Errorf("%s %s to %s: yardstick %q, assumed %q", h.name, older, newer,
						c.Yardstick, c.Assumed)
				}
			}
		}
	}
	want := tally{
		cells:  144,
		moved:  61,
		beyond: 33,
		judged: 93,
		differ: 2,
	}
	if all != want {
		t.Errorf("%+v, want %+v", all, want)
	}
	golden.Compare(t, filepath.Join("testdata", "history.txt"), text)
}

// From a4df5ef to 68265ef the machine answered 1.16 times as fast, and no server changed.
func TestTheMachineMovedAndNoServerChanged(t *testing.T) {
	older, newer := historical(t, "shipped", "a4df5ef"), historical(t, "shipped", "68265ef")
	c := compared(t, older, newer, "Server_async_http")
	if got := fmt.Sprintf("%.2f %.2f", c.Shift.Ratio, c.Shift.Yardstick); got != "1.16 1.16" {
		t.Errorf("moved by %s, want 1.16 and 1.16", got)
	}
	for _, cell := range c.Cells {
		r := cell.Relative
		if r != nil && (r.Verdict == stats.Faster || r.Verdict == stats.Slower) {
			t.Errorf("%v: %s", cell.Cell, r.Verdict)
		}
	}

	// R has this of the ten rounds' ratios of each record, by wilcox.test(conf.int = TRUE).
	r := c.Cells[5].Relative
	if got := fmt.Sprintf("%.6f %.6f %.6f %.6f", r.Ratio, r.Low, r.High, r.P); got !=
		"0.923809 0.843064 1.004112 0.052426" {
		t.Errorf("%v: %s", c.Cells[5].Cell, got)
	}
}
