package main

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"labbook/internal/record"
)

// hostTicks gives what the machine's cores have done since it started, nil where the system does
// not tell.
func hostTicks() *record.Ticks {
	line, _, _ := strings.Cut(readText("/proc/stat"), "\n")
	return parseTicks(line)
}

// parseTicks reads the first line of /proc/stat: "cpu user nice system idle iowait irq softirq
// steal …", in ticks of all cores together; nil where it is no such line. Kernels from 2.6.11 on
// have all eight.
func parseTicks(line string) *record.Ticks {
	fields := strings.Fields(line)
	if len(fields) < 9 || fields[0] != "cpu" {
		return nil
	}
	var ticks [8]int64
	var t record.Ticks
	for i := range ticks {
		n, err := strconv.ParseInt(fields[i+1], 10, 64)
		if err != nil || n < 0 {
			return nil
		}
		ticks[i] = n
		t.All += n
	}
	const idle, waiting, stolen = 3, 4, 7
	t.Busy, t.Steal = t.All-ticks[idle]-ticks[waiting], ticks[stolen]
	return &t
}

// since gives the ticks from one moment to the next, nil where either is not known or the counters
// went back, as some do when a core goes to sleep.
func ticksSince(before, after *record.Ticks) *record.Ticks {
	if before == nil || after == nil {
		return nil
	}
	d := record.Ticks{Busy: after.Busy - before.Busy, Steal: after.Steal - before.Steal,
		All: after.All - before.All}
	if min(d.Busy, d.Steal) < 0 || d.All <= 0 {
		return nil
	}
	return &d
}

// loadAverage gives the machine's load over 1, 5 and 15 minutes, "" where the system does not tell.
func loadAverage() string {
	if loads := strings.Fields(readText("/proc/loadavg")); len(loads) > 2 {
		return strings.Join(loads[:3], " ")
	}
	return ""
}

// quietBefore is how long the machine is watched before the first trial.
const quietBefore = 500 * time.Millisecond

// watchHost says how busy the machine is while nothing is measured, and how many closed connections
// it keeps.
func watchHost(ctx context.Context, env *record.Environment) {
	before := hostTicks()
	if before != nil {
		select {
		case <-time.After(quietBefore):
		case <-ctx.Done():
		}
	}
	if d := ticksSince(before, hostTicks()); d != nil {
		env.BusyBefore = new(float64(d.Busy) / float64(d.All))
	}
	env.TimeWait = timeWaits(readText("/proc/net/sockstat"))
}

// timeWaits reads how many sockets are in TIME_WAIT: "TCP: inuse 5 orphan 0 tw 12 alloc 7 mem 1".
func timeWaits(sockstat string) *int {
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

// describeHardware adds what Linux tells of the cores, and of what this process may have of them.
// Root is "/".
func describeHardware(env *record.Environment, root string) {
	read := func(path string) string { return strings.TrimSpace(readText(filepath.Join(root, path))) }
	switch read("sys/devices/system/cpu/smt/active") {
	case "1":
		env.SMT = "on"
	case "0":
		env.SMT = "off"
	}
	const cpu = "sys/devices/system/cpu/"
	env.Governor = read(cpu + "cpu0/cpufreq/scaling_governor")
	switch {
	case read(cpu+"intel_pstate/no_turbo") == "0", read(cpu+"cpufreq/boost") == "1":
		env.Turbo = "on"
	case read(cpu+"intel_pstate/no_turbo") == "1", read(cpu+"cpufreq/boost") == "0":
		env.Turbo = "off"
	}
	vendor, product := read("sys/class/dmi/id/sys_vendor"), read("sys/class/dmi/id/product_name")
	env.Machine = strings.TrimSpace(vendor + " " + product)
	env.CPULimit = cpuLimit(read("sys/fs/cgroup/cpu.max"))
	if limit := read("sys/fs/cgroup/memory.max"); limit != "max" {
		env.MemoryLimit = limit
	}
}

// cpuLimit turns a cgroup's "200000 100000", microseconds of CPU a period, into "2.00 cores"; ""
// for none.
func cpuLimit(text string) string {
	quota, period, _ := strings.Cut(text, " ")
	q, err := strconv.ParseFloat(quota, 64)
	p, perr := strconv.ParseFloat(period, 64)
	if err != nil || perr != nil || !(p > 0) {
		return ""
	}
	return strconv.FormatFloat(q/p, 'f', 2, 64) + " cores"
}

func readText(path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return "" // what is not known is absent
	}
	return string(data)
}
