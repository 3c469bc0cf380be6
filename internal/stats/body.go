package stats

import (
	"labbook/internal/locale"
	"labbook/internal/plan"
	"labbook/internal/record"
)

// body is what a server answered before its loads, as far as all of its answers agree.
type body struct {
	sha256 string
	bytes  int64
}

// bodyOf gives a server's body; ok is false where none is known, or where it changes from trial to
// trial, which is a server's right.
func bodyOf(rec *record.Record, server string) (b body, ok bool) {
	for _, trial := range rec.Results {
		if trial.Server != server || trial.Answer == nil {
			continue
		}
		found := body{trial.Answer.SHA256, trial.Answer.Bytes}
		if ok && found != b {
			return body{}, false
		}
		b, ok = found, true
	}
	return b, ok
}

// bodyDoubts gives the code of a server that answers another body than the baseline: then the two
// do not do the same work.
func bodyDoubts(rec *record.Record, cell Cell, baseline string) []codedDoubt {
	ours, ok := bodyOf(rec, cell.Server)
	theirs, known := bodyOf(rec, baseline)
	if cell.Server == baseline || !ok || !known || ours == theirs {
		return nil
	}
	w := locale.For(rec.Experiment.Language)
	reason := w.Sprintf("%d bytes, the baseline's body has %d", ours.bytes, theirs.bytes)
	if ours.bytes == theirs.bytes {
		reason = w.Sprintf("as many bytes as the baseline's, %d, but others", ours.bytes)
	}
	return []codedDoubt{{BodyDiffers, Doubt{
		Cell:   plan.Cell(cell.Cell),
		Count:  cell.Trials,
		Of:     cell.Rounds,
		Reason: reason,
	}}}
}
