package machine

import (
	"maps"
	"math"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A process is in a control group (cgroup) for each controller, and a limit of that group or of any
// group above it limits the process. In version 1 every controller has a tree of its own, in
// version 2 all share one; both may be mounted at once. A container sees a part of a tree, which
// /proc/PID/mountinfo tells.

// cgroupTrees are the trees that are mounted. The zero value has none.
type cgroupTrees struct {
	root  string // "/" outside of tests
	trees []cgroupTree
}

// cgroupTree is one mounted tree, or the part of it that a container sees.
type cgroupTree struct {
	controllers []string // of version 1; nil for version 2, which has all of them
	top         string   // the group that is mounted, as /proc/PID/cgroup names it
	point       string   // where, below root
}

// readCgroupTrees returns the trees that are mounted for this process.
func readCgroupTrees(root string) cgroupTrees {
	all := cgroupTrees{root: root}
	for line := range strings.Lines(readText(filepath.Join(root, "proc/self/mountinfo"))) {
		if tree, ok := parseMount(line); ok {
			all.trees = append(all.trees, tree)
		}
	}
	return all
}

// parseMount reads a line of mountinfo: "33 31 0:30 /docker/1 /sys/fs/cgroup/cpu rw shared:5 -
// cgroup cgroup rw,cpu". Between the options of the mount and the dash is any number of fields. It
// reports false for a mount that is no tree of control groups, and for a relative mount point.
func parseMount(line string) (cgroupTree, bool) {
	mount, filesystem, found := strings.Cut(line, " - ")
	fields, kind := strings.Fields(mount), strings.Fields(filesystem)
	if !found || len(fields) < 5 || len(kind) < 3 {
		return cgroupTree{}, false
	}

	tree := cgroupTree{top: unescapeMount(fields[3]), point: unescapeMount(fields[4])}
	if !path.IsAbs(tree.point) { // the system gives absolute paths only
		return cgroupTree{}, false
	}
	tree.point = path.Clean(tree.point)
	switch kind[0] {
	case "cgroup":
		tree.controllers = strings.Split(kind[2], ",")
		return tree, true
	case "cgroup2":
		return tree, true
	}
	return cgroupTree{}, false
}

// unescapeMount reads a path of mountinfo, which has a blank as \040.
func unescapeMount(text string) string {
	replacer := strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`)
	return replacer.Replace(text)
}

// folders returns the folders of the groups that limit a process in a controller: its own group,
// the one above, and so on up to the top of what is mounted.
func (all cgroupTrees) folders(pid, controller string) []string {
	var found []string
	for line := range strings.Lines(readText(filepath.Join(all.root, "proc", pid, "cgroup"))) {
		fields := strings.SplitN(strings.TrimRight(line, "\n"), ":", 3) // "4:cpu,cpuacct:/a/b"
		if len(fields) != 3 {
			continue
		}
		its := strings.Split(fields[1], ",")
		for _, tree := range all.trees {
			switch {
			case fields[1] == "" && tree.controllers == nil,
				slices.Contains(its, controller) && slices.Contains(tree.controllers, controller):
				found = append(found, all.upwards(tree, fields[2])...)
			}
		}
	}
	return found
}

// upwards returns the folders of a group and of all groups above it that are mounted. A group
// outside of what is mounted has none.
func (all cgroupTrees) upwards(tree cgroupTree, group string) []string {
	below, ok := strings.CutPrefix(path.Clean(group)+"/", strings.TrimSuffix(tree.top, "/")+"/")
	if !ok || strings.HasPrefix(group, "/..") {
		return nil
	}

	var found []string
	point := filepath.Join(all.root, tree.point)
	for part := path.Clean("/" + below); ; part = path.Dir(part) {
		found = append(found, filepath.Join(point, filepath.FromSlash(part)))
		if part == "/" {
			return found
		}
	}
}

// cpuFolders returns the groups that limit the CPU time of some processes, each once, ordered by
// name.
func (all cgroupTrees) cpuFolders(pids []int) []string {
	found := map[string]bool{}
	for _, pid := range pids {
		for _, folder := range all.folders(strconv.Itoa(pid), "cpu") {
			found[folder] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

// cpuQuota returns how many cores' time some groups allow together: the smallest quota of any. It
// is 0 if there is none.
func cpuQuota(folders []string) float64 {
	least := math.Inf(1)
	for _, folder := range folders {
		read := func(name string) string { return firstLine(filepath.Join(folder, name)) }
		quota, period, _ := strings.Cut(read("cpu.max"), " ")
		if quota == "" { // version 1
			quota, period = read("cpu.cfs_quota_us"), read("cpu.cfs_period_us")
		}

		q, quotaErr := strconv.ParseFloat(quota, 64) // "max" or -1 for none
		p, periodErr := strconv.ParseFloat(period, 64)
		if quotaErr == nil && periodErr == nil && q > 0 && p > 0 {
			least = min(least, q/p)
		}
	}
	if math.IsInf(least, 1) {
		return 0
	}
	return least
}

// noMemoryLimit is where version 1 begins to mean no limit: the largest number of whole pages.
const noMemoryLimit = math.MaxInt64 - 1<<16

// memoryLimit returns the smallest limit of any of some groups, in bytes; 0 if there is none.
func memoryLimit(folders []string) int64 {
	least := int64(noMemoryLimit)
	for _, folder := range folders {
		for _, name := range []string{"memory.max", "memory.limit_in_bytes"} {
			limit, err := strconv.ParseInt(firstLine(filepath.Join(folder, name)), 10, 64)
			if err == nil && limit > 0 {
				least = min(least, limit)
			}
		}
	}
	if least == noMemoryLimit {
		return 0
	}
	return least
}

// throttling is what quotas have done to some groups since these were made.
type throttling struct {
	periods int64
	stopped time.Duration // summed over cores
}

// readThrottling reports false if no group tells of its CPU time at all. A group without a quota
// may tell nothing of throttling.
func readThrottling(folders []string) (total throttling, ok bool) {
	for _, folder := range folders {
		for line := range strings.Lines(readText(filepath.Join(folder, "cpu.stat"))) {
			ok = true
			name, value, _ := strings.Cut(strings.TrimSpace(line), " ")
			n, err := strconv.ParseInt(value, 10, 64)
			if err != nil || n < 0 {
				continue
			}
			switch name {
			case "nr_throttled":
				total.periods += n
			case "throttled_usec": // version 2
				total.stopped += time.Duration(n) * time.Microsecond
			case "throttled_time": // version 1
				total.stopped += time.Duration(n)
			}
		}
	}
	return total, ok
}
