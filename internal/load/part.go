package load

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// Part is what one of several generators wrote about its part of a load.
type Part struct {
	Machine string // its machine's name
	N       int    // among the machines of this name, from 1; 0: there is one
	Tally   []byte // the file of --tally
}

// String returns the machine of the part, for people.
func (p Part) String() string {
	if p.N == 0 {
		return p.Machine
	}
	return p.Machine + " " + strconv.Itoa(p.N)
}

// portion is a Part that has been read.
type portion struct {
	result
	from    Part
	call    tallyCall
	version string

	width time.Duration // of the windows
	done  []int64       // thousandths of a request that were done by each window's end
}

// begin returns when the part began, and end when its last response was complete, both from the
// agreed start on. A part without one began at 0.
func (p *portion) begin() time.Duration {
	if p.start.agreed == 0 {
		return 0
	}
	return p.start.late()
}

func (p *portion) end() time.Duration { return p.begin() + p.taken }

// doneBy returns how many requests of the part were done by a time since the agreed start. Within a
// window, they are assumed to be done evenly.
func (p *portion) doneBy(at time.Duration) float64 {
	at -= p.begin()
	if at <= 0 {
		return 0
	}
	i := int(at / p.width)
	if at >= p.taken || i >= len(p.done) {
		return float64(p.counts.complete())
	}

	before := int64(0)
	if i > 0 {
		before = p.done[i-1]
	}
	from := time.Duration(i) * p.width
	length := min(p.width, p.taken-from)
	share := float64(at-from) / float64(length)
	return (float64(before) + share*float64(p.done[i]-before)) / 1000
}

// Limits of what a tally may say, far beyond any load.
const (
	maxTallyCount = 100_000_000_000_000
	maxTallyTime  = int64(1000 * 24 * time.Hour)
)

// readPortion reads a part. It refuses what --tally cannot have written, if that can be seen.
func readPortion(from Part) (*portion, error) {
	var file tallyFile
	if err := json.Unmarshal(from.Tally, &file); err != nil {
		return nil, fmt.Errorf("not a file of labbook ab --tally: %w", err)
	}
	if file.Program != tallyProgram || file.Schema != tallySchema {
		return nil, fmt.Errorf("found program %q, schema %d; allowed: %q, %d",
			file.Program, file.Schema, tallyProgram, tallySchema)
	}
	options, err := file.Call.options()
	if err != nil {
		return nil, err
	}
	if err := file.check(); err != nil {
		return nil, err
	}

	p := &portion{
		from:    from,
		call:    file.Call,
		version: file.Version,
		width:   time.Duration(file.Windows.Width),
	}
	p.result = result{
		options: options,
		began:   file.Started,
		start:   started{agreed: file.Agreed, began: file.Began},
		taken:   time.Duration(file.Taken),
		wall:    time.Duration(file.Wall),
		ending:  file.Ending,
		reason:  file.Reason,
		code:    file.Code,
	}
	if file.CPUUser != nil && file.CPUSystem != nil {
		p.cpu = cpuTime{
			user:   time.Duration(*file.CPUUser),
			system: time.Duration(*file.CPUSystem),
			ok:     true,
		}
	}
	if d := file.Document; d != nil {
		p.document = &document{server: d.Server, length: d.Length}
	}
	if file.TLS != nil {
		p.tls = *file.TLS
	}
	if err := p.readCounts(&file); err != nil {
		return nil, err
	}
	return p, p.readWindows(file.Windows)
}

// check refuses impossible numbers outside of the counts.
func (f *tallyFile) check() error {
	c := &f.Call
	for _, field := range []struct {
		name             string
		value, low, high int64
	}{
		{"requests", int64(c.Requests), 1, maxTallyCount},
		{"concurrency", int64(c.Concurrency), 1, min(int64(c.Requests), maxConcurrency)},
		{"threads", int64(c.Threads), 1, maxThreads},
		{"timeout", c.Timeout, int64(time.Second), maxTallyTime},
		{"limit", c.Limit, 0, maxTallyTime},
		{"generators", int64(c.Generators), 0, maxGenerators},
		{"generator", int64(c.Generator), min(1, int64(c.Generators)), int64(c.Generators)},
		{"expect_text_bytes", int64(c.ExpectBytes), 0, maxExpectText},
		{"start_at", f.Agreed, 0, math.MaxInt64},
		{"began", f.Began, 0, math.MaxInt64},
		{"fastest_connect", f.FastestConnect, 0, maxTallyTime},
		{"last_due", f.LastDue, 0, maxTallyTime},
		{"cpu_user", orZero(f.CPUUser), 0, maxTallyTime},
		{"cpu_system", orZero(f.CPUSystem), 0, maxTallyTime},
		{"taken", f.Taken, 0, maxTallyTime},
		{"wall", f.Wall, f.Taken, maxTallyTime},
	} {
		if field.value < field.low || field.value > field.high {
			return fmt.Errorf("%s: found %d; allowed: %d to %d",
				field.name, field.value, field.low, field.high)
		}
	}
	// A load that was interrupted before it began has begun before its time.
	late := f.Began - f.Agreed
	if f.Agreed > 0 && (late > maxTallyTime || -late > maxTallyTime) {
		return fmt.Errorf("began: found %d; allowed: up to %v from start_at, %d",
			f.Began, time.Duration(maxTallyTime), f.Agreed)
	}
	if d := f.Document; d != nil && (d.Length < 0 || !printable(d.Server)) {
		return fmt.Errorf("document: found %+v; allowed: a text of one line, 0 bytes or more", *d)
	}
	if t := f.TLS; t != nil && !printable(t.Protocol+t.TempKey+t.ServerName) {
		return fmt.Errorf("tls: found %+v; allowed: texts of one line", *t)
	}
	if !(c.Rate >= 0 && c.Rate <= maxRate) || c.Rate == 0 && c.Generators > 0 {
		return fmt.Errorf("rate: found %v; allowed: requests per second", c.Rate)
	}
	if a := Arrivals(c.Arrivals); a != EvenArrivals && (a != PoissonArrivals || c.Rate == 0) {
		return fmt.Errorf("arrivals: found %q; allowed: none, or poisson with a rate", c.Arrivals)
	}
	switch f.Ending {
	case "complete", "limit", "interrupted", "failed":
		return nil
	}
	return fmt.Errorf("ending: found %q; allowed: complete, limit, interrupted, failed", f.Ending)
}

func orZero(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

// printable reports whether a text can be part of a line.
func printable(text string) bool { return !strings.ContainsFunc(text, unicode.IsControl) }

// readCounts reads all counts and durations.
func (p *portion) readCounts(f *tallyFile) error {
	t := new(newTally(p.options))
	t.ended = p.taken
	t.fastestConnect = time.Duration(f.FastestConnect)
	t.lastDue = time.Duration(f.LastDue)
	p.counts = t
	named := map[string]*int64{}
	for _, count := range t.counters() {
		named[count.name] = count.n
	}
	for name, n := range f.Counts {
		to := named[name]
		if to == nil || !isCount(n) {
			return fmt.Errorf("counts: found %s: %d; allowed: known names, 0 or more", name, n)
		}
		*to = n
	}
	for name, n := range f.Statuses {
		status, err := strconv.Atoi(name)
		if err != nil || status < 0 || status >= len(t.statuses) || !isCount(n) {
			return fmt.Errorf("statuses: found %s: %d; allowed: 0 to 999, 0 or more", name, n)
		}
		t.statuses[status] = n
	}
	for _, f := range f.Faults {
		if !isCount(f.Count) || !slices.Contains(phases, f.Phase) || !printable(f.Error) {
			return fmt.Errorf("faults: found %+v; allowed: a known phase, 0 or more", f)
		}
		t.faults[fault{phase: f.Phase, name: f.Error, errno: f.Errno}] += f.Count
	}
	for phase, n := range f.Unfinished {
		if !isCount(n) || !slices.Contains(phases, phase) {
			return fmt.Errorf("unfinished: found %s: %d; allowed: a known phase, 0 or more",
				phase, n)
		}
		t.unfinished[phase] = n
	}
	return p.readTimes(f.Times)
}

func isCount(n int64) bool { return n >= 0 && n <= maxTallyCount }

// readTimes reads the durations, and refuses those that are not of as many requests as the counts.
func (p *portion) readTimes(found map[string]tallyTimes) error {
	t := p.counts
	all := t.durations()
	for name, file := range found {
		recorded := all[name]
		if recorded == nil {
			return fmt.Errorf("times: found %q; allowed: %s", name, "the names of --json")
		}
		if err := recorded.read(file); err != nil {
			return fmt.Errorf("times of %s: %w", name, err)
		}
	}

	complete := t.good + t.unexpected + t.receive + t.length + t.exceptions
	for name, recorded := range all {
		want := complete
		switch name {
		case "late":
			continue
		case "good":
			want = t.good
		}
		if n := recorded.count(); n != want {
			return fmt.Errorf("times of %s: found %d; allowed: %d, the number of requests",
				name, n, want)
		}
	}
	return nil
}

// read sets durations to those of a file.
func (t *times) read(file tallyTimes) error {
	h, err := hdrhistogram.Decode([]byte(file.HDR))
	if err != nil {
		return fmt.Errorf("reading the histogram: %w", err)
	}
	own := t.histogram
	if h.LowestTrackableValue() != own.LowestTrackableValue() ||
		h.HighestTrackableValue() != own.HighestTrackableValue() ||
		h.SignificantFigures() != own.SignificantFigures() {
		return fmt.Errorf("found a histogram from %d to %d with %d digits; allowed: "+
			"from %d to %d with %d",
			h.LowestTrackableValue(), h.HighestTrackableValue(), h.SignificantFigures(),
			own.LowestTrackableValue(), own.HighestTrackableValue(), own.SignificantFigures())
	}

	n := h.TotalCount()
	if n < 1 || !isCount(n) {
		return fmt.Errorf("found %d; allowed: 1 or more", n)
	}
	longest := int64(t.longest)
	if file.Min < 0 || !isSumOf(h, file) ||
		!h.ValuesAreEquivalent(min(file.Min, longest), h.Min()) ||
		!h.ValuesAreEquivalent(min(file.Max, longest), h.Max()) {
		return errors.New("found a minimum, maximum or sum that is not of its histogram")
	}
	t.histogram = h
	t.min = time.Duration(file.Min)
	t.max = time.Duration(file.Max)
	t.sum = time.Duration(file.Sum)
	return nil
}

// isSumOf reports whether the durations of a histogram can have a sum. It has three digits of them,
// and the longest that it can hold in place of longer ones.
func isSumOf(h *hdrhistogram.Histogram, file tallyTimes) bool {
	n := float64(h.TotalCount())
	sum := n * h.Mean()
	const digits = 0.001
	low, high := sum*(1-digits)-n, sum*(1+digits)+n
	found := float64(file.Sum)
	return found >= low && (found <= high || file.Max > h.HighestTrackableValue())
}

// readWindows reads when the requests were done.
func (p *portion) readWindows(w tallyWindows) error {
	if w.Width < 1<<firstShift || w.Width > maxTallyTime || len(w.Thousandths) > maxWindows {
		return fmt.Errorf("windows: found %d of %v; allowed: up to %d of at least %v",
			len(w.Thousandths), time.Duration(w.Width), maxWindows, newWindows().width())
	}
	sum := int64(0)
	for _, n := range w.Thousandths {
		if n < 0 || n > 1000*p.counts.complete()-sum {
			return fmt.Errorf("windows: found %d thousandths; allowed: those of %d requests",
				n, p.counts.complete())
		}
		sum += n
		p.done = append(p.done, sum)
	}
	if sum != 1000*p.counts.complete() {
		return fmt.Errorf("windows: found %d thousandths; allowed: those of %d requests",
			sum, p.counts.complete())
	}
	return nil
}

// sameCall refuses a part that was not called as another one was, apart from its share.
func (p *portion) sameCall(other *portion) error {
	if p.version != other.version {
		return p.differs("version", p.version, other.version, other)
	}
	own, others := reflect.ValueOf(p.call), reflect.ValueOf(other.call)
	for i := range own.NumField() {
		name, _, _ := strings.Cut(own.Type().Field(i).Tag.Get("json"), ",")
		switch name {
		case "requests", "concurrency", "generator":
			continue
		}
		if a, b := own.Field(i).Interface(), others.Field(i).Interface(); a != b {
			return p.differs(name, a, b, other)
		}
	}
	return nil
}

func (p *portion) differs(what string, own, others any, other *portion) error {
	return fmt.Errorf("%s: found %v; allowed: %v, as %v has", what, own, others, other.from)
}
