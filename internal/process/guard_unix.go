//go:build unix

package process

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"

	"labbook.example/labbook/internal/cpuset"
	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/record"
)

// killLimit is how long processes may take to disappear after SIGKILL. It delays only the end of a
// run with a process that cannot be killed, and is long enough for a machine that stands still.
const killLimit = 10 * time.Second

// Guard is the process between us and our children. It takes orders from the connection that its
// starter left it, and runs one child at a time, each in a process group of its own, until the
// child ends or is released, ctx ends, or the starter is gone, however that ended. It leaves
// nothing of a child behind: the group gets first SIGTERM and, after its grace, SIGKILL; so does
// every descendant that has left the group, where the system lets us find it. Because nothing is
// left, all descendants of the guard are those of its present child.
func Guard(ctx context.Context, args []string) error {
	conn, err := connection(os.NewFile(connectionFD, "starter"))
	if err != nil || len(args) > 0 {
		return failure.Usage("guard is for labbook itself: it needs the connection of its starter")
	}
	defer conn.Close()

	// A child dies with the thread that starts it, see killWithParent.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	adoptOrphans()
	guard{orders: readOrders(conn), reports: json.NewEncoder(conn)}.serve(ctx)
	return nil
}

// guard is the state of Guard.
type guard struct {
	orders  <-chan received // closes when the starter is gone
	reports *json.Encoder
}

// serve carries out orders until it may not have another child, ctx ends or the starter is gone.
func (g guard) serve(ctx context.Context) {
	for {
		select {
		case o, ok := <-g.orders:
			if !ok {
				return
			}
			if o.Start == nil {
				continue // it has ended by itself before it was released
			}
			// A child that is started now would be ended at once, as if it had failed.
			if ctx.Err() != nil || !g.run(ctx, o) {
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// run runs a child to its end, and reports whether the guard may have another one. It may not if
// something of this one is left, or if the starter is gone.
func (g guard) run(ctx context.Context, o received) bool {
	cmd := o.command()
	began := time.Now()
	err := startOn(o.Start.CPUs, cmd)
	closeAll(o.files...)
	if err != nil {
		return g.reports.Encode(guardReport{Error: withoutPath(err).Error()}) == nil
	}
	if err := g.reports.Encode(guardReport{PID: cmd.Process.Pid}); err != nil {
		_, _ = killRemaining(cmd.Process.Pid)
		return false
	}
	last := g.untilEnd(ctx, cmd, began, o.Start.Grace)
	return g.reports.Encode(last) == nil && len(last.Ending.Stuck) == 0
}

// startOn starts a command on a list of CPUs, which the child inherits from this thread, and its
// threads and descendants from it. An empty list is all CPUs.
func startOn(list string, cmd *exec.Cmd) error {
	if list == "" {
		return cmd.Start()
	}
	cpus, err := cpuset.Parse(list)
	if err != nil {
		return err
	}
	restore, err := setAffinity(cpus)
	if err != nil {
		return fmt.Errorf("binding it to the CPUs %v: %w", cpus, err)
	}
	defer restore() // the next child may have others
	return cmd.Start()
}

// untilEnd waits for the end of the child, or brings it about, and returns the last report. Any
// order that comes meanwhile is to release the child, and so is the end of the orders.
func (g guard) untilEnd(
	ctx context.Context,
	cmd *exec.Cmd,
	began time.Time,
	grace time.Duration,
) guardReport {
	ended := make(chan error, 1)
	var wall time.Duration // valid once ended was read
	go func() {            // ends with the child, which killRemaining sees to
		err := cmd.Wait()
		wall = time.Since(began)
		ended <- err
	}()

	group := cmd.Process.Pid
	var err error
	var orphans []syscall.Rusage
	left, killed := 0, false
	release, unguarded := false, false
	select {
	case err = <-ended:
		if hasChildren() {
			left = countRunning(descendants(os.Getpid()))
		}
	case <-g.orders:
		release = true
	case <-ctx.Done():
		release, unguarded = true, true
	}
	if release {
		deadline := time.Now().Add(grace)
		killed, err = terminate(group, ended, grace)
		if !killed {
			orphans, killed = awaitGroup(group, deadline)
		}
	}

	others, stuck := killRemaining(group)
	orphans = append(orphans, others...)
	if errors.Is(err, errStuck) { // only a process that has ended has a state
		return guardReport{Ending: &Ending{
			Code:      -1,
			Signal:    "none: " + err.Error(),
			Stuck:     stuck,
			Unguarded: unguarded,
		}}
	}
	ending := endingOf(cmd, err)
	ending.Stuck = stuck
	ending.Left = left
	ending.Killed = killed
	ending.Unguarded = unguarded
	return guardReport{
		Ending:  ending,
		Account: accountOf(cmd.ProcessState, orphans, wall),
	}
}

// countRunning returns how many of some processes still run.
func countRunning(pids []int) int {
	n := 0
	for _, pid := range pids {
		if !exited(pid) {
			n++
		}
	}
	return n
}

// terminate asks the group to end, and kills it if its leader has not ended within grace. SIGCONT
// wakes a suspended group, which could not act on SIGTERM. The error is that of the leader's Wait.
func terminate(
	group int,
	ended <-chan error,
	grace time.Duration,
) (killed bool, err error) {
	_ = syscall.Kill(-group, syscall.SIGTERM)
	_ = syscall.Kill(-group, syscall.SIGCONT)
	select {
	case err := <-ended:
		return false, err
	case <-time.After(grace):
	}

	_ = syscall.Kill(-group, syscall.SIGKILL)
	select {
	case err := <-ended:
		return true, err
	case <-time.After(killLimit):
		return true, errStuck
	}
}

// awaitGroup waits until the rest of a group whose leader has ended, such as the server of a shell
// script, has ended too. It returns what each of them used, and reports whether some still run at
// the deadline.
func awaitGroup(group int, deadline time.Time) (used []syscall.Rusage, late bool) {
	for {
		var usage syscall.Rusage
		pid, _ := syscall.Wait4(-group, nil, syscall.WNOHANG, &usage)
		switch {
		case pid > 0:
			used = append(used, usage)
		case errors.Is(syscall.Kill(-group, 0), syscall.ESRCH):
			return used, false
		case time.Now().After(deadline):
			return used, true
		default:
			time.Sleep(killPause)
		}
	}
}

// errStuck is the error of a child that did not even end by SIGKILL: it belongs to another user, or
// hangs in the kernel.
var errStuck = errors.New("it could not be stopped")

// killRemaining kills what is left of the group and every descendant, and waits for them, until
// none is left or killLimit has passed. It returns what each of them used, and the ids of those
// that could not be stopped.
func killRemaining(group int) (used []syscall.Rusage, stuck []int) {
	for deadline := time.Now().Add(killLimit); ; {
		_ = syscall.Kill(-group, syscall.SIGKILL)
		var usage syscall.Rusage
		pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, &usage)
		switch {
		case pid > 0:
			used = append(used, usage)
			continue
		case pid < 0 && !errors.Is(err, syscall.EINTR): // there is no child, and so no descendant
			return used, nil
		}

		stuck = descendants(os.Getpid())
		if time.Now().After(deadline) {
			return used, stuck
		}
		for _, pid := range stuck {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		time.Sleep(killPause)
	}
}

// killPause is the time between two looks for what is left.
const killPause = time.Millisecond

// accountOf sums what the child and the orphans that it left behind used. It is nil if the system
// does not report the child's usage.
func accountOf(
	state *os.ProcessState,
	orphans []syscall.Rusage,
	wall time.Duration,
) *record.Account {
	if state == nil {
		return nil
	}
	own, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return nil
	}

	var user, system time.Duration
	var voluntary, involuntary int64
	for _, u := range append(orphans, *own) {
		user += time.Duration(u.Utime.Nano())
		system += time.Duration(u.Stime.Nano())
		voluntary += int64(u.Nvcsw)
		involuntary += int64(u.Nivcsw)
	}
	return &record.Account{
		WallSeconds:         wall.Seconds(),
		UserSeconds:         user.Seconds(),
		SystemSeconds:       system.Seconds(),
		VoluntarySwitches:   &voluntary,
		InvoluntarySwitches: &involuntary,
	}
}

// endingOf returns how the child ended; err is the error of its Wait.
func endingOf(cmd *exec.Cmd, err error) *Ending {
	if cmd.ProcessState == nil {
		return &Ending{Code: -1, Signal: "unknown: " + err.Error()}
	}
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if ok && status.Signaled() {
		return &Ending{Code: -1, Signal: status.Signal().String()}
	}
	return &Ending{Code: cmd.ProcessState.ExitCode()}
}
