package record

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/filekind"
	"labbook.example/labbook/internal/plan"
)

// UnfinishedRun is how much a record holds of a run that was cut short or is still running: its
// complete rounds alone, so that every cell has as many trials. Rounds are counted through all
// runs.
type UnfinishedRun struct {
	Rounds int `json:"rounds"` // that are complete
	Of     int `json:"of"`     // that were planned
}

// AllRounds returns how many rounds the record is to hold, of all runs together.
func (rec *Record) AllRounds() int {
	if rec.Unfinished != nil {
		return rec.Unfinished.Rounds
	}
	return rec.Experiment.Design.AllRounds()
}

// ReadCompleteRounds reads the complete rounds of the unfinished record of dir, whose run may still
// go on. The error of a folder without such a record, or of one without a complete round, says what
// there is instead.
func ReadCompleteRounds(dir string) (*Record, error) {
	refuse := func(hint, format string, args ...any) (*Record, error) {
		return nil, failure.New(failure.ExitUsage, fmt.Errorf(format, args...), hint)
	}
	path, ok := Unfinished(dir)
	if !ok {
		if _, err := os.Stat(dir); err != nil {
			return refuse("name the output folder of a run that was cut short or is running",
				"%s: no such folder", dir)
		}
		return refuse("without --unfinished, labbook report draws the run that ended",
			"%s: found no unfinished run (%s)", dir, PartName)
	}

	data, err := filekind.Read(path)
	if err != nil {
		return nil, fmt.Errorf("reading the unfinished record: %w", err)
	}
	rec, err := decodeUnfinished(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	const wait = "wait for the end of the first round, or run the experiment again to resume it"
	if rec == nil {
		return refuse(wait, "%s: found no complete trial; allowed: 1 complete round or more", path)
	}
	if err := rec.CheckWhole(); err != nil {
		code, hint := failure.CodeAndHint(err)
		return nil, failure.New(code, fmt.Errorf("%s: %w", path, err), hint)
	}
	measured := rec.Measured()
	complete := rec.CompleteRounds()
	if complete == nil {
		return refuse(wait, "%s: found %d of the %d trials of the first round; allowed: 1 "+
			"complete round or more", path, measured, len(ofRound(rec.Planned(), 1)))
	}
	return complete, nil
}

// CompleteRounds returns the record up to its last complete round; nil if it has none. A trial that
// is missing before that, because its line is damaged, is missing as in a finished record. A record
// that lacks no round is returned as it is.
func (rec *Record) CompleteRounds() *Record {
	planned := rec.Planned()
	last := rec.Experiment.Design.AllRounds()
	incomplete := map[int]bool{}
	for _, t := range rec.Remaining(planned) {
		incomplete[t.Round] = true
	}
	if len(incomplete) == 0 {
		return rec
	}
	rounds := last - 1 // what is missing may be in any round
	for rounds > 0 && incomplete[rounds] {
		rounds--
	}
	if rounds == 0 {
		return nil
	}

	shortened := *rec.Experiment
	runs := plan.RunOf(&shortened, rounds)
	if runs <= 1 {
		shortened.Design.Runs, shortened.Design.Rounds = min(shortened.Design.Runs, 1), rounds
	} else {
		shortened.Design.Runs = runs
	}
	complete := &Record{
		Header:     rec.Header,
		Experiment: &shortened,
		SpecRounds: rec.SpecRounds,
		Unfinished: &UnfinishedRun{Rounds: rounds, Of: last},
		Cells:      rec.Cells,
		Damaged:    rec.Damaged,
		byCell:     map[series][]int{},
	}
	for _, result := range rec.InRunOrder() {
		if result.Round > rounds {
			continue
		}
		if runs <= 1 {
			result.Run = 0 // it is the only one so far
		}
		complete.Add(result)
	}
	return complete
}

// ofRound returns those of the trials that belong to a round.
func ofRound(trials []plan.Trial, round int) []plan.Trial {
	var of []plan.Trial
	for _, t := range trials {
		if t.Round == round {
			of = append(of, t)
		}
	}
	return of
}

// ReadFinished reads the record of a run that has ended. The error of a folder that has none says
// what there is instead.
func ReadFinished(dir string) (*Record, error) {
	rec, err := Read(dir)
	if err == nil {
		if err := rec.CheckWhole(); err != nil {
			code, hint := failure.CodeAndHint(err)
			return nil, failure.New(code, fmt.Errorf("%s: %w", dir, err), hint)
		}
		return rec, nil
	}

	if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("reading the record: %w", err)
	}
	err = fmt.Errorf("%s: found no %s", dir, FileName)
	if _, statErr := os.Stat(dir); errors.Is(statErr, fs.ErrNotExist) {
		err = fmt.Errorf("%s: no such folder", dir)
	}
	hint := "name the output folder of a finished run: it contains " + FileName
	if _, ok := Unfinished(dir); ok {
		hint = "the run there was interrupted: run its experiment again to resume it, or draw " +
			"its complete rounds with --unfinished --output FOLDER"
	}
	return nil, failure.New(failure.ExitUsage, err, hint)
}
