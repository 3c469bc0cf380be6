//go:build linux

package rig

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// userHZ is the unit of the times in /proc/PID/stat: the same on every Linux that Go runs on.
const userHZ = 100

// stat is what is needed of /proc/PID/stat.
type stat struct {
	group int
	cpu   time.Duration // of all its threads, ended ones too, and of the children that it has waited for
}

// parseStat reads the one line of /proc/PID/stat. The name in it may hold blanks and parentheses,
// so the fields are counted from its end: state is the third of proc_pid_stat(5).
func parseStat(line string) (stat, error) {
	fields := strings.Fields(line[strings.LastIndexByte(line, ')')+1:])
	const third = 3
	if len(fields) <= 17-third {
		return stat{}, fmt.Errorf("found %d fields behind the name in %q", len(fields), line)
	}
	group, err := strconv.Atoi(fields[5-third])
	if err != nil {
		return stat{}, fmt.Errorf("process group: %w", err)
	}
	var ticks int64
	for _, field := range fields[14-third : 18-third] { // utime, stime, cutime, cstime
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return stat{}, fmt.Errorf("CPU time: %w", err)
		}
		ticks += n
	}
	return stat{group, time.Duration(ticks) * time.Second / userHZ}, nil
}

// members gives the processes of a group by their folder in /proc. A process that ends meanwhile is
// left out.
func members(group int) (map[string]stat, error) {
	paths, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return nil, err
	}
	found := map[string]stat{}
	for _, path := range paths {
		line, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		s, err := parseStat(string(line))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if s.group == group {
			found[filepath.Dir(path)] = s
		}
	}
	return found, nil
}

// CPU is the user and system time that the server has used so far, all its processes and threads
// together.
func (p *Process) CPU() (time.Duration, error) {
	all, err := members(p.group)
	if err != nil {
		return 0, err
	}
	var sum time.Duration
	for _, s := range all {
		sum += s.cpu
	}
	return sum, nil
}

// parseIdle reads the first line of /proc/stat: how long the machine's cores had nothing to do
// since it started, added up. The fields are those of proc_stat(5): user, nice, system, idle,
// iowait, …
func parseIdle(text string) (time.Duration, error) {
	line, _, _ := strings.Cut(text, "\n")
	fields := strings.Fields(line)
	if len(fields) < 6 || fields[0] != "cpu" {
		return 0, fmt.Errorf("found %q; want cpu and its times", line)
	}
	var ticks int64
	for _, field := range fields[4:6] { // idle, iowait
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("idle time: %w", err)
		}
		ticks += n
	}
	return time.Duration(ticks) * time.Second / userHZ, nil
}

// Idle is how long the machine's cores have had nothing to do, added up.
func Idle() (time.Duration, error) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0, err
	}
	return parseIdle(string(text))
}

// Memory is what a server holds in RAM, in bytes. Pages that processes share count in each.
type Memory struct {
	Now  int64 // VmRSS
	Peak int64 // VmHWM
}

// Memory sums over all processes of the server.
func (p *Process) Memory() (Memory, error) {
	all, err := members(p.group)
	if err != nil {
		return Memory{}, err
	}
	var sum Memory
	for folder := range all {
		text, err := os.ReadFile(filepath.Join(folder, "status"))
		if err != nil {
			return Memory{}, err
		}
		m, err := parseStatus(string(text))
		if err != nil {
			return Memory{}, fmt.Errorf("%s: %w", folder, err)
		}
		sum.Now += m.Now
		sum.Peak += m.Peak
	}
	return sum, nil
}

// parseStatus reads the two lines of /proc/PID/status that tell the memory, in kB of 1024 bytes.
func parseStatus(text string) (Memory, error) {
	var m Memory
	for line := range strings.Lines(text) {
		label, value, _ := strings.Cut(line, ":")
		place := map[string]*int64{"VmRSS": &m.Now, "VmHWM": &m.Peak}[label]
		if place == nil {
			continue
		}
		number, isKB := strings.CutSuffix(strings.TrimSpace(value), " kB")
		n, err := strconv.ParseInt(number, 10, 64)
		if err != nil || !isKB {
			return Memory{}, fmt.Errorf("%s: found %q; want a number of kB", label, value)
		}
		*place = n * 1024
	}
	if m.Now == 0 || m.Peak == 0 {
		return Memory{}, fmt.Errorf("VmRSS or VmHWM is missing")
	}
	return m, nil
}
