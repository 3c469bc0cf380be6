package bias

import (
	"fmt"
	"strings"
)

// Begin and End enclose the tables in docs/models.md.
const (
	Begin = "<!-- written by bench/servers/run bias -->"
	End   = "<!-- end -->"
)

// Page returns a page with the tables of the file between its marks. ok is false if it lacks them.
func (m *Measured) Page(page string) (written string, ok bool) {
	before, rest, ok := strings.Cut(page, Begin)
	if !ok {
		return page, false
	}
	_, after, ok := strings.Cut(rest, End)
	if !ok {
		return page, false
	}
	return before + Begin + "\n" + m.tables() + End + after, true
}

// tables returns one table per way of asking, in Markdown.
func (m *Measured) tables() string {
	var b strings.Builder
	fmt.Fprintf(&b, "\nMeasured on %s: %s, %d cores, kernel %s.\n%s, built %s cgo; %s; %s.\n",
		m.Date, m.Machine.CPU, m.Machine.Cores, m.Machine.Kernel,
		m.Go, map[bool]string{true: "with", false: "without"}[m.Cgo], m.Compiler, m.Generator)
	fmt.Fprintf(&b, "Medians of %d rounds, with the lowest and the highest ratio within a round; "+
		"the bias has its\nconfidence interval (at least 95%%), in bold where that excludes 1.\n",
		m.Rounds)

	for i, l := range m.Loads {
		if i == 0 || l.way() != m.Loads[i-1].way() {
			fmt.Fprintf(&b, "\n%s:\n\n%s", l.way(), heading)
		}
		mark := ""
		if l.Disturbed > 0 {
			mark = fmt.Sprintf(" (%d disturbed)", l.Disturbed)
		}
		t := l.Throughput
		fmt.Fprintf(&b, "| %d%s | %s | %.2f | %s | %.2f | %s | %s | %s |\n",
			l.Concurrency, mark, t.Async, l.CPU.Async.Median, t.Thread, l.CPU.Thread.Median,
			t.Twins, t.Ours, l.bias())
	}

	fmt.Fprintf(&b, "\nPrograms other than server and generator used %.2f cores beside the median "+
		"trial, %.2f at most.\n", m.Others.Median, m.Others.Max)
	fmt.Fprintf(&b, "A trial beside more than %.2f was repeated: %d of %d trials; %d stayed "+
		"disturbed.\nTheir rounds are counted beside the number of clients.\n\n",
		m.Others.Allowed, m.Others.Repeated, m.Others.Trials, m.Others.Disturbed)
	return b.String()
}

const heading = "| clients | async ÷ C: requests/s | CPU | thread ÷ C: requests/s | CPU | " +
	"thread ÷ async, in C | thread ÷ async | bias |\n" +
	"| ---: | --- | --- | --- | --- | --- | --- | --- |\n"

// bias is the bias with its interval, in bold where that excludes 1: "**0.80 (0.76–0.93)**".
func (l Load) bias() string {
	in := l.Interval
	if in.Confidence == 0 {
		return fmt.Sprintf("%.2f", l.Throughput.Bias.Median)
	}
	text := Spread{l.Throughput.Bias.Median, in.Low, in.High}.String()
	if in.High < 1 || in.Low > 1 {
		return "**" + text + "**"
	}
	return text
}

// way describes how the servers were asked, whatever the concurrency.
func (l Load) way() string {
	if l.KeepAlive {
		return fmt.Sprintf("With keep-alive, %d requests per trial", l.Requests)
	}
	return fmt.Sprintf("A new connection for each request, %d requests per trial", l.Requests)
}

// String returns a spread as a table shows it: "0.92 (0.85–1.01)".
func (s Spread) String() string { return fmt.Sprintf("%.2f (%.2f–%.2f)", s.Median, s.Low, s.High) }
