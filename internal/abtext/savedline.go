package abtext

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// savedLine is one line of a saved text, and what it is of a report.
type savedLine struct {
	marks string // what stands before ab's own words: of a quotation, a list or a log
	text  string // ab's own words

	label string // of a line with a number or a name; "" if it is none
	value string

	begins   bool // it names ab's version
	version  string
	embedded bool

	failures          bool // it splits the failed requests
	beginsPercentages bool
	isPercentage      bool // if percentages have begun
	percent           int
	ms                float64

	aborted   bool // ab gave up
	completed int

	command string // a command line that calls ab
}

// stamp is the time of a log's line, or the name of the container that wrote it.
const stamp = `\[?\d{4}-\d\d-\d\d[T ][\d:.,]+(?:Z|[+-]\d\d:?\d\d)?\]?\s|[\w.-]+\s+\|\s`

// pattern returns a regular expression that is compiled when it is first needed. Every role of
// labbook initialises this package, and most of them read no saved texts.
func pattern(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

var (
	// escapes are a terminal's: colours, and the movements of its cursor.
	escapes = pattern("\x1b\\[[0-9;?]*[A-Za-z]")

	// tableRow is a row of the HTML that ab writes with -w.
	tableRow   = pattern(`(?i)<t[rhd][ >]`)
	htmlMarkup = pattern(`<[^>]*>|&nbsp;`)

	// marks may stand before a line of ab's: those of mails, lists, comments and headings, the time
	// of a log, and the name of a container (stamps).
	marks = pattern("^(?:[\\s\u00a0\u3000>|#*/`+-]|" + stamp + ")*")

	stamps = pattern(stamp)

	// Markdown's headings, and the lines between which it has none.
	heading = pattern(`^#{1,6}\s+(.*?)[\s#]*$`)
	fence   = pattern("^\\s*(?:```|~~~)")

	// comment is what people write behind a number.
	comment = pattern(`\s+(?://|#|/\*|<!--|\|).*$`)

	versionLine = pattern(`ApacheBench,? Version\s+([\w.-]+)`)
	percentLine = pattern(`^(\d{1,3})%\s+<?(\d{1,9})\b`)
	abCommand   = pattern(
		`(?:^|[\s$#>/\\"'` + "`" + `])ab(?:\.exe)?["']?\s+(-.*)$`,
	)
	timesRowValue = pattern(`^[\d. -]+$`)
	requestsFlag  = pattern(`(?:^|\s)-n\s*(\d{1,9})\b`)
	timeFlag      = pattern(`(?:^|\s)-t\s*\d`)
)

// savedLabels are the labels of a report that are read, longest first where one begins another.
var savedLabels = []string{
	"Server Software",
	"Server Hostname",
	"Server Port",
	"SSL/TLS Protocol",
	"Server Temp Key",
	"TLS Server Name",
	"Document Path",
	"Document Length",
	"Concurrency Level",
	"Arrival rate",
	"Time taken for tests",
	"Complete requests",
	"Failed requests",
	"Unsent requests",
	"Write errors",
	"Broken pipe errors",
	"Non-2xx responses",
	"Keep-Alive requests",
	"Total transferred",
	"Total body sent",
	"Total POSTed",
	"Total PUT",
	"HTML transferred",
	"Requests per second",
	"Time per request",
	"Transfer rate",
	"Connect",
	"Processing",
	"Waiting",
	"Total",
}

// isKnown reports whether the line can be one of a report's.
func (l savedLine) isKnown() bool {
	return l.label != "" || l.failures || l.beginsPercentages || l.isPercentage
}

// newSavedLine reads one line.
func newSavedLine(raw string) savedLine {
	if strings.Contains(raw, "\x1b") {
		raw = escapes().ReplaceAllString(raw, "")
	}
	if strings.Contains(raw, "<") && tableRow().MatchString(raw) {
		raw = strings.TrimSpace(htmlMarkup().ReplaceAllString(raw, " "))
	}
	before := marks().FindString(raw)
	l := savedLine{
		marks: before,
		text:  strings.TrimRight(raw[len(before):], " \t\u00a0\u3000"),
	}
	if strings.ContainsAny(before, "0123456789|") {
		l.marks = stamps().ReplaceAllString(before, "")
	}

	if strings.Contains(l.text, "ApacheBench") {
		l.readVersion()
	} else if strings.Contains(raw, "ab") {
		if match := abCommand().FindStringSubmatch(raw); match != nil {
			l.command = match[1]
		}
	}
	if strings.Contains(l.text, "Total of") {
		if match := abortedLine().FindStringSubmatch(l.text); match != nil {
			l.aborted = true
			l.completed, _ = strconv.Atoi(match[1]) // nine digits always fit
		}
	}
	if l.begins || l.command != "" || l.aborted {
		return l
	}
	l.readPercentage()
	l.failures = strings.HasPrefix(l.text, "(Connect:")
	l.readLabel()
	return l
}

func (l *savedLine) readVersion() {
	match := versionLine().FindStringSubmatch(l.text)
	if match == nil {
		return
	}
	l.begins, l.version = true, match[1]
	if l.embedded = strings.Contains(l.text, "labbook ab"); l.embedded {
		l.version = ""
	}
}

func (l *savedLine) readPercentage() {
	l.beginsPercentages = strings.HasPrefix(l.text, "Percentage of the requests served")
	if !strings.Contains(l.text, "%") {
		return
	}
	if match := percentLine().FindStringSubmatch(l.text); match != nil {
		l.percent, _ = strconv.Atoi(match[1])
		l.ms, _ = strconv.ParseFloat(match[2], 64)
		l.isPercentage = l.percent <= 100
	}
}

// readLabel finds the label of a line and its value.
func (l *savedLine) readLabel() {
	for _, label := range savedLabels {
		rest, ok := strings.CutPrefix(l.text, label)
		if !ok {
			continue
		}
		rest = strings.TrimLeft(rest, "* \t")
		value, ok := strings.CutPrefix(rest, ":")
		if !ok {
			continue
		}
		value = strings.TrimLeft(value, "*| \t")
		if strings.ContainsAny(value, "/#<|") {
			value = comment().ReplaceAllString(value, "")
		}
		value = strings.Join(strings.Fields(value), " ")
		if !plausible(label, value) {
			return // a word of a text, or a line that was broken
		}
		l.label, l.value = label, value
		if label == "Time per request" && strings.Contains(value, "across") {
			l.label = acrossLabel
		}
		return
	}
}

// plausible reports whether a value can be that of a label.
func plausible(label, value string) bool {
	switch label {
	case "Server Software":
		return true // ab does not know every server's
	case "Server Hostname", "SSL/TLS Protocol", "Server Temp Key", "TLS Server Name",
		"Document Path", "Document Length":
		return value != ""
	case "Connect", "Processing", "Waiting", "Total":
		return timesRowValue().MatchString(value)
	}
	return value != "" && value[0] >= '0' && value[0] <= '9'
}

// canonical returns the line as ab writes it.
func (l savedLine) canonical() string {
	label := l.label
	if label == acrossLabel {
		label = "Time per request"
	}
	return fmt.Sprintf("%s: %s", label, l.value)
}

// withoutMarks returns the text of lines without the marks that stand before all of those that are
// a report's.
func withoutMarks(lines []savedLine) string {
	common, first := "", true
	for _, l := range lines {
		if l.label == "" && !l.begins {
			continue
		}
		if first {
			common, first = l.marks, false
		}
		for !strings.HasPrefix(l.marks, common) {
			common = common[:len(common)-1]
		}
	}

	var b strings.Builder
	for _, l := range lines {
		rest, _ := strings.CutPrefix(l.marks, common)
		if len(rest) == len(l.marks) && len(l.marks) < len(common) {
			rest = "" // a line with fewer marks, such as an empty one
		}
		b.WriteString(rest + l.text + "\n")
	}
	return b.String()
}

// requestsOf returns the requests that a command line of ab asks for; 0 if it names none, or a time
// that ends the load earlier.
func requestsOf(command string) int {
	match := requestsFlag().FindStringSubmatch(command)
	if match == nil || timeFlag().MatchString(command) {
		return 0
	}
	n, _ := strconv.Atoi(match[1]) // nine digits always fit
	return n
}
