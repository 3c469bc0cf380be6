//go:build linux

package rig

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// Server is a program to start: its command for a folder with what was built, and a port to listen
// on.
type Server struct {
	Name    string
	Command func(folder string, port int) ([]string, error)
	Port    int // where it listens; 0 for any free port
}

// Process is a server that runs, in a process group of its own.
type Process struct {
	Port  int
	group int           // the group's id, which is its leader's
	log   string        // the file with all that it said
	done  chan struct{} // closed when the leader has ended
}

// ErrUnknownModel is for a model that this labbook does not have.
var ErrUnknownModel = errors.New("labbook serve does not know this model")

// How long a server may take to answer for the first time, and to end.
const (
	startTimeout = 5 * time.Second
	stopTimeout  = 3 * time.Second
)

// Start runs a server on loopback and waits until it gives the right answer. A free port could be
// taken between finding and binding it, so a server that ends at once gets another try. The thread
// that calls must live as long as the server: the system ends a server whose starter has ended.
func Start(ctx context.Context, folder string, s Server) (*Process, error) {
	var err error
	for range 3 {
		var p *Process
		if p, err = startOnce(folder, s); err != nil {
			return nil, err
		}
		if err = p.waitUntilRight(ctx); err == nil {
			return p, nil
		}
		p.Stop()
		said := p.Said()
		if bytes.Contains(said, []byte("unknown model")) {
			return nil, ErrUnknownModel
		}
		err = fmt.Errorf("starting %s: %w; it said: %q", s.Name, err, said)
		if ctx.Err() != nil || !errors.Is(err, errEnded) {
			return nil, err
		}
	}
	return nil, err
}

func startOnce(folder string, s Server) (*Process, error) {
	port := s.Port
	if port == 0 {
		var err error
		if port, err = FreePort(); err != nil {
			return nil, err
		}
	}
	argv, err := s.Command(folder, port)
	if err != nil {
		return nil, err
	}
	log, err := os.Create(filepath.Join(folder, "server.log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	command := exec.Command(argv[0], argv[1:]...)
	command.Stdout, command.Stderr = log, log
	// Should this program be killed, the system ends the server.
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGTERM}
	if err := command.Start(); err != nil {
		return nil, err
	}
	p := &Process{
		Port:  port,
		group: command.Process.Pid,
		log:   log.Name(),
		done:  make(chan struct{}),
	}
	go func() { // ends with the server, which Stop ends
		_ = command.Wait() // how it ended shows in whether it answered
		close(p.done)
	}()
	return p, nil
}

// FreePort asks the system for a port that nothing is bound to.
func FreePort() (int, error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return listener.Addr().(*net.TCPAddr).Port, listener.Close()
}

// errEnded is for a server that ended before it was told to.
var errEnded = errors.New("it ended by itself")

func (p *Process) waitUntilRight(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for {
		last := p.ask(ctx)
		if last == nil {
			return nil
		}
		select {
		case <-p.done:
			return errEnded
		case <-ctx.Done():
			return fmt.Errorf("no right answer within %v: %w", startTimeout, last)
		case <-again.C:
		}
	}
}

// URL is what a generator asks for.
func (p *Process) URL() string { return "http://" + Address(p.Port) + "/" }

// Address is a port of loopback.
func Address(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }

// ask wants 200 and the body that every server here has, on a connection of its own.
func (p *Process) ask(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.URL(), nil)
	if err != nil {
		return err
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, 100))
	if err == nil && (response.StatusCode != http.StatusOK || string(body) != "hello\n") {
		err = fmt.Errorf("found %s and %q; want 200 and hello", response.Status, body)
	}
	return err
}

// Stop ends the whole process group, and waits until its leader has ended.
func (p *Process) Stop() {
	_ = syscall.Kill(-p.group, syscall.SIGTERM) // one that is gone already needs none
	select {
	case <-p.done:
	case <-time.After(stopTimeout):
	}
	_ = syscall.Kill(
		-p.group,
		syscall.SIGKILL,
	) // for what does not listen, and for children that were left
	<-p.done
}

// Ended reports whether the server has ended before it was told to.
func (p *Process) Ended() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}

// Said is the end of what the server wrote, for a message.
func (p *Process) Said() []byte {
	text, err := os.ReadFile(p.log)
	if err != nil {
		return []byte(err.Error())
	}
	text = bytes.TrimSpace(text)
	return text[max(0, len(text)-300):]
}
