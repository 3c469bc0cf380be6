package abtext

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// percentilesHead is the first row of the file that ab writes with -e.
const percentilesHead = "Percentage served,Time in ms"

// percentileRows is the number of rows after the first one: 0% to 100%.
const percentileRows = 101

// ParsePercentiles reads the file that ab writes with -e: 101 ascending response times in
// milliseconds, exact to the microsecond. Value i is the time within which i% of the requests were
// answered. The file of an ab before 2.4.16 is refused, because it has no row for 100%.
func ParsePercentiles(text string) ([]float64, error) {
	times, err := ParseSavedPercentiles(text)
	if err == nil && len(times) != percentileRows {
		const format = "ab's percentiles: found %d rows; allowed: %d (0%% to 100%%)"
		return nil, fmt.Errorf(format, len(times), percentileRows)
	}
	return times, err
}

// ParseSavedPercentiles reads the file that ab of any version writes with -e. ab before 2.4.16
// writes no row for 100%: then 100 times are returned.
func ParseSavedPercentiles(text string) ([]float64, error) {
	table := csv.NewReader(strings.NewReader(text))
	table.FieldsPerRecord = 2
	rows, err := table.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("ab's percentiles: %w", err)
	}
	if !IsPercentiles(text) {
		return nil, fmt.Errorf("ab's percentiles: the first row is not %q", percentilesHead)
	}
	rows = rows[1:]
	if n := len(rows); n != percentileRows && n != percentileRows-1 {
		const format = "ab's percentiles: found %d rows; allowed: %d (0%% to 100%%)"
		return nil, fmt.Errorf(format, n, percentileRows)
	}

	times := make([]float64, len(rows))
	for i, row := range rows {
		if row[0] != strconv.Itoa(i) {
			const format = "ab's percentiles: row %d is of %q%%; allowed: %d"
			return nil, fmt.Errorf(format, i, row[0], i)
		}
		if err := parseFloat(row[1], &times[i]); err != nil {
			return nil, fmt.Errorf("ab's percentiles: row %d: %w", i, err)
		}
		if i > 0 && times[i] < times[i-1] {
			// With 50 samples or fewer, ab reads beyond their end; what it finds there is no time.
			return nil, fmt.Errorf("ab's percentiles: row %d is below the row before it", i)
		}
	}
	return times, nil
}

// IsPercentiles reports whether a text is a file that ab writes with -e.
func IsPercentiles(text string) bool { return firstLine(text) == percentilesHead }

func firstLine(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return strings.TrimRight(line, "\r")
}

// FormatPercentiles writes the file that ab writes with -e, from 101 ascending times in
// milliseconds.
func FormatPercentiles(w io.Writer, times []float64) error {
	if len(times) != percentileRows {
		return errors.New("percentiles: 101 values are needed")
	}

	var b strings.Builder
	b.WriteString(percentilesHead + "\n")
	for i, time := range times {
		fmt.Fprintf(&b, "%d,%.3f\n", i, time)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
