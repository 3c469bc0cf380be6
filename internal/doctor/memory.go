package doctor

import (
	"fmt"
	"strconv"
	"strings"
)

const (
	// maxMemoryPressure is from which share of the time on it counts that processes waited for
	// memory.
	maxMemoryPressure = 0.01
	// minAvailable is how much memory servers and generator should find.
	minAvailable = 256 << 20
)

// memory is about memory that runs out.
func memory(s *Seen, _ *Needs) []Finding {
	const item = "Memory"
	available, ok := s.meminfo("MemAvailable")
	if !ok {
		return unknown(item)
	}
	total, _ := s.meminfo("SwapTotal")
	free, _ := s.meminfo("SwapFree")
	used := total - free

	f := Finding{
		Item:     item,
		Found:    size(available) + " available",
		Severity: Sound,
	}
	if s.env.MemoryLimit != "" {
		if limit, err := strconv.ParseInt(s.env.MemoryLimit, 10, 64); err == nil {
			f.Found += ", limit " + size(limit)
		}
	}
	if used > 0 {
		f.Found += ", swap in use " + size(used)
		f.Severity = Information
		f.Why = "What was swapped out is read from disk when it is needed, which takes " +
			"milliseconds or more."
		if available > used+minAvailable {
			f.Remedy = s.asRoot("swapoff -a", "swapon -a")
			f.Remedy.OnHost = s.inside != ""
		}
	}
	waiting, _ := s.pressure("memory")
	moved := grew(s.before.swapped, s.after.swapped)
	if moved > 0 {
		f.Found += fmt.Sprintf(", %d pages swapped just now", moved)
	}
	if waiting > maxMemoryPressure {
		f.Found += fmt.Sprintf(", %s of the last 10 s some process waited for it",
			percent(waiting))
	}
	if moved > 0 || waiting > maxMemoryPressure || available < minAvailable {
		f.Severity = Matters
		f.Why = "A process that waits for memory stands still for milliseconds or more, which " +
			"shows first in the highest latencies."
		f.Advice = "end programs that hold much of it"
	}
	return with(one(f), float64(available), "bytes")
}

// meminfo returns a number of /proc/meminfo in bytes.
func (s *Seen) meminfo(key string) (bytes int64, ok bool) {
	text, found := strings.CutSuffix(s.Root.Field("proc/meminfo", key, ":"), " kB")
	n, err := strconv.ParseInt(text, 10, 64)
	return n * 1024, found && err == nil
}

// size returns bytes as people write them: "2.3 GiB", "120 MiB".
func size(bytes int64) string {
	if bytes >= 1<<30 {
		return fmt.Sprintf("%.1f GiB", float64(bytes)/(1<<30))
	}
	return fmt.Sprintf("%.0f MiB", float64(bytes)/(1<<20))
}
