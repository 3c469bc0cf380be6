package abtext

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// ErrNoReport says that a text is not a report of ab, or not a whole one.
var ErrNoReport = errors.New("no report of ab")

// AbortedError is a run that ab gave up: it says how many requests were complete, and throws their
// numbers away. It is an ErrNoReport too.
type AbortedError struct {
	Completed int
}

func (e *AbortedError) Error() string {
	return fmt.Sprintf("ab gave up after %d complete requests", e.Completed)
}

// Is makes an AbortedError an ErrNoReport.
func (e *AbortedError) Is(target error) bool { return target == ErrNoReport }

// firstLabel begins every report; what comes before it is progress, or what -v prints of a server's
// words.
const firstLabel = "Server Software:"

// needed are the lines that every report has.
var needed = []string{
	"Concurrency Level",
	"Time taken for tests",
	"Complete requests",
	"Failed requests",
}

// Parse reads the standard output of one call of ab, of any version from 2.0 on. A text without a
// whole report is ErrNoReport, an AbortedError where ab says that it gave up; a number that is
// none, is negative or not finite is an error that names its line.
func Parse(text string) (Measurement, error) {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	start := strings.LastIndex("\n"+text, "\n"+firstLabel)
	if start < 0 {
		return Measurement{}, noReport(text)
	}
	r := reader{seen: map[string]bool{}}
	for line := range strings.Lines(text[start:]) {
		r.line(strings.TrimRight(line, "\n"))
	}
	if r.err != nil {
		return Measurement{}, r.err
	}
	for _, label := range needed {
		if !r.seen[label] {
			return Measurement{}, fmt.Errorf("%w: the line %q is missing", ErrNoReport, label+":")
		}
	}
	if r.m.Complete > 0 && !r.seen["Requests per second"] {
		return Measurement{}, fmt.Errorf(
			"%w: the line %q is missing",
			ErrNoReport,
			"Requests per second:",
		)
	}
	return r.m, nil
}

// completed is how ab says what it throws away. It may follow ab's progress on the same line.
var completed = regexp.MustCompile(`Total of (\d{1,9}) requests completed`)

// noReport tells a run that ab gave up from a text of another kind.
func noReport(text string) error {
	if found := completed.FindStringSubmatch(text); found != nil {
		n, _ := strconv.Atoi(found[1]) // nine digits are a number
		return &AbortedError{n}
	}
	if strings.TrimSpace(text) == "" {
		return fmt.Errorf("%w: the text is empty", ErrNoReport)
	}
	return fmt.Errorf("%w: no line begins with %q", ErrNoReport, firstLabel)
}

// reader gathers a Measurement line by line. The first line of a label counts.
type reader struct {
	m    Measurement
	seen map[string]bool
	err  error // the first
}

func (r *reader) line(line string) {
	label, value, found := strings.Cut(line, ":")
	if !found || r.err != nil {
		return
	}
	trimmed := strings.TrimSpace(label)
	if trimmed == "(Connect" {
		r.failures(line)
		return
	}
	key := trimmed
	if trimmed == "Time per request" && strings.Contains(value, "across") {
		key = "Time per request (across)"
	}
	if r.seen[key] {
		return
	}
	r.seen[key] = true
	if err := r.take(key, strings.TrimSpace(value)); err != nil {
		r.err = fmt.Errorf("ab's line %q: %w", line, err)
	}
}

// take puts one value in its place. An unknown label does no harm.
func (r *reader) take(label, value string) error {
	m := &r.m
	switch label {
	case "Server Software":
		m.ServerSoftware = value
	case "Server Hostname":
		m.Hostname = value
	case "SSL/TLS Protocol":
		m.TLSProtocol = value
	case "Server Temp Key":
		m.TLSTempKey = value
	case "TLS Server Name":
		m.TLSServerName = value
	case "Document Path":
		m.DocumentPath = value
	case "Document Length":
		if value == "Variable" {
			m.DocumentLength = -1
			return nil
		}
		return parseCount(value, &m.DocumentLength)
	case "Connect", "Processing", "Waiting", "Total":
		return parseTimes(value, r.times(label))
	}
	if place := r.count(label); place != nil {
		return parseCount(value, place)
	}
	if place := r.number(label); place != nil {
		return parseNumber(value, place)
	}
	return nil
}

func (r *reader) times(label string) *Times {
	switch label {
	case "Connect":
		return &r.m.Connect
	case "Processing":
		return &r.m.Processing
	case "Waiting":
		return &r.m.Waiting
	}
	return &r.m.Total
}

// count gives the place of a whole number, nil for a label that has none.
func (r *reader) count(label string) any {
	m := &r.m
	switch label {
	case "Server Port":
		return &m.Port
	case "Concurrency Level":
		return &m.Concurrency
	case "Complete requests":
		return &m.Complete
	case "Failed requests":
		return &m.Failed
	case "Write errors":
		return &m.WriteErrors
	case "Non-2xx responses":
		return &m.Non2xx
	case "Unsent requests":
		return &m.Unsent
	case "Keep-Alive requests":
		m.KeepAlive = true
		return &m.KeepAliveCount
	case "Total transferred":
		return &m.TotalTransferred
	case "Total body sent", "Total POSTed", "Total PUT":
		return &m.TotalBodySent
	case "HTML transferred":
		return &m.HTMLTransferred
	}
	return nil
}

// number gives the place of a number with a fraction, nil for a label that has none.
func (r *reader) number(label string) *float64 {
	m := &r.m
	switch label {
	case "Time taken for tests":
		return &m.TimeTakenSeconds
	case "Arrival rate":
		return &m.ArrivalRate
	case "Requests per second":
		return &m.RequestsPerSecond
	case "Time per request":
		return &m.TimePerRequestMS
	case "Time per request (across)":
		return &m.TimeAcrossMS
	case "Transfer rate":
		return &m.TransferRateKBs
	}
	return nil
}

// failures reads "   (Connect: 0, Receive: 0, Length: 12, Exceptions: 0)"; ab 2.0 has no Receive.
func (r *reader) failures(line string) {
	places := map[string]*int{"Connect": &r.m.FailedConnect, "Receive": &r.m.FailedReceive,
		"Length": &r.m.FailedLength, "Exceptions": &r.m.FailedExceptions}
	for _, part := range strings.Split(strings.Trim(strings.TrimSpace(line), "()"), ",") {
		name, value, _ := strings.Cut(part, ":")
		place := places[strings.TrimSpace(name)]
		if place == nil {
			continue
		}
		if err := parseCount(strings.TrimSpace(value), place); err != nil {
			r.err = fmt.Errorf("ab's line %q: %w", line, err)
			return
		}
	}
}

// parseCount reads a whole number, without the unit that may follow it, into an int or an int64.
func parseCount(value string, place any) error {
	number, _, _ := strings.Cut(value, " ")
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n < 0 {
		return fmt.Errorf("found %q; allowed: a whole number of at least 0", number)
	}
	switch place := place.(type) {
	case *int64:
		*place = n
	case *int:
		*place = int(n)
		if int64(*place) != n {
			return fmt.Errorf("found %q; allowed: numbers up to %d", number, math.MaxInt)
		}
	}
	return nil
}

// parseNumber reads a number, without the unit that may follow it.
func parseNumber(value string, place *float64) error {
	number, _, _ := strings.Cut(value, " ")
	x, err := strconv.ParseFloat(number, 64)
	if err != nil || !(x >= 0) || math.IsInf(x, 0) {
		return fmt.Errorf("found %q; allowed: a finite number of at least 0", number)
	}
	*place = x
	return nil
}

// parseTimes reads a row of the connection times: min, mean, sd, median and max; with -S min, mean
// and max.
func parseTimes(value string, t *Times) error {
	fields := strings.Fields(value)
	if len(fields) == 2 { // -S leaves no space before a maximum of five digits
		if cut := len(fields[1]) - 5; cut > 0 {
			fields = []string{fields[0], fields[1][:cut], fields[1][cut:]}
		}
	}
	places := []*float64{&t.Min, &t.Mean, &t.SD, &t.Median, &t.Max}
	switch len(fields) {
	case 5:
	case 3:
		places = []*float64{&t.Min, &t.Mean, &t.Max}
	default:
		return fmt.Errorf("found %d numbers; allowed: 5, or 3 with -S", len(fields))
	}
	for i, field := range fields {
		if err := parseNumber(field, places[i]); err != nil {
			return err
		}
	}
	return nil
}
