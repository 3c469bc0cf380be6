package doctor

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/record"
)

// sample is what the counters of a machine show at one moment.
type sample struct {
	ticks     *record.Ticks
	quota     *record.Quota
	overflows *int64 // connections that listeners dropped
	throttles *int64 // of all cores for heat
	swapped   *int64 // pages in and out
	processes map[int]usage
}

// usage is what a process has used of the CPU since it started.
type usage struct {
	name  string
	ticks int64
}

func takeSample(root machine.Root) sample {
	return sample{
		ticks:     root.Ticks(),
		quota:     root.Quota(),
		overflows: root.TCPCounter("ListenOverflows"),
		throttles: throttleCount(root),
		swapped:   swapCount(root),
		processes: processes(root),
	}
}

// grew returns how far a counter went between the two samples; 0 if that is not known.
func grew(before, after *int64) int64 {
	if before == nil || after == nil {
		return 0
	}
	return max(0, *after-*before)
}

// processes returns the processes that can be seen, but this one.
func processes(root machine.Root) map[int]usage {
	entries, _ := os.ReadDir(filepath.Join(string(root), "proc")) // none if unknown
	all := map[int]usage{}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		if u, ok := parseProcess(root.Text("proc/" + e.Name() + "/stat")); ok {
			all[pid] = u
		}
	}
	return all
}

// parseProcess reads /proc/PID/stat: "12 (a name) S 1 …", with user and system time as the 14th and
// 15th field. A name may hold blanks and parentheses.
func parseProcess(stat string) (usage, bool) {
	const user, system = 11, 12 // after the name

	open, end := strings.Index(stat, "("), strings.LastIndex(stat, ")")
	if open < 0 || end < open {
		return usage{}, false
	}
	fields := strings.Fields(stat[end+1:])
	if len(fields) <= system {
		return usage{}, false
	}
	u, userErr := strconv.ParseInt(fields[user], 10, 64)
	s, systemErr := strconv.ParseInt(fields[system], 10, 64)
	return usage{stat[open+1 : end], u + s}, userErr == nil && systemErr == nil
}

// busiest returns the programs that used most of the CPU between the samples, as shares of all
// cores: "python3 45%, node 12%". It is "" if no process can be seen or none did.
func (s *Seen) busiest(all int64) string {
	const most = 3 // names

	used := map[string]int64{}
	for pid, now := range s.after.processes {
		then, ok := s.before.processes[pid]
		if !ok {
			then = usage{name: now.name} // it has started since
		}
		if spent := now.ticks - then.ticks; spent > 0 && then.name == now.name {
			used[now.name] += spent
		}
	}
	var names []string
	for name := range used {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		if used[a] != used[b] {
			return int(used[b] - used[a])
		}
		return strings.Compare(a, b)
	})

	var parts []string
	for _, name := range names[:min(most, len(names))] {
		parts = append(parts, fmt.Sprintf("%s %s", name, percent(float64(used[name])/float64(all))))
	}
	return strings.Join(parts, ", ")
}

// throttleCount returns how often cores were slowed for heat since the machine started.
func throttleCount(root machine.Root) *int64 {
	return sumOf(root, "sys/devices/system/cpu/cpu*/thermal_throttle/core_throttle_count")
}

// sumOf returns the sum of the numbers in all files that match; nil if there are none.
func sumOf(root machine.Root, pattern string) *int64 {
	var sum *int64
	for _, text := range root.Lines(pattern) {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			if sum == nil {
				sum = new(int64)
			}
			*sum += n
		}
	}
	return sum
}

// swapCount returns how many pages were swapped since the machine started.
func swapCount(root machine.Root) *int64 {
	in, inErr := strconv.ParseInt(root.Field("proc/vmstat", "pswpin", " "), 10, 64)
	out, outErr := strconv.ParseInt(root.Field("proc/vmstat", "pswpout", " "), 10, 64)
	if inErr != nil || outErr != nil {
		return nil
	}
	return new(in + out)
}

// pressure returns the share of the last ten seconds in which some process had to wait for a
// resource, "cpu" or "memory"; false if the kernel does not tell. A line of the file is "some
// avg10=1.23 avg60=…".
func (s *Seen) pressure(resource string) (share float64, ok bool) {
	line := s.Root.Line("proc/pressure/" + resource)
	text, found := strings.CutPrefix(line, "some avg10=")
	text, _, _ = strings.Cut(text, " ")
	percent, err := strconv.ParseFloat(text, 64)
	return percent / 100, found && err == nil
}

// percent returns a share as people write it: "12%", and "0.4%" below 1%.
func percent(share float64) string {
	if share > 0 && share < 0.01 {
		return fmt.Sprintf("%.2g%%", share*100)
	}
	return fmt.Sprintf("%.0f%%", share*100)
}
