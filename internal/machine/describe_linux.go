package machine

import (
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"labbook.example/labbook/internal/record"
)

// describeSystem adds what Linux tells in /proc, /sys and /etc.
func describeSystem(env *record.Environment) {
	env.Kernel = firstLine("/proc/sys/kernel/osrelease")
	env.SoMaxConn = firstLine("/proc/sys/net/core/somaxconn")
	ports := strings.Fields(firstLine("/proc/sys/net/ipv4/ip_local_port_range"))
	env.PortRange = strings.Join(ports, "–")
	env.TimeWaitReuse = firstLine("/proc/sys/net/ipv4/tcp_tw_reuse")
	env.Distribution = strings.Trim(field("/etc/os-release", "PRETTY_NAME", "="), `"`)
	env.LoadAverage = LoadAverage()

	env.CPU = field("/proc/cpuinfo", "model name", ":")
	flags := field("/proc/cpuinfo", "flags", ":")
	env.Hypervisor = strings.Contains(" "+flags+" ", " hypervisor ")
	describeHardware(env, "/")

	if kib, found := strings.CutSuffix(field("/proc/meminfo", "MemTotal", ":"), " kB"); found {
		if n, err := strconv.ParseInt(kib, 10, 64); err == nil {
			env.MemoryBytes = n * 1024
		}
	}
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) == nil {
		env.DescriptorLimit = limit.Cur
	}
}

// describeHardware adds what /sys tells about the cores, and about the share of them that this
// process may use. The root is "/" outside of tests.
func describeHardware(env *record.Environment, root string) {
	read := func(path string) string {
		return strings.TrimSpace(readText(filepath.Join(root, path)))
	}

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

	groups := readCgroupTrees(root)
	if cores := cpuQuota(groups.folders("self", "cpu")); cores > 0 {
		env.CPULimit = strconv.FormatFloat(cores, 'f', 2, 64) + " cores"
	}
	if limit := memoryLimit(groups.folders("self", "memory")); limit > 0 {
		env.MemoryLimit = strconv.FormatInt(limit, 10)
	}
}

// field returns the value of the first line "key separator value" of a file, "" if there is none.
func field(path, key, separator string) string {
	for line := range strings.Lines(readText(path)) {
		name, value, found := strings.Cut(line, separator)
		if found && strings.TrimSpace(name) == key {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
