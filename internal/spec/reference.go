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

// referenceColumns are the columns that a reference must have. Others may stand beside them.
var referenceColumns = []string{"server", "concurrency", "requests_per_s"}

// references reads every [[reference]], and the files they name where the disk may be touched.
func (t *table) references() []Reference {
	var references []Reference
	for _, table := range t.all(referenceSection) {
		table.checkKeys()
		r := Reference{Name: table.name(), Line: table.at.line}
		for _, other := range references {
			if r.Name != "" && r.Name == other.Name {
				table.refuse("name", "found %s again, as on line %d; allowed: a name of its own",
					showValue(r.Name), other.Line)
				break
			}
		}
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
	if name == "" || t.doc.open == nil {
		return name, nil
	}

	text, err := t.doc.open(name)
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
// concurrency and requests_per_s, then a row for each point. The error is Problems.
func ParseReference(name, text string) ([]ReferencePoint, error) {
	d := &document{name: name}
	var points []ReferencePoint
	if len(text) > maxFile {
		return nil, Problems{tooLarge(name)}
	}
	rows := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, byteOrderMark)))
	rows.FieldsPerRecord = -1 // counted here, so that one short row does not hide the problems after it
	header, err := rows.Read()
	columns, ok := d.columns(header, err)
	for ok {
		row, err := rows.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			d.noteCSV(err)
			break
		}
		line, _ := rows.FieldPos(0)
		points = append(points, d.point(row, line, columns, len(header)))
	}
	if ok && len(points) == 0 && len(d.problems) == 0 {
		d.addProblem(1, "found a header and no rows; allowed: one row or more")
	}
	if err := d.err(); err != nil {
		return nil, err
	}
	return points, nil
}

// noteCSV notes what keeps the text from being CSV.
func (d *document) noteCSV(err error) {
	line := 0
	if syntax, ok := errors.AsType[*csv.ParseError](err); ok {
		line, err = syntax.Line, syntax.Err
	}
	d.addProblem(line, fmt.Sprintf("not valid CSV: %v", err))
}

// columns finds the columns that count in the header, in the order of referenceColumns.
func (d *document) columns(header []string, err error) (columns []int, ok bool) {
	if err == io.EOF {
		d.addProblem(0, "found an empty file; allowed: CSV with a header")
		return nil, false
	}
	if err != nil {
		d.noteCSV(err)
		return nil, false
	}
	for i := range header {
		header[i] = strings.TrimSpace(header[i])
	}
	for _, column := range referenceColumns {
		at := slices.Index(header, column)
		switch {
		case at < 0:
			d.addProblem(
				1,
				"missing column "+quote(column)+"; found "+list(header)+foundNear(column, header),
			)
		case slices.Contains(header[at+1:], column):
			d.addProblem(1, "found the column "+quote(column)+" twice; allowed: once")
		}
		columns = append(columns, at)
	}
	return columns, len(d.problems) == 0
}

// foundNear says which column of the file probably is the one that is missing.
func foundNear(column string, header []string) string {
	if near := nearest(column, header); near != "" {
		return "; is it " + quote(near) + "?"
	}
	return ""
}

// point reads one row.
func (d *document) point(row []string, line int, columns []int, width int) ReferencePoint {
	if len(row) != width {
		d.addProblem(
			line,
			fmt.Sprintf("found a row of %d fields; allowed: %d, as in the header", len(row), width),
		)
		return ReferencePoint{}
	}
	field := func(i int) string { return strings.TrimSpace(row[columns[i]]) }
	server := field(0)
	unprintable := !utf8.ValidString(server) || strings.ContainsFunc(server, unicode.IsControl)
	if server == "" || unprintable || len(server) > maxName {
		d.addProblem(line, fmt.Sprintf("server: found %s; allowed: one line of text, at most %d bytes",
			showValue(server), maxName))
	}
	concurrency, err := strconv.Atoi(field(1))
	if err != nil || concurrency < 1 || concurrency > maxConcurrency {
		d.addProblem(line, fmt.Sprintf("concurrency: found %s; allowed: a whole number from 1 to %d",
			showValue(field(1)), maxConcurrency))
	}
	rate, err := strconv.ParseFloat(field(2), 64)
	if err != nil || !(rate > 0) || math.IsInf(rate, 0) {
		d.addProblem(line, "requests_per_s: found "+showValue(field(2))+"; allowed: a number above 0")
	}
	return ReferencePoint{Server: server, Concurrency: concurrency, RequestsPerSecond: rate}
}
