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

// rows of the file: 0 % to 100 %.
const percentileRows = 101

// ParsePercentiles reads what ab wrote with -e: 101 response times in milliseconds, exact to the
// microsecond. Value i is the time within which i % of the requests were answered; they ascend. ab
// before 2.4.16 writes no row for 100 %, which is refused.
func ParsePercentiles(text string) ([]float64, error) {
	table := csv.NewReader(strings.NewReader(text))
	table.FieldsPerRecord = 2
	rows, err := table.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("ab's percentiles: %w", err)
	}
	if len(rows) == 0 || strings.Join(rows[0], ",") != percentilesHead {
		return nil, fmt.Errorf("ab's percentiles: the first row is not %q", percentilesHead)
	}
	if rows = rows[1:]; len(rows) != percentileRows {
		return nil, fmt.Errorf(
			"ab's percentiles: found %d rows; allowed: %d (0 %% to 100 %%)",
			len(rows),
			percentileRows,
		)
	}
	times := make([]float64, percentileRows)
	for i, row := range rows {
		if row[0] != strconv.Itoa(i) {
			return nil, fmt.Errorf(
				"ab's percentiles: row %d is of %q %%; allowed: %d",
				i,
				row[0],
				i,
			)
		}
		if err := parseNumber(row[1], &times[i]); err != nil {
			return nil, fmt.Errorf("ab's percentiles: row %d: %w", i, err)
		}
		if i > 0 && times[i] < times[i-1] {
			// ab reads beyond its samples where it has 50 or fewer: what it finds there is no time.
			return nil, fmt.Errorf("ab's percentiles: row %d is below the row before it", i)
		}
	}
	return times, nil
}

// FormatPercentiles writes the file that ab writes with -e. It takes 101 ascending times in
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
