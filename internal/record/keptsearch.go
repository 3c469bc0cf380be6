package record

import (
	"path/filepath"

	"labbook.example/labbook/internal/filekind"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
)

// KeptSearch is what an interrupted run has kept of its search for capacities, for people who ask
// what is left to do.
type KeptSearch struct {
	Loads int      // that were made
	Found []Search // those that have ended
	Ended bool     // the whole search has, and trials at its rates may be there
}

// PeekSearch returns what is kept in dir of the search that is due before a run of e. If all of it
// is, e gets the rates that were found. Nothing is opened for writing. Nothing is returned of
// another experiment, or where nothing can be read: whether the run can go on with it is decided
// when it is started. Nor is anything that is to be discarded.
func PeekSearch(dir string, e *spec.Experiment, onlyRound int, discard bool) KeptSearch {
	if discard || !plan.SearchIsDue(e) {
		return KeptSearch{}
	}
	same := func(h Header) bool {
		now := NewHeader(e)
		return h.Spec.Text == now.Spec.Text && h.Rounds == now.Rounds && h.OnlyRound == onlyRound
	}
	if rec, err := ReadUnfinished(dir); err == nil && rec != nil && same(rec.Header) {
		rec.ApplyGrid(e)
		return KeptSearch{Found: rec.Searches, Ended: true}
	}

	s := SearchFile{dir: dir}
	data, err := filekind.Read(filepath.Join(dir, SearchName))
	if err != nil || wholeLines(data) == 0 {
		return KeptSearch{}
	}
	header, err := s.decode(data[:wholeLines(data)])
	if err != nil || !same(header) {
		return KeptSearch{}
	}
	kept := KeptSearch{Loads: s.Loads()}
	for _, line := range s.lines {
		if line.Found != nil {
			kept.Found = append(kept.Found, *line.Found)
		}
	}
	return kept
}
