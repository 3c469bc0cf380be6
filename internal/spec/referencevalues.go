package spec

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// referenceValues are the numbers that a reference can have, each under one of several names.
var referenceValues = []struct {
	names     []string
	of        func(*ReferencePoint) *float64
	mayBeZero bool // a time can be too short for the clock that took it
}{
	{
		names: []string{"requests_per_s", "requests_per_second"},
		of:    func(p *ReferencePoint) *float64 { return &p.RequestsPerSecond },
	},
	{
		names:     []string{"p50_ms"},
		of:        func(p *ReferencePoint) *float64 { return &p.P50MS },
		mayBeZero: true,
	},
	{
		names:     []string{"p90_ms"},
		of:        func(p *ReferencePoint) *float64 { return &p.P90MS },
		mayBeZero: true,
	},
	{
		names:     []string{"p99_ms"},
		of:        func(p *ReferencePoint) *float64 { return &p.P99MS },
		mayBeZero: true,
	},
	{
		names:     []string{"mean_ms"},
		of:        func(p *ReferencePoint) *float64 { return &p.MeanMS },
		mayBeZero: true,
	},
}

// valueColumns returns the names of referenceValues.
func valueColumns() []string {
	var names []string
	for _, v := range referenceValues {
		names = append(names, v.names[0])
	}
	return names
}

// valueColumns finds the columns with numbers; -1: the header has none for one of referenceValues.
func (d *document) valueColumns(header []string) []int {
	var columns []int
	for _, v := range referenceValues {
		columns = append(columns, d.column(header, v.names...))
	}

	wrongUnit := false
	for _, found := range header {
		if problem := unitProblem(found); problem != "" {
			d.addProblem(1, problem)
			wrongUnit = true
		}
	}
	none := !slices.ContainsFunc(columns, func(at int) bool { return at >= 0 })
	if none && !wrongUnit {
		names := valueColumns()
		d.addProblem(1, fmt.Sprintf("found no column with numbers among %s; allowed: at least one "+
			"of %s%s", list(header), list(names), meantColumn(header, names...)))
	}
	return columns
}

// latencyColumn matches names of columns that say which latency they hold, and in which unit. It is
// compiled when it is first needed: every role of labbook initialises this package.
var latencyColumn = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^(p50|p90|p99|mean)(?:[ _]*[_(\[ ]` +
		`(ms|msec|milliseconds|us|µs|μs|usec|microseconds|ns|nanoseconds|s|sec|seconds)[)\]]?)?$`)
})

// unitProblem returns why a column's unit is refused; "" if it is not. A latency in another unit,
// or without one, must not be left out without a word, because its reader would miss it.
func unitProblem(column string) string {
	match := latencyColumn().FindStringSubmatch(column)
	if match == nil {
		return ""
	}
	meant, unit := strings.ToLower(match[1])+"_ms", strings.ToLower(match[2])
	what := "in milliseconds"
	switch {
	case column == meant, unit == "" && meant == "mean_ms": // a mean of anything
		return ""
	case unit == "", strings.HasPrefix(unit, "m") && unit != "microseconds":
	case strings.HasPrefix(unit, "n"):
		what += ": divide by 1,000,000"
	case unit == "s", strings.HasPrefix(unit, "sec"):
		what += ": multiply by 1000"
	default:
		what += ": divide by 1000"
	}
	if unit == "" {
		return fmt.Sprintf("found the column %q, which names no unit; allowed: %q, %s",
			column, meant, what)
	}
	return fmt.Sprintf("found the column %q; allowed: %q, %s", column, meant, what)
}

// columnSpellings are what other programs and people call the columns of a reference, as simplified
// by columnWord.
var columnSpellings = map[string][]string{
	"server": {"name", "framework", "implementation", "target", "model", "label", "host"},
	"concurrency": {
		"c", "clients", "client", "connections", "concurrent", "users", "threads", "vus",
		"concurrencylevel", "concurrentrequests",
	},
	"requests_per_s": {
		"rps", "qps", "tps", "reqs", "reqpersec", "reqpers", "reqspersec", "requestspersec",
		"requestssec", "requestss", "requestpersecond", "requestpers", "throughput", "rate",
		"reqsec", "reqssec", "requestspersecondmean",
	},
	"p50_ms":  {"median", "medianms", "p50ms", "50", "latencyp50", "latencyp50ms"},
	"p90_ms":  {"p90ms", "90", "latencyp90", "latencyp90ms"},
	"p99_ms":  {"p99ms", "99", "latencyp99", "latencyp99ms"},
	"mean_ms": {"meanms", "avg", "avgms", "averagems", "latency", "latencyms", "timeperrequestms"},
}

// columnWord simplifies the name of a column to its letters and digits in lower case.
func columnWord(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, strings.ToLower(name))
}

// meantColumn returns the end of a problem: which columns are probably those that are missing.
func meantColumn(header []string, missing ...string) string {
	for _, column := range missing {
		for _, found := range header {
			if slices.Contains(columnSpellings[column], columnWord(found)) {
				return fmt.Sprintf("; is %q meant to be %q?", found, column)
			}
		}
		if near := nearest(column, header); near != "" {
			return fmt.Sprintf("; is %q meant to be %q?", near, column)
		}
	}
	return ""
}
