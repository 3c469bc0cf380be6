package record

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"labbook/internal/plan"
	"labbook/internal/spec"
)

// Record is a record as read.
type Record struct {
	Header
	Experiment *spec.Experiment // the header's spec, with the rounds as run and the references' numbers
	Cells      []plan.Cell      // of the experiment: servers in the file's order, each with its levels
	Results    []Result         // of the experiment's own ab, in run order
	Calibrated []Result         // of the other one, in run order; for nothing but the calibration
	Damaged    int              // lines that could not be read
	NewerNotes bool             // the experiment's notes are not those of the run, but written since
}

// Read reads the finished record of an output folder.
func Read(dir string) (*Record, error) {
	path := filepath.Join(dir, FileName)
	file, err := os.Open(path)
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

// place is where a trial stands in the design: a round visits every cell once with each instrument.
type place struct {
	round      int
	instrument plan.Instrument
	cell       plan.Cell
}

// Decode reads a record. Without a header that can be read there is none; a later line that cannot
// be read, such as one that a crash cut short, is counted in Damaged.
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
	rec := &Record{}
	if err := rec.readHeader(line); err != nil {
		return nil, fmt.Errorf("line 1: %w", err)
	}
	seen := map[place]bool{}
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
		rec.readTrial(bytes.TrimSpace(line), seen)
	}
}

// maxLine is the most bytes of a line that are read: many times what a header or a trial can hold.
const maxLine = 16 << 20

var errTooLong = fmt.Errorf("found more than %d bytes; no line of a record is so long", maxLine)

// nextLine gives one line with its end, empty after the last one. One that is too long is passed
// over, and is errTooLong.
func nextLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	length := 0
	for {
		part, err := r.ReadSlice('\n')
		if length += len(part); length <= maxLine {
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

// readTrial adds the trial of a line, or counts the line as damaged. An empty line is none.
func (rec *Record) readTrial(line []byte, seen map[place]bool) {
	if len(line) == 0 {
		return
	}
	var result Result
	err := json.Unmarshal(line, &result)
	at := place{result.Round, result.Instrument, result.Cell}
	if err != nil || !rec.planned(result) || seen[at] {
		rec.Damaged++
		return
	}
	seen[at] = true
	if result.Instrument == plan.Own {
		rec.Results = append(rec.Results, result)
	} else {
		rec.Calibrated = append(rec.Calibrated, result)
	}
}

func (rec *Record) readHeader(line []byte) error {
	var version struct {
		Schema int `json:"schema"`
	}
	if err := json.Unmarshal(line, &version); err != nil {
		return fmt.Errorf("not a record's header: %w", err)
	}
	if version.Schema < 1 || version.Schema > Schema {
		return fmt.Errorf(
			"the record has schema %d; this labbook reads 1 to %d",
			version.Schema,
			Schema,
		)
	}
	if err := json.Unmarshal(line, &rec.Header); err != nil {
		return fmt.Errorf("not a record's header: %w", err)
	}
	experiment, err := spec.Parse(rec.Spec.Name, rec.Spec.Text)
	if err != nil {
		return fmt.Errorf("the spec in the header: %w", err)
	}
	if rec.Rounds < 1 {
		return fmt.Errorf("the header says %d rounds; allowed: 1 and more", rec.Rounds)
	}
	experiment.Design.Rounds = rec.Rounds
	experiment.References = rec.References
	if rec.Notes != nil {
		experiment.Notes = spec.Notes{Text: rec.Notes.Text, File: rec.Notes.Name, Line: 1}
	}
	rec.Experiment, rec.Cells = experiment, plan.Cells(experiment)
	return nil
}

// planned reports whether a result belongs to this experiment, so that nothing that reads a record
// has to ask again whether its server, level, round and percentiles exist, and what it used can be.
func (rec *Record) planned(r Result) bool {
	if r.Order < 1 || r.Round < 1 || r.Round > rec.Rounds {
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
	return r.sound() && slices.Contains(rec.Cells, r.Cell)
}

// Of gives the results of one cell by the experiment's own ab, in run order.
func (rec *Record) Of(cell plan.Cell) []Result {
	var results []Result
	for _, r := range rec.Results {
		if r.Cell == cell {
			results = append(results, r)
		}
	}
	return results
}
