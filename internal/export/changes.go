package export

import (
	"strings"
	"time"

	"labbook.example/labbook/internal/compare"
	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// changesSchema is the version of compare.json that docs/compare.schema.json describes.
const changesSchema = 1

// changes is compare.json: everything that a comparison of two records found. All ratios are
// now ÷ then. Units are in the names of fields, and what is not known is absent.
type changes struct {
	Schema     int    `json:"schema"`
	Answer     string `json:"answer"`
	Language   string `json:"language"`
	Then       side   `json:"then"`
	Now        side   `json:"now"`
	Metric     string `json:"metric"`
	Confidence number `json:"confidence"`
	Margin     number `json:"margin"`

	Yardstick   string         `json:"yardstick,omitempty"`
	NoYardstick compare.Reason `json:"no_yardstick,omitempty"`
	Assumed     compare.Reason `json:"yardstick_assumed,omitempty"`

	AcrossMachines bool         `json:"across_machines"`
	Shift          *commonShift `json:"common_shift,omitempty"`
	Cells          []change     `json:"cells,omitempty"`

	Expectations []expectation `json:"expectations,omitempty"`
	Outcomes     *outcomes     `json:"expectation_outcomes,omitempty"`

	NotComparable []unlike     `json:"not_comparable,omitempty"`
	OnlyThen      []plan.Cell  `json:"only_then,omitempty"`
	OnlyNow       []plan.Cell  `json:"only_now,omitempty"`
	Invalid       []invalid    `json:"invalid,omitempty"`
	Servers       []unlikely   `json:"changed_servers,omitempty"`
	Machine       []difference `json:"machine,omitempty"`
	Command       string       `json:"command,omitempty"`
}

// side identifies one of the records.
type side struct {
	Name    string         `json:"name"`
	Commit  string         `json:"commit,omitempty"`
	SHA256  string         `json:"sha256,omitempty"`
	Title   string         `json:"title"`
	Started time.Time      `json:"started,omitzero"`
	Labbook string         `json:"labbook"`
	Source  *record.Source `json:"source,omitempty"`
}

// commonShift is what all numbers did together.
type commonShift struct {
	Ratio     *number `json:"ratio"`
	Low       *number `json:"lowest"`
	High      *number `json:"highest"`
	Cells     int     `json:"cells"`
	Yardstick *number `json:"yardstick,omitempty"`
}

// change is a server at a level in both records.
type change struct {
	plan.Cell
	ThenRounds int       `json:"then_rounds"`
	NowRounds  int       `json:"now_rounds"`
	Then       *number   `json:"then,omitempty"`
	Now        *number   `json:"now,omitempty"`
	Moved      *byItself `json:"by_itself,omitempty"`
	Relative   *relative `json:"relative,omitempty"`
}

// shift is a ratio of two samples that were not measured together.
type shift struct {
	Ratio      *number `json:"ratio"`
	Low        *number `json:"low,omitempty"`
	High       *number `json:"high,omitempty"`
	Confidence *number `json:"confidence,omitempty"`
	P          *number `json:"p,omitempty"`
	Adjusted   *number `json:"p_adjusted,omitempty"`
}

// byItself is what a number did, which has no verdict.
type byItself struct {
	shift
	Moved bool `json:"moved"`
}

// relative is a shift relative to the yardstick, with its verdict.
type relative struct {
	shift
	Verdict stats.Verdict `json:"verdict,omitempty"`
	Limited stats.Limited `json:"limited_side,omitempty"`
}

type unlike struct {
	plan.Cell
	Differences []difference `json:"differences"`
}

// unlikely is a server that is not what it was.
type unlikely struct {
	Server      string       `json:"server"`
	Differences []difference `json:"differences"`
}

type invalid struct {
	plan.Cell
	Then bool `json:"then"`
	Now  bool `json:"now"`
}

type difference struct {
	What string `json:"what"`
	Then string `json:"then"`
	Now  string `json:"now"`
}

// Changes returns compare.json. Its sentences are those of the page, in the language of w.
func Changes(w *locale.Printer, c *compare.Comparison) ([]byte, error) {
	r := changes{
		Schema:         changesSchema,
		Answer:         plainSpaces(answerOf(findings.NewChangesHeadline(w, c))),
		Language:       w.Language(),
		Then:           newSide(c.Old),
		Now:            newSide(c.New),
		Metric:         c.Metric.Key,
		Confidence:     number(c.Confidence),
		Margin:         number(c.Margin),
		Yardstick:      c.Yardstick,
		NoYardstick:    c.NoYardstick,
		Assumed:        c.Assumed,
		AcrossMachines: c.AcrossMachines,
		OnlyThen:       c.OnlyOld,
		OnlyNow:        c.OnlyNew,
		Machine:        newDifferences(c.Machine),
		Command:        findings.NewWayOut(w, c).Command,
	}
	judged := c.Judged()
	for _, e := range newExpectations(c.New.Record, judged) {
		if e.Checks != nil {
			r.Expectations = append(r.Expectations, e)
		}
	}
	r.Outcomes = newOutcomes(judged)
	if s := c.Shift; s != nil {
		r.Shift = &commonShift{
			Ratio: finite(s.Ratio),
			Low:   finite(s.Low),
			High:  finite(s.High),
			Cells: s.Cells,
		}
		if s.Yardstick > 0 {
			r.Shift.Yardstick = finite(s.Yardstick)
		}
	}
	for _, cell := range c.Cells {
		r.Cells = append(r.Cells, newChange(c, cell))
	}
	for _, u := range c.NotComparable {
		r.NotComparable = append(r.NotComparable, unlike{u.Cell, newDifferences(u.Differences)})
	}
	for _, i := range c.Invalid {
		r.Invalid = append(r.Invalid, invalid{i.Cell, i.InOld, i.InNew})
	}
	for _, s := range c.Changed {
		r.Servers = append(r.Servers, unlikely{s.Server, newDifferences(s.Differences)})
	}
	return encode(r, "  ")
}

// answerOf returns a headline as one text, without the marks that stand beside numbers.
func answerOf(h findings.Headline) string {
	texts := []string{h.Main.String(), h.Second.String()}
	for _, small := range h.Small {
		texts = append(texts, strings.TrimLeft(small.String(), "*†\u00a0"))
	}
	return strings.Join(strings.Fields(strings.Join(texts, " ")), " ")
}

func newSide(s compare.Side) side {
	return side{
		Name:    s.Name,
		Commit:  s.Commit,
		SHA256:  s.SHA256,
		Title:   s.Record.Experiment.Title,
		Started: s.Record.Started,
		Labbook: s.Record.Labbook,
		Source:  s.Record.Source,
	}
}

func newChange(c *compare.Comparison, cell compare.Cell) change {
	median := func(s compare.Side) *number {
		found := s.Analysis.Cell(cell.Cell)
		if found == nil || found.Of(c.Metric).N == 0 {
			return nil
		}
		return finite(found.Of(c.Metric).Median)
	}
	r := change{
		Cell:       cell.Cell,
		ThenRounds: cell.OldRounds,
		NowRounds:  cell.NewRounds,
		Then:       median(c.Old),
		Now:        median(c.New),
	}
	if cell.Moved.Ratio > 0 {
		r.Moved = &byItself{newShift(cell.Moved, cell.MovedP), cell.HasMoved(c.Confidence)}
	}
	if change := cell.Relative; change != nil {
		r.Relative = &relative{
			shift:   newShift(change.Shift, change.Adjusted),
			Verdict: change.Verdict,
			Limited: change.Limited,
		}
	}
	return r
}

func newShift(s stats.Shift, adjusted float64) shift {
	r := shift{Ratio: finite(s.Ratio)}
	if s.HasInterval() {
		r.Low, r.High = finite(s.Low), finite(s.High)
		r.Confidence = finite(s.Confidence)
		r.P, r.Adjusted = finite(s.P), finite(adjusted)
	}
	return r
}

func newDifferences(all []record.Difference) []difference {
	var found []difference
	for _, d := range all {
		found = append(found, difference{d.What, d.Recorded, d.Now})
	}
	return found
}
