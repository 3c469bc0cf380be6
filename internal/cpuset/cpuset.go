// Package cpuset is a set of CPUs, written as taskset -c takes it. In comes a text such as "0-3,8";
// out comes a Set, and the text again. Refused is what is no such list: a range that runs
// backwards, a step of 0, a CPU above 1023.
package cpuset

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Max is the highest number of a CPU: the system call takes a mask of 1024 bits.
const Max = 1023

// Set holds the numbers of CPUs, ascending, each once. It is nil where no CPUs are chosen, which
// means all of them.
type Set []int

// Of returns the set of some CPUs.
func Of(cpus ...int) Set {
	s := Set(slices.Clone(cpus))
	slices.Sort(s)
	return slices.Compact(s)
}

// Parse reads a list of numbers and ranges, separated by commas: "0", "0-3", "0,2", "0-6:2". The
// number after a colon is the step of a range.
func Parse(text string) (Set, error) {
	var all []int
	for part := range strings.SplitSeq(text, ",") {
		cpus, err := parseRange(part)
		if err != nil {
			return nil, err
		}
		all = append(all, cpus...)
	}
	return Of(all...), nil
}

// parseRange reads one part of a list.
func parseRange(part string) ([]int, error) {
	bounds, stepText, stepped := strings.Cut(part, ":")
	firstText, lastText, ranged := strings.Cut(bounds, "-")
	if stepped && !ranged {
		return nil, fmt.Errorf("%q has a step but is not a range", part)
	}
	if !ranged {
		lastText = firstText
	}
	if !stepped {
		stepText = "1"
	}

	first, firstOK := parseNumber(firstText)
	last, lastOK := parseNumber(lastText)
	step, stepOK := parseNumber(stepText)
	switch {
	case !firstOK || !lastOK || !stepOK:
		return nil, fmt.Errorf("%q is neither a number from 0 to %d nor a range", part, Max)
	case last < first:
		return nil, fmt.Errorf("%q runs backwards", part)
	case step == 0:
		return nil, fmt.Errorf("%q has a step of 0", part)
	}

	var cpus []int
	for cpu := first; cpu <= last; cpu += step {
		cpus = append(cpus, cpu)
	}
	return cpus, nil
}

// parseNumber reads digits alone: no sign, no blank.
func parseNumber(text string) (n int, ok bool) {
	number, err := strconv.ParseUint(text, 10, 32)
	return int(number), err == nil && number <= Max
}

// String returns the shortest list of numbers and ranges: "0-3,8". It is "" for no CPUs.
func (s Set) String() string {
	var parts []string
	for i := 0; i < len(s); {
		end := i
		for end+1 < len(s) && s[end+1] == s[end]+1 {
			end++
		}
		switch end - i {
		case 0:
			parts = append(parts, strconv.Itoa(s[i]))
		default:
			parts = append(parts, fmt.Sprintf("%d-%d", s[i], s[end]))
		}
		i = end + 1
	}
	return strings.Join(parts, ",")
}

// Has reports whether a CPU is in the set.
func (s Set) Has(cpu int) bool { return slices.Contains(s, cpu) }

// Minus returns the CPUs that another set lacks.
func (s Set) Minus(other Set) Set { return slices.DeleteFunc(slices.Clone(s), other.Has) }

// Intersect returns the CPUs that another set has, too.
func (s Set) Intersect(other Set) Set {
	isMissing := func(cpu int) bool { return !other.Has(cpu) }
	return slices.DeleteFunc(slices.Clone(s), isMissing)
}

// Overlaps reports whether the sets have a CPU in common. A nil set is all CPUs.
func (s Set) Overlaps(other Set) bool {
	return s == nil || other == nil || slices.ContainsFunc(s, other.Has)
}

// Union returns the CPUs of both sets. A nil set is all CPUs, and so is its union with another.
func (s Set) Union(other Set) Set {
	if s == nil || other == nil {
		return nil
	}
	return Of(slices.Concat(s, other)...)
}
