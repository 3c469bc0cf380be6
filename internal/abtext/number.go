package abtext

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// parseInt reads a whole number. A unit may follow it.
func parseInt[T int | int64](value string, field *T) error {
	number, _, _ := strings.Cut(value, " ")
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n < 0 {
		return fmt.Errorf("found %q; allowed: a whole number of at least 0", number)
	}
	*field = T(n)
	if int64(*field) != n { // an int of 32 bits
		return fmt.Errorf("found %q; allowed: numbers up to %d", number, math.MaxInt)
	}
	return nil
}

// parseFloat reads a number. A unit may follow it.
func parseFloat(value string, field *float64) error {
	number, _, _ := strings.Cut(value, " ")
	x, err := strconv.ParseFloat(number, 64)
	if err != nil || !(x >= 0) || math.IsInf(x, 0) {
		return fmt.Errorf("found %q; allowed: a finite number of at least 0", number)
	}
	*field = x
	return nil
}

// parseTimes reads a row of the connection times: min, mean, sd, median and max; with -S only min,
// mean and max.
func parseTimes(value string, t *Times) error {
	numbers := strings.Fields(value)
	if len(numbers) == 2 { // -S prints no space before a max of five digits
		if cut := len(numbers[1]) - 5; cut > 0 {
			numbers = []string{numbers[0], numbers[1][:cut], numbers[1][cut:]}
		}
	}

	fields := []*float64{&t.Min, &t.Mean, &t.SD, &t.Median, &t.Max}
	switch len(numbers) {
	case 5:
	case 3:
		fields = []*float64{&t.Min, &t.Mean, &t.Max}
	default:
		return fmt.Errorf("found %d numbers; allowed: 5, or 3 with -S", len(numbers))
	}
	for i, number := range numbers {
		if err := parseFloat(number, fields[i]); err != nil {
			return err
		}
	}
	return nil
}
