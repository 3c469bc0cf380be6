package stats

import (
	"math"
	"net/http"

	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// addUnlikeDoubts adds a doubt to each cell whose answers in the load are others than those before
// it, or than the baseline's. Only the answer before the load is known byte by byte: of the load,
// ab tells how long the first body is and how many bytes all bodies have.
func addUnlikeDoubts(rec *record.Record, cells []Cell) {
	e := rec.Experiment
	for i := range cells {
		cell := &cells[i]
		server, _ := e.Server(cell.Server)
		if d, ok := unlikeBefore(*cell, server.Request); ok {
			cell.doubts = append(cell.doubts, d)
			continue
		}

		base := baselineOf(cells, *cell, e)
		if base.Server == cell.Server || onPurpose(e, cell.Server, base.Server) {
			continue
		}
		if evidence := unlikeBaseline(e, *cell, base); evidence != nil {
			cell.doubts = append(cell.doubts, cell.doubt(UnlikeAnswers, cell.Clean(), evidence))
		}
	}
}

// unlikeBefore returns a doubt about a cell whose first answer in the load has another length than
// the answer before it.
func unlikeBefore(cell Cell, request spec.Request) (d Doubt, ok bool) {
	differs := 0
	var first FirstBody
	for _, trial := range cell.clean {
		m, before := trial.Measurement(), trial.Answer
		_, allGood := bytesPerAnswer(trial) // or else the first one may be a refusal
		comparable := before != nil &&
			allGood &&
			!before.Chunked &&
			request.Method != http.MethodHead &&
			m.DocumentLength >= 0 // or else lengths may change: any_length
		if !comparable || before.MissingBytes > 0 {
			continue
		}
		withSurplus := before.Bytes + before.SurplusBytes
		if m.DocumentLength != before.Bytes && m.DocumentLength != withSurplus {
			if differs == 0 {
				first = FirstBody{Before: withSurplus, Load: m.DocumentLength}
			}
			differs++
		}
	}
	return cell.doubt(UnlikeAnswers, differs, first), differs > 0
}

// unlikeBaseline returns how a cell's load was another one than the baseline's; nil if it was not.
func unlikeBaseline(e *spec.Experiment, cell, base Cell) Evidence {
	if len(cell.clean) == 0 || len(base.clean) == 0 {
		return nil
	}
	ours, _ := e.Server(cell.Server)
	theirs, _ := e.Server(base.Server)
	if ours.Same == "" && theirs.Same == "" { // or else the experiment is about the way of asking
		secure := cell.clean[0].Measurement().TLSProtocol != ""
		if secure != (base.clean[0].Measurement().TLSProtocol != "") {
			return OneSidedTLS{Server: secure}
		}
		if ours.Request.KeepAlive != theirs.Request.KeepAlive {
			return OneSidedKeepAlive{Server: ours.Request.KeepAlive}
		}
	}

	bytes, baseBytes := cell.Of(answerBytes), base.Of(answerBytes)
	chunked := inChunks(cell.clean) || inChunks(base.clean)
	apart := math.Abs(bytes.Median-baseBytes.Median) > maxUnlikeBytes*baseBytes.Median
	if bytes.N == 0 || baseBytes.N == 0 || chunked || !apart || hasDoubt(cell, BodyDiffers) {
		return nil
	}
	return AnswerBytes{Server: bytes.Median, Baseline: baseBytes.Median}
}

// inChunks reports whether a body came in chunks before the load. The real ab counts what frames
// them as part of the body, and the embedded one does not.
func inChunks(trials []record.Result) bool {
	for _, trial := range trials {
		if trial.Answer != nil && trial.Answer.Chunked {
			return true
		}
	}
	return false
}

func hasDoubt(cell Cell, code Code) bool {
	for _, d := range cell.doubts {
		if d.Code == code {
			return true
		}
	}
	return false
}

// bytesPerAnswer returns how long the bodies of a load are, in the mean, without what a server
// sends beyond its Content-Length: ab counts that as part of the body, and a doubt of its own names
// it. It is not known of good answers alone: refusals have bodies, too.
func bytesPerAnswer(r record.Result) (float64, bool) {
	m := r.Measurement()
	if m == nil || m.Complete == 0 {
		return 0, false
	}
	if r.LookedAt() && r.Load.Detail.Good < r.Load.Detail.Complete {
		return 0, false
	}
	bytes := float64(m.HTMLTransferred) / float64(m.Complete)
	if r.Answer != nil && bytes >= float64(r.Answer.Bytes+r.Answer.SurplusBytes) {
		bytes -= float64(r.Answer.SurplusBytes)
	}
	return bytes, true
}

// cutShortDoubts reports a server whose body ends before its Content-Length says so.
func cutShortDoubts(rec *record.Record, cell Cell) []Doubt {
	cut := 0
	var first CutBody
	for _, trial := range rec.ForCell(cell.Cell) {
		if a := trial.Answer; a != nil && a.MissingBytes > 0 {
			if cut == 0 {
				first = CutBody{Sent: a.Bytes, Announced: a.Bytes + a.MissingBytes}
			}
			cut++
		}
	}
	if cut == 0 {
		return nil
	}
	return []Doubt{cell.doubt(CutShort, cut, first)}
}
