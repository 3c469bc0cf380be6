package record

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// CommonEnvironment returns what several machines have in common. What differs is absent, but for
// what is counted: the most cores, and the largest of what was found before the first trial.
func CommonEnvironment(all []Environment) Environment {
	common := all[0]
	fields := reflect.ValueOf(&common).Elem()
	for _, e := range all[1:] {
		other := reflect.ValueOf(e)
		for i := range fields.NumField() {
			if !reflect.DeepEqual(fields.Field(i).Interface(), other.Field(i).Interface()) {
				fields.Field(i).SetZero()
			}
		}
	}

	for _, e := range all {
		common.Cores = max(common.Cores, e.Cores)
		common.Hypervisor = common.Hypervisor || e.Hypervisor
		common.BusyBefore = larger(common.BusyBefore, e.BusyBefore)
		common.TimeWait = larger(common.TimeWait, e.TimeWait)
	}
	return common
}

// CommonMachines returns what the machines of several parts have in common, name by name. The names
// are alike. What tells two names to be one machine is that of the first part.
func CommonMachines(parts [][]Machine) []Machine {
	common := slices.Clone(parts[0])
	for i := range common {
		m := &common[i]
		var environments []Environment
		for _, part := range parts {
			other := part[i]
			environments = append(environments, other.Environment)
			m.OnlineCPUs = max(m.OnlineCPUs, other.OnlineCPUs)
			m.RTTMS = larger(m.RTTMS, other.RTTMS)
			m.ClockErrorUS = larger(m.ClockErrorUS, other.ClockErrorUS)
			if m.Launcher != other.Launcher {
				m.Launcher = ""
			}
		}
		m.Environment = CommonEnvironment(environments)
		if len(parts) > 1 {
			m.WallOffsetSeconds = nil // which is of one run
		}
	}
	return common
}

// larger returns the larger one of two numbers that may be unknown.
func larger[T int | float64](a, b *T) *T {
	if a == nil || b != nil && *b > *a {
		return b
	}
	return a
}

// RoundsText returns ascending rounds for messages: "round 3 is", "rounds 1–3 and 7 are".
func RoundsText(rounds []int) string {
	if len(rounds) == 1 {
		return fmt.Sprintf("round %d is", rounds[0])
	}
	ranges := RoundRanges(rounds)
	if last := strings.LastIndex(ranges, ", "); last >= 0 {
		ranges = ranges[:last] + " and " + ranges[last+len(", "):]
	}
	return "rounds " + ranges + " are"
}

// RoundRanges returns ascending rounds as people write them: "1–3, 7".
func RoundRanges(rounds []int) string {
	var parts []string
	for i := 0; i < len(rounds); {
		last := i
		for last+1 < len(rounds) && rounds[last+1] == rounds[last]+1 {
			last++
		}
		part := fmt.Sprint(rounds[i])
		if last > i {
			part += fmt.Sprintf("–%d", rounds[last])
		}
		parts = append(parts, part)
		i = last + 1
	}
	return strings.Join(parts, ", ")
}
