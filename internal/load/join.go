package load

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"labbook.example/labbook/internal/abtext"
)

// Joined is the load that several generators made together.
type Joined struct {
	Measurement   abtext.Measurement // of Text
	PercentilesMS []float64          // 0 to 100; nil: no request is complete
	Text          string             // ab's standard output
	Stderr        string             // ab's standard error, with what each generator warned of
	Summary       []byte             // what --summary writes

	// Progress is by when how many requests were done; nil if ab would report none, or where the
	// generators loaded together for less than 95% of the time.
	Progress *abtext.Progress

	// Overlap is the share of the load's time in which all generators loaded, from 0 to 1.
	// If no request is complete, it is 0.
	Overlap     float64
	StartSpread time.Duration // from the first start until the last one
	Parts       []PartNumbers // in the order of the parts
}

// PartNumbers are those of one generator.
type PartNumbers struct {
	Machine           string
	N                 int           // among the machines of this name, from 1; 0: there is one
	Clients           int           // of an open loop: the max number of connections
	Start             time.Duration // after the agreed start; 0: there was none
	Seconds           float64       // from its first connect to its last response
	Complete          int64
	Failed            int64
	RequestsPerSecond float64  // in its own seconds
	P50MS             *float64 // nil: no request is complete
	P99MS             *float64
	ConnectMinMS      *float64 // of the fastest connection; nil: none was made
	Late              *Late    // nil: a closed loop, or no request was sent
	Ending            string   // "complete", "limit", "interrupted" or "failed"
	Reason            string   // why it failed
	ExitCode          int
	Warning           string // of the generator's own limits
}

// Late is how late the requests of an open loop were sent: from when each was due and had a free
// connection, in milliseconds.
type Late struct{ MeanMS, P50MS, P90MS, P95MS, P99MS, P999MS float64 }

// IncompleteError means that a generator did not make all of its requests.
type IncompleteError struct {
	Part   Part
	Ending string // "limit", "interrupted" or "failed"
	Reason string
}

func (e *IncompleteError) Error() string {
	text := fmt.Sprintf("%v: the load ended early (%s)", e.Part, e.Ending)
	if e.Reason != "" {
		text += ": " + strings.TrimSpace(e.Reason)
	}
	return text
}

// ErrApart means that there was no time in which all generators loaded, so that no throughput is
// known.
var ErrApart = errors.New("the generators never loaded at the same time")

// Join makes one load of its parts. Counts add up, histograms bucket by bucket; extremes, sums and
// means are exact. Nothing is averaged.
//
// Throughput is that of the interval in which all generators loaded, from the last start to the
// first end: the requests that were done in it, divided by its length. A request that crosses an
// edge counts by the share of its time within. Of one part, this is ab's throughput.
//
// Parts that do not fit together are refused. If a part is not complete (*IncompleteError), or if
// there is no common interval (ErrApart), the load is returned beside the error, for what it
// counted.
func Join(parts []Part) (*Joined, error) {
	if n := len(parts); n < 1 || n > maxGenerators {
		return nil, fmt.Errorf("joining a load: found %d parts; allowed: 1 to %d", n, maxGenerators)
	}
	read := make([]*portion, len(parts))
	for i, from := range parts {
		p, err := readPortion(from)
		if err != nil {
			return nil, fmt.Errorf("joining a load: %v: %w", from, err)
		}
		read[i] = p
	}
	if err := fit(read); err != nil {
		return nil, fmt.Errorf("joining a load: %w", err)
	}
	return join(read)
}

// fit refuses parts that are not of one load.
func fit(parts []*portion) error {
	first := parts[0]
	numbers := map[int]*portion{}
	arrivals, connections := 0, 0
	for _, p := range parts {
		if err := p.sameCall(first); err != nil {
			return fmt.Errorf("%v: %w", p.from, err)
		}
		if len(parts) > 1 && (p.start.agreed == 0 || p.start.began == 0) {
			return fmt.Errorf("%v: start_at: found none; allowed: a time, as it is one of "+
				"several parts", p.from)
		}
		if same := numbers[p.call.Generator]; same != nil && p.call.Generators > 0 {
			return p.differs("generator", p.call.Generator, "another one", same)
		}
		numbers[p.call.Generator] = p
		arrivals += p.call.Requests
		connections += p.call.Concurrency
		if !p.options.AnyLength && p.document != nil && first.document != nil &&
			p.document.length != first.document.length {
			return fmt.Errorf("%v: %w", p.from, p.differs("length of the document",
				p.document.length, first.document.length, first))
		}
	}

	of := first.call.Generators
	if of > 0 && of != len(parts) || first.options.Rate > 0 && of == 0 && len(parts) > 1 {
		return fmt.Errorf("found %d parts of an open loop; allowed: %d, as --share says",
			len(parts), of)
	}
	for _, p := range parts {
		if want := p.options.Share.own(arrivals); of > 0 && p.call.Requests != want {
			return fmt.Errorf("%v: requests: found %d; allowed: %d, its share of %d",
				p.from, p.call.Requests, want, arrivals)
		}
	}
	return nil
}

// join makes one load of parts that fit.
func join(parts []*portion) (*Joined, error) {
	whole, err := sum(parts)
	if err != nil {
		return nil, fmt.Errorf("joining a load: %w", err)
	}
	from, to := common(parts)
	makespan := whole.taken
	j := &Joined{StartSpread: lastStart(parts) - firstStart(parts)}
	if to > from {
		j.Overlap = float64(to-from) / float64(makespan)
		done := 0.0
		for _, p := range parts {
			done += p.doneBy(to) - p.doneBy(from)
		}
		if done > 0 {
			all := float64(whole.counts.complete())
			whole.joined.seconds = (to - from).Seconds() * (all / done)
		}
	}
	if j.Overlap >= minOverlap {
		j.Progress = progressOf(parts, &whole)
	}
	for _, p := range parts {
		j.Parts = append(j.Parts, p.numbers())
	}
	if err := whole.tell(j); err != nil {
		return nil, err
	}

	for _, p := range parts {
		if p.ending != "complete" {
			return j, &IncompleteError{Part: p.from, Ending: p.ending, Reason: p.reason}
		}
	}
	return j, apart(parts, from, to)
}

// apart returns an error if generators had answers, but never all of them at the same time.
func apart(parts []*portion, from, to time.Duration) error {
	answered := func(p *portion) bool { return p.counts.complete() > 0 }
	if to > from || !slices.ContainsFunc(parts, answered) {
		return nil
	}
	for _, p := range parts {
		if !answered(p) {
			return fmt.Errorf("%w: %v got no answer", ErrApart, p.from)
		}
	}
	return fmt.Errorf("%w: the last one began %v after the first one had ended",
		ErrApart, (from - to).Round(time.Microsecond))
}

func firstStart(parts []*portion) time.Duration {
	return slices.MinFunc(parts, byBegin).begin()
}

func lastStart(parts []*portion) time.Duration {
	return slices.MaxFunc(parts, byBegin).begin()
}

// firstEnd returns when the first generator ended, since the agreed start. In an open
// loop, the last arrivals of the generators are not due at the same time. Each is taken to have
// ended as much later as the last arrival of all was due later than its own.
func firstEnd(parts []*portion) time.Duration {
	arrivals, lastDue := 0, time.Duration(0)
	for _, p := range parts {
		arrivals += p.call.Requests
		lastDue = max(lastDue, p.counts.lastDue)
	}
	ends := make([]time.Duration, len(parts))
	for i, p := range parts {
		ends[i] = p.end()
		if o := &p.options; o.Arrivals == PoissonArrivals {
			ends[i] += lastDue - p.counts.lastDue
		} else if o.Rate > 0 {
			all := schedule{rate: o.Rate}
			own := schedule{rate: o.Rate, share: o.Share}
			ends[i] += all.due(int64(arrivals-1)) - own.due(int64(p.call.Requests-1))
		}
	}
	return slices.Min(ends)
}

func byBegin(a, b *portion) int { return int(a.begin() - b.begin()) }

func byEnd(a, b *portion) int { return int(a.end() - b.end()) }

// common returns the interval in which all generators loaded. If there is none, it ends before it
// begins.
func common(parts []*portion) (from, to time.Duration) {
	return lastStart(parts), firstEnd(parts)
}
