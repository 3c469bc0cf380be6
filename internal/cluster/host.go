package cluster

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// HostVariable is the environment variable by which a Fault finds the Host.
const HostVariable = "LABBOOK_TEST_HOST"

// Host stands for other machines: it starts what a Fault asks it to. Its programs are none of the
// launcher's descendants, as those of sshd and slurmd are not, so no one can end them from here.
type Host struct {
	dir      string
	listener net.Listener
}

// order is what a Host is to start.
type order struct {
	Argv []string `json:"argv"`
	Env  []string `json:"env"`
	Dir  string   `json:"dir"`
	// Keep is whether the program's input stays open when the launcher is gone, as it does when an
	// srun is killed together with its shepherd.
	Keep bool `json:"keep"`
}

// said is what a Host says of a program.
type said struct {
	Out  []byte `json:"out,omitempty"`  // written to standard output
	Err  []byte `json:"err,omitempty"`  // written to standard error
	Exit *int   `json:"exit,omitempty"` // its exit code, at last
}

// NewHost starts a host for a test. At the end of the test nothing that knows of it may be left.
func NewHost(t testing.TB) *Host {
	t.Helper()
	h := &Host{dir: folder(t, "host")}
	var err error
	h.listener, err = net.Listen("unix", h.socket())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cleared(t, h.dir)
		h.listener.Close()
	})
	go func() { // ends with the listener
		for {
			conn, err := h.listener.Accept()
			if err != nil {
				return
			}
			go serveHost(conn.(*net.UnixConn)) // ends with the program
		}
	}()
	return h
}

func (h *Host) socket() string { return filepath.Join(h.dir, "socket") }

// Env returns the environment by which a Fault finds the host.
func (h *Host) Env() []string { return []string{HostVariable + "=" + h.socket()} }

// serveHost starts the program that a connection orders, and passes on what comes and goes.
func serveHost(conn *net.UnixConn) {
	defer conn.Close()
	orders := json.NewDecoder(conn)
	var o order
	if err := orders.Decode(&o); err != nil {
		return
	}
	answers := &hostAnswers{to: json.NewEncoder(conn)}
	cmd := exec.Command(o.Argv[0], o.Argv[1:]...)
	cmd.Env, cmd.Dir = o.Env, o.Dir
	cmd.Stdout = hostOutput(func(p []byte) said { return said{Out: p} }, answers)
	cmd.Stderr = hostOutput(func(p []byte) said { return said{Err: p} }, answers)
	input, err := cmd.StdinPipe()
	if err == nil {
		err = startHere(cmd)
	}
	if err != nil {
		answers.say(said{Err: []byte(err.Error() + "\n"), Exit: new(127)})
		return
	}

	go func() { // ends with the launcher
		// The decoder has read one byte too many: the end of the line.
		_, err := io.Copy(input, afterLine(io.MultiReader(orders.Buffered(), conn)))
		if errors.Is(err, net.ErrClosed) || !o.Keep {
			input.Close()
		}
	}()
	_ = cmd.Wait() // its exit code tells
	answers.say(said{Exit: new(cmd.ProcessState.ExitCode())})
}

// afterLine returns what follows the end of a line.
func afterLine(from io.Reader) io.Reader {
	_, _ = io.ReadFull(from, make([]byte, 1)) // reading on tells
	return from
}

// hostAnswers are written one at a time. A launcher that is gone hears none.
type hostAnswers struct {
	mu sync.Mutex
	to *json.Encoder
}

func (a *hostAnswers) say(s said) {
	a.mu.Lock()
	defer a.mu.Unlock()
	_ = a.to.Encode(s) // the launcher may be gone; its program notices nothing, as with sshd
}

// hostWriter passes on what a program writes.
type hostWriter func(p []byte)

func (w hostWriter) Write(p []byte) (int, error) {
	w(p)
	return len(p), nil
}

func hostOutput(as func(p []byte) said, answers *hostAnswers) io.Writer {
	return hostWriter(func(p []byte) { answers.say(as(p)) })
}

// askHost has the host of our environment start a program. It returns the way to its input, and
// what the host says of it.
func askHost(argv []string, keep bool) (to *net.UnixConn, answers *json.Decoder, err error) {
	path := os.Getenv(HostVariable)
	conn, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return nil, nil, err
	}
	dir, err := os.Getwd()
	if err == nil {
		err = json.NewEncoder(conn).Encode(order{
			Argv: argv,
			Env:  os.Environ(),
			Dir:  dir,
			Keep: keep,
		})
	}
	return conn, json.NewDecoder(conn), err
}
