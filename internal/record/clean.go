package record

import (
	"math"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/spec"
)

// Clean reports whether a trial of this record may enter a Sample: ab ended well and reported a
// rate by a sound clock, every request was made, and none failed or got another answer than
// expected, or no more than the experiment allows. Where it allows none, an unclean trial cannot be
// saved by subtraction, because the real ab can count one bad answer as failed and as non-2xx.
func (rec *Record) Clean(r Result) bool {
	m := r.Measurement()
	requests, known := rec.Requests(r)
	return r.Outcome == Ended && m != nil && rec.ClockFault(r) == nil &&
		(rec.Made(r) == requests || !known) &&
		m.RequestsPerSecond > 0 &&
		m.WriteErrors == 0 &&
		rec.Bad(r) <= rec.AllowedBad(r)
}

// Made returns how many requests of a trial came to an end, as far as that can be clean. A
// connection that could not be made is an arrival that failed; a closed loop makes its request
// again.
func (rec *Record) Made(r Result) int {
	m := r.Measurement()
	if m == nil {
		return 0
	}
	if e := rec.Experiment; e.Load.AllowedFailures > 0 && e.Load.OpenLoop() {
		return m.Complete + m.FailedConnect
	}
	return m.Complete
}

// Bad returns how many requests of a trial failed or got another answer than expected. The embedded
// ab counts each of them once. The real one may count some twice, so there it tells no more than
// whether there are any.
func (rec *Record) Bad(r Result) int {
	m := r.Measurement()
	if m == nil {
		return 0
	}
	return m.Failed + rec.Unexpected(r)
}

// AllowedBad returns how many requests of a trial may be bad.
func (rec *Record) AllowedBad(r Result) int {
	const rounding = 1e-9 // 0.07 × 100 is a little more than 7, 0.29 × 100 a little less than 29
	requests := float64(rec.Size(r.Cell).Requests)
	return int(math.Floor(rec.Experiment.Load.AllowedFailures*requests + rounding))
}

// Unexpected returns how many answers of a trial were not as the spec expects, as far as that is
// known. The embedded ab counts them. Where it did not, because nothing was expected or in a record
// of an older version, and of the real ab, only the status counts:
//
// ab counts only answers outside 2xx: where 404 is expected, it does not notice a 500. The exact
// status is known only of the one answer before the load. If that one is wrong, all count as wrong.
func (rec *Record) Unexpected(r Result) int {
	m := r.Measurement()
	if m == nil {
		return 0
	}
	if d := r.detail(); d != nil && d.Unexpected != nil {
		return int(*d.Unexpected)
	}

	expected := rec.expected(r).Status
	if expected != 0 && r.Answer != nil && r.Answer.Status != expected {
		return m.Complete
	}
	if expected == 0 || expected/100 == 2 {
		return m.Non2xx
	}
	return m.Complete - m.Non2xx
}

// expected returns what the answers of a trial must be.
func (rec *Record) expected(r Result) spec.Expect {
	server, _ := rec.Experiment.Server(r.Server)
	return server.Expect
}

// LookedAt reports whether every answer of a trial's load was compared with what the spec expects.
func (r Result) LookedAt() bool {
	d := r.detail()
	return d != nil && d.Unexpected != nil
}

// RandomArrivals reports whether the requests of a trial arrived at random.
func (r Result) RandomArrivals() bool {
	m := r.Measurement()
	return m != nil && m.Arrivals == abtext.Poisson
}

// GoodPerSecond returns the rate of good answers, over the time taken by all; 0 if there is no
// report. Where answers were not looked at, all of them count.
func (r Result) GoodPerSecond() float64 {
	m := r.Measurement()
	if m == nil {
		return 0
	}
	if d := r.detail(); r.LookedAt() && d.Complete > 0 {
		return m.RequestsPerSecond * float64(d.Good) / float64(d.Complete)
	}
	return m.RequestsPerSecond
}

// GoodPercentilesMS returns the response times of good answers at 0% to 100%, in milliseconds, or
// of all answers where they were not looked at; nil if none are known.
func (r Result) GoodPercentilesMS() []float64 {
	if r.LookedAt() && r.Load.Detail.GoodPercentilesMS != nil {
		return r.Load.Detail.GoodPercentilesMS
	}
	return r.PercentilesMS
}

// P999MS returns the response time within which 99.9 % of the answers came, in milliseconds, and
// how many answers that is of; none if it is not known. As with GoodPercentilesMS, they are the
// good answers where these were looked at.
func (r Result) P999MS() (ms float64, answers int64) {
	if r.Load == nil || r.Load.Detail == nil {
		return 0, 0
	}
	d := r.Load.Detail
	switch {
	case d.P999MS == nil:
		return 0, 0
	case r.LookedAt():
		return *d.P999MS, d.Good
	}
	return *d.P999MS, d.Complete
}

// detail returns what only the embedded ab tells of a trial; nil of any other.
func (r Result) detail() *Detail {
	if r.Load == nil {
		return nil
	}
	return r.Load.Detail
}
