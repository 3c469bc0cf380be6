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

// referenceColumns are the columns that a reference must have. It may have others, too.
var referenceColumns = []string{"server", "concurrency", "requests_per_s"}

// references reads every [[reference]], and the files that they name if files may be read.
func (t *table) references() []Reference {
	var references []Reference
	names := map[string]int{}
	for _, table := range t.all(referenceSection) {
		table.checkKeys()
		r := Reference{Name: table.name(), Line: table.at.line}
		table.checkRepeatedName(r.Name, names)
		r.File, r.Points = table.points()
		references = append(references, r)
	}
	return references
}

// points reads the name of a reference's file, and the file.
func (t *table) points() (name string, points []ReferencePoint) {
	const allowed = "a CSV file, relative to the folder of this one"
	if !t.has("file") {
		t.refuse("file", "missing; allowed: %s", allowed)
	}
	name = t.file("file", allowed)
	if name == "" || t.doc.fromRecord() {
		return name, nil
	}

	text, err := t.doc.outside.text(name)
	if err != nil {
		t.refuse("file", "found %s: %v; allowed: %s", showValue(name), cause(err), allowed)
		return name, nil
	}

	points, err = ParseReference(name, text)
	if problems, ok := errors.AsType[Problems](err); ok {
		t.doc.inOtherFiles = append(t.doc.inOtherFiles, problems...)
	}
	return name, points
}

// ParseReference reads the CSV text of a reference: a header with at least the columns server,
// concurrency and requests_per_s, then a row for each point. An error is Problems.
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
	for {
		row, err := rows.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			d.addCSVProblem(err)
			break
		}
		line, _ := rows.FieldPos(0)
		points = append(points, d.point(row, line, columns, len(header)))
	}

	if len(points) == 0 && len(d.problems) == 0 {
		d.addProblem(1, "found a header and no rows; allowed: one row or more")
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

// columns returns the indexes of referenceColumns in the header. ok is false if it lacks one.
func (d *document) columns(header []string, err error) (columns []int, ok bool) {
	if err == io.EOF {
		d.addProblem(0, "found an empty file; allowed: CSV with a header")
		return nil, false
	}
	if err != nil {
		d.addCSVProblem(err)
		return nil, false
	}

	for i := range header {
		header[i] = strings.TrimSpace(header[i])
	}
	for _, column := range referenceColumns {
		at := slices.Index(header, column)
		switch {
		case at < 0:
			d.addProblem(1, fmt.Sprintf("missing column %q; found %s%s",
				column, list(header), nearestColumn(column, header)))
		case slices.Contains(header[at+1:], column):
			d.addProblem(1, fmt.Sprintf("found the column %q twice; allowed: once", column))
		}
		columns = append(columns, at)
	}
	return columns, len(d.problems) == 0
}

// nearestColumn returns the end of a problem: which column is probably the one that is missing.
func nearestColumn(missing string, header []string) string {
	if near := nearest(missing, header); near != "" {
		return "; is it " + quote(near) + "?"
	}
	return ""
}

// point reads one row.
func (d *document) point(row []string, line int, columns []int, width int) ReferencePoint {
	if len(row) != width {
		d.addProblem(line, fmt.Sprintf("found a row of %d fields; allowed: %d, as in the header",
			len(row), width))
		return ReferencePoint{}
	}
	field := func(i int) string { return strings.TrimSpace(row[columns[i]]) }

	server := field(0)
	unprintable := !utf8.ValidString(server) || strings.ContainsFunc(server, unicode.IsControl)
	if server == "" || unprintable || len(server) > maxName {
		d.addProblem(line, fmt.Sprintf("server: found %s; allowed: one line of text, at most "+
			"%d bytes", showValue(server), maxName))
	}

	concurrency, err := strconv.Atoi(field(1))
	if err != nil || concurrency < 1 || concurrency > maxConcurrency {
		d.addProblem(line, fmt.Sprintf("concurrency: found %s; allowed: a whole number from 1 to "+
			"%d", showValue(field(1)), maxConcurrency))
	}

	rate, err := strconv.ParseFloat(field(2), 64)
	if err != nil || !(rate > 0) || math.IsInf(rate, 0) {
		d.addProblem(line, fmt.Sprintf("requests_per_s: found %s; allowed: a number above 0",
			showValue(field(2))))
	}
	return ReferencePoint{
		Server:            server,
		Concurrency:       concurrency,
		RequestsPerSecond: rate,
	}
}
