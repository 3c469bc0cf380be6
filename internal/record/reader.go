package record

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/filekind"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
)

// Read reads the finished record of an output folder.
func Read(dir string) (*Record, error) {
	path := filepath.Join(dir, FileName)
	file, err := filekind.Open(path)
	if other := (*filekind.Error)(nil); errors.As(err, &other) {
		return nil, failure.New(failure.ExitUsage, err, "name the output folder of a finished run")
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()

	rec, err := Decode(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return rec, nil
}

// Decode reads a record. A header that cannot be read is an error. A later line that cannot be
// read, such as one that a crash cut short, is counted in Damaged.
func Decode(r io.Reader) (*Record, error) {
	lines := bufio.NewReader(r)
	line, err := nextLine(lines)
	switch {
	case errors.Is(err, errTooLong):
		return nil, fmt.Errorf("line 1: %w", err)
	case len(line) == 0:
		return nil, errors.Join(errors.New("the record is empty"), err)
	case err != nil:
		return nil, fmt.Errorf("reading the record: %w", err)
	}
	rec, err := decodeHeader(line)
	if err != nil {
		return nil, fmt.Errorf("line 1: %w", err)
	}

	seen := map[slot]bool{}
	for {
		line, err := nextLine(lines)
		if errors.Is(err, errTooLong) {
			rec.Damaged++
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("reading the record: %w", err)
		}
		if len(line) == 0 {
			return rec, nil
		}
		rec.decodeTrial(bytes.TrimSpace(line), seen)
	}
}

// maxLine bounds how much of a line is kept in memory. It is many times what a header or a trial
// can hold.
const maxLine = 16 << 20

var errTooLong = fmt.Errorf("found more than %d bytes; a line of a record is never that "+
	"long", maxLine)

// nextLine returns the next line with its end; it is empty after the last one. A line that is too
// long is skipped, and the error is errTooLong.
func nextLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	length := 0
	for {
		part, err := r.ReadSlice('\n')
		length += len(part)
		if length <= maxLine {
			line = append(line, part...)
		}

		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case err != nil && !errors.Is(err, io.EOF):
			return nil, err
		case length > maxLine:
			return nil, errTooLong
		}
		return line, nil
	}
}

// decodeTrial adds the trial of a line, or counts the line as damaged. Empty lines are ignored.
func (rec *Record) decodeTrial(line []byte, seen map[slot]bool) {
	if len(line) == 0 {
		return
	}

	var result Result
	err := json.Unmarshal(line, &result)
	if result.Run == 0 && rec.Experiment.Design.Runs > 1 {
		result.Run = 1 // what is not said is the first
	}
	at := slotOf(result.Trial)
	if err != nil || !rec.belongs(result) || seen[at] {
		rec.Damaged++
		return
	}
	seen[at] = true
	rec.Add(result)
}

// decodeHeader returns the record of a header line, still without trials.
func decodeHeader(line []byte) (*Record, error) {
	var version struct {
		Schema int `json:"schema"`
	}
	if err := json.Unmarshal(line, &version); err != nil {
		return nil, fmt.Errorf("not a record's header: %w", err)
	}
	if version.Schema < 1 || version.Schema > Schema {
		const format = "the record has schema %d; this labbook reads 1 to %d"
		return nil, fmt.Errorf(format, version.Schema, Schema)
	}

	var header Header
	if err := json.Unmarshal(line, &header); err != nil {
		return nil, fmt.Errorf("not a record's header: %w", err)
	}
	if header.Rounds < 1 {
		return nil, fmt.Errorf("the header says %d rounds; allowed: 1 and more", header.Rounds)
	}
	if header.OnlyRound < 0 || header.OnlyRound > header.Rounds {
		return nil, fmt.Errorf("the header says round %d alone; allowed: 1 to %d, the rounds of "+
			"the plan", header.OnlyRound, header.Rounds)
	}
	if !header.validLooks() {
		return nil, fmt.Errorf("the header says that rounds were added after %s of %d; allowed: "+
			"ascending numbers from 1 to %d", looks(header.Looks), header.Rounds, header.Rounds-1)
	}
	if !header.Joined.valid(header.Rounds) {
		return nil, errors.New("the header says that rounds were joined that its plan cannot have")
	}
	experiment, err := spec.Parse(header.Spec.Name, header.Spec.Text)
	if err != nil {
		return nil, fmt.Errorf("the spec in the header: %w", err)
	}
	if err := header.Against.ApplyTo(experiment); err != nil {
		return nil, fmt.Errorf("the older version in the header: %w", err)
	}
	header.ApplyGrid(experiment)
	if err := errors.Join(
		header.checkSearches(experiment),
		header.checkSizes(experiment),
		header.checkMachines(),
	); err != nil {
		return nil, err
	}
	rec := New(header, experiment)

	if err := experiment.SetRounds(header.Rounds); err != nil {
		return nil, fmt.Errorf("the rounds in the header: %w", err)
	}
	if err := header.Joined.applyTo(experiment); err != nil {
		return nil, fmt.Errorf("the joined rounds in the header: %w", err)
	}
	experiment.References = header.References
	if header.Notes != nil {
		experiment.Notes = spec.Notes{Text: header.Notes.Text, File: header.Notes.Name, Line: 1}
	}
	return rec, nil
}

// validLooks reports whether rounds can have been added as the header says.
func (h Header) validLooks() bool {
	before := 0
	for _, look := range h.Looks {
		if look <= before || look >= h.Rounds {
			return false
		}
		before = look
	}
	return true
}

// belongs reports whether a result is valid and of this experiment. No reader of a record has to
// check again whether its server, level, round and percentiles exist.
func (rec *Record) belongs(r Result) bool {
	d := rec.Experiment.Design
	last := d.AllRounds()
	if rec.Joined != nil {
		last = rec.Rounds
	}
	if r.Order < 1 || r.Round < 1 || r.Round > last ||
		rec.Joined != nil && !rec.Joined.has(r.Round) ||
		rec.OnlyRound > 0 && r.Round != rec.OnlyRound ||
		r.Run != plan.RunOf(rec.Experiment, r.Round) {
		return false
	}

	switch r.Instrument {
	case plan.Own:
	case plan.Calibration:
		if !rec.Experiment.Design.Calibrate || rec.Calibration == nil {
			return false
		}
	default:
		return false
	}
	return r.valid() && slices.Contains(rec.Cells, r.Cell)
}
