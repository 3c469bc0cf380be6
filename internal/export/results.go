package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

// resultsSchema is the version of results.json that docs/results.schema.json describes. Fields may
// be added to a version; removing one or changing its meaning makes a new version.
const resultsSchema = 1

// results is results.json: everything that the analysis found. Units are in the names of fields,
// and what is not known is absent. The trials themselves are in trials.jsonl.
type results struct {
	Schema       int                   `json:"schema"`
	Labbook      string                `json:"labbook"`
	Program      *record.Program       `json:"program,omitempty"`
	Started      time.Time             `json:"started,omitzero"`
	Title        string                `json:"title"`
	Question     string                `json:"question,omitempty"`
	Answer       string                `json:"answer"`
	Language     string                `json:"language"`
	Rounds       int                   `json:"rounds"`
	Unfinished   *record.UnfinishedRun `json:"unfinished,omitempty"`
	Looks        []int                 `json:"looks,omitempty"`
	Runs         int                   `json:"runs,omitempty"`
	Live         bool                  `json:"live,omitempty"`
	Trials       int                   `json:"trials"`
	Confidence   number                `json:"confidence"`
	Margin       number                `json:"margin"`
	Allowed      *number               `json:"allowed_failures,omitempty"`
	Baseline     string                `json:"baseline"`
	Control      string                `json:"control,omitempty"`
	Arrivals     spec.Arrivals         `json:"arrivals,omitempty"`
	Generator    record.Generator      `json:"generator"`
	LoadFrom     []string              `json:"load_from,omitempty"`
	Environment  record.Environment    `json:"environment,omitzero"`
	Machines     []record.Machine      `json:"machines,omitempty"`
	Joined       *record.Joined        `json:"joined,omitempty"`
	Imported     *record.Import        `json:"imported,omitempty"`
	Source       *record.Source        `json:"source,omitempty"`
	Servers      []server              `json:"servers"`
	Levels       []plan.Level          `json:"levels"`
	Cells        []cell                `json:"cells"`
	Objective    *objective            `json:"objective,omitempty"`
	Capacities   []capacity            `json:"capacities,omitempty"`
	Rates        []cell                `json:"rates,omitempty"`
	Comparisons  []comparison          `json:"comparisons,omitempty"`
	Controls     []comparison          `json:"controls,omitempty"`
	Ratios       []ratios              `json:"ratios,omitempty"`
	Rankings     []ranking             `json:"rankings,omitempty"`
	Knees        []knee                `json:"knees,omitempty"`
	KeptUp       []keptUp              `json:"kept_up,omitempty"`
	Biases       []modelBias           `json:"model_biases,omitempty"`
	Warnings     []warning             `json:"warnings,omitempty"`
	Expectations []expectation         `json:"expectations,omitempty"`
	Outcomes     *soFar                `json:"expectation_outcomes,omitempty"`
	Calibration  *calibration          `json:"calibration,omitempty"`
}

type server struct {
	Name    string   `json:"name"`
	Model   string   `json:"model,omitempty"`
	Command []string `json:"command,omitempty"`
	URL     string   `json:"url,omitempty"`
	Address string   `json:"address"`
	On      string   `json:"on,omitempty"`
	TLS     bool     `json:"tls,omitempty"`
	Same    string   `json:"same,omitempty"`
	Control string   `json:"control_of,omitempty"`
	Version string   `json:"version,omitempty"`
	Startup *summary `json:"startup_seconds,omitempty"`
}

// keptUp is how fast requests could arrive in an open loop.
type keptUp struct {
	Server string `json:"server"`
	Rate   *int   `json:"requests_per_second,omitempty"`
	All    bool   `json:"at_every_rate"`
}

// warning is one kind of doubt about the data, and the cells that it is about.
type warning struct {
	Code   stats.Code `json:"code"`
	Cells  []doubt    `json:"cells,omitempty"`
	Reason string     `json:"reason,omitempty"` // of a warning about the whole run
}

type doubt struct {
	plan.Cell
	Count  int    `json:"count"`
	Of     int    `json:"of"`
	Reason string `json:"reason,omitempty"`
	First  int    `json:"first_trial,omitempty"`
}

// Results returns results.json. Everything is in the order of the analysis. Its sentences are those
// of the report, in the language of w.
func Results(w *locale.Printer, rec *record.Record, a *stats.Analysis) ([]byte, error) {
	e := rec.Experiment
	r := results{
		Schema:       resultsSchema,
		Labbook:      rec.Labbook,
		Program:      rec.Program,
		Started:      rec.Started,
		Title:        e.Title,
		Question:     e.Question,
		Answer:       plainSpaces(findings.Answer(w, a)),
		Language:     w.Language(),
		Rounds:       rec.Rounds,
		Unfinished:   rec.Unfinished,
		Looks:        rec.Looks,
		Live:         rec.ServedLive(),
		Trials:       rec.Trials,
		Confidence:   number(a.Confidence),
		Margin:       number(a.Margin),
		Allowed:      allowedFailures(e),
		Baseline:     a.Baseline,
		Control:      a.Control,
		Arrivals:     randomArrivals(e),
		Generator:    rec.Generator,
		LoadFrom:     e.Load.From,
		Environment:  rec.Environment,
		Machines:     rec.Machines,
		Joined:       rec.Joined,
		Imported:     rec.Imported,
		Source:       rec.Source,
		Servers:      newServers(rec, a),
		Levels:       a.Levels,
		Objective:    newObjective(a.Objective),
		Capacities:   newCapacities(a),
		Comparisons:  newComparisons(a.Comparisons),
		Controls:     newComparisons(a.Controls),
		Ratios:       newRatios(a),
		Rankings:     newRankings(a),
		Knees:        newKnees(a),
		KeptUp:       newKeptUp(a),
		Biases:       newBiases(a),
		Warnings:     newWarnings(w, a),
		Expectations: newExpectations(rec, a),
		Outcomes:     newSoFar(a),
		Calibration:  newCalibration(rec, a),
	}
	for _, c := range a.Cells {
		r.Cells = append(r.Cells, newCell(e, c))
	}
	for _, c := range a.Rates {
		r.Rates = append(r.Rates, newCell(e, c))
	}

	if a.SeveralRuns() {
		r.Runs = a.Runs
	}

	text, err := encode(r, "  ")
	if err != nil {
		return nil, fmt.Errorf("writing results.json: %w", err)
	}
	return text, nil
}

// allowedFailures returns the share of requests that may fail, nil if none may.
func allowedFailures(e *spec.Experiment) *number {
	if e.Load.AllowedFailures == 0 {
		return nil
	}
	return finite(e.Load.AllowedFailures)
}

// encode returns JSON. Characters that HTML escapes stay as they are: names are for people to read,
// and the file is not part of a page.
func encode(value any, indent string) ([]byte, error) {
	var b bytes.Buffer
	out := json.NewEncoder(&b)
	out.SetIndent("", indent)
	out.SetEscapeHTML(false)
	err := out.Encode(value)
	return b.Bytes(), err
}

// plainSpaces replaces the spaces that keep a number and its unit on one line of a page.
func plainSpaces(text string) string { return strings.ReplaceAll(text, "\u00a0", " ") }

func newServers(rec *record.Record, a *stats.Analysis) []server {
	var all []server
	for _, s := range rec.Experiment.Servers {
		all = append(all, server{
			Name:    s.Name,
			Model:   s.Model,
			Command: s.Command,
			URL:     s.URL,
			Address: s.Address,
			On:      s.On,
			TLS:     s.Secure(),
			Same:    s.Same,
			Control: s.Control,
			Version: rec.VersionOf(s.RunsAs()),
			Startup: newSummary(a.Startup(s.Name)),
		})
	}
	return all
}

// randomArrivals returns nothing for even arrivals, which older versions had alone, and for a
// closed loop.
func randomArrivals(e *spec.Experiment) spec.Arrivals {
	if e.Load.RandomArrivals() {
		return e.Load.Arrivals
	}
	return ""
}

// newKeptUp returns nothing for a closed loop, and for a server whose cells are all invalid.
func newKeptUp(a *stats.Analysis) []keptUp {
	if !a.OpenLoop() {
		return nil
	}
	var all []keptUp
	for _, name := range a.Started() {
		if a.AllInvalid(name) {
			continue
		}
		rate, atAll := a.KeptUpTo(name)
		kept := keptUp{Server: name, All: atAll}
		if rate > 0 {
			kept.Rate = &rate
		}
		all = append(all, kept)
	}
	return all
}

func newWarnings(w *locale.Printer, a *stats.Analysis) []warning {
	var all []warning
	for _, about := range a.Warnings {
		found := warning{Code: about.Code, Reason: findings.Reason(w, about.Evidence)}
		for _, d := range about.Cells {
			found.Cells = append(found.Cells, doubt{
				Cell:   d.Cell,
				Count:  d.Count,
				Of:     d.Of,
				Reason: findings.Reason(w, d.Evidence),
				First:  d.First,
			})
		}
		all = append(all, found)
	}
	return all
}
