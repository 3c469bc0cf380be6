//go:build unix

package node

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/spec"
)

// leaseVariable shortens the lease of a node that a test starts.
const leaseVariable = "LABBOOK_TEST_LEASE"

// TestMain plays the guard, and the node, which tests start by Launch.
func TestMain(m *testing.M) {
	if code, ok := process.RunAsGuard(os.Args); ok {
		os.Exit(code)
	}
	if len(os.Args) == 2 && os.Args[1] == Command {
		os.Exit(playNode())
	}
	if len(os.Args) > 2 && os.Args[1] == relay {
		os.Exit(playRelay())
	}
	os.Exit(m.Run())
}

// playNode is `labbook node`.
func playNode() int {
	ctx, stop := failure.UntilSignal(context.Background())
	defer stop()
	defer process.EndGuards()
	n := New()
	if short, err := time.ParseDuration(os.Getenv(leaseVariable)); err == nil {
		n.Lease = short
	}
	err := n.Serve(ctx, os.Stdin, os.Stdout)
	if err != nil {
		os.Stderr.WriteString("labbook: " + err.Error() + "\n")
	}
	code, _ := failure.CodeAndHint(err)
	return code
}

// patient are times that no machine is too slow for, except those that a test waits out.
var patient = times{
	renewal:  time.Hour,
	patience: time.Minute,
	question: time.Minute,
	waiting:  time.Hour,
	ending:   time.Minute,
	farewell: time.Minute,
	words:    time.Minute,
}

// start starts nodes, which end with the test.
func start(t *testing.T, at times, launches ...Launch) []*Client {
	t.Helper()
	d := dialer{own: ownGreeting(0), times: at}
	clients, err := d.connect(t.Context(), launches, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { Close(clients) })
	return clients
}

// pair returns a client that talks with a node of this process, and how that ends.
func pair(t *testing.T, n Node, at times) (*Client, <-chan error) {
	t.Helper()
	in, to := io.Pipe()
	from, out := io.Pipe()
	ended := make(chan error, 1)
	go func() { // ends with the input, which the test closes
		err := n.Serve(t.Context(), in, out)
		in.Close()
		out.Close()
		ended <- err
	}()
	d := dialer{own: ownGreeting(0), times: at}
	c, err := d.greet(t.Context(), Launch{Name: "server"}, &link{name: "pipe", to: to, from: from})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c, ended
}

// unlocked is Node.Alone of tests that lock nothing.
func unlocked(string, ...string) (func(), error) { return func() {}, nil }

func testNode() Node { return Node{Lease: time.Hour, Alone: unlocked} }

// A node answers until its input ends, and that is no error.
func TestNodeEndsWithItsInput(t *testing.T) {
	c, ended := pair(t, testNode(), patient)
	if got, err := c.echo(t.Context(), []byte("hello")); string(got) != "hello" || err != nil {
		t.Errorf("Echo: %q, %v; want hello", got, err)
	}
	c.Close()
	if err := <-ended; err != nil {
		t.Errorf("the node ended with %v, want no error", err)
	}
	if _, err := c.echo(t.Context(), nil); !errors.Is(err, errLeft) {
		t.Errorf("a question to a node that was left: %v, want %v", err, errLeft)
	}
}

// Bytes arrive as they were sent, however many they are.
func TestEveryByteArrives(t *testing.T) {
	c, _ := pair(t, testNode(), patient)
	sent := make([]byte, 3<<20)
	for i := range sent {
		sent[i] = byte(i * i >> 3)
	}
	got, err := c.echo(t.Context(), sent)
	if err != nil || string(got) != string(sent) {
		t.Errorf("other bytes came back, error %v", err)
	}
}

// A node that hears nothing ends, at the end of its lease. Renewals keep it.
func TestLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := testNode()
		n.Lease = Lease
		c, ended := pair(t, n, usual)
		time.Sleep(10 * Lease)
		synctest.Wait()
		if err := c.Err(); err != nil || len(ended) > 0 {
			t.Fatalf("a node whose lease is renewed is lost: %v", err)
		}

		c.end.Do(func() { close(c.gone) }) // it renews no more
		began := time.Now()
		err := <-ended
		if code, hint := failure.CodeAndHint(err); code != failure.ExitMachine || hint == "" {
			t.Errorf("the node ended with %v, code %d, hint %q; want its lease", err, code, hint)
		}
		if took := time.Since(began); took > Lease {
			t.Errorf("it ended after %v, want at most %v", took, Lease)
		}
	})
}

// A node that does not answer to a renewal is lost, with all questions that wait for it. That takes
// at most fifteen seconds.
func TestSilentNodeIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		c := peer(t, usual, func(out io.Writer, in io.Reader) {
			greets(out, in)
			_, _ = io.Copy(io.Discard, in)
		})
		asked := make(chan error)
		go func() {
			_, err := c.echo(t.Context(), nil)
			asked <- err
		}()
		err := <-asked
		const want = `machine "server" was lost: it has not answered for 10s`
		if err == nil || err.Error() != want || !errors.Is(c.Err(), err) {
			t.Errorf("the question: %v, the node: %v; want %q", err, c.Err(), want)
		}
		if code, hint := failure.CodeAndHint(err); code != failure.ExitMachine || hint == "" {
			t.Errorf("code %d, hint %q; want %d and a hint", code, hint, failure.ExitMachine)
		}
		if took := time.Since(began); took != usual.renewal+usual.patience {
			t.Errorf("it was lost after %v, want %v", took, usual.renewal+usual.patience)
		}
	})
}

// A machine is locked for as long as its node runs, against others than the processes of its run.
func TestLock(t *testing.T) {
	released := make(chan string, 1)
	n := testNode()
	n.Alone = func(what string, together ...string) (func(), error) {
		if what == "taken" {
			return nil, failure.Machine("wait", "another labbook is measuring on this machine")
		}
		return func() { released <- what + " with " + strings.Join(together, "; ") }, nil
	}
	c, _ := pair(t, n, patient)
	use := Use{Experiment: &spec.Experiment{}, What: "taken"}
	err := c.Prepare(use)
	const want = `machine "server": another labbook is measuring on this machine`
	if code, hint := failure.CodeAndHint(err); err.Error() != want || code != 3 || hint != "wait" {
		t.Errorf("Prepare: %v, code %d, hint %q; want %q", err, code, hint, want)
	}
	use.What, use.Together = "e.toml", Together("e.toml", []*Client{{PID: 7}})
	for range 2 { // once more for a pilot
		if err := c.Prepare(use); err != nil {
			t.Fatal(err)
		}
	}
	c.Close()
	held := fmt.Sprintf("e.toml with pid %d, e.toml; pid 7, e.toml", os.Getpid())
	if got := <-released; got != held {
		t.Errorf("released %q, want %q", got, held)
	}
}
