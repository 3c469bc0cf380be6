package main

import (
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// tick is the unit of the times in /proc: USER_HZ, which is 100 on every architecture that Go
// knows.
const tick = time.Second / 100

// accountSlack is how far the difference of two accounts of ended children can be off: each of the
// two parts is cut to whole ticks.
const accountSlack = 2 * tick

// observe reads what the processes of a group have used and hold. To find them costs a system call
// for each process of the machine; what /proc tells is read of the group's own alone, and of none
// of their threads.
func observe(group int) *moment {
	folder, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer folder.Close()
	names, err := folder.Readdirnames(-1)
	if err != nil {
		return nil
	}
	m := &moment{at: time.Now(), processes: map[int]process{}}
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil {
			continue
		}
		if of, err := unix.Getpgid(pid); err != nil || of != group {
			continue
		}
		if p, ok := readProcess(pid); ok {
			m.processes[pid] = p
		}
	}
	return m
}

// readProcess reads one process; false if it is gone.
func readProcess(pid int) (process, bool) {
	stat := statOf(pid)
	if len(stat) < 20 {
		return process{}, false
	}
	number := func(field int) int64 { // as proc(5) counts them, from the third on
		n, _ := strconv.ParseInt(stat[field-3], 10, 64) // the kernel writes numbers
		return n
	}
	p := process{
		parent:      int(number(4)),
		start:       uint64(number(22)),
		ended:       stat[0] == "Z" || stat[0] == "X",
		reaped:      split{time.Duration(number(16)) * tick, time.Duration(number(17)) * tick},
		threads:     int(number(20)),
		descriptors: -1,
	}
	cpu, ok := cpuClock(pid, clockExact)
	user, hasUser := cpuClock(pid, clockUser)
	both, hasBoth := cpuClock(pid, clockBoth)
	if !ok || !hasUser || !hasBoth {
		return process{}, false
	}
	p.cpu, p.split = cpu, split{user, max(0, both-user)}
	if p.ended {
		return p, true
	}
	p.peak, p.descriptors = peakOf(pid), descriptorsOf(pid)
	return p, true
}

// The clocks that a process has, as the kernel numbers them (posix-timers.h). The exact one counts
// the nanoseconds of all threads, ended ones too, of a thread that runs just now up to the last
// interrupt of its core's timer. The others count those interrupts.
const (
	clockBoth  = 0
	clockUser  = 1
	clockExact = 2
)

// cpuClock reads a clock of any process: the number of such a clock is made from the pid, as
// clock_getcpuclockid(3) does.
func cpuClock(pid, which int) (time.Duration, bool) {
	var t unix.Timespec
	err := unix.ClockGettime(int32(^pid<<3|which), &t)
	return time.Duration(t.Nano()), err == nil
}

// peakOf reads the greatest resident size of a process in bytes, -1 where it is not told.
func peakOf(pid int) int64 {
	value, _ := strings.CutSuffix(field("/proc/"+strconv.Itoa(pid)+"/status", "VmHWM", ":"), " kB")
	kib, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return -1
	}
	return kib * 1024
}

// descriptorsOf counts the open descriptors of a process, -1 where they may not be read: another
// user's.
func descriptorsOf(pid int) int {
	folder, err := os.Open("/proc/" + strconv.Itoa(pid) + "/fd")
	if err != nil {
		return -1
	}
	defer folder.Close()
	names, err := folder.Readdirnames(-1)
	if err != nil {
		return -1
	}
	return len(names)
}

// field returns the value of the first line "key separator value" of a file, "" if there is none.
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
