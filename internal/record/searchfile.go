package record

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/filekind"
)

// SearchName is the file of the output folder in which the loads of a search for capacities are
// kept. It is removed once the first trial at the rates that were found is on disk.
const SearchName = "search.jsonl.part"

// KeptLoad is a load of a search.
type KeptLoad struct {
	Probe
	Limit string `json:"limit,omitempty"` // why the generator was the limit; "": it was not
}

// searchLine is a line of the file, after the header of the run: a load, or a search that ended.
type searchLine struct {
	Server string    `json:"server,omitempty"`
	Load   *KeptLoad `json:"load,omitempty"`
	Found  *Search   `json:"found,omitempty"`
}

// SearchFile keeps the loads of a search, each on disk before the next one is made, so that a run
// which is stopped goes on with them. The file is made with the first load. A nil SearchFile keeps
// nothing. It is not safe for concurrent use.
type SearchFile struct {
	dir    string
	header Header
	lines  []searchLine
	writer *Writer // nil until something is written
}

// OpenSearch returns what was kept of a search in dir, for a run with header now to go on with. A
// different run is refused, and with discard, what was kept is removed.
func OpenSearch(dir string, now Header, discard bool) (*SearchFile, error) {
	s := &SearchFile{dir: dir, header: now}
	if discard {
		if err := os.Remove(s.path()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("removing the loads of an interrupted search: %w", err)
		}
	}
	const hint = "--fresh discards it and starts over"
	data, err := filekind.Read(s.path())
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if other := (*filekind.Error)(nil); errors.As(err, &other) {
		return nil, failure.New(failure.ExitUsage, err, hint)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the loads of an interrupted search: %w", err)
	}
	size := wholeLines(data)
	if size == 0 { // not even its header
		return s, os.Remove(s.path())
	}
	header, err := s.decode(data[:size])
	if err != nil {
		return nil, failure.New(failure.ExitUsage, fmt.Errorf("%s: %w", s.path(), err), hint)
	}
	if differences := header.Differences(now); len(differences) > 0 {
		err := fmt.Errorf("%s: an interrupted search is here, and this run cannot go on with "+
			"its %s", s.path(), s.loads())
		const hint = "go on with it under the conditions it started with, write elsewhere with " +
			"--output, or start over with --fresh, which discards it"
		return nil, failure.New(failure.ExitUsage, withDifferences(err, differences), hint)
	}
	return s, s.open(size, size < len(data))
}

// decode reads the whole lines of the file.
func (s *SearchFile) decode(data []byte) (header Header, err error) {
	for i, line := range bytes.Split(bytes.TrimSuffix(data, []byte{'\n'}), []byte{'\n'}) {
		if i == 0 {
			err = json.Unmarshal(line, &header)
			if err == nil && header.Schema != Schema {
				err = fmt.Errorf("found schema %d; allowed: %d", header.Schema, Schema)
			}
		} else {
			var kept searchLine
			err = json.Unmarshal(line, &kept)
			if err == nil && (kept.Load == nil) == (kept.Found == nil) {
				err = errors.New("found neither a load nor a search")
			}
			s.lines = append(s.lines, kept)
		}
		if err != nil {
			return header, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	return header, nil
}

// open opens the file that is there, to append to its whole lines.
func (s *SearchFile) open(size int, torn bool) error {
	file, err := os.OpenFile(s.path(), os.O_RDWR|os.O_APPEND, 0)
	if err != nil {
		return fmt.Errorf("going on with the search: %w", err)
	}
	s.writer = &Writer{
		file: file,
		dir:  s.dir,
		name: SearchName,
		size: int64(size),
		torn: torn,
	}
	return nil
}

func (s *SearchFile) path() string { return filepath.Join(s.dir, SearchName) }

// LoadsOf returns the loads of a server that were kept, in the order in which they were made.
func (s *SearchFile) LoadsOf(server string) []KeptLoad {
	if s == nil {
		return nil
	}
	var loads []KeptLoad
	for _, line := range s.lines {
		if line.Load != nil && line.Server == server {
			loads = append(loads, *line.Load)
		}
	}
	return loads
}

// FoundOf returns the search of a server, if it had ended.
func (s *SearchFile) FoundOf(server string) (found Search, ok bool) {
	if s == nil {
		return Search{}, false
	}
	for _, line := range s.lines {
		if line.Found != nil && line.Found.Server == server {
			return *line.Found, true
		}
	}
	return Search{}, false
}

// Loads returns how many loads are kept, of all servers.
func (s *SearchFile) Loads() int {
	if s == nil {
		return 0
	}
	n := 0
	for _, line := range s.lines {
		if line.Load != nil {
			n++
		}
	}
	return n
}

func (s *SearchFile) loads() string {
	if n := s.Loads(); n != 1 {
		return fmt.Sprintf("%d loads", n)
	}
	return "1 load"
}

// Add keeps a load of a server. When it returns nil, the load is on disk.
func (s *SearchFile) Add(server string, load KeptLoad) error {
	return s.add(searchLine{Server: server, Load: &load})
}

// End keeps a search that has ended.
func (s *SearchFile) End(found Search) error { return s.add(searchLine{Found: &found}) }

func (s *SearchFile) add(line searchLine) error {
	if s == nil {
		return nil
	}
	if s.writer == nil {
		if err := s.create(); err != nil {
			return fmt.Errorf("keeping the loads of the search: %w", err)
		}
	}
	err := s.writer.line(line)
	if err == nil {
		err = s.writer.restore()
	}
	if err != nil {
		return fmt.Errorf("keeping the loads of the search: %w", err)
	}
	s.lines = append(s.lines, line)
	return nil
}

// create makes the file, with the header of the run.
func (s *SearchFile) create() error {
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return err
	}
	file, err := createPart(s.path())
	if err != nil {
		return err
	}
	w := &Writer{file: file, dir: s.dir, name: SearchName}
	if err := w.line(s.header); err != nil {
		return errors.Join(err, file.Close(), os.Remove(s.path()))
	}
	s.writer = w
	return syncDir(s.dir)
}

// Close closes the file, and leaves what it holds.
func (s *SearchFile) Close() {
	if s != nil && s.writer != nil {
		_ = s.writer.Close() // each line is on disk
		s.writer = nil
	}
}

// Keep returns an error that ended the run before its first trial was on disk, with how much of the
// search is kept.
func (s *SearchFile) Keep(cause error) error {
	if s.Loads() == 0 {
		return cause
	}
	if _, err := os.Lstat(s.path()); err != nil { // the record has a trial
		return cause
	}
	code, hint := failure.CodeAndHint(cause)
	if signal, ok := errors.AsType[failure.Interrupted](cause); ok {
		cause = signal // which trial it was does not matter
	}
	const format = "%w: %s of the search for arrival rates kept in %s"
	kept := fmt.Errorf(format, cause, s.loads(), s.path())
	again := "the same command goes on with the search, --fresh starts over; no finished report " +
		"was touched"
	if hint != "" {
		again = hint + "; " + again
	}
	return failure.New(code, kept, again)
}
