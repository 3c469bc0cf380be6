package record

import "slices"

// Detail is what the embedded ab counts in a call and does not say in its text. The real ab has no
// such counts. A count of zero is absent.
type Detail struct {
	Complete int64 `json:"complete"` // answers that ended: good, unexpected or failed
	Good     int64 `json:"good"`     // of Complete: whole, in time, and as they should be

	// Unexpected is the number of answers that were whole and in time, and not as the spec expects.
	// nil: nothing was expected that ab does not count anyway.
	Unexpected *int64 `json:"unexpected,omitempty"`

	// GoodPercentilesMS holds the response times of good answers alone at 0% to 100%, in
	// milliseconds. It is absent if all answers were good, or if nothing was expected of them.
	GoodPercentilesMS []float64 `json:"good_percentiles_ms,omitempty"`

	// Statuses is the number of answers by status, failed ones included.
	Statuses map[int]int64 `json:"statuses,omitempty"`
	// Faults are what went wrong, the most frequent first. A request that was made again after a
	// fault can have several.
	Faults []Fault `json:"faults,omitempty"`

	Connections int64 `json:"connections,omitempty"` // that were made
	KeptAlive   int64 `json:"kept_alive,omitempty"`  // answers after which the connection stayed
	Surplus     int64 `json:"surplus,omitempty"`     // good answers, followed by more bytes
	SentAgain   int64 `json:"sent_again,omitempty"`  // the server had closed a kept connection
	Unfinished  int64 `json:"unfinished,omitempty"`  // requests under way when the load ended

	// UnfinishedIn are those of Unfinished by the phase in which they were.
	UnfinishedIn map[string]int64 `json:"unfinished_in,omitempty"`

	// P999MS is the time within which 99.9 % of Complete ended, in milliseconds; nil without any.
	// Where answers were expected to be something, it is that of Good.
	P999MS *float64 `json:"p99_9_ms,omitempty"`

	// Late is how late the generator sent its requests; nil in a closed loop, in a record of an
	// older version, and if none was sent.
	Late *Late `json:"late,omitempty"`
}

// Late is how late a generator sent the requests of an open loop: from when each was due and had a
// free connection until it was sent, in milliseconds. It is a part of the response time, and of no
// server.
type Late struct {
	MeanMS float64 `json:"mean_ms"`
	P50MS  float64 `json:"p50_ms"`
	P90MS  float64 `json:"p90_ms"`
	P95MS  float64 `json:"p95_ms"`
	P99MS  float64 `json:"p99_ms"`
	P999MS float64 `json:"p99_9_ms"`
}

func (l *Late) valid() bool {
	if l == nil {
		return true
	}
	ascending := []float64{0, l.P50MS, l.P90MS, l.P95MS, l.P99MS, l.P999MS, maxMS}
	return slices.IsSorted(ascending) && validMS(&l.MeanMS)
}

// Fault is a way in which requests failed, and how often.
type Fault struct {
	Phase string `json:"phase"` // of the request, as docs/ab.md lists them
	Error string `json:"error"` // the system's name, such as "ECONNRESET", or one of ab's
	Count int64  `json:"count"` // at least 1
}

// maxStatus is the largest status that an answer can have, for it has three digits.
const maxStatus = 999

func (d *Detail) valid() bool {
	if d == nil {
		return true
	}
	for status, n := range d.Statuses {
		if status < 1 || status > maxStatus || n < 1 || n > maxCount {
			return false
		}
	}
	for _, f := range d.Faults {
		if f.Phase == "" || f.Error == "" || f.Count < 1 || f.Count > maxCount {
			return false
		}
	}

	for phase, n := range d.UnfinishedIn {
		if phase == "" || n < 1 || n > maxCount {
			return false
		}
	}

	for _, n := range []int64{d.Connections, d.KeptAlive, d.Surplus, d.SentAgain, d.Unfinished} {
		if n < 0 || n > maxCount {
			return false
		}
	}
	if !validMS(d.P999MS) || !d.Late.valid() {
		return false
	}
	if u := d.Unexpected; u != nil && !(*u >= 0 && *u <= d.Complete-d.Good) {
		return false
	}
	return validPercentiles(d.GoodPercentilesMS) &&
		d.Good >= 0 && d.Good <= d.Complete && d.Complete <= maxCount
}
