package machine

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"labbook.example/labbook/internal/cpuset"
	"labbook.example/labbook/internal/record"
)

// Root is the folder that holds /proc, /sys and /etc of a Linux: "/", or that of a made-up machine.
// Paths below it are without a slash in front. Where a file is missing, as on other systems, what
// it would tell is absent.
type Root string

// Text returns the text of a file, "" if it cannot be read.
func (r Root) Text(path string) string {
	return readText(filepath.Join(string(r), filepath.FromSlash(path)))
}

// Line returns the first line of a file, "" if it cannot be read.
func (r Root) Line(path string) string {
	return firstLine(filepath.Join(string(r), filepath.FromSlash(path)))
}

// Describe returns what the files tell of the machine, in the words of a record.
func (r Root) Describe() record.Environment {
	var env record.Environment
	r.describe(&env)
	return env
}

// Ticks returns what all cores together have done since the machine started, nil if it is not
// known.
func (r Root) Ticks() *record.Ticks { return parseTicks(r.Line("proc/stat")) }

// TimeWaits returns how many closed connections the system still keeps in TIME_WAIT, nil if it is
// not known.
func (r Root) TimeWaits() *int { return parseTimeWaits(r.Text("proc/net/sockstat")) }

// TCPCounter returns a counter of TCP since the machine started, by its name in the group TcpExt of
// netstat(8), nil if it is not known.
func (r Root) TCPCounter(name string) *int64 {
	return parseCounter(r.Text("proc/net/netstat"), "TcpExt:", name)
}

// LoadAverage returns the machine's load over 1, 5 and 15 minutes, "" if it is not known.
func (r Root) LoadAverage() string {
	loads := strings.Fields(r.Text("proc/loadavg"))
	if len(loads) < 3 {
		return ""
	}
	return strings.Join(loads[:3], " ")
}

// Quota returns the quota on the CPU time of this process, and what it has done since its control
// groups were made; nil if they tell nothing.
func (r Root) Quota() *record.Quota {
	folders := readCgroupTrees(string(r)).folders("self", "cpu")
	return quotaOf(folders, &throttling{}, throttlingOf(folders))
}

// CPUs returns the CPUs that this process may use, and all that are online; nil for what is not
// known.
func (r Root) CPUs() (usable, online cpuset.Set) {
	usable, _ = cpuset.Parse(r.Field("proc/self/status", "Cpus_allowed_list", ":"))
	online, _ = cpuset.Parse(r.Line("sys/devices/system/cpu/online"))
	return usable, online
}

// Cores returns the CPUs that this process may use, those that are hardware threads of one core
// together. It returns nil if it is not known.
func (r Root) Cores() []cpuset.Set {
	usable, _ := r.CPUs()
	return coresOf(string(r), usable)
}

// describe adds what the files tell.
func (r Root) describe(env *record.Environment) {
	env.Kernel = r.Line("proc/sys/kernel/osrelease")
	env.SoMaxConn = r.Line("proc/sys/net/core/somaxconn")
	ports := strings.Fields(r.Line("proc/sys/net/ipv4/ip_local_port_range"))
	env.PortRange = strings.Join(ports, "–")
	env.TimeWaitReuse = r.Line("proc/sys/net/ipv4/tcp_tw_reuse")
	env.Distribution = strings.Trim(r.Field("etc/os-release", "PRETTY_NAME", "="), `"`)
	env.LoadAverage = r.LoadAverage()

	env.CPU = r.Field("proc/cpuinfo", "model name", ":")
	flags := r.Field("proc/cpuinfo", "flags", ":")
	env.Hypervisor = strings.Contains(" "+flags+" ", " hypervisor ")
	r.describeHardware(env)

	if kib, found := strings.CutSuffix(r.Field("proc/meminfo", "MemTotal", ":"), " kB"); found {
		if n, err := strconv.ParseInt(kib, 10, 64); err == nil {
			env.MemoryBytes = n * 1024
		}
	}
}

// describeHardware adds what /sys tells about the cores, and about the share of them that this
// process may use.
func (r Root) describeHardware(env *record.Environment) {
	read := r.Line

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

	vendor := read("sys/class/dmi/id/sys_vendor")
	product := read("sys/class/dmi/id/product_name")
	env.Machine = strings.TrimSpace(vendor + " " + product)

	groups := readCgroupTrees(string(r))
	if cores := cpuQuota(groups.folders("self", "cpu")); cores > 0 {
		env.CPULimit = strconv.FormatFloat(cores, 'f', 2, 64) + " cores"
	}
	if limit := memoryLimit(groups.folders("self", "memory")); limit > 0 {
		env.MemoryLimit = strconv.FormatInt(limit, 10)
	}
}

// Field returns the value of the first line "key separator value" of a file, "" if there is none.
func (r Root) Field(path, key, separator string) string {
	for line := range strings.Lines(r.Text(path)) {
		name, value, found := strings.Cut(line, separator)
		if found && strings.TrimSpace(name) == key {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// Files returns the files that match a pattern of path/filepath, those of one folder in the order
// of their names.
func (r Root) Files(pattern string) []string {
	paths, _ := filepath.Glob(filepath.Join(string(r), filepath.FromSlash(pattern)))
	var all []string
	for _, path := range paths {
		if below, err := filepath.Rel(string(r), path); err == nil {
			all = append(all, filepath.ToSlash(below))
		}
	}
	return all
}

// Lines returns the first line of each file that matches a pattern, of those that have one.
func (r Root) Lines(pattern string) []string {
	var all []string
	for _, file := range r.Files(pattern) {
		if line := r.Line(file); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// Exists reports whether a file or folder is there.
func (r Root) Exists(path string) bool {
	_, err := os.Stat(filepath.Join(string(r), filepath.FromSlash(path)))
	return err == nil
}

// LimitingGroup returns the control group whose quota on CPU time limits this process most, as a
// path below the root of control groups; "" if none has one.
func (r Root) LimitingGroup() string {
	groups := readCgroupTrees(string(r))
	least, found := 0.0, ""
	for _, folder := range groups.folders("self", "cpu") {
		cores := cpuQuota([]string{folder})
		if cores > 0 && (found == "" || cores < least) {
			least, found = cores, folder
		}
	}
	return found
}
