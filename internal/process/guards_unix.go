//go:build unix

package process

import (
	"encoding/json"
	"errors"
	"net"
	"os"
	"os/exec"
	"slices"
	"sync"
	"syscall"
	"time"
)

// guardian is a guard process as its starter sees it. It guards one child after the other, so that
// a run starts few of them.
type guardian struct {
	pid     int
	conn    *net.UnixConn
	orders  *json.Encoder
	reports *json.Decoder
	gone    chan struct{} // closes when the process has ended

	mu    sync.Mutex
	child *Child // nil between two children
}

// idle are the guardians that have no child.
var idle struct {
	sync.Mutex
	all []*guardian
}

// takeGuardian returns an idle guardian that runs, or a new one.
func takeGuardian() (*guardian, error) {
	for {
		g := idlest()
		switch {
		case g == nil:
			return newGuardian()
		case g.runs():
			return g, nil
		}
		g.conn.Close()
	}
}

// idlest removes the guardian that was idle for the shortest time, nil if there is none.
func idlest() *guardian {
	idle.Lock()
	defer idle.Unlock()
	n := len(idle.all)
	if n == 0 {
		return nil
	}
	g := idle.all[n-1]
	idle.all = slices.Delete(idle.all, n-1, n)
	return g
}

func (g *guardian) runs() bool {
	select {
	case <-g.gone:
		return false
	default:
		return true
	}
}

// newGuardian starts this program once more, as "guard".
func newGuardian() (*guardian, error) {
	program, err := ownPath()
	if err != nil {
		return nil, err
	}
	ours, theirs, err := socketPair()
	if err != nil {
		return nil, err
	}
	defer theirs.Close()

	cmd := exec.Command(program, GuardCommand)
	cmd.Stderr = os.Stderr // it writes nothing, unless it has a bug
	cmd.ExtraFiles = []*os.File{theirs}
	// A group of its own: Ctrl-C at the terminal is for us to handle, not for the guard.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(err, ours.Close())
	}
	g := &guardian{
		pid:     cmd.Process.Pid,
		conn:    ours,
		orders:  json.NewEncoder(ours),
		reports: json.NewDecoder(ours),
		gone:    make(chan struct{}),
	}
	go func() { // ends with the guard, which ends with the connection
		_ = cmd.Wait()
		close(g.gone)
	}()
	return g, nil
}

// socketPair returns a connection, and its other end as a file. No child inherits either of them.
func socketPair() (*net.UnixConn, *os.File, error) {
	syscall.ForkLock.RLock()
	pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.CloseOnExec(pair[0])
		syscall.CloseOnExec(pair[1])
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, nil, os.NewSyscallError("socketpair", err)
	}

	ours, theirs := os.NewFile(uintptr(pair[0]), "guard"), os.NewFile(uintptr(pair[1]), "starter")
	conn, err := connection(ours)
	if err != nil {
		return nil, nil, errors.Join(err, theirs.Close())
	}
	return conn, theirs, nil
}

// connection turns a file that is a Unix socket into a connection, and closes the file.
func connection(file *os.File) (*net.UnixConn, error) {
	defer file.Close()
	conn, err := net.FileConn(file)
	if err != nil {
		return nil, err
	}
	socket, ok := conn.(*net.UnixConn)
	if !ok {
		return nil, errors.Join(errors.New("not a Unix socket"), conn.Close())
	}
	return socket, nil
}

// send sends an order to start a child, with the files that it shall have.
func (g *guardian) send(start startOrder, files []*os.File) error {
	data, err := json.Marshal(order{Start: &start})
	if err != nil {
		return err
	}
	var fds []int
	for _, file := range files {
		fds = append(fds, int(file.Fd()))
	}
	// The files travel with the first bytes. The buffer of the socket may not hold all of them.
	n, _, err := g.conn.WriteMsgUnix(data, syscall.UnixRights(fds...), nil)
	if err == nil {
		_, err = g.conn.Write(data[n:])
	}
	return err
}

// release tells the guard to end a child, unless that has ended.
func (g *guardian) release(c *Child) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.child == c {
		_ = g.orders.Encode(order{}) // a guard that is gone has released its child
	}
}

// hold makes c the child of the guardian.
func (g *guardian) hold(c *Child) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.child = c
}

// finish makes the child Done and, if the guard can have another one, the guardian idle. Both
// happen at once: what waits for the child finds the guardian idle.
func (g *guardian) finish(c *Child, reusable bool) {
	g.hold(nil)
	idle.Lock()
	defer idle.Unlock()
	close(c.done)
	if reusable {
		idle.all = append(idle.all, g)
		return
	}
	g.conn.Close()
}

// EndGuards ends the guards that have no child, and waits until they are gone, but not for longer
// than killLimit. A program calls it before it exits; otherwise they are gone a moment later than
// the program.
func EndGuards() {
	idle.Lock()
	ending := idle.all
	idle.all = nil
	idle.Unlock()
	for _, g := range ending {
		g.conn.Close()
	}
	late := time.After(killLimit)
	for _, g := range ending {
		select {
		case <-g.gone:
		case <-late: // somebody has suspended it
			return
		}
	}
}
