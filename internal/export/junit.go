package export

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"

	"labbook.example/labbook/internal/findings"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/printable"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// The elements of JUnit's XML, as CI systems read it. There is no standard: what is required by the
// schema of Apache Ant is always written, and nothing is that the one of Jenkins does not know.
type (
	junitSuites struct {
		XMLName xml.Name `xml:"testsuites"`
		Suite   junitSuite
	}
	junitSuite struct {
		XMLName    xml.Name        `xml:"testsuite"`
		Name       string          `xml:"name,attr"`
		Package    string          `xml:"package,attr"`
		ID         int             `xml:"id,attr"`
		Timestamp  string          `xml:"timestamp,attr"` // in UTC, without a time zone
		Host       string          `xml:"hostname,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Errors     int             `xml:"errors,attr"`
		Skipped    int             `xml:"skipped,attr"`
		Seconds    string          `xml:"time,attr"`
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase     `xml:"testcase"`
		Out        string          `xml:"system-out"`
		Err        string          `xml:"system-err"`
	}
	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}
	junitCase struct {
		Name    string       `xml:"name,attr"`
		Class   string       `xml:"classname,attr"`
		Seconds string       `xml:"time,attr"` // of a check 0: it takes part in all of the run
		Failure *junitResult `xml:"failure"`
		Error   *junitResult `xml:"error"`
		Skipped *junitResult `xml:"skipped"`
	}
	junitResult struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"` // Ant's schema refuses it of what is skipped
		Text    string `xml:",chardata"`
	}
)

// JUnit returns the checks of a record as JUnit's XML, a test case each. Those that failed are
// failures. Those of invalid data are errors, since the run is one. What is undecided or not
// measured is skipped, or if strict a failure. An expectation that this run cannot judge is
// skipped, unless it judged none at all.
func JUnit(
	w *locale.Printer,
	rec *record.Record,
	a *stats.Analysis,
	strict bool,
) ([]byte, error) {
	suite := newJUnitSuite(rec)
	for i, c := range findings.Checks(w, a) {
		test := junitCase{
			Name:    xmlText(c.Title + ": " + c.Limit),
			Class:   xmlText(rec.Spec.Name),
			Seconds: "0",
		}
		test.setResult(a.Checks[i], newJUnitResult(c, rec.Spec.Name), strict)
		suite.add(test)
	}

	noneJudged := strict && len(a.Checks) == 0
	for _, x := range a.Unjudged {
		result := &junitResult{
			Message: w.Sprintf("not judged in this run"),
			Type:    "not-judged",
			Text:    whereIn(rec.Spec.Name, x.Line),
		}
		test := junitCase{
			Name:    xmlText(findings.Expected(w, rec.Experiment, x)),
			Class:   xmlText(rec.Spec.Name),
			Seconds: "0",
		}
		if noneJudged {
			test.Failure = result
		} else {
			test.skip(result)
		}
		suite.add(test)
	}

	text, err := xml.MarshalIndent(junitSuites{Suite: suite}, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("writing JUnit's XML: %w", err)
	}
	return append(append([]byte(xml.Header), text...), '\n'), nil
}

func newJUnitSuite(rec *record.Record) junitSuite {
	return junitSuite{
		Name:      xmlText(rec.Experiment.Title),
		Package:   "labbook",
		Timestamp: rec.Started.UTC().Format("2006-01-02T15:04:05"),
		Host:      "localhost", // the record names the host only if it may, and a file spreads
		Seconds:   strconv.FormatFloat(rec.Measuring().Seconds(), 'f', 3, 64),
		Properties: []junitProperty{
			{"labbook", rec.Labbook},
			{"rounds", strconv.Itoa(rec.AllRounds())},
		},
	}
}

// setResult sets what a check came to.
func (t *junitCase) setResult(c stats.Check, result *junitResult, strict bool) {
	switch {
	case c.Outcome == stats.CheckMet:
	case c.Outcome == stats.CheckNotMeasured && c.Reason == stats.InvalidData:
		t.Error = result
	case c.Outcome == stats.CheckFailed || strict:
		t.Failure = result
	default:
		t.skip(result)
	}
}

func (t *junitCase) skip(result *junitResult) {
	result.Type = ""
	t.Skipped = result
}

func newJUnitResult(c findings.Check, file string) *junitResult {
	lines := []string{c.Sentence(), whereIn(file, c.Line)}
	if c.Why != "" {
		lines = append(lines, c.Why)
	}
	return &junitResult{
		Message: xmlText(c.String()),
		Type:    string(c.Outcome),
		Text:    xmlText(strings.Join(lines, "\n")),
	}
}

// whereIn returns a place as people and editors write it: "experiment.toml:12".
func whereIn(file string, line int) string { return fmt.Sprintf("%s:%d", file, line) }

// add adds a test case and counts it.
func (s *junitSuite) add(t junitCase) {
	s.Cases = append(s.Cases, t)
	s.Tests++
	switch {
	case t.Failure != nil:
		s.Failures++
	case t.Error != nil:
		s.Errors++
	case t.Skipped != nil:
		s.Skipped++
	}
}

// xmlText returns text with plain spaces and without what no file of ours can show. Escaping it is
// the encoder's.
func xmlText(text string) string { return printable.Text(plainSpaces(text)) }
