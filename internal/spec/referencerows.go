package spec

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ParseReference reads the CSV text of a reference: a header with the columns server and
// concurrency and at least one of referenceValues, then a row for each point. A summary.csv of
// Labbook's is one, too. An error is Problems.
func ParseReference(name, text string) ([]ReferencePoint, error) {
	if len(text) > maxFile {
		return nil, Problems{tooLarge(name)}
	}

	d := &document{name: name}
	points := d.points(text)
	if err := d.err(); err != nil {
		return nil, err
	}
	return points, nil
}

// points reads all rows of a reference.
func (d *document) points(text string) []ReferencePoint {
	rows := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, byteOrderMark)))
	rows.FieldsPerRecord = -1 // counted here: one short row must not hide later problems
	header, err := rows.Read()
	columns, ok := d.columns(header, err)
	if !ok {
		return nil
	}

	var points []ReferencePoint
	read := 0
	for {
		row, err := rows.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			d.addCSVProblem(err)
			break
		}
		read++
		line, _ := rows.FieldPos(0)
		if point, ok := d.point(row, line, columns); ok {
			points = append(points, point)
		}
	}

	switch {
	case len(points) > 0 || len(d.problems) > 0:
	case read == 0:
		d.addProblem(1, "found a header and no rows; allowed: one row or more")
	default:
		d.addProblem(1, "found no row with numbers that may be used; allowed: one row or more")
	}
	return points
}

// addCSVProblem adds the reason why the text is not CSV.
func (d *document) addCSVProblem(err error) {
	line := 0
	if syntax, ok := errors.AsType[*csv.ParseError](err); ok {
		line, err = syntax.Line, syntax.Err
	}
	d.addProblem(line, fmt.Sprintf("not valid CSV: %v", err))
}

// point reads one row. ok is false if there is nothing to show of it: a summary.csv has a row for
// every cell, also for those that were not measured or are invalid.
func (d *document) point(row []string, line int, c referenceColumns) (p ReferencePoint, ok bool) {
	if len(row) != c.width {
		d.addProblem(line, fmt.Sprintf("found a row of %d fields; allowed: %d, as in the header",
			len(row), c.width))
		return p, false
	}
	field := func(i int) string {
		if i < 0 {
			return ""
		}
		return strings.TrimSpace(row[i])
	}

	if c.isSummary() {
		if field(c.state) == "invalid" {
			return p, false
		}
		if rate := field(c.arrivals); rate != "" {
			d.addProblem(line, fmt.Sprintf("rate: found %s, an open loop's; allowed: an empty "+
				"field, because references are numbers by concurrency", showValue(rate)))
			return p, false
		}
	}

	p.Server = d.referenceServer(field(c.server), line, c.isSummary())
	p.Concurrency = d.referenceConcurrency(field(c.concurrency), line)
	known := 0
	for i, v := range referenceValues {
		if text := field(c.values[i]); text != "" {
			known++
			*v.of(&p) = d.referenceNumber(v.names[0], text, line, v.mayBeZero)
		}
	}
	if known == 0 && !c.isSummary() {
		d.addProblem(line, fmt.Sprintf("found a row without a value; allowed: a number under at "+
			"least one of %s", list(valueColumns())))
	}
	return p, known > 0
}

func (d *document) referenceServer(name string, line int, summary bool) string {
	unprintable := !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl)
	if name == "" || unprintable || len(name) > maxName {
		d.addProblem(line, fmt.Sprintf("server: found %s; allowed: one line of text, at most "+
			"%d bytes", showValue(name), maxName))
	}
	if summary {
		return unquoteFormula(name)
	}
	return name
}

// unquoteFormula removes the apostrophe that a summary.csv puts before a name that a spreadsheet
// would run as a formula, so that the name is the server's own again.
func unquoteFormula(name string) string {
	rest, quoted := strings.CutPrefix(name, "'")
	ignored := func(r rune) bool { return r == '\'' || unicode.IsSpace(r) }
	first, size := utf8.DecodeRuneInString(strings.TrimLeftFunc(rest, ignored))
	if quoted && size > 0 && strings.ContainsRune("=+-@＝＋－＠", first) {
		return rest
	}
	return name
}

func (d *document) referenceConcurrency(text string, line int) int {
	concurrency, err := strconv.Atoi(text)
	if err != nil || concurrency < 1 || concurrency > maxConcurrency {
		d.addProblem(line, fmt.Sprintf("concurrency: found %s; allowed: a whole number from 1 to "+
			"%d", showValue(text), maxConcurrency))
	}
	return concurrency
}

func (d *document) referenceNumber(column, text string, line int, mayBeZero bool) float64 {
	number, err := strconv.ParseFloat(text, 64)
	inRange := number > 0 && !math.IsInf(number, 0) || number == 0 && mayBeZero
	if err == nil && inRange {
		return number
	}
	allowed := "a number above 0"
	if mayBeZero {
		allowed = "a number of at least 0"
	}
	d.addProblem(line, fmt.Sprintf("%s: found %s; allowed: %s", column, showValue(text), allowed))
	return 0
}

// referenceColumns holds where a reference's columns are in a row, from 0; -1: it has none.
type referenceColumns struct {
	width       int // fields of a row
	server      int
	concurrency int
	values      []int // in the order of referenceValues

	// These two are of Labbook's own summary.csv.
	state    int
	arrivals int
}

// isSummary reports whether the file is a summary.csv of Labbook's, whose rows say whether their
// numbers may be used.
func (c referenceColumns) isSummary() bool { return c.state >= 0 }

// columns finds the columns in the header. ok is false if it lacks one that is needed.
func (d *document) columns(header []string, err error) (c referenceColumns, ok bool) {
	if err == io.EOF {
		d.addProblem(0, "found an empty file; allowed: CSV with a header")
		return c, false
	}
	if err != nil {
		d.addCSVProblem(err)
		return c, false
	}
	for i := range header {
		header[i] = strings.TrimSpace(header[i])
	}
	if separator := otherSeparator(header); separator != "" {
		d.addProblem(1, fmt.Sprintf("found fields that are separated by %s; allowed: by commas",
			separator))
		return c, false
	}

	c = referenceColumns{
		width:       len(header),
		server:      d.requiredColumn(header, "server"),
		concurrency: d.requiredColumn(header, "concurrency"),
		state:       -1,
		arrivals:    -1,
	}
	if slices.Contains(header, "requests_per_second_low") {
		c.state = slices.Index(header, "state")
		c.arrivals = slices.Index(header, "rate")
	}
	c.values = d.valueColumns(header)
	return c, len(d.problems) == 0
}

func (d *document) requiredColumn(header []string, name string) int {
	at := d.column(header, name)
	if at < 0 {
		d.addProblem(1, fmt.Sprintf("missing column %q; found %s%s",
			name, list(header), meantColumn(header, name)))
	}
	return at
}

// column returns where one column is that may have several names; -1 if there is none.
func (d *document) column(header []string, names ...string) int {
	at := -1
	for i, found := range header {
		switch {
		case !slices.Contains(names, found):
		case at < 0:
			at = i
		case header[at] == found:
			d.addProblem(1, fmt.Sprintf("found the column %q twice; allowed: once", found))
		default:
			d.addProblem(1, fmt.Sprintf("found the columns %q and %q, which mean the same; "+
				"allowed: one of them", header[at], found))
		}
	}
	return at
}

// otherSeparator names what separates the fields of a header that commas do not; "" if commas do.
func otherSeparator(header []string) string {
	switch {
	case len(header) != 1:
		return ""
	case strings.Contains(header[0], ";"):
		return "semicolons"
	case strings.Contains(header[0], "\t"):
		return "tabs"
	}
	return ""
}
