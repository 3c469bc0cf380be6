//go:build unix

package process

import (
	"encoding/json"
	"io"
	"net"
	"os"
	"os/exec"
	"syscall"
)

// received is an order with the files that came with it.
type received struct {
	order
	files []*os.File
}

// readOrders returns the orders that come over a connection. The channel closes when the other end
// is gone.
func readOrders(conn *net.UnixConn) <-chan received {
	orders := make(chan received)
	go func() { // ends with the connection, at the latest when the guard exits
		defer close(orders)
		reader := &fileReader{conn: conn}
		decoder := json.NewDecoder(reader)
		for {
			var o order
			if err := decoder.Decode(&o); err != nil {
				return
			}
			orders <- received{o, reader.files}
			reader.files = nil
		}
	}()
	return orders
}

// fileReader reads from a connection, and keeps the files that come with what it reads.
type fileReader struct {
	conn  *net.UnixConn
	files []*os.File
}

// Read implements io.Reader.
func (r *fileReader) Read(p []byte) (int, error) {
	rights := make([]byte, syscall.CmsgSpace(3*4)) // three descriptors at most
	n, m, _, _, err := r.conn.ReadMsgUnix(p, rights)
	if err != nil {
		return 0, err // n is -1
	}
	if n == 0 {
		return 0, io.EOF
	}

	messages, err := syscall.ParseSocketControlMessage(rights[:m])
	if err != nil {
		return n, err
	}
	for i := range messages {
		fds, err := syscall.ParseUnixRights(&messages[i])
		if err != nil {
			return n, err
		}
		for _, fd := range fds {
			r.files = append(r.files, os.NewFile(uintptr(fd), "of a child"))
		}
	}
	return n, nil
}

// command returns the child that is to be started.
func (o received) command() *exec.Cmd {
	s := o.Start
	cmd := &exec.Cmd{
		Path: string(s.Path),
		Args: asTexts(s.Argv),
		Env:  asTexts(s.Env),
		Dir:  string(s.Dir),
	}
	for i, number := range s.Files {
		switch number {
		case 0:
			cmd.Stdin = o.files[i]
		case 1:
			cmd.Stdout = o.files[i]
		case 2:
			cmd.Stderr = o.files[i]
		}
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	killWithParent(cmd.SysProcAttr)
	return cmd
}

func asTexts(all [][]byte) []string {
	var texts []string
	for _, text := range all {
		texts = append(texts, string(text))
	}
	return texts
}
