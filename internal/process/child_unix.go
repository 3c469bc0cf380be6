//go:build unix

package process

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"
)

// Start runs the command under a guard: this program once more, as "guard GRACE CPUS PATH ARGV…",
// where CPUS is empty for all of them. The guard holds the read end of a pipe, the lifeline, whose
// only write end is ours. However we end, the lifeline ends with us, and the guard then ends the
// child with all that it started.
func (c Command) Start() (*Child, error) {
	program, err := self()
	if err != nil {
		return nil, err
	}
	lifelineR, lifelineW, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	statusR, statusW, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, lifelineR.Close(), lifelineW.Close())
	}

	grace := cmp.Or(c.Grace, DefaultGrace).String()
	args := append([]string{GuardCommand, grace, c.CPUs.String(), c.Path}, c.Argv...)
	guard := exec.Command(program, args...)
	guard.Env = append(os.Environ(), c.Env...)
	guard.Dir = c.Dir
	guard.Stdout = c.Stdout
	guard.Stderr = c.Stderr
	guard.ExtraFiles = []*os.File{lifelineR, statusW}
	// A group of its own: Ctrl-C at the terminal is for us to handle, not for the guard.
	guard.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	guard.WaitDelay = outputDelay
	endInput, err := c.giveInput(guard)
	if err != nil {
		closeAll(lifelineR, lifelineW, statusR, statusW)
		return nil, err
	}

	err = guard.Start()
	lifelineR.Close()
	statusW.Close()
	if err != nil {
		endInput()
		closeAll(lifelineW, statusR)
		return nil, err
	}
	release := sync.OnceFunc(func() { lifelineW.Close() })
	return follow(guard, statusR, release, endInput)
}

// giveInput gives the guard the standard input that it hands on to the child. The function that is
// returned ends that input.
func (c Command) giveInput(guard *exec.Cmd) (end func(), err error) {
	if !c.OpenStdin {
		return func() {}, nil
	}
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	guard.Stdin = r
	return func() { closeAll(r, w) }, nil
}

func closeAll(files ...*os.File) {
	for _, file := range files {
		_ = file.Close() // a pipe has nothing to write back
	}
}

// follow waits until the guard reports that the child runs, and watches it from then on.
func follow(
	guard *exec.Cmd,
	status *os.File,
	release, endInput func(),
) (*Child, error) {
	reports := json.NewDecoder(status)
	var first guardReport
	err := reports.Decode(&first)
	if err != nil {
		err = fmt.Errorf("the guard did not start it: %w", err)
	} else if first.Error != "" {
		err = errors.New(first.Error)
	}
	if err != nil {
		release()
		status.Close()
		endInput()
		_ = guard.Wait() // err has the reason
		return nil, err
	}

	c := &Child{
		PID:     first.PID,
		adopter: guard.Process.Pid,
		release: release,
		done:    make(chan struct{}),
	}
	go func() { // ends with the guard, which ends with the child or the lifeline
		defer close(c.done)
		defer status.Close()
		defer endInput()
		var last guardReport
		if err := reports.Decode(&last); err != nil || last.Ending == nil {
			last.Ending = &Ending{Code: -1, Signal: "killed together with its guard"}
		}
		c.ending = *last.Ending
		c.account = last.Account
		_ = guard.Wait()
		release()
	}()
	return c, nil
}

// InGroup reports whether a process is in the child's process group, and so in its snapshots.
func (c *Child) InGroup(pid int) bool {
	group, err := syscall.Getpgid(pid)
	return err == nil && group == c.PID
}

// Interrupt asks the child to end, as Ctrl-C does.
func (c *Child) Interrupt() { c.signalGroup(syscall.SIGINT) }

// Kill ends the child's process group at once, without asking it first.
func (c *Child) Kill() { c.signalGroup(syscall.SIGKILL) }

// Suspend stops the child's process group until Resume. It uses no CPU meanwhile.
func (c *Child) Suspend() { c.signalGroup(syscall.SIGSTOP) }

// Resume continues a suspended child.
func (c *Child) Resume() { c.signalGroup(syscall.SIGCONT) }

// signalGroup ignores a group that has ended; Done tells about that.
func (c *Child) signalGroup(signal syscall.Signal) {
	if !c.Ended() {
		_ = syscall.Kill(-c.PID, signal)
	}
}
