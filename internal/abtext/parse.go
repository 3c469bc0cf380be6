package abtext

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// ErrNoReport means that a text is not a complete report of ab.
var ErrNoReport = errors.New("no report of ab")

// AbortedError is a run that ab gave up. ab then prints how many requests were complete and no
// other number. It is an ErrNoReport too.
type AbortedError struct {
	Completed int
}

func (e *AbortedError) Error() string {
	return fmt.Sprintf("ab gave up after %d complete requests", e.Completed)
}

// Is makes an AbortedError an ErrNoReport.
func (e *AbortedError) Is(target error) bool { return target == ErrNoReport }

// firstLabel begins every report. Before it comes ab's progress, or with -v what the server sent.
const firstLabel = "Server Software:"

// requiredLabels are those of the lines that every report has.
var requiredLabels = []string{
	"Concurrency Level",
	"Time taken for tests",
	"Complete requests",
	"Failed requests",
}

// rateLabel is required too if a request was complete.
const rateLabel = "Requests per second"

// Parse reads the standard output of one call of ab, of any version from 1.3 on. A text without a
// complete report is an ErrNoReport, and an AbortedError if ab gave up. A line whose number is
// malformed, negative or not finite is an error that contains the line.
func Parse(text string) (Measurement, error) {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	start := strings.LastIndex("\n"+text, "\n"+firstLabel)
	if start < 0 {
		return Measurement{}, noReport(text)
	}

	p := parser{seen: map[string]bool{}}
	for line := range strings.Lines(text[start:]) {
		if err := p.line(strings.TrimRight(line, "\n")); err != nil {
			return Measurement{}, err
		}
	}
	if err := p.complete(); err != nil {
		return Measurement{}, err
	}
	return p.m, nil
}

// abortedLine is what ab prints when it gives up. It may follow ab's progress on the same line.
var abortedLine = pattern(`Total of (\d{1,9}) requests completed`)

// noReport returns why a text holds no report.
func noReport(text string) error {
	if match := abortedLine().FindStringSubmatch(text); match != nil {
		n, _ := strconv.Atoi(match[1]) // nine digits always fit
		return &AbortedError{n}
	}
	if strings.TrimSpace(text) == "" {
		return fmt.Errorf("%w: the text is empty", ErrNoReport)
	}
	return fmt.Errorf("%w: no line begins with %q", ErrNoReport, firstLabel)
}

// parser fills a Measurement line by line. If a label occurs twice, its first line counts.
type parser struct {
	m    Measurement
	seen map[string]bool
}

// complete returns an error if a line that the report should have is missing.
func (p *parser) complete() error {
	required := requiredLabels
	if p.m.Complete > 0 {
		required = append(required[:len(required):len(required)], rateLabel)
	}
	for _, label := range required {
		if !p.seen[label] {
			return fmt.Errorf("%w: the line %q is missing", ErrNoReport, label+":")
		}
	}
	return nil
}

func (p *parser) line(line string) error {
	label, value, ok := strings.Cut(line, ":")
	if !ok {
		return nil
	}

	label = strings.TrimSpace(label)
	if label == "(Connect" {
		return p.failures(line)
	}
	if label == "Time per request" && strings.Contains(value, "across") {
		label = acrossLabel
	}
	if p.seen[label] {
		return nil
	}
	p.seen[label] = true

	if err := p.set(label, strings.TrimSpace(value)); err != nil {
		return fmt.Errorf("ab's line %q: %w", line, err)
	}
	return nil
}

// set stores the value of a line. An unknown label is ignored.
func (p *parser) set(label, value string) error {
	if label == "Document Length" && value == "Variable" {
		p.m.DocumentLength = -1
		return nil
	}
	if label == "Keep-Alive requests" {
		p.m.KeepAlive = true
	}
	if label == "Arrival rate" && strings.Contains(value, poissonArrivals) {
		p.m.Arrivals = Poisson
	}

	switch field := p.field(label).(type) {
	case *string:
		*field = value
	case *int:
		return parseInt(value, field)
	case *int64:
		return parseInt(value, field)
	case *float64:
		return parseFloat(value, field)
	case *Times:
		return parseTimes(value, field)
	}
	return nil
}

// acrossLabel tells ab's second line of this label from its first one.
const acrossLabel = "Time per request (across)"

// field returns a pointer to the field of a label; nil if the label is unknown.
func (p *parser) field(label string) any {
	m := &p.m
	switch label {
	case "Server Software":
		return &m.ServerSoftware
	case "Server Hostname":
		return &m.Hostname
	case "Server Port":
		return &m.Port
	case "SSL/TLS Protocol":
		return &m.TLSProtocol
	case "Server Temp Key":
		return &m.TLSTempKey
	case "TLS Server Name":
		return &m.TLSServerName
	case "Document Path":
		return &m.DocumentPath
	case "Document Length":
		return &m.DocumentLength
	}
	return p.resultField(label)
}

func (p *parser) resultField(label string) any {
	m := &p.m
	switch label {
	case "Concurrency Level":
		return &m.Concurrency
	case "Time taken for tests":
		return &m.TimeTakenSeconds
	case "Complete requests":
		return &m.Complete
	case "Failed requests":
		return &m.Failed
	case "Write errors", "Broken pipe errors": // the latter in ab 1.3
		return &m.WriteErrors
	case "Non-2xx responses":
		return &m.Non2xx
	case "Arrival rate":
		return &m.ArrivalRate
	case "Unsent requests":
		return &m.Unsent
	case "Keep-Alive requests":
		return &m.KeepAliveCount
	case "Total transferred":
		return &m.TotalTransferred
	case "Total body sent", "Total POSTed", "Total PUT":
		return &m.TotalBodySent
	case "HTML transferred":
		return &m.HTMLTransferred
	case rateLabel:
		return &m.RequestsPerSecond
	case "Time per request":
		return &m.TimePerRequestMS
	case acrossLabel:
		return &m.TimeAcrossMS
	case "Transfer rate":
		return &m.TransferRateKBs
	case "Connect":
		return &m.Connect
	case "Processing":
		return &m.Processing
	case "Waiting":
		return &m.Waiting
	case "Total":
		return &m.Total
	}
	return nil
}

// failures reads "   (Connect: 0, Receive: 0, Length: 12, Exceptions: 0)". ab 2.0 has no Receive.
func (p *parser) failures(line string) error {
	fields := map[string]*int{
		"Connect":    &p.m.FailedConnect,
		"Receive":    &p.m.FailedReceive,
		"Length":     &p.m.FailedLength,
		"Exceptions": &p.m.FailedExceptions,
	}
	for part := range strings.SplitSeq(strings.Trim(strings.TrimSpace(line), "()"), ",") {
		name, value, _ := strings.Cut(part, ":")
		field := fields[strings.TrimSpace(name)]
		if field == nil {
			continue
		}
		if err := parseInt(strings.TrimSpace(value), field); err != nil {
			return fmt.Errorf("ab's line %q: %w", line, err)
		}
	}
	return nil
}
