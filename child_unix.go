//go:build unix

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"syscall"

	"labbook/internal/record"
)

// guardReport is what a guard writes on its status pipe: one when the child has started or could
// not, one when it has ended.
type guardReport struct {
	PID     int             `json:"pid,omitempty"`
	Error   string          `json:"error,omitempty"`
	End     *ending         `json:"end,omitempty"`
	Account *record.Account `json:"account,omitempty"` // with the end, where the system gave one
}

// The guard's ends of the two pipes: descriptors 0 to 2 belong to the child.
const (
	lifelineFD = 3 // ends when we let go of the child, or are no more
	statusFD   = 4 // the guard's reports
)

// start runs a command under a guard: our own program, which holds the read end of a pipe whose
// only write end is ours. However we end, the pipe ends, and the guard then ends the child with all
// that it started.
func (c command) start() (*child, error) {
	self, err := executable()
	if err != nil {
		return nil, fmt.Errorf("finding our own program: %w", err)
	}
	lifelineR, lifelineW, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	statusR, statusW, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, lifelineR.Close(), lifelineW.Close())
	}
	guard := exec.Command(self, append([]string{"guard", "--path", c.path, "--"}, c.argv...)...)
	guard.Env = append(os.Environ(), c.env...)
	guard.Dir, guard.Stdout, guard.Stderr = c.dir, c.stdout, c.stderr
	guard.ExtraFiles = []*os.File{lifelineR, statusW}
	// A group of its own: a Ctrl-C at the terminal is ours to answer, not the guard's.
	guard.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	guard.WaitDelay = waitDelay
	err = guard.Start()
	lifelineR.Close()
	statusW.Close()
	if err != nil {
		return nil, errors.Join(err, lifelineW.Close(), statusR.Close())
	}
	release := sync.OnceFunc(func() { lifelineW.Close() })
	return follow(guard, statusR, release)
}

// follow waits until the guard says that the child runs, and watches it from then on.
func follow(guard *exec.Cmd, status *os.File, release func()) (*child, error) {
	reports := json.NewDecoder(status)
	var first guardReport
	err := reports.Decode(&first)
	if err == nil && first.Error != "" {
		err = errors.New(first.Error)
	} else if err != nil {
		err = fmt.Errorf("the guard did not start it: %w", err)
	}
	if err != nil {
		release()
		status.Close()
		_ = guard.Wait() // it has told the reason, or it will not
		return nil, err
	}
	c := &child{
		process: guard,
		pid:     first.PID,
		done:    make(chan struct{}),
		release: release,
	}
	go func() { // ends with the guard, which ends when the child has or the lifeline does
		defer close(c.done)
		defer status.Close()
		var last guardReport
		if err := reports.Decode(&last); err != nil || last.End == nil {
			last.End = &ending{Code: -1, Signal: "killed together with its guard"}
		}
		c.end, c.account = *last.End, last.Account
		_ = guard.Wait()
		release()
	}()
	return c, nil
}

// interrupt asks the child to end as Ctrl-C does.
func (c *child) interrupt() { c.signalGroup(syscall.SIGINT) }

// kill ends the child's process group at once, without asking it first.
func (c *child) kill() { c.signalGroup(syscall.SIGKILL) }

// suspend stops the child's process group until resume, so that it uses no CPU meanwhile.
func (c *child) suspend() { c.signalGroup(syscall.SIGSTOP) }

// resume lets a suspended child go on.
func (c *child) resume() { c.signalGroup(syscall.SIGCONT) }

// signalGroup says nothing of a group that is gone: whoever waits for the child learns of it there.
func (c *child) signalGroup(signal syscall.Signal) {
	if !c.ended() {
		_ = syscall.Kill(-c.pid, signal)
	}
}
