package record

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/filekind"
	"labbook.example/labbook/internal/spec"
)

// Earlier is a run that a later one goes on with: an interrupted one, or a finished one to which
// rounds are added. Those are measured as those of an interrupted run, in a copy of its record, so
// that the finished one stays until they are complete.
type Earlier struct {
	*Record
	Interruption Interruption // to be recorded with the first trial that is measured now

	// extended is the header of the finished run with its further rounds; nil: it was interrupted.
	extended *Header
	copied   int // trials of the finished run to which rounds are added; 0: none are
}

// MoreRounds returns how many rounds are added to a finished run; 0 if the run was interrupted.
func (e *Earlier) MoreRounds() int { return e.Interruption.MoreRounds }

// Open opens the unfinished record in dir, to append the trials that are still to be measured.
func (e *Earlier) Open(dir string) (*Writer, error) {
	if e.extended != nil {
		if err := extend(dir, *e.extended); err != nil {
			const hint = "the finished run and its report are as they were"
			return nil, failure.New(failure.ExitOther, err, hint)
		}
	}
	w, err := Resume(dir, e.Record)
	if err != nil {
		return nil, err
	}
	w.copied = e.copied
	return w, nil
}

// CheckMoreRounds refuses a number of rounds that cannot be added to any run.
func CheckMoreRounds(more int, besideRounds bool) error {
	if more < 1 || more > spec.MaxRounds {
		return failure.Usage("--more-rounds: found %d; allowed: 1 to %d", more, spec.MaxRounds)
	}
	if besideRounds {
		return failure.Usage("--more-rounds: found beside --rounds; allowed: only one of them, " +
			"because the finished run has its rounds")
	}
	return nil
}

// AddRounds sets the rounds of an experiment to those of the finished run in dir and some more. It
// refuses where there is no such run, or none to which rounds can be added.
func AddRounds(e *spec.Experiment, dir string, more int) error {
	refuse := func(hint, format string, args ...any) error {
		return failure.New(failure.ExitUsage, fmt.Errorf(format, args...), hint)
	}
	if e.Design.Runs > 1 {
		const hint = "each run is one estimate there, which more rounds hardly improve: set runs " +
			"higher, and measure again"
		return refuse(hint, "--more-rounds: found runs = %d in [design]; allowed: 1", e.Design.Runs)
	}
	finished, err := Read(dir)
	if errors.Is(err, fs.ErrNotExist) {
		hint := "leave --more-rounds out to measure a first run"
		if _, ok := Unfinished(dir); ok {
			hint = "the run there was interrupted: leave --more-rounds out to resume it first"
		}
		return refuse(hint, "%s: --more-rounds adds to a finished run, found no %s", dir, FileName)
	}
	if err != nil {
		const hint = "rounds can only be added to a record that can be read"
		return refuse(hint, "reading the finished run: %w", err)
	}
	path := filepath.Join(dir, FileName)
	if finished.Imported != nil {
		const hint = "measure into another folder with --output"
		return refuse(hint, "%s: --more-rounds adds to a run that labbook measured; found "+
			"imported reports of ab", path)
	}
	if finished.Joined != nil {
		const hint = "measure each further round with --rounds N --only-round K, and join it"
		return refuse(hint, "--more-rounds: %s holds joined rounds; allowed: a run that measured "+
			"all of its rounds", dir)
	}
	if all := finished.Rounds + more; all > spec.MaxRounds {
		return refuse("", "--more-rounds: %s has %d rounds, and with %d more %d; allowed: at "+
			"most %d in all", path, finished.Rounds, more, all, spec.MaxRounds)
	}
	finished.ApplyGrid(e) // its rates stay
	return e.SetRounds(finished.Rounds + more)
}

// FindInterrupted returns the interrupted run in dir that a run with header now goes on with; nil
// if there is none. A different run is refused: its trials would not belong together with those of
// now.
func FindInterrupted(dir string, now Header) (*Earlier, error) {
	rec, err := ReadUnfinished(dir)
	if err != nil {
		const hint = "--fresh discards it and starts over"
		return nil, failure.New(failure.ExitUsage, err, hint)
	}
	if rec == nil {
		return nil, nil
	}

	if err := rec.CheckResumable(now, dir); err != nil {
		return nil, err
	}
	return &Earlier{Record: rec, Interruption: Interruption{
		After:       rec.Measured(),
		AwaySeconds: SecondsSinceWrite(filepath.Join(dir, PartName)),
		Machines:    rec.Replaced(now.Machines),
	}}, nil
}

// FindFinished returns the finished run in dir, to which a run with header now adds some rounds. If
// it was interrupted while it did, the interrupted run is returned, unless that is to be discarded.
func FindFinished(dir string, now Header, more int, discard bool) (*Earlier, error) {
	finished, err := Read(dir)
	if err != nil {
		return nil, fmt.Errorf("reading the finished run: %w", err)
	}
	path := filepath.Join(dir, FileName)
	if finished.Rounds+more != now.Rounds {
		return nil, fmt.Errorf("%s was replaced as rounds were to be added to it", path)
	}
	extended := finished.Header
	extended.Looks = append(slices.Clone(finished.Looks), finished.Rounds)
	extended.Rounds, extended.Trials, extended.Notes = now.Rounds, now.Trials, now.Notes
	now.Looks = extended.Looks
	if differences := extended.Differences(now); len(differences) > 0 {
		err := fmt.Errorf("%s: rounds can only be added under the conditions of the others", path)
		const hint = "restore these conditions, or leave --more-rounds out and measure all anew"
		return nil, failure.New(failure.ExitUsage, withDifferences(err, differences), hint)
	}

	if !discard {
		interrupted, err := findAddition(dir, now)
		if err != nil {
			return nil, err
		}
		if interrupted != nil && interrupted.Measured() > finished.Measured() {
			interrupted.copied = finished.Measured()
			return interrupted, nil
		}
	}
	return &Earlier{
		Record: finished,
		Interruption: Interruption{
			After:       finished.Measured(),
			AwaySeconds: finished.secondsSinceEnd(time.Now()),
			MoreRounds:  more,
			Machines:    finished.Replaced(now.Machines),
		},
		extended: &extended,
		copied:   finished.Measured(),
	}, nil
}

// findAddition returns the interrupted run in dir if it was adding rounds to the finished one; nil
// if there is none.
func findAddition(dir string, now Header) (*Earlier, error) {
	path := filepath.Join(dir, PartName)
	rec, err := ReadUnfinished(dir)
	if err == nil && rec != nil && len(rec.Looks) == 0 {
		err := fmt.Errorf("%s: %w, and rounds can be added to a finished one only", path,
			ErrUnfinished)
		const hint = "leave --more-rounds out to resume it first, or discard it with --fresh"
		return nil, failure.New(failure.ExitUsage, err, hint)
	}
	interrupted, err := FindInterrupted(dir, now)
	if err != nil || interrupted == nil {
		return nil, err
	}
	same, err := continues(path, filepath.Join(dir, FileName))
	if err == nil && !same {
		err = fmt.Errorf("%s: %w, and it was not begun from the %s that is there now", path,
			ErrUnfinished, FileName)
		const hint = "put that file back, or discard the unfinished run with --fresh"
		return nil, failure.New(failure.ExitUsage, err, hint)
	}
	return interrupted, err
}

// continues reports whether an unfinished record begins with the trials of a finished one.
func continues(unfinished, finished string) (bool, error) {
	longer, err := filekind.Read(unfinished)
	if err != nil {
		return false, err
	}
	shorter, err := filekind.Read(finished)
	return bytes.HasPrefix(trialLines(longer), trialLines(shorter)), err
}

// trialLines returns what follows the header of a record, with the end of its last line.
func trialLines(data []byte) []byte {
	_, trials, _ := bytes.Cut(data, []byte{'\n'})
	if len(trials) > 0 && !bytes.HasSuffix(trials, []byte{'\n'}) {
		trials = append(slices.Clip(trials), '\n')
	}
	return trials
}

// extend starts an unfinished record in dir with a header and with the lines of the finished one's
// trials. It appears as a whole: half of it would look like a run that lacks trials.
func extend(dir string, header Header) error {
	data, err := filekind.Read(filepath.Join(dir, FileName))
	if err != nil {
		return fmt.Errorf("reading the finished run: %w", err)
	}
	temporary := filepath.Join(dir, copyName)
	if err := os.Remove(temporary); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing an unfinished copy of the record: %w", err)
	}
	file, err := createPart(temporary)
	if err != nil {
		return err
	}

	w := &Writer{file: file, dir: dir}
	if err = w.line(header); err == nil {
		if _, err = file.Write(trialLines(data)); err == nil {
			err = file.Sync()
		}
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return errors.Join(fmt.Errorf("copying the record: %w", err), os.Remove(temporary))
	}
	if err := os.Rename(temporary, filepath.Join(dir, PartName)); err != nil {
		return fmt.Errorf("putting the copy of the record in its place: %w", err)
	}
	return syncDir(dir)
}

// copyName is the unfinished record while the finished one is copied into it.
const copyName = FileName + ".copy.part"

// secondsSinceEnd returns how long ago a run ended, by the clock on the wall. It is nil if that is
// unknown. The time of the file is of no use: Git sets it when it writes one.
func (rec *Record) secondsSinceEnd(now time.Time) *float64 {
	if rec.Started.IsZero() {
		return nil
	}
	ended := rec.Started.Add(rec.Measuring())
	for _, r := range rec.InRunOrder() {
		if r.Resumed != nil && r.Resumed.AwaySeconds == nil {
			return nil
		}
		if r.Resumed != nil {
			ended = ended.Add(r.Resumed.Away())
		}
	}
	seconds := now.Sub(ended).Round(time.Second).Seconds()
	if seconds < 0 {
		return nil
	}
	return &seconds
}

// withDifferences adds to an error what differs, each in a line.
func withDifferences(err error, differences []Difference) error {
	for _, d := range differences {
		err = fmt.Errorf("%w\n  %v", err, d)
	}
	return err
}
