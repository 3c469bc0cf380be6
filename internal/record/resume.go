package record

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/filekind"
)

// Interruption is a point at which a run stopped and went on later: it was resumed, or rounds were
// added to it. The run's seconds do not count the time in between.
type Interruption struct {
	After       int      `json:"after"`                  // trials that were kept from before it
	AwaySeconds *float64 `json:"away_seconds,omitempty"` // since the last of them; nil if unknown

	// MoreRounds is how many rounds were to be added to a run that had ended: its results could be
	// seen before. It is 0 if the run was interrupted.
	MoreRounds int `json:"more_rounds,omitempty"`

	// Live reports that a live page was served from here on.
	Live bool `json:"live,omitempty"`

	// Machines are those whose names stand for other hosts from here on, as they are now; nil: none
	// is known to.
	Machines []Machine `json:"machines,omitempty"`
}

// ServedLive reports whether a live page was served during some part of the run.
func (rec *Record) ServedLive() bool {
	return rec.Live || slices.ContainsFunc(rec.InRunOrder(), func(r Result) bool {
		return r.Resumed != nil && r.Resumed.Live
	})
}

// Away returns the time since the last trial that was kept; 0 if it is unknown.
func (i Interruption) Away() time.Duration {
	if i.AwaySeconds == nil {
		return 0
	}
	return seconds(*i.AwaySeconds)
}

// Measuring returns how long the record's run took until the end of its last trial, without the
// time of interruptions.
func (rec *Record) Measuring() time.Duration {
	end := 0.0
	for _, result := range rec.InRunOrder() {
		end = max(end, result.EndSeconds())
	}
	return seconds(end)
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

func (i *Interruption) valid() bool {
	return i == nil || i.After >= 1 && i.MoreRounds >= 0 &&
		!slices.ContainsFunc(i.Machines, func(m Machine) bool { return !m.valid() }) &&
		(i.AwaySeconds == nil || validSeconds(*i.AwaySeconds))
}

// SecondsSinceWrite returns how long ago a record was written, by the clock on the wall. It is nil
// if that is unknown, as after the clock was set back.
func SecondsSinceWrite(path string) *float64 {
	info, err := os.Stat(path)
	if err != nil {
		return nil
	}
	seconds := time.Since(info.ModTime()).Round(time.Second).Seconds()
	if seconds < 0 {
		return nil
	}
	return &seconds
}

// ReadUnfinished reads the unfinished record of dir. It returns nil if there is none, or if the run
// was interrupted before its first trial: then there is nothing to resume. A last line without a
// line end was never acknowledged by Append, so it does not count as damaged.
func ReadUnfinished(dir string) (*Record, error) {
	path := filepath.Join(dir, PartName)
	data, err := filekind.Read(path)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the unfinished record: %w", err)
	}

	rec, err := decodeUnfinished(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return rec, nil
}

// CheckResumable returns an error if a run with header now may not resume the unfinished run of
// dir, from which rec was read: their trials would not belong together.
func (rec *Record) CheckResumable(now Header, dir string) error {
	differences := rec.Differences(now)
	if len(differences) == 0 {
		return nil
	}
	kept := "1 trial"
	if n := rec.Measured(); n != 1 {
		kept = fmt.Sprintf("%d trials", n)
	}
	err := fmt.Errorf("%s: %w, and this run cannot resume its %s",
		filepath.Join(dir, PartName), ErrUnfinished, kept)
	hint := "resume it under the conditions it started with, write elsewhere with --output, " +
		"or start over with --fresh, which discards it"
	if n := len(rec.Looks); n > 0 {
		hint = fmt.Sprintf("these are %d rounds that --more-rounds %[1]d was adding to a "+
			"finished run: go on with it under the same conditions, or remove %s to throw "+
			"them away and keep the finished run",
			rec.Rounds-rec.Looks[n-1], filepath.Join(dir, PartName))
	}
	return failure.New(failure.ExitUsage, withDifferences(err, differences), hint)
}

func decodeUnfinished(data []byte) (*Record, error) {
	lines := data[:wholeLines(data)]
	if bytes.Count(lines, []byte{'\n'}) < 2 { // a header at most
		return nil, nil
	}
	return Decode(bytes.NewReader(lines))
}

// Resume opens the unfinished record of dir, from which rec was read, to append the trials that it
// lacks. A line that a crash cut short is removed before the first of them.
func Resume(dir string, rec *Record) (*Writer, error) {
	file, err := os.OpenFile(filepath.Join(dir, PartName), os.O_RDWR|os.O_APPEND, 0)
	if err != nil {
		return nil, fmt.Errorf("opening the unfinished record: %w", err)
	}
	data, err := os.ReadFile(file.Name())
	if err != nil {
		_ = file.Close() // nothing was written
		return nil, fmt.Errorf("reading the unfinished record: %w", err)
	}

	size := wholeLines(data)
	return &Writer{
		file:    file,
		dir:     dir,
		written: rec.Measured(),
		size:    int64(size),
		torn:    size < len(data),
	}, nil
}

// wholeLines returns the length of data up to the end of its last whole line.
func wholeLines(data []byte) int { return bytes.LastIndexByte(data, '\n') + 1 }
