package abtext

import (
	"fmt"
	"io"
	"math"
	"strings"
)

// Layout selects parts of the report.
type Layout struct {
	NoPercentiles bool // -d: without the table of percentiles
	NoDeviations  bool // -S: without standard deviations and medians
	BodySent      bool // with the bytes sent, because the requests had bodies
}

// Format writes a report as ab 2.4 does: its labels, widths, order and units, from "Server
// Software" to the last percentile. Percentiles are 101 ascending times in milliseconds; if nil,
// their table is left out.
func Format(w io.Writer, m Measurement, percentiles []float64, layout Layout) error {
	var b strings.Builder
	formatServer(&b, m)
	formatCounts(&b, m, layout)
	formatRates(&b, m, layout)
	if m.Complete > 0 {
		formatTimes(&b, m, layout)
		if !layout.NoPercentiles && m.Complete > 1 && len(percentiles) == percentileRows {
			formatTable(&b, percentiles)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func formatServer(b *strings.Builder, m Measurement) {
	fmt.Fprintf(b, "Server Software:        %s\n", m.ServerSoftware)
	fmt.Fprintf(b, "Server Hostname:        %s\n", m.Hostname)
	fmt.Fprintf(b, "Server Port:            %d\n", m.Port)
	for _, line := range [...]struct{ label, value string }{
		{"SSL/TLS Protocol:", m.TLSProtocol},
		{"Server Temp Key:", m.TLSTempKey},
		{"TLS Server Name:", m.TLSServerName},
	} {
		if line.value != "" {
			fmt.Fprintf(b, "%-23s %s\n", line.label, line.value)
		}
	}
	fmt.Fprintf(b, "\n")
	fmt.Fprintf(b, "Document Path:          %s\n", m.DocumentPath)
	if m.DocumentLength < 0 {
		b.WriteString("Document Length:        Variable\n\n")
		return
	}
	fmt.Fprintf(b, "Document Length:        %d bytes\n\n", m.DocumentLength)
}

func formatCounts(b *strings.Builder, m Measurement, layout Layout) {
	fmt.Fprintf(b, "Concurrency Level:      %d\n", m.Concurrency)
	if m.ArrivalRate > 0 {
		how := "open loop"
		if m.Arrivals == Poisson {
			how += ", " + poissonArrivals
		}
		fmt.Fprintf(b, "Arrival rate:           %.2f [#/sec] (%s)\n", m.ArrivalRate, how)
	}
	fmt.Fprintf(b, "Time taken for tests:   %.3f seconds\n", m.TimeTakenSeconds)
	fmt.Fprintf(b, "Complete requests:      %d\n", m.Complete)
	fmt.Fprintf(b, "Failed requests:        %d\n", m.Failed)
	if m.Failed > 0 {
		fmt.Fprintf(b, "   (Connect: %d, Receive: %d, Length: %d, Exceptions: %d)\n",
			m.FailedConnect, m.FailedReceive, m.FailedLength, m.FailedExceptions)
	}
	if m.ArrivalRate > 0 {
		fmt.Fprintf(b, "Unsent requests:        %d\n", m.Unsent)
	}
	if m.WriteErrors > 0 {
		fmt.Fprintf(b, "Write errors:           %d\n", m.WriteErrors)
	}
	if m.Non2xx > 0 {
		fmt.Fprintf(b, "Non-2xx responses:      %d\n", m.Non2xx)
	}
	if m.KeepAlive {
		fmt.Fprintf(b, "Keep-Alive requests:    %d\n", m.KeepAliveCount)
	}
	fmt.Fprintf(b, "Total transferred:      %d bytes\n", m.TotalTransferred)
	if layout.BodySent {
		fmt.Fprintf(b, "Total body sent:        %d\n", m.TotalBodySent)
	}
	fmt.Fprintf(b, "HTML transferred:       %d bytes\n", m.HTMLTransferred)
}

func formatRates(b *strings.Builder, m Measurement, layout Layout) {
	if m.Complete == 0 || m.RequestsPerSecond <= 0 {
		return
	}
	fmt.Fprintf(b, "Requests per second:    %.2f [#/sec] (mean)\n", m.RequestsPerSecond)
	if m.ArrivalRate == 0 { // c·T/n has no meaning in an open loop
		const across = "(mean, across all concurrent requests)"
		fmt.Fprintf(b, "Time per request:       %.3f [ms] (mean)\n", m.TimePerRequestMS)
		fmt.Fprintf(b, "Time per request:       %.3f [ms] %s\n", m.TimeAcrossMS, across)
	}
	fmt.Fprintf(b, "Transfer rate:          %.2f [Kbytes/sec] received\n", m.TransferRateKBs)
	if layout.BodySent {
		sent := float64(m.TotalBodySent) / 1024 / float64(m.Complete) * m.RequestsPerSecond
		fmt.Fprintf(b, "                        %.2f kb/s sent\n", sent)
		fmt.Fprintf(b, "                        %.2f kb/s total\n", sent+m.TransferRateKBs)
	}
}

func formatTimes(b *strings.Builder, m Measurement, layout Layout) {
	rows := []timesRow{
		{"Connect:", "the initial connection time", m.Connect},
		{"Processing:", "the processing time", m.Processing},
		{"Waiting:", "the waiting time", m.Waiting},
		{"Total:", "the total time", m.Total},
	}
	b.WriteString("\nConnection Times (ms)\n")
	if layout.NoDeviations {
		b.WriteString("              min   avg   max\n")
		for _, row := range rows {
			row.formatShort(b)
		}
		return
	}

	b.WriteString("              min  mean[+/-sd] median   max\n")
	for _, row := range rows {
		row.format(b)
	}
	for _, row := range rows {
		formatWarning(b, row.name, row.times)
	}
}

// timesRow is a row of the table of connection times.
type timesRow struct {
	label string
	name  string // in a warning
	times Times
}

func (r timesRow) format(b *strings.Builder) {
	const format = "%-11s %5.0f %4.0f %5.1f %6.0f %7.0f\n"
	t := r.times
	fmt.Fprintf(b, format, r.label,
		rounded(t.Min), rounded(t.Mean), t.SD, rounded(t.Median), rounded(t.Max))
}

// formatShort writes the row as ab does with -S, but with one more space before the max. Without
// it, two numbers of five digits would run together.
func (r timesRow) formatShort(b *strings.Builder) {
	const format = "%-11s %5.0f %5.0f %5.0f\n"
	t := r.times
	fmt.Fprintf(b, format, r.label, rounded(t.Min), rounded(t.Mean), rounded(t.Max))
}

// formatWarning warns if mean and median are far apart. ab compares them after rounding to whole
// milliseconds, so it warns without reason about servers that answer faster than that. Here the
// exact values are compared.
func formatWarning(b *strings.Builder, name string, t Times) {
	apart := math.Abs(t.Mean - t.Median)
	switch {
	case apart > 2*t.SD:
		fmt.Fprintf(b, "ERROR: The median and mean for %s are more than twice the standard\n"+
			"       deviation apart. These results are NOT reliable.\n", name)
	case apart > t.SD:
		fmt.Fprintf(b, "WARNING: The median and mean for %s are not within a normal deviation\n"+
			"        These results are probably not that reliable.\n", name)
	}
}

// tablePercentages are those that ab prints, with 100%.
var tablePercentages = []int{50, 66, 75, 80, 90, 95, 98, 99}

func formatTable(b *strings.Builder, percentiles []float64) {
	b.WriteString("\nPercentage of the requests served within a certain time (ms)\n")
	for _, percent := range tablePercentages {
		fmt.Fprintf(b, "  %d%%  %5.0f\n", percent, rounded(percentiles[percent]))
	}
	fmt.Fprintf(b, " 100%%  %5.0f (longest request)\n", rounded(percentiles[100]))
}

// rounded rounds milliseconds as ab does: halves up.
func rounded(ms float64) float64 { return math.Floor(ms + 0.5) }
