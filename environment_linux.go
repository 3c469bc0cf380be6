package main

import (
	"os"
	"strconv"
	"strings"
	"syscall"

	"labbook/internal/record"
)

// describeSystem adds what Linux tells in /proc and /etc.
func describeSystem(env *record.Environment) {
	env.Kernel = firstLine("/proc/sys/kernel/osrelease")
	env.SoMaxConn = firstLine("/proc/sys/net/core/somaxconn")
	env.PortRange = strings.Join(
		strings.Fields(firstLine("/proc/sys/net/ipv4/ip_local_port_range")),
		"–",
	)
	env.TimeWaitReuse = firstLine("/proc/sys/net/ipv4/tcp_tw_reuse")
	env.Distribution = strings.Trim(field("/etc/os-release", "PRETTY_NAME", "="), `"`)
	env.CPU = field("/proc/cpuinfo", "model name", ":")
	env.Hypervisor = strings.Contains(" "+field("/proc/cpuinfo", "flags", ":")+" ", " hypervisor ")
	if kib, found := strings.CutSuffix(field("/proc/meminfo", "MemTotal", ":"), " kB"); found {
		if n, err := strconv.ParseInt(kib, 10, 64); err == nil {
			env.MemoryBytes = n * 1024
		}
	}
	env.LoadAverage = loadAverage()
	describeHardware(env, "/")
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) == nil {
		env.DescriptorLimit = limit.Cur
	}
}

// firstLine gives the first line of a file, "" if there is none.
func firstLine(path string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(string(data), "\n")
	return strings.TrimSpace(line)
}

// field gives the value of the first line "key separator value" of a file, "" if there is none.
func field(path, key, separator string) string {
	data, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(data)) {
		name, value, found := strings.Cut(line, separator)
		if found && strings.TrimSpace(name) == key {
			return strings.TrimSpace(value)
		}
	}
	return ""
}
