package process

import (
	"time"

	"labbook.example/labbook/internal/record"
)

// A snapshot counts all CPU that a process group has used so far. How much it used between two
// snapshots, then and now, is this identity:
//
//	used = Σ (cpu now − cpu then)                                         over the living
//	     + Σ (cutime now − cutime then − already counted of the dead)     over the living
//
// The living are the processes of the later snapshot. A new one had used nothing then. A zombie,
// which has ended but was not waited for, is still there, and its cpu is still exact.
//
// The dead are the processes of the earlier snapshot that the later one lacks. Once a process has
// waited for a child, the kernel adds the child's whole life to the parent's cutime, together with
// the child's own cutime. (cutime is short for cutime and cstime in proc(5): user and system.) The
// part of that life before the earlier snapshot was counted then, so it comes off.
//
// An example, in ms: process 10 has two workers, 11 and 12, and 12 has once waited for a child that
// used 10. Between the snapshots 12 uses 25 more, waits for another child that used 10, and ends.
// 10 waits for it, and finds the 55 + 20 of its life in cutime:
//
//	           then             now
//	pid     cpu  cutime     cpu  cutime
//	 10     100       0     105      75        living: (105 − 100) + (90 − 40)  = 55
//	 11      40       0      90       0        dead:    75 − 0 − (30 + 10)      = 35
//	 12      30      10       –       –        used:    55 + 35                 = 90
//
// If no process of the group waits for a dead one, its last CPU is lost: nothing is added, and
// nothing comes off.

// Snapshot is what a process group had used, and what it held, at one time.
type Snapshot struct {
	Taken     time.Time
	Processes map[int]Process // by pid; zombies too
}

// Process is one process of a snapshot.
type Process struct {
	Parent    int           // its pid
	Start     uint64        // ticks since boot; two processes with the same pid differ in it
	Ended     bool          // a zombie: it has ended, and its parent has not waited for it
	CPU       time.Duration // of all its threads, ended ones too, to the nanosecond
	CPUTicks  CPUTime       // the same as ticks saw it: good for the proportion only
	WaitedFor CPUTime       // cutime: of the children it has waited for, in ticks
	Threads   int
	Open      int    // descriptors; -1 if we may not read them
	Memory    Memory // a zombie has none
}

// Memory is what a process has in memory, in bytes; -1 for what is unknown.
type Memory struct {
	Resident  int64
	Anonymous int64 // the part of Resident that is neither of a file nor shared (since Linux 4.5)
	Peak      int64 // the largest Resident since the start of the process
}

var unknownMemory = Memory{-1, -1, -1}

// CPUTime is CPU time in its two parts.
type CPUTime struct{ User, System time.Duration }

// Total returns user and system time together.
func (t CPUTime) Total() time.Duration { return t.User + t.System }

func (t CPUTime) plus(u CPUTime) CPUTime { return CPUTime{t.User + u.User, t.System + u.System} }

func (t CPUTime) minus(u CPUTime) CPUTime { return CPUTime{t.User - u.User, t.System - u.System} }

// apportion splits d in the ratio user to system; all of it is user time if t is zero.
func (t CPUTime) apportion(d time.Duration) CPUTime {
	if t.Total() <= 0 {
		return CPUTime{User: d}
	}
	user := time.Duration(float64(d) * float64(t.User) / float64(t.Total()))
	return CPUTime{user, d - user}
}

// limitedTo returns t with its total lowered to at most total, system time first, and neither part
// below zero.
func (t CPUTime) limitedTo(total time.Duration) CPUTime {
	user := min(max(0, t.User), total)
	return CPUTime{user, total - user}
}

// CPU is what a process group used between two snapshots.
type CPU struct {
	Living      time.Duration // by the processes of the later snapshot, to the nanosecond
	LivingTicks CPUTime       // the same as ticks saw it
	Dead        CPUTime       // by those that ended in between and were waited for, in ticks
}

// Total returns all CPU that the group used.
func (c CPU) Total() time.Duration { return c.Living + c.Dead.Total() }

// Parts returns Total in its parts. It reports false if no tick fell on the living, so that the
// proportion of their parts is unknown.
func (c CPU) Parts() (parts CPUTime, ok bool) {
	if c.LivingTicks.Total() <= 0 {
		return CPUTime{}, false
	}
	return c.LivingTicks.apportion(c.Living).plus(c.Dead), true
}

// CPUSince returns what the group used since an earlier snapshot, see the identity above.
func (s *Snapshot) CPUSince(before *Snapshot) CPU { return cpuUsed(before, s, 0) }

// CertainCPUSince is CPUSince without the CPU of dead processes that may be an error of rounding:
// cutime is in ticks, so the difference of two is off by up to two ticks.
func (s *Snapshot) CertainCPUSince(before *Snapshot) CPU { return cpuUsed(before, s, cutimeError) }

func cpuUsed(then, now *Snapshot, uncertain time.Duration) CPU {
	cpu, ticks := livingUsed(then, now)
	return CPU{
		Living:      cpu,
		LivingTicks: ticks,
		Dead:        deadUsed(then, now, uncertain),
	}
}

// livingUsed is the first sum of the identity: what the living used, exactly and in ticks.
func livingUsed(then, now *Snapshot) (cpu time.Duration, ticks CPUTime) {
	for pid, p := range now.Processes {
		earlier := then.find(pid, p)
		cpu += p.CPU - earlier.CPU
		ticks = ticks.plus(p.CPUTicks.minus(earlier.CPUTicks))
	}
	return cpu, ticks
}

// deadUsed is the second sum of the identity. Of each parent's difference, uncertain is left out.
func deadUsed(then, now *Snapshot, uncertain time.Duration) CPUTime {
	var used CPUTime
	counted := alreadyCounted(then, now)
	for pid, p := range now.Processes {
		earlier := then.find(pid, p)
		added := p.WaitedFor.minus(earlier.WaitedFor).minus(counted[pid])
		used = used.plus(added.limitedTo(max(0, added.Total()-uncertain)))
	}
	return used
}

// alreadyCounted returns what the dead had used by the earlier snapshot, by the pid of the process
// whose cutime now contains it.
func alreadyCounted(then, now *Snapshot) map[int]CPUTime {
	counted := map[int]CPUTime{}
	for pid, p := range then.Processes {
		if now.contains(pid, p) {
			continue
		}
		own := p.CPUTicks.apportion(p.CPU)
		ancestor := creditedTo(p, then, now)
		counted[ancestor] = counted[ancestor].plus(own).plus(p.WaitedFor)
	}
	return counted
}

// creditedTo returns the pid of the process whose cutime contains a dead one's life: its nearest
// living ancestor. It is a pid outside of the group if the whole line of ancestors in it is dead.
func creditedTo(dead Process, then, now *Snapshot) int {
	pid := dead.Parent
	for range then.Processes { // no line of ancestors is longer
		ancestor, known := then.Processes[pid]
		if !known || now.contains(pid, ancestor) {
			break
		}
		pid = ancestor.Parent
	}
	return pid
}

// find returns this snapshot's state of a process from another one; the zero Process if it was not
// there. The same pid may meanwhile belong to another process, which has another start.
func (s *Snapshot) find(pid int, p Process) Process {
	if same := s.Processes[pid]; same.Start == p.Start {
		return same
	}
	return Process{}
}

// contains reports whether a process of another snapshot is in this one.
func (s *Snapshot) contains(pid int, p Process) bool {
	same, ok := s.Processes[pid]
	return ok && same.Start == p.Start
}

// Held sums what the processes hold; nil if none is left. Its descriptors are nil if those of any
// process may not be read.
func (s *Snapshot) Held() *record.Held {
	var held record.Held
	var open, resident, anonymous known
	for _, p := range s.Processes {
		if p.Ended {
			continue
		}
		held.Processes++
		held.Threads += p.Threads
		open.add(int64(p.Open))
		resident.add(p.Memory.Resident)
		anonymous.add(p.Memory.Anonymous)
	}

	if held.Processes == 0 {
		return nil
	}
	if n := open.sum(); n != nil {
		held.Descriptors = new(int(*n))
	}
	held.ResidentBytes = resident.sum()
	held.AnonymousBytes = anonymous.sum()
	return &held
}

// known adds up numbers of which each may be unknown.
type known struct {
	total   int64
	missing bool
}

// add counts a number; -1 if it is unknown.
func (k *known) add(n int64) {
	k.missing = k.missing || n < 0
	k.total += n
}

// sum returns nil if a number was unknown.
func (k *known) sum() *int64 {
	if k.missing {
		return nil
	}
	return &k.total
}

// PeakMemory sums the largest resident sizes of the processes, in bytes; nil if one is unknown.
func (s *Snapshot) PeakMemory() *int64 {
	var peak known
	for _, p := range s.Processes {
		peak.add(p.Memory.Peak)
	}
	return peak.sum()
}

// Snapshot takes a snapshot of the child's process group. It is nil if no process of the group is
// left, or if the system does not tell what a living process uses.
func (c *Child) Snapshot() *Snapshot {
	if c.Ended() {
		return nil
	}
	s := takeSnapshot(c.PID)
	if s == nil || s.Held() == nil {
		return nil
	}
	return s
}
