package node

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/rpc"
	"net/rpc/jsonrpc"
	"os"
	"time"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/machine"
)

// Node is what runs on a machine for a run elsewhere.
type Node struct {
	Lease time.Duration // see Lease

	// Alone keeps other runs away from the machine, see machine.MeasureAlone.
	Alone func(what string, together ...string) (release func(), err error)
}

// New returns a node as a run starts it.
func New() Node { return Node{Lease: Lease / hurried, Alone: machine.MeasureAlone} }

// errEnd is the cause of an end that the run asks for, by the end of a node's input.
var errEnd = errors.New("the run has ended")

// Serve greets, and then answers what comes in, until that ends, ctx ends, or nothing has come in
// for the lease. It returns once all is gone that was started meanwhile. The end of the input is no
// error.
func (n Node) Serve(ctx context.Context, in io.Reader, out io.Writer) error {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)

	if err := ownGreeting(os.Getpid()).send(out); err != nil {
		return err
	}
	lease := newLease(n.Lease, end)
	defer lease.stop()
	s := newService(ctx, n)
	server := rpc.NewServer()
	if err := server.RegisterName(Command, s); err != nil {
		return err
	}
	go func() { // ends with the input, at the latest when the process exits
		requests := &endingReader{from: newLines(in, lease.renew), end: end}
		server.ServeCodec(answers{jsonrpc.NewServerCodec(stream{requests, out}), end})
		end(errEnd) // it was no request
	}()

	<-ctx.Done()
	s.close()
	if err := context.Cause(ctx); !errors.Is(err, errEnd) {
		return err
	}
	return nil
}

// newLease returns a countdown that ends a node, see Lease.
func newLease(length time.Duration, end func(error)) *countdown {
	return newCountdown(length, func() {
		const hint = "the run there has lost this machine, and says why"
		end(failure.Machine(hint, "heard nothing from the run for %v", length))
	})
}

// endingReader reads requests, and tells when there are no more.
type endingReader struct {
	from *lines
	end  func(error)
}

// Read implements io.Reader.
func (r *endingReader) Read(p []byte) (int, error) {
	n, err := r.from.Read(p)
	switch {
	case err == nil:
	case errors.Is(err, io.EOF), errors.Is(err, errCut): // a run that is killed may leave a part
		r.end(errEnd)
	default:
		r.end(fmt.Errorf("reading what the run asks: %w", err))
	}
	return n, err
}

// answers is a codec whose node ends when an answer cannot be written: the run would wait for it.
type answers struct {
	rpc.ServerCodec
	end func(error)
}

// WriteResponse implements rpc.ServerCodec.
func (a answers) WriteResponse(r *rpc.Response, body any) error {
	err := a.ServerCodec.WriteResponse(r, body)
	if err != nil {
		a.end(fmt.Errorf("answering %s: %w", r.ServiceMethod, err))
	}
	return err
}

// stream is a connection of two pipes. It does not close them.
type stream struct {
	io.Reader
	io.Writer
}

// Close implements io.Closer. It does nothing.
func (stream) Close() error { return nil }
