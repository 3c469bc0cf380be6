package abtext

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Saved is one report of ab in a saved text, perhaps among others and among other words.
type Saved struct {
	Line     int    // in which it begins, from 1
	Heading  string // the Markdown heading above it; "" if there is none
	Version  string // of ab, as its first line has it: "2.3"; "" if that line is missing
	Embedded bool   // labbook's own ab wrote it

	// Requests is the -n of the command line before it; 0: there is none, or it has a -t.
	Requests int

	// Text is the report, from its first line to its last one. What stood before each of its lines,
	// such as a mail's marks of quotation, is removed.
	Text string

	Measurement Measurement
	Percentages map[int]float64 // ms by per cent, of the table at its end; empty if there is none

	// Err is why it is not a whole report; Measurement and Percentages are then not set. It is an
	// AbortedError if ab gave up.
	Err error
}

// ParseSaved finds the reports of ab, from version 1.3 on, in a saved text: the output
// of several calls, a log, a page or a mail. A report may have lost its beginning, up to its
// concurrency level. An HTML table (ab's -w) is read, too. The text must be valid UTF-8.
func ParseSaved(text string) []Saved {
	r := savedReader{}
	for i, line := range splitLines(text) {
		r.read(i+1, line)
	}
	r.end()
	return r.found
}

// splitLines returns the lines of a text, whatever ends them. A carriage return by itself, with
// which a progress overwrites its line, ends a line, too.
func splitLines(text string) []string {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	return strings.Split(strings.ReplaceAll(text, "\r", "\n"), "\n")
}

// savedReader finds reports line by line.
type savedReader struct {
	found   []Saved
	current *savedReport // nil: no report has begun
	command string       // the last command line of ab that no report has followed yet
	asked   int          // the number of its line
	heading string       // the last one
	fenced  bool         // a fenced block of Markdown has begun
}

// savedReport is a report that has begun.
type savedReport struct {
	Saved
	lines       []savedLine
	last        int // number of lines up to its last known one
	unknown     int // lines since then
	seen        map[string]bool
	clean       strings.Builder // its known lines as ab writes them
	percentages bool            // the table of percentages has begun
	completed   int             // how many requests were complete when ab gave up
	aborted     bool
}

// read reads a line, which is several of a report if it holds several rows of an HTML table.
func (r *savedReader) read(number int, raw string) {
	if fence().MatchString(raw) {
		r.fenced = !r.fenced
	} else if match := heading().FindStringSubmatch(raw); match != nil && !r.fenced {
		r.heading = match[1]
	}
	if strings.Contains(raw, "<") && tableRow().MatchString(raw) {
		for row := range strings.SplitAfterSeq(raw, "</tr>") {
			if row != "" {
				r.readLine(number, newSavedLine(row))
			}
		}
		return
	}
	r.readLine(number, newSavedLine(raw))
}

func (r *savedReader) readLine(number int, line savedLine) {
	if line.command != "" {
		r.end()
		r.command, r.asked = line.command, number
	}
	begins := line.begins || beginning[line.label]
	if r.current != nil && (line.begins || begins && r.current.isBefore(line.label)) {
		r.end()
	}
	if r.current != nil && line.isKnown() && r.current.isOver() {
		r.end()
	}
	if r.current == nil && begins {
		r.begin(number)
	}
	if r.current != nil {
		r.current.add(line)
	}
}

// beginning are the labels with which a report may begin. If one of them occurs again, another
// report has begun.
var beginning = map[string]bool{
	"Server Software":      true,
	"Server Hostname":      true,
	"Document Path":        true,
	"Concurrency Level":    true,
	"Time taken for tests": true,
	"Complete requests":    true,
	rateLabel:              true,
}

func (r *savedReader) begin(number int) {
	r.current = &savedReport{
		Saved: Saved{Line: number, Heading: r.heading},
		seen:  map[string]bool{},
	}
	const maxLines = 10 // what is further away is another call, or prose
	if number-r.asked <= maxLines {
		r.current.Requests = requestsOf(r.command)
	}
	r.command = ""
}

// isBefore reports whether a line with a label of beginning is of the next report: it has occurred
// already, or it stands before numbers that have.
func (s *savedReport) isBefore(label string) bool {
	isHead := label == "Server Software" || label == "Server Hostname" || label == "Document Path"
	return s.seen[label] || isHead && s.seen["Concurrency Level"]
}

// isOver reports whether so much has come after the report's last known line that what comes now
// is no part of it. Before its numbers, -v prints whatever the server sends.
func (s *savedReport) isOver() bool {
	const maxGap = 25 // people write comments between lines
	return s.seen["Complete requests"] && s.unknown > maxGap
}

// maxSavedLines is how many lines a report can have, known ones and others. What comes later, such
// as the bodies that -v prints, is no part of it.
const maxSavedLines = 1000

func (s *savedReport) add(line savedLine) {
	if len(s.lines) < maxSavedLines {
		line.text = shortened(line.text)
		s.lines = append(s.lines, line)
	}
	s.unknown++
	if s.take(line) {
		s.unknown = 0
		s.last = len(s.lines)
	}
}

// take reads a line. It reports whether the line is one of the report's.
func (s *savedReport) take(line savedLine) bool {
	switch {
	case line.begins:
		s.Version, s.Embedded = line.version, line.embedded
	case line.aborted:
		s.aborted, s.completed = true, line.completed
	case line.label != "" && !s.seen[line.label]:
		s.seen[line.label] = true
		s.clean.WriteString(line.canonical() + "\n")
	case line.failures:
		s.clean.WriteString(line.text + "\n")
	case line.beginsPercentages:
		s.percentages = true
	case line.isPercentage && s.percentages:
		if s.Percentages == nil {
			s.Percentages = map[int]float64{}
		}
		s.Percentages[line.percent] = line.ms
	default:
		return false
	}
	return true
}

// shortened returns the beginning of a line that is no line of ab's.
func shortened(line string) string {
	const maxRunes = 1000
	if len(line) <= maxRunes {
		return line
	}
	runes := []rune(line)
	return string(runes[:min(len(runes), maxRunes)])
}

// end finishes the report that has begun.
func (r *savedReader) end() {
	s := r.current
	r.current = nil
	if s == nil {
		return
	}
	s.Text = withoutMarks(s.lines[:s.last])
	s.Measurement, s.Err = s.parse()
	if s.Err != nil {
		s.Measurement, s.Percentages = Measurement{}, nil
	}
	r.found = append(r.found, s.Saved)
}

// parse reads the numbers of the report.
func (s *savedReport) parse() (Measurement, error) {
	if len(s.seen) == 0 {
		return Measurement{}, s.nothing()
	}
	text := s.clean.String()
	if !strings.HasPrefix(text, firstLabel) {
		text = firstLabel + "\n" + text
	}
	m, err := Parse(text)
	switch {
	case err != nil:
		return m, err
	case m.Concurrency < 1:
		return m, fmt.Errorf("%w: its concurrency level is %d", ErrNoReport, m.Concurrency)
	case m.Complete == 0:
		return m, errors.New("no request was complete")
	case m.RequestsPerSecond == 0:
		return m, errors.New("its rate is 0 requests per second")
	}
	if strings.HasPrefix(s.Version, "1.") && m.TimeTakenSeconds > 0 {
		// ab 1.3 counts 1000 bytes to the kilobyte.
		m.TransferRateKBs = float64(m.TotalTransferred) / 1024 / m.TimeTakenSeconds
	}
	return m, s.checkPercentages()
}

// checkPercentages refuses a table of percentages that does not ascend.
func (s *savedReport) checkPercentages() error {
	last := 0.0
	for _, percent := range slices.Sorted(maps.Keys(s.Percentages)) {
		if s.Percentages[percent] < last {
			const format = "its table of percentages descends at %d%%"
			return fmt.Errorf(format, percent)
		}
		last = s.Percentages[percent]
	}
	return nil
}

// nothing returns why a report has no numbers.
func (s *savedReport) nothing() error {
	if s.aborted {
		return &AbortedError{s.completed}
	}
	for _, line := range slices.Backward(s.lines) {
		if words := strings.TrimSpace(line.text); !line.begins && words != "" {
			const maxWords = 100
			if runes := []rune(words); len(runes) > maxWords {
				words = string(runes[:maxWords]) + "…"
			}
			return fmt.Errorf("%w: it has no numbers; its last line is %q", ErrNoReport, words)
		}
	}
	return fmt.Errorf("%w: it has no numbers", ErrNoReport)
}
