package machine

import (
	"context"
	"strconv"
	"strings"
	"time"

	"labbook.example/labbook/internal/cpuset"
	"labbook.example/labbook/internal/record"
)

// Ticks returns what all cores together have done since the machine started, nil if the system does
// not tell.
func Ticks() *record.Ticks { return Root("/").Ticks() }

// ticksOf returns what some CPUs together have done, from the text of /proc/stat. It returns nil if
// there are none, or if the text lacks one of them.
func ticksOf(stat string, cpus cpuset.Set) *record.Ticks {
	var sum record.Ticks
	missing := len(cpus)
	for line := range strings.Lines(stat) {
		name, _, _ := strings.Cut(line, " ")
		cpu, err := strconv.Atoi(strings.TrimPrefix(name, "cpu"))
		if err != nil || !cpus.Has(cpu) {
			continue
		}
		if t := parseTicksOf(name, line); t != nil {
			missing--
			sum.Busy += t.Busy
			sum.Steal += t.Steal
			sum.All += t.All
		}
	}
	if len(cpus) == 0 || missing != 0 {
		return nil
	}
	return &sum
}

// parseTicks reads the first line of /proc/stat, which is that of all cores together. It returns
// nil for any other line.
func parseTicks(line string) *record.Ticks { return parseTicksOf("cpu", line) }

// parseTicksOf reads a line of /proc/stat with a name: "cpu user nice system idle iowait irq
// softirq steal …", in ticks. It returns nil for any other line. All kernels since 2.6.11 write
// these eight numbers.
func parseTicksOf(name, line string) *record.Ticks {
	fields := strings.Fields(line)
	if len(fields) < 9 || fields[0] != name {
		return nil
	}

	var ticks [8]int64
	var all int64
	for i := range ticks {
		n, err := strconv.ParseInt(fields[i+1], 10, 64)
		if err != nil || n < 0 {
			return nil
		}
		ticks[i] = n
		all += n
	}

	const idle, waiting, stolen = 3, 4, 7
	return &record.Ticks{
		Busy:  all - ticks[idle] - ticks[waiting],
		Steal: ticks[stolen],
		All:   all,
	}
}

// TicksBetween returns the ticks from one moment to a later one. It returns nil if either moment is
// unknown, or if the counters went backwards, as some do when a core goes to sleep.
func TicksBetween(before, after *record.Ticks) *record.Ticks {
	if before == nil || after == nil {
		return nil
	}

	between := record.Ticks{
		Busy:  after.Busy - before.Busy,
		Steal: after.Steal - before.Steal,
		All:   after.All - before.All,
	}
	if min(between.Busy, between.Steal) < 0 || between.All <= 0 {
		return nil
	}
	return &between
}

// LoadAverage returns the machine's load over 1, 5 and 15 minutes, "" if the system does not tell.
func LoadAverage() string { return Root("/").LoadAverage() }

// BusyShare watches the machine for a while and returns the share of all cores' time that was
// used. It returns nil if the system does not tell, and ends early with ctx.
func BusyShare(ctx context.Context, window time.Duration) *float64 {
	before := Ticks()
	if before == nil {
		return nil
	}

	select {
	case <-time.After(window):
	case <-ctx.Done():
	}

	between := TicksBetween(before, Ticks())
	if between == nil {
		return nil
	}
	return new(float64(between.Busy) / float64(between.All))
}

// TimeWaits returns how many closed connections the system still keeps in TIME_WAIT, nil if it does
// not tell.
func TimeWaits() *int { return Root("/").TimeWaits() }

// parseTimeWaits reads the number after "tw": "TCP: inuse 5 orphan 0 tw 12 alloc 7 mem 1".
func parseTimeWaits(sockstat string) *int {
	for line := range strings.Lines(sockstat) {
		fields := strings.Fields(line)
		for i := 1; i+1 < len(fields) && fields[0] == "TCP:"; i += 2 {
			if n, err := strconv.Atoi(fields[i+1]); err == nil && fields[i] == "tw" && n >= 0 {
				return &n
			}
		}
	}
	return nil
}
