//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"time"

	"labbook.example/labbook/bench/rig"
)

// connectionsPerAddress spreads the idle connections over addresses of loopback, so that no address
// runs out of ports.
const connectionsPerAddress = 2000

// idleTimeout bounds each step on one of the idle connections.
const idleTimeout = 5 * time.Second

// held is the memory of a server before and with the idle connections.
type held struct {
	before, with rig.Memory
	problem      error
}

// bytesPerConnection returns what each of n connections added.
func (h held) bytesPerConnection(n int) float64 {
	return float64(h.with.Now-h.before.Now) / float64(n)
}

// measureMemory measures every server once per round, and shows what idle connections cost.
func measureMemory(ctx context.Context, o options, out, progress io.Writer) error {
	of := slices.DeleteFunc(slices.Clone(o.servers), func(s server) bool {
		if s.few {
			fmt.Fprintf(out, "skipped: %s holds few connections at a time\n", s.Name)
		}
		return s.few
	})
	found := map[string][]held{}
	invalid := 0
	for round := 1; round <= o.Rounds; round++ {
		for _, s := range of {
			h := holdIdle(ctx, s, o)
			if ctx.Err() != nil {
				return fmt.Errorf("stopped in round %d: %w", round, context.Cause(ctx))
			}
			found[s.Name] = append(found[s.Name], h)
			if h.problem != nil {
				invalid++
			}
			fmt.Fprintf(progress, "round %d, %s: %v\n", round, s.Name, h)
		}
	}
	fmt.Fprintf(
		out,
		"\nmemory with %d idle connections, each after one request; medians of %d rounds, "+
			"in MiB and in bytes\n",
		o.connections,
		o.Rounds,
	)
	rows := [][]string{{"server", "before", "with", "peak", "bytes per connection (min–max)"}}
	for _, s := range of {
		rows = append(rows, memoryRow(s.Name, found[s.Name], o.connections))
	}
	if err := rig.Align(out, rows); err != nil || invalid == 0 {
		return err
	}
	return fmt.Errorf("%d measurements are invalid", invalid)
}

func memoryRow(name string, rounds []held, connections int) []string {
	var before, with, peak, each []float64
	for _, h := range rounds {
		if h.problem != nil {
			return []string{name, "INVALID", "", "", h.problem.Error()}
		}
		before = append(before, rig.Mebibytes(h.before.Now))
		with = append(with, rig.Mebibytes(h.with.Now))
		peak = append(peak, rig.Mebibytes(h.with.Peak))
		each = append(each, h.bytesPerConnection(connections))
	}
	row := []string{name}
	for _, values := range [][]float64{before, with, peak} {
		row = append(row, fmt.Sprintf("%.1f", rig.Summarize(values).Median))
	}
	bytes := rig.Summarize(each)
	return append(row, fmt.Sprintf("%.0f (%.0f–%.0f)", bytes.Median, bytes.Low, bytes.High))
}

// String returns one line about the server, for progress.
func (h held) String() string {
	if h.problem != nil {
		return fmt.Sprintf("INVALID: %v", h.problem)
	}
	return fmt.Sprintf(
		"%.1f MiB before, %.1f MiB with",
		rig.Mebibytes(h.before.Now),
		rig.Mebibytes(h.with.Now),
	)
}

// holdIdle starts a server and reads its memory without and with the connections.
func holdIdle(ctx context.Context, s server, o options) held {
	running, err := rig.Start(ctx, o.Scratch, s.Server)
	if err != nil {
		return held{problem: err}
	}
	defer running.Stop()

	before, err := running.Memory()
	if err != nil {
		return held{problem: err}
	}
	connections, err := connectIdle(ctx, running.Port, o.connections)
	defer reset(connections)
	if err != nil {
		return held{problem: err}
	}
	with, err := running.Memory()
	if err == nil {
		err = errors.Join(stillOpen(connections[0]), stillOpen(connections[len(connections)-1]))
	}
	return held{before, with, err}
}

// connectIdle opens n connections, one after the other, and waits for one answer on each.
func connectIdle(ctx context.Context, port, n int) ([]*net.TCPConn, error) {
	var open []*net.TCPConn
	for i := range n {
		if ctx.Err() != nil {
			return open, context.Cause(ctx)
		}
		from := &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(2+i/connectionsPerAddress))}
		dialer := net.Dialer{LocalAddr: from, Timeout: idleTimeout, KeepAlive: -1}
		c, err := dialer.DialContext(ctx, "tcp4", rig.Address(port))
		if err != nil {
			return open, fmt.Errorf("connection %d: %w", i+1, err)
		}
		open = append(open, c.(*net.TCPConn))
		if err := stillOpen(c); err != nil {
			return open, fmt.Errorf("connection %d: %w", i+1, err)
		}
	}
	return open, nil
}

// reset closes connections without TIME_WAIT: tens of thousands of sockets in that state would slow
// down the search for a free port.
func reset(connections []*net.TCPConn) {
	for _, c := range connections {
		_ = c.SetLinger(0) // if it fails, closing is slower, not wrong
		_ = c.Close()      // it is of no further use
	}
}

// stillOpen sends a request, and expects an answer with 200 that leaves the connection open. Every
// answer here fits into one read, and loopback delivers it in one piece.
func stillOpen(c net.Conn) error {
	if err := c.SetDeadline(time.Now().Add(idleTimeout)); err != nil {
		return err
	}
	if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"); err != nil {
		return err
	}
	var answer [1024]byte
	n, err := io.ReadAtLeast(c, answer[:], len("HTTP/1.1 200"))
	if err != nil {
		return err
	}
	if string(answer[:len("HTTP/1.1 200")]) != "HTTP/1.1 200" {
		return fmt.Errorf("found %q; want an answer with 200", answer[:n])
	}
	return nil
}
