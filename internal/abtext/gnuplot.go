package abtext

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// requestsHead is the first line of the file that ab writes with -g.
const requestsHead = "starttime\tseconds\tctime\tdtime\tttime\twait"

// IsRequests reports whether a text is a file that ab writes with -g.
func IsRequests(text string) bool { return firstLine(text) == requestsHead }

// ParseRequests reads the file that ab writes with -g, a line per request, and returns the response
// times (ttime) in whole milliseconds, ascending.
func ParseRequests(text string) ([]float64, error) {
	if !IsRequests(text) {
		return nil, fmt.Errorf("ab's requests: the first line is not %q", requestsHead)
	}

	var times []float64
	number := 1
	_, rest, _ := strings.Cut(text, "\n")
	for line := range strings.Lines(rest) {
		number++
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			continue
		}
		const total = 4
		fields := strings.Split(line, "\t")
		if len(fields) != total+2 {
			const format = "ab's requests: line %d has %d fields; allowed: %d, separated by tabs"
			return nil, fmt.Errorf(format, number, len(fields), total+2)
		}
		var time float64
		if err := parseFloat(fields[total], &time); err != nil {
			return nil, fmt.Errorf("ab's requests: line %d: %w", number, err)
		}
		times = append(times, time)
	}
	if len(times) == 0 {
		return nil, errors.New("ab's requests: found no line after the first")
	}
	slices.Sort(times)
	return times, nil
}

// PercentilesOf returns the 101 percentiles of ascending times as ab chooses them for -e: row i is
// the time at n·i/100, rounded to the nearest one. ab reads beyond the last time if there are 50 or
// fewer; here that is the last one.
func PercentilesOf(ascending []float64) []float64 {
	n := len(ascending)
	percentiles := make([]float64, percentileRows)
	for i := range percentiles {
		const half = 50
		at := (n*i + half) / 100
		percentiles[i] = ascending[min(at, n-1)]
	}
	return percentiles
}
