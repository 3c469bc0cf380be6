package process

import (
	"errors"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// tick is the unit of the times in /proc: USER_HZ, which is 100 on every architecture that Go
// supports.
const tick = time.Second / 100

// cutimeError is how far the difference of two cutimes can be off: each of its two parts, user and
// system, is cut to whole ticks.
const cutimeError = 2 * tick

// takeSnapshot reads what the processes of a group have used and hold; nil without /proc. It costs
// one system call for each process of the machine to find the group's own. Only those are then read
// in /proc, and their threads are not.
func takeSnapshot(group int) *Snapshot {
	folder, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer folder.Close()
	names, err := folder.Readdirnames(-1)
	if err != nil {
		return nil
	}

	s := &Snapshot{Taken: time.Now(), Processes: map[int]Process{}}
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil {
			continue
		}
		if its, err := unix.Getpgid(pid); err != nil || its != group {
			continue
		}
		if p, ok := Read(pid); ok {
			s.Processes[pid] = p
		}
	}
	return s
}

// Read returns the state of one process. It reports false if the process is gone, or if the system
// does not tell what a living process uses.
func Read(pid int) (Process, bool) {
	stat, ok := readStat(pid)
	if !ok {
		return Process{}, false
	}
	cpu, ok := readClock(pid, clockExact)
	user, hasUser := readClock(pid, clockUser)
	both, hasBoth := readClock(pid, clockBoth)
	if !ok || !hasUser || !hasBoth {
		return Process{}, false
	}

	p := Process{
		Parent:   int(stat.number(statParent)),
		Start:    uint64(stat.number(statStart)),
		Ended:    stat.ended(),
		CPU:      cpu,
		CPUTicks: CPUTime{user, max(0, both-user)},
		WaitedFor: CPUTime{
			User:   time.Duration(stat.number(statChildrenUser)) * tick,
			System: time.Duration(stat.number(statChildrenSystem)) * tick,
		},
		Threads: int(stat.number(statThreads)),
	}
	if p.Ended {
		p.Open = -1
		return p, true
	}
	p.Open = countDescriptors(pid)
	p.Memory = readMemory(pid)
	return p, true
}

// stat is the line /proc/PID/stat from its third field on.
type stat []string

// The numbers of its fields in proc(5).
const (
	statState          = 3
	statParent         = 4
	statChildrenUser   = 16 // cutime
	statChildrenSystem = 17 // cstime
	statThreads        = 20
	statStart          = 22
)

// readStat reports false if the process is gone.
func readStat(pid int) (stat, bool) {
	data, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return nil, false
	}
	return parseStat(string(data))
}

// parseStat reports false for a line that is too short. The second field, the command's name, may
// contain anything, also parentheses and spaces, so the fields are counted from the last
// parenthesis.
func parseStat(line string) (stat, bool) {
	fields := strings.Fields(line[strings.LastIndexByte(line, ')')+1:])
	return fields, len(fields) > statStart-statState
}

// exited reports whether a process has ended, whether or not its parent has waited for it.
func exited(pid int) bool {
	if stat, ok := readStat(pid); ok {
		return stat.ended()
	}
	// It is gone, or /proc does not show the processes of its user.
	return errors.Is(unix.Kill(pid, 0), unix.ESRCH)
}

func (s stat) number(field int) int64 {
	n, _ := strconv.ParseInt(s[field-statState], 10, 64) // the kernel writes numbers
	return n
}

func (s stat) ended() bool { return s[0] == "Z" || s[0] == "X" }

// The clocks of a process, as the kernel numbers them (posix-timers.h). The exact one counts the
// nanoseconds of all threads, ended ones too; a running thread is counted up to the last timer
// interrupt of its core. The other two count those interrupts.
const (
	clockBoth  = 0
	clockUser  = 1
	clockExact = 2
)

// readClock reads a clock of any process. The number of such a clock is made from the pid, as in
// clock_getcpuclockid(3).
func readClock(pid, which int) (time.Duration, bool) {
	var t unix.Timespec
	err := unix.ClockGettime(int32(^pid<<3|which), &t)
	return time.Duration(t.Nano()), err == nil
}

func readMemory(pid int) Memory {
	data, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status") // gone: unknown
	return parseMemory(string(data))
}

// parseMemory reads the lines of /proc/PID/status that tell the memory.
func parseMemory(status string) Memory {
	m := unknownMemory
	for line := range strings.Lines(status) {
		label, value, _ := strings.Cut(line, ":")
		switch label {
		case "VmRSS":
			m.Resident = parseKiB(value)
		case "RssAnon":
			m.Anonymous = parseKiB(value)
		case "VmHWM":
			m.Peak = parseKiB(value)
		}
	}
	return m
}

// parseKiB returns the bytes of a value such as "1234 kB", -1 if it is none. The kernel's kB has
// 1024 bytes.
func parseKiB(value string) int64 {
	digits, ok := strings.CutSuffix(strings.TrimSpace(value), " kB")
	kib, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || !ok {
		return -1
	}
	return kib * 1024
}

// countDescriptors returns the number of open descriptors of a process, -1 if we may not read them
// because it belongs to another user.
func countDescriptors(pid int) int {
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
