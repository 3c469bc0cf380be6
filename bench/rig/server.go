//go:build linux

package rig

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"time"

	"labbook.example/labbook/internal/process"
)

// Server describes a program that serves on loopback.
type Server struct {
	Name    string
	Command func(folder string, port int) ([]string, error) // folder has what was built
	Port    int                                             // where it listens; 0 for any free port
}

// Running is a server that runs. It cannot outlive this program.
type Running struct {
	Port   int
	child  *process.Child
	output *process.TailBuffer
}

// ErrUnknownModel is the error of a model that this labbook does not have.
var ErrUnknownModel = errors.New("labbook serve does not know this model")

// startTimeout is how long a server may take until its first answer, on a busy machine too.
const startTimeout = time.Minute

// Start runs a server and waits until it gives the right answer. Another program could take a free
// port between finding and binding it, so a server that ends at once gets two more tries.
func Start(ctx context.Context, folder string, s Server) (*Running, error) {
	var err error
	for range 3 {
		var r *Running
		if r, err = startOnce(folder, s); err != nil {
			return nil, err
		}
		if err = r.waitUntilRight(ctx); err == nil {
			return r, nil
		}
		r.Stop()
		if strings.Contains(r.output.String(), "unknown model") {
			return nil, ErrUnknownModel
		}
		err = fmt.Errorf("starting %s: %w; it wrote: %q", s.Name, err, r.LastOutput())
		if ctx.Err() != nil || !errors.Is(err, errEnded) {
			return nil, err
		}
	}
	return nil, err
}

func startOnce(folder string, s Server) (*Running, error) {
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
	path, err := exec.LookPath(argv[0])
	if err != nil {
		return nil, err
	}

	output := &process.TailBuffer{}
	child, err := process.Command{
		Path:   path,
		Argv:   argv,
		Stdout: output,
		Stderr: output,
	}.Start()
	if err != nil {
		return nil, err
	}
	return &Running{Port: port, child: child, output: output}, nil
}

// FreePort asks the system for a port that no socket is bound to.
func FreePort() (int, error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return listener.Addr().(*net.TCPAddr).Port, listener.Close()
}

// errEnded is the error of a server that ended before Stop.
var errEnded = errors.New("it ended by itself")

func (r *Running) waitUntilRight(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	again := time.NewTicker(5 * time.Millisecond)
	defer again.Stop()
	for {
		last := r.ask(ctx)
		if last == nil {
			return nil
		}
		select {
		case <-r.child.Done():
			return errEnded
		case <-ctx.Done():
			return fmt.Errorf("no right answer within %v: %w", startTimeout, last)
		case <-again.C:
		}
	}
}

// URL returns what a generator asks for.
func (r *Running) URL() string { return "http://" + Address(r.Port) + "/" }

// Address returns the address of a port on loopback.
func Address(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }

// ask expects 200 and the body that every server here has, on a connection of its own.
func (r *Running) ask(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.URL(), nil)
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

// Stop ends the server and all that it started.
func (r *Running) Stop() { r.child.Stop() }

// Explain adds to the error of a load that the server has ended by itself, if it has.
func (r *Running) Explain(err error) error {
	if err == nil || !r.child.Ended() {
		return err
	}
	return fmt.Errorf("%w; the server ended by itself and wrote: %q", err, r.LastOutput())
}

// LastOutput returns the end of what the server wrote, for a message.
func (r *Running) LastOutput() string {
	text := r.output.String()
	return text[max(0, len(text)-300):]
}

// Memory is what a server holds in RAM, in bytes. Pages that its processes share count in each.
type Memory struct {
	Now  int64
	Peak int64
}

// Memory sums over all processes of the server.
func (r *Running) Memory() (Memory, error) {
	snapshot, err := r.snapshot()
	if err != nil {
		return Memory{}, err
	}
	var sum Memory
	for pid, p := range snapshot.Processes {
		if p.Memory.Resident < 0 || p.Memory.Peak < 0 {
			return Memory{}, fmt.Errorf("the memory of process %d is unknown", pid)
		}
		sum.Now += p.Memory.Resident
		sum.Peak += p.Memory.Peak
	}
	return sum, nil
}

func (r *Running) snapshot() (*process.Snapshot, error) {
	snapshot := r.child.Snapshot()
	if snapshot == nil {
		return nil, errors.New("the server's processes are gone, or /proc cannot be read")
	}
	return snapshot, nil
}
