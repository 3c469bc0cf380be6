package record

import (
	"encoding/json"

	"labbook.example/labbook/internal/abtext"
)

// Import is what a record was made of that was not measured by Labbook.
type Import struct {
	Files []ImportedFile `json:"files"`

	// LeftOut are the reports that are not whole, such as those of calls that ab gave up.
	LeftOut []LeftOut `json:"left_out,omitempty"`
}

// ImportedFile identifies a file of which a record was made.
type ImportedFile struct {
	Name   string `json:"name"` // as it was given to labbook import, with slashes
	Bytes  int    `json:"bytes"`
	SHA256 string `json:"sha256"` // in hex
}

// LeftOut is a report that was not imported.
type LeftOut struct {
	File   string `json:"file"`
	Line   int    `json:"line"` // in which it begins, from 1
	Reason string `json:"reason"`
}

// ImportedText is the report of ab of which a trial was made. Nothing is known of the call itself.
type ImportedText struct {
	File        string              `json:"file"`
	Line        int                 `json:"line"` // in which it begins, from 1
	Text        string              `json:"text"`
	Measurement *abtext.Measurement `json:"measurement"`

	// PercentagesMS is the table at the end of the text: response times in whole milliseconds by
	// per cent.
	PercentagesMS map[int]float64 `json:"percentages_ms,omitempty"`

	// PercentilesFile is the -e or -g file that the trial's percentiles come from.
	PercentilesFile string `json:"percentiles_file,omitempty"`
}

func (i *ImportedText) valid() bool {
	if i == nil {
		return true
	}
	for percent, ms := range i.PercentagesMS {
		if percent < 0 || percent > 100 || !(ms >= 0 && ms <= maxMS) {
			return false
		}
	}
	return i.Measurement != nil
}

// MarshalJSON leaves out the start of an imported trial, which is not known.
func (r Result) MarshalJSON() ([]byte, error) {
	type plain Result
	if r.Imported == nil {
		return json.Marshal(plain(r))
	}
	return json.Marshal(struct {
		plain
		StartSeconds *float64 `json:"start_seconds,omitempty"`
	}{plain: plain(r)})
}

// GoodPercentile returns the response time within which i% of a trial's good answers came, in
// milliseconds. An imported trial may know only some of them, of all its answers, in whole
// milliseconds. ok is false if it is not known.
func (r Result) GoodPercentile(i int) (ms float64, ok bool) {
	if all := r.GoodPercentilesMS(); i < len(all) {
		return all[i], true
	}
	if r.Imported == nil {
		return 0, false
	}
	ms, ok = r.Imported.PercentagesMS[i]
	return ms, ok
}

// Requests returns how many requests a trial should have, and whether that is known. Of an imported
// one it is not.
func (rec *Record) Requests(r Result) (n int, known bool) {
	if r.Imported != nil {
		return 0, false
	}
	return rec.Size(r.Cell).Requests, true
}
