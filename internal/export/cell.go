package export

import (
	"bytes"
	"fmt"
	"math"
	"strconv"

	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// number is a float as results.json has it: with nine significant digits. That is more than any
// measurement has, and few enough to be the same on every processor: some round a sum of products
// once, others twice.
type number float64

// MarshalJSON writes the number.
func (n number) MarshalJSON() ([]byte, error) {
	return []byte(strconv.FormatFloat(float64(n), 'g', 9, 64)), nil
}

// finite returns a number, or nil for one that JSON cannot express.
func finite(x float64) *number {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return new(number(x))
}

// summary is the median of a sample. Its unit is in the name of its field.
type summary struct {
	Trials     int     `json:"trials"`
	Median     *number `json:"median,omitempty"`
	Low        *number `json:"low,omitempty"`
	High       *number `json:"high,omitempty"`
	OpenLow    bool    `json:"open_low,omitempty"`
	OpenHigh   bool    `json:"open_high,omitempty"`
	Confidence *number `json:"confidence,omitempty"`
	Min        *number `json:"min,omitempty"`
	Max        *number `json:"max,omitempty"`

	// Runs has the median of each run; nil if the experiment has one run.
	Runs []runMedian `json:"runs,omitempty"`
}

type runMedian struct {
	Run    int     `json:"run"`
	Trials int     `json:"trials"`
	Median *number `json:"median,omitempty"`
}

// newSummary returns nil if nothing is known.
func newSummary(s stats.Summary) *summary {
	if s.N == 0 {
		return nil
	}
	r := &summary{
		Trials: s.N,
		Median: finite(s.Median),
		Min:    finite(s.Min),
		Max:    finite(s.Max),
	}
	if s.HasInterval() {
		r.Low = finite(lowEnd(s))
		r.High = finite(highEnd(s))
		r.OpenLow, r.OpenHigh = s.OpenLow, s.OpenHigh
		r.Confidence = finite(s.Confidence)
	}
	for _, run := range s.Runs {
		r.Runs = append(r.Runs, runMedian{run.Run, run.N, finite(run.Value)})
	}
	return r
}

// cell is a cell: its counts, and then a field for each of stats.Metrics that is known.
type cell struct {
	counts
	metrics map[*stats.Metric]*summary
}

type counts struct {
	plan.Cell
	State       stats.State  `json:"state"`
	Suspicions  []stats.Code `json:"suspicions,omitempty"`
	Notes       []stats.Code `json:"notes,omitempty"`
	Planned     int          `json:"planned_trials"`
	Recorded    int          `json:"recorded_trials"`
	Clean       int          `json:"clean_trials"`
	Requests    int          `json:"requests_per_trial,omitempty"`
	TableTrial  int          `json:"table_trial,omitempty"`
	Complete    int          `json:"complete"`
	Failed      int          `json:"failed"`
	Non2xx      int          `json:"non_2xx"`
	Unexpected  int          `json:"unexpected_status"`
	Unsent      *int         `json:"unsent,omitempty"`
	Connections int          `json:"connections"`

	// What several generators did. Without them, both are absent.
	Generators []generator `json:"generators,omitempty"`
	Overlap    *number     `json:"overlap_share,omitempty"`
}

// generator is what one of several generators measured: medians over the clean trials.
type generator struct {
	Machine           string  `json:"machine"`
	Clients           int     `json:"clients"`
	RequestsPerSecond *number `json:"requests_per_second,omitempty"`
	P50MS             *number `json:"p50_ms,omitempty"`
	P99MS             *number `json:"p99_ms,omitempty"`
	ConnectMinMS      *number `json:"connect_min_ms,omitempty"`
	Share             *number `json:"generator_share,omitempty"`
}

func newGenerators(c stats.Cell) []generator {
	known := func(x *float64) *number {
		if x == nil {
			return nil
		}
		return finite(*x)
	}
	var all []generator
	for _, g := range c.Generators() {
		all = append(all, generator{
			Machine:           g.Machine,
			Clients:           g.Clients,
			RequestsPerSecond: known(g.RequestsPerSecond),
			P50MS:             known(g.P50MS),
			P99MS:             known(g.P99MS),
			ConnectMinMS:      known(g.ConnectMinMS),
			Share:             known(g.Share),
		})
	}
	return all
}

func newCell(e *spec.Experiment, c stats.Cell) cell {
	r := cell{
		counts: counts{
			Cell:        c.Cell,
			State:       c.State,
			Suspicions:  c.Suspicions,
			Notes:       c.Notes,
			Planned:     c.Rounds,
			Recorded:    c.Trials,
			Clean:       c.Clean(),
			Complete:    c.Complete,
			Failed:      c.Failed,
			Non2xx:      c.Non2xx,
			Unexpected:  c.Unexpected,
			Connections: plan.Connections(e, c.Level),
			Generators:  newGenerators(c),
		},
		metrics: map[*stats.Metric]*summary{},
	}
	if c.Representative != nil {
		r.TableTrial = c.Representative.Order
	}
	if e.Load.Duration > 0 { // otherwise it is the same for all cells
		r.Requests = c.Requests
	}
	if e.Load.OpenLoop() {
		r.Unsent = &c.Unsent
	}
	if overlap, ok := c.Overlap(); ok {
		r.Overlap = finite(overlap)
	}
	for _, m := range stats.Metrics {
		r.metrics[m] = newSummary(c.Of(m))
	}
	return r
}

// MarshalJSON writes the counts and the metrics as fields of one object.
func (c cell) MarshalJSON() ([]byte, error) {
	counts, err := encode(c.counts, "")
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.Write(bytes.TrimSuffix(bytes.TrimSpace(counts), []byte("}")))
	for _, m := range stats.Metrics {
		if c.metrics[m] == nil {
			continue
		}
		value, err := encode(c.metrics[m], "")
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, ",%q:%s", m.Key, value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
