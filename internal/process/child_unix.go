//go:build unix

package process

import (
	"cmp"
	"errors"
	"os"
	"slices"
	"sync"
	"syscall"
	"time"
)

// Start runs the command under a guard, see Guard. However we end, our end of the connection to the
// guard ends with us, and the guard then ends the child with all that it started.
func (c Command) Start() (*Child, error) {
	pipes, err := c.newPipes()
	if err != nil {
		return nil, err
	}
	child, err := c.startUnder(takeGuardian, pipes)
	if errors.Is(err, errGuardGone) { // it may have been killed while it was idle
		child, err = c.startUnder(newGuardian, pipes)
	}
	pipes.handOver()
	if err == nil {
		if c.PipeStdin {
			child.Stdin = pipes.input
		}
		go child.follow(pipes) // ends with the child or its guard
		return child, nil
	}
	pipes.close()
	if errors.Is(err, errGuardGone) {
		return nil, lostGuard(c.Argv[0])
	}
	return nil, err
}

// errGuardGone is the error of a guard that ends before it reports of a child. If it had started
// one, that has ended with it, see killWithParent.
var errGuardGone = errors.New("the guard is gone")

// startUnder has a guardian start the child.
func (c Command) startUnder(take func() (*guardian, error), pipes *pipes) (*Child, error) {
	g, err := take()
	if err != nil {
		return nil, err
	}
	var first guardReport
	err = g.send(c.order(pipes.numbers), pipes.child)
	if err == nil {
		err = g.reports.Decode(&first)
	}
	child := &Child{
		PID:     first.PID,
		guard:   g,
		adopter: g.pid,
		done:    make(chan struct{}),
	}
	child.release = sync.OnceFunc(func() { g.release(child) })
	switch {
	case err != nil:
		g.finish(child, false)
		return nil, errGuardGone
	case first.Error != "":
		g.finish(child, true)
		return nil, errors.New(first.Error)
	}
	g.hold(child)
	return child, nil
}

// order returns what the guard is told. The child gets our environment and, unless the command
// names another one, our folder, as they are now.
func (c Command) order(files []int) startOrder {
	dir := c.Dir
	if dir == "" {
		dir, _ = os.Getwd() // a folder that was removed: the guard's, which was ours
	}
	return startOrder{
		Path:  []byte(c.Path),
		Argv:  asBytes(c.Argv),
		Env:   asBytes(slices.Concat(os.Environ(), c.Env)),
		Dir:   []byte(dir),
		Files: files,
		CPUs:  c.CPUs.String(),
		Grace: cmp.Or(c.Grace, DefaultGrace),
	}
}

func asBytes(texts []string) [][]byte {
	var all [][]byte
	for _, text := range texts {
		all = append(all, []byte(text))
	}
	return all
}

// follow waits for the guard's report that the child has ended.
func (c *Child) follow(pipes *pipes) {
	var last guardReport
	err := c.guard.reports.Decode(&last)
	if err != nil || last.Ending == nil {
		last.Ending = &Ending{Code: -1, Signal: "killed together with its guard", Unguarded: true}
		c.endUnguarded()
	}
	pipes.finish()
	c.ending = *last.Ending
	c.account = last.Account
	c.guard.finish(c, err == nil && len(c.ending.Stuck) == 0)
}

// endUnguarded ends the process group of a child whose guard is gone. The system has killed the
// child itself where it can, see killWithParent. What has left the group is out of reach: it is not
// our descendant any more.
func (c *Child) endUnguarded() {
	for deadline := time.Now().Add(killLimit); time.Now().Before(deadline); {
		if errors.Is(syscall.Kill(-c.PID, syscall.SIGKILL), syscall.ESRCH) {
			return
		}
		if s := takeSnapshot(c.PID); s != nil && s.Held() == nil {
			return // all have ended, and wait for init to notice
		}
		time.Sleep(killPause)
	}
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
