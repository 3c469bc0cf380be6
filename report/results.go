package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"labbook/internal/locale"
	"labbook/internal/plan"
	"labbook/internal/record"
	"labbook/internal/spec"
	"labbook/internal/stats"
)

// resultsSchema is the version of results.json that docs/results.schema.json describes. Fields may
// be added to a version; one that goes or changes its meaning makes the next.
const resultsSchema = 1

// results is results.json: everything that the analysis says, for other programs. Units are in the
// names, and what is not known is absent, never zero. The trials themselves are in trials.jsonl.
type results struct {
	Schema      int                `json:"schema"`
	Labbook     string             `json:"labbook"`
	Started     time.Time          `json:"started"`
	Title       string             `json:"title"`
	Question    string             `json:"question,omitempty"`
	Answer      string             `json:"answer"`
	Language    string             `json:"language"`
	Rounds      int                `json:"rounds"`
	Trials      int                `json:"trials"`
	Confidence  number             `json:"confidence"`
	Margin      number             `json:"margin"`
	Baseline    string             `json:"baseline"`
	Control     string             `json:"control,omitempty"`
	Generator   record.Generator   `json:"generator"`
	Environment record.Environment `json:"environment"`
	Source      *record.Source     `json:"source,omitempty"`
	Servers     []resultServer     `json:"servers"`
	Levels      []plan.Level       `json:"levels"`
	Cells       []resultCell       `json:"cells"`
	Comparisons []resultComparison `json:"comparisons,omitempty"`
	Controls    []resultComparison `json:"controls,omitempty"`
	Ratios      []resultRatios     `json:"ratios,omitempty"`
	Rankings    []resultRanking    `json:"rankings,omitempty"`
	Knees       []resultKnee       `json:"knees,omitempty"`
	KeptUp      []resultKeptUp     `json:"kept_up,omitempty"`
	Warnings    []resultWarning    `json:"warnings,omitempty"`
	Calibration *resultCalibration `json:"calibration,omitempty"`
}

// number is a float as results.json writes it: nine significant digits are more than any
// measurement has, and few enough to be the same on every processor, of which some round a sum of
// products once and others twice.
type number float64

// MarshalJSON writes the number.
func (n number) MarshalJSON() ([]byte, error) {
	return []byte(strconv.FormatFloat(float64(n), 'g', 9, 64)), nil
}

// finite gives a number that may be written; nil for what JSON has no word for.
func finite(x float64) *number {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return new(number(x))
}

type resultServer struct {
	Name    string   `json:"name"`
	Model   string   `json:"model,omitempty"`
	Command []string `json:"command,omitempty"`
	URL     string   `json:"url,omitempty"`
	Address string   `json:"address"`
	Control string   `json:"control_of,omitempty"`
}

// resultSummary is the median of a sample. Its unit is in the name of the field that it is the
// value of.
type resultSummary struct {
	Trials     int     `json:"trials"`
	Median     *number `json:"median,omitempty"`
	Low        *number `json:"low,omitempty"`
	High       *number `json:"high,omitempty"`
	Confidence *number `json:"confidence,omitempty"`
	Min        *number `json:"min,omitempty"`
	Max        *number `json:"max,omitempty"`
}

func newResultSummary(s stats.Summary) *resultSummary {
	if s.N == 0 {
		return nil
	}
	r := &resultSummary{
		Trials: s.N,
		Median: finite(s.Median),
		Min:    finite(s.Min),
		Max:    finite(s.Max),
	}
	if s.HasInterval() {
		r.Low, r.High, r.Confidence = finite(s.Low), finite(s.High), finite(s.Confidence)
	}
	return r
}

type resultCell struct {
	plan.Cell
	State       stats.State  `json:"state"`
	Suspicions  []stats.Code `json:"suspicions,omitempty"`
	Notes       []stats.Code `json:"notes,omitempty"`
	Planned     int          `json:"planned_trials"`
	Recorded    int          `json:"recorded_trials"`
	Clean       int          `json:"clean_trials"`
	TableTrial  int          `json:"table_trial,omitempty"`
	Complete    int          `json:"complete"`
	Failed      int          `json:"failed"`
	Non2xx      int          `json:"non_2xx"`
	Unexpected  int          `json:"unexpected_status"`
	Unsent      *int         `json:"unsent,omitempty"`
	Connections int          `json:"connections"`

	RequestsPerSecond *resultSummary `json:"requests_per_second,omitempty"`
	P50               *resultSummary `json:"p50_ms,omitempty"`
	P90               *resultSummary `json:"p90_ms,omitempty"`
	P99               *resultSummary `json:"p99_ms,omitempty"`
	Mean              *resultSummary `json:"mean_ms,omitempty"`
	CPUPerRequest     *resultSummary `json:"cpu_per_request_us,omitempty"`
	PeakMemory        *resultSummary `json:"peak_memory_bytes,omitempty"`
	Threads           *resultSummary `json:"threads,omitempty"`
	Occupancy         *resultSummary `json:"occupancy_share,omitempty"`
	GeneratorShare    *resultSummary `json:"generator_share,omitempty"`
}

func newResultCell(e *spec.Experiment, c stats.Cell) resultCell {
	r := resultCell{
		Cell:        c.Cell,
		State:       c.State,
		Suspicions:  c.Codes,
		Notes:       c.Notes,
		Planned:     c.Rounds,
		Recorded:    c.Trials,
		Clean:       c.Clean(),
		Complete:    c.Complete,
		Failed:      c.Failed,
		Non2xx:      c.Non2xx,
		Unexpected:  c.Unexpected,
		Connections: plan.Connections(e, c.Level),
	}
	if c.Table != nil {
		r.TableTrial = c.Table.Order
	}
	if e.Load.OpenLoop() {
		r.Unsent = &c.Unsent
	}
	r.RequestsPerSecond = newResultSummary(c.Of(stats.Throughput))
	r.Mean = newResultSummary(c.Of(stats.MeanTime))
	r.P50 = newResultSummary(c.Of(stats.P50))
	r.P90 = newResultSummary(c.Of(stats.P90))
	r.P99 = newResultSummary(c.Of(stats.P99))
	r.CPUPerRequest = newResultSummary(c.Of(stats.CPUPerRequest))
	r.PeakMemory = newResultSummary(c.Of(stats.PeakMemory))
	r.Threads = newResultSummary(c.Of(stats.Threads))
	r.Occupancy = newResultSummary(c.Of(stats.Occupancy))
	r.GeneratorShare = newResultSummary(c.Of(stats.GeneratorShare))
	return r
}

type resultKeptUp struct {
	Server string `json:"server"`
	Rate   *int   `json:"requests_per_second,omitempty"`
	All    bool   `json:"at_every_rate"`
}

type resultWarning struct {
	Code  stats.Code    `json:"code"`
	Cells []resultDoubt `json:"cells,omitempty"`
}

type resultDoubt struct {
	plan.Cell
	Count  int    `json:"count"`
	Of     int    `json:"of"`
	Reason string `json:"reason,omitempty"`
	First  int    `json:"first_trial,omitempty"`
}

// plainSpaces takes the spaces that keep a number and its unit on one line of a page for ordinary
// ones.
func plainSpaces(text string) string { return strings.ReplaceAll(text, "\u00a0", " ") }

// resultsJSON draws results.json. The order of everything is the analysis's own.
func resultsJSON(w *locale.Printer, rec *record.Record, a *stats.Analysis) ([]byte, error) {
	e := rec.Experiment
	r := results{
		Schema:      resultsSchema,
		Labbook:     rec.Labbook,
		Started:     rec.Started,
		Title:       e.Title,
		Question:    e.Question,
		Answer:      plainSpaces(Answer(w, a)),
		Language:    w.Language(),
		Rounds:      rec.Rounds,
		Trials:      rec.Trials,
		Confidence:  number(a.Confidence),
		Margin:      number(a.Margin),
		Baseline:    a.Baseline,
		Control:     a.Control,
		Generator:   rec.Generator,
		Environment: rec.Environment,
		Source:      rec.Source,
		Levels:      a.Levels,
	}
	for _, s := range e.Servers {
		r.Servers = append(
			r.Servers,
			resultServer{s.Name, s.Model, s.Command, s.URL, s.Address, s.Control},
		)
	}
	for _, cell := range a.Cells {
		r.Cells = append(r.Cells, newResultCell(e, cell))
	}
	r.compare(a)
	if a.OpenLoop() {
		for _, server := range a.Started() {
			if worthless(a, server) {
				continue // nothing is known of it
			}
			rate, all := a.KeptUpTo(server)
			kept := resultKeptUp{Server: server, All: all}
			if rate > 0 {
				kept.Rate = &rate
			}
			r.KeptUp = append(r.KeptUp, kept)
		}
	}
	for _, w := range a.Warnings {
		warning := resultWarning{Code: w.Code}
		for _, d := range w.Cells {
			warning.Cells = append(
				warning.Cells,
				resultDoubt{d.Cell, d.Count, d.Of, d.Reason, d.First},
			)
		}
		r.Warnings = append(r.Warnings, warning)
	}
	r.Calibration = newResultCalibration(rec, a)
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false) // it is no part of a page, and names are for people to read
	if err := out.Encode(r); err != nil {
		return nil, fmt.Errorf("writing results.json: %w", err)
	}
	return b.Bytes(), nil
}
