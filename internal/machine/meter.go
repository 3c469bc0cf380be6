package machine

import (
	"os"
	"strings"
	"time"

	"labbook.example/labbook/internal/cpuset"
	"labbook.example/labbook/internal/record"
)

// Meter reads what the machine does during a load.
type Meter struct {
	clocks            Clocks
	cpus              cpuset.Set
	generator, server []string // the groups that limit their CPU time
	before            reading
}

// reading is what the counters of a Meter show at one moment.
type reading struct {
	all, bound        *record.Ticks
	generator, server *throttling   // nil: the groups do not tell
	ahead             time.Duration // of the wall clock
}

// StartMeter starts a Meter. Besides all cores it reads some CPUs together, unless there are none,
// the quotas of our own control group and of those of the server's processes, and the clocks.
func StartMeter(clocks Clocks, cpus cpuset.Set, server []int) *Meter {
	return startMeter("/", os.Getpid(), clocks, cpus, server)
}

// startMeter is StartMeter with the root of the file system and our own pid.
func startMeter(
	root string,
	self int,
	clocks Clocks,
	cpus cpuset.Set,
	server []int,
) *Meter {
	groups := readCgroupTrees(root)
	m := &Meter{
		clocks:    clocks,
		cpus:      cpus,
		generator: groups.cpuFolders([]int{self}),
		server:    groups.cpuFolders(server),
	}
	m.before = m.read(root)
	return m
}

// read reads the counters.
func (m *Meter) read(root string) reading {
	stat := readText(root + "/proc/stat")
	first, _, _ := strings.Cut(stat, "\n")
	return reading{
		all:       parseTicks(first),
		bound:     ticksOf(stat, m.cpus),
		generator: throttlingOf(m.generator),
		server:    throttlingOf(m.server),
		ahead:     m.clocks.ahead(),
	}
}

// throttlingOf is readThrottling with nil for what is not known.
func throttlingOf(folders []string) *throttling {
	total, ok := readThrottling(folders)
	if !ok {
		return nil
	}
	return &total
}

// Stop fills in what the machine did since the meter was started.
func (m *Meter) Stop(result *record.Result) { m.stop("/", result) }

func (m *Meter) stop(root string, result *record.Result) {
	before, after := m.before, m.read(root)
	result.Host = TicksBetween(before.all, after.all)
	result.HostCPUs = TicksBetween(before.bound, after.bound)
	quotas := record.Quotas{
		Generator: quotaOf(m.generator, before.generator, after.generator),
		Server:    quotaOf(m.server, before.server, after.server),
	}
	if quotas != (record.Quotas{}) {
		result.Quotas = &quotas
	}
	step := (after.ahead - before.ahead).Truncate(time.Microsecond)
	result.ClockStepSeconds = new(step.Seconds())
	result.LoadAverage = LoadAverage()
}

// quotaOf returns the quota of some groups and what it did between two moments. It returns nil if
// either is unknown, or if the counters went backwards, as they do if a group is made anew.
func quotaOf(folders []string, before, after *throttling) *record.Quota {
	if before == nil || after == nil {
		return nil
	}
	periods, stopped := after.periods-before.periods, after.stopped-before.stopped
	if periods < 0 || stopped < 0 {
		return nil
	}
	return &record.Quota{
		Cores:            cpuQuota(folders),
		ThrottledPeriods: periods,
		ThrottledSeconds: stopped.Seconds(),
	}
}
