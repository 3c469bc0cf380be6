package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"labbook/internal/failure"
	"labbook/internal/lock"
	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/terminal"
)

// unfinished is a run that was cut short, and that this one is to go on with.
type unfinished struct {
	*record.Record
	left []plan.Trial // what is still to be measured, in the plan's order
	seam record.Interruption
}

// findUnfinished looks for an unfinished run in the output folder, nil if there is none. One that
// is not this run is refused: its trials and ours would not be of one experiment.
func findUnfinished(dir string, now record.Header, trials []plan.Trial) (*unfinished, error) {
	const fresh = "--fresh throws it away and starts over"
	rec, err := record.ReadUnfinished(dir)
	if err != nil {
		return nil, failure.New(failure.ExitUsage, err, fresh)
	}
	if rec == nil {
		return nil, nil
	}
	path := filepath.Join(dir, record.PartName)
	if differences := rec.Differences(now); len(differences) > 0 {
		err := fmt.Errorf(
			"%s: %w, and this one cannot go on from its %s",
			path,
			record.ErrUnfinished,
			terminal.Count(rec.Measured(), "trial"),
		)
		for _, d := range differences {
			err = fmt.Errorf("%w\n  %v", err, d)
		}
		return nil, failure.New(
			failure.ExitUsage,
			err,
			"go on where and as it began, write elsewhere with --output, or add "+
				"--fresh to throw it away and start over",
		)
	}
	return &unfinished{
		rec,
		rec.Remaining(trials),
		record.Interruption{After: rec.Measured(), AwaySeconds: secondsSince(path)},
	}, nil
}

// secondsSince tells how long ago a file was written to, by the clock on the wall; nil if that is
// not known, as after the clock was set back.
func secondsSince(path string) *float64 {
	info, err := os.Stat(path)
	if err != nil {
		return nil
	}
	away := time.Since(info.ModTime()).Round(time.Second).Seconds()
	if away < 0 {
		return nil
	}
	return &away
}

// String says where the run is gone on with, for people.
func (u *unfinished) String() string {
	kept := fmt.Sprintf("%s of a run that was cut short are kept", terminal.Count(u.Measured(), "trial"))
	if u.Measured() == 1 {
		kept = "1 trial of a run that was cut short is kept"
	}
	if u.Damaged > 0 {
		kept += fmt.Sprintf(", %s could not be read", terminal.Count(u.Damaged, "line"))
	}
	if len(u.left) == 0 {
		return "all " + kept + ": only the report is missing"
	}
	return fmt.Sprintf("going on from trial %d of %d, round %d: %s", u.left[0].Order, u.Trials,
		u.left[0].Round, kept)
}

// goOn makes the bench go on where an unfinished run was cut short: its clock counts on from there,
// and the cells that were failing have not begun to work.
func (b *bench) goOn(u *unfinished) {
	var end float64
	for _, r := range u.InRunOrder() {
		last := r.StartSeconds
		for _, call := range []*record.Call{r.Warmup, r.Load} {
			if call != nil {
				last += call.WallSeconds
			}
		}
		end = max(end, last)
		b.failing.note(r)
	}
	b.began = b.began.Add(-time.Duration(end * float64(time.Second)))
	b.seam = &u.seam
}

// lockOutput makes sure that one run at a time writes into an output folder, also from machines
// that share it. It creates the folder if it is missing. The second run is told which process is
// writing.
func lockOutput(dir, what string) (unlock func(), err error) {
	const hint = "make the output folder one that can be written, or write elsewhere with --output"
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, failure.Machine(hint, "making the output folder: %w", err)
	}
	for _, name := range []string{lockName, record.PartName} {
		if err := lock.CheckPlain(filepath.Join(dir, name)); err != nil {
			return nil, err
		}
	}

	host, _ := os.Hostname() // only information, like the rest of the name
	held, err := lock.Acquire(
		filepath.Join(dir, lockName),
		fmt.Sprintf("pid %d on %s, %s", os.Getpid(), host, what),
	)
	var other *lock.HeldError
	if errors.As(err, &other) {
		return nil, failure.Machine(
			"wait until that one has ended, or write elsewhere with --output",
			"another labbook is writing into %s: %s",
			dir,
			other.Holder,
		)
	}
	if err != nil {
		return nil, failure.Machine(hint, "locking the output folder: %w", err)
	}
	return held.Remove, nil
}

// lockName is a file of the output folder. Git ignores it, as it does the record of a run that has
// not ended.
const lockName = "lock.part"

// openRecord opens the record of a run: a new one, or that of the run that it goes on with.
func openRecord(dir string, header record.Header, u *unfinished) (*record.Writer, error) {
	if u != nil {
		return record.Resume(dir, u.Record)
	}
	// What may lie there holds no trial, or is to be thrown away.
	out, err := record.Create(dir, header)
	if errors.Is(err, fs.ErrPermission) {
		return nil, failure.Machine(
			"make the output folder one that can be written, or write elsewhere with --output",
			"%w",
			err,
		)
	}
	return out, err
}
