//go:build unix

package node

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/generator"
	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/place"
	"labbook.example/labbook/internal/probe"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/quietport"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/startup"
)

// prepared starts a node with a lock of its own, as a place of an experiment in a folder.
func prepared(t *testing.T, e *spec.Experiment, words ...string) (c *Client, folder string) {
	t.Helper()
	folder = t.TempDir()
	l := here("server", append([]string{"env", "TMPDIR=" + t.TempDir()}, words...)...)
	c = start(t, patient, l)[0]
	if err := c.Prepare(Use{Experiment: e, Folder: folder, What: "e.toml"}); err != nil {
		t.Fatal(err)
	}
	return c, folder
}

// script returns a server that is a shell script. One that is deaf is killed soon.
func script(text string) spec.Server {
	s := spec.Server{
		Name:         "pool",
		Command:      []string{"sh", "-c", text},
		StartTimeout: time.Minute,
		StopTimeout:  time.Minute,
	}
	if strings.HasPrefix(text, deaf) {
		s.StopTimeout = 100 * time.Millisecond
	}
	return s
}

// deaf is the beginning of a script that does not end when it is asked to.
const deaf = "trap '' TERM; "

// started starts a server, and waits until it has printed.
func started(t *testing.T, c *Client, text string) (place.Child, *startup.Output) {
	t.Helper()
	output := &startup.Output{}
	ch, err := c.Start(script(text), output)
	if err != nil {
		t.Fatal(err)
	}
	for output.String() == "" { // the test's timeout is the bound
		time.Sleep(time.Millisecond)
	}
	return ch, output
}

// The life of a server on another machine: it is watched, stopped between trials, and ended. How it
// ended and what it printed last is known without asking again.
func TestServerElsewhere(t *testing.T) {
	c, folder := prepared(t, &spec.Experiment{})
	ch, output := started(t, c, "trap 'echo bye; exit 4' TERM; pwd; while :; do sleep 0.01; done")
	if got, want := output.String(), folder; got != want {
		t.Errorf("it runs in %q, want %q", got, want)
	}
	if ch.Ended() || ch.Exited() {
		t.Error("a server that runs has ended")
	}

	before := ch.Snapshot()
	ch.Suspend()
	ch.Resume()
	after := ch.Snapshot()
	if before == nil || after == nil {
		t.Skip("this system takes no snapshots")
	}
	if between := after.Taken.Sub(before.Taken); between <= 0 || between > time.Minute {
		t.Errorf("%v between two snapshots", between)
	}
	if used := after.CPUSince(before).Total(); used < 0 || len(after.Processes) == 0 {
		t.Errorf("%v of CPU, %d processes", used, len(after.Processes))
	}

	ch.Stop()
	want := process.Ending{Code: 4}
	if !ch.Ended() || !ch.Exited() || !reflect.DeepEqual(ch.Ending(), want) {
		t.Errorf("it ended with %+v, want %+v", ch.Ending(), want)
	}
	if a := ch.Account(); a == nil || a.WallSeconds <= 0 {
		t.Errorf("account %+v", a)
	}
	if ch.Snapshot() != nil {
		t.Error("a server that has ended has a snapshot")
	}
	c.Close()
	got := output.String() // the shell may tell that its sleep was ended
	if !strings.HasPrefix(got, folder+"\n") || !strings.HasSuffix(got, "\nbye") {
		t.Errorf("it printed %q, want %q and bye", got, folder)
	}
}

// A server that ends by itself is known to have ended without a question.
func TestServerElsewhereThatCrashes(t *testing.T) {
	c, _ := prepared(t, &spec.Experiment{})
	output := &startup.Output{}
	ch, err := c.Start(script("echo oh; kill -SEGV $$"), output)
	if err != nil {
		t.Fatal(err)
	}
	<-ch.Done()
	if got := ch.Ending().Signal; got != "segmentation fault" || output.String() != "oh" {
		t.Errorf("it ended with %v, and printed %q", ch.Ending(), output.String())
	}
	ch.Stop() // does nothing
	ch.Suspend()
	if ch.Exited() != true {
		t.Error("it has not exited")
	}
}

// A node that ends takes its servers with it, whatever ends it.
func TestServersEndWithTheirNode(t *testing.T) {
	test := func(name string, end func(*Client)) {
		t.Helper()
		c, _ := prepared(t, &spec.Experiment{}, os.Args[0], relay)
		ch, output := started(t, c, deaf+"echo $$; while :; do sleep 0.01; done")
		var pid int
		for _, digit := range output.String() {
			pid = pid*10 + int(digit-'0')
		}
		if syscall.Kill(pid, 0) != nil {
			t.Fatalf("%s: no server %d", name, pid)
		}
		end(c)
		<-ch.Done()
		awaitGone(pid)
		if got := ch.Ending(); !got.Unguarded {
			t.Errorf("%s: the server ended with %+v; want that how is not known", name, got)
		}
	}
	test("left", (*Client).Close)
	test("asked to end", func(c *Client) { _ = syscall.Kill(c.PID, syscall.SIGTERM) })
	test("killed", func(c *Client) { _ = syscall.Kill(c.PID, syscall.SIGKILL) })
	test("without a launcher", func(c *Client) { c.link.child.Kill() })
}

// loads is an ab that is a shell script.
func loads(text string) generator.AB {
	return generator.AB{
		Generator: record.Generator{Name: "sh"},
		Path:      "/bin/sh",
		Prefix:    []string{"sh", "-c", text, "sh"},
	}
}

// An ab is called on the machine, with its files, and what it left comes back.
func TestLoadElsewhere(t *testing.T) {
	c, _ := prepared(t, &spec.Experiment{})
	call := generator.Call{
		Args: []string{"-H", "A: it's \"b\"\n c"},
		Body: []byte("\xff\x00binary"),
	}
	got, err := c.Load(t.Context(), loads(`printf '%s|' "$@"; od -An -tx1 body >&2; exit 5`), call)
	if err != nil {
		t.Fatal(err)
	}
	if got.Call.ExitCode != 5 || got.Call.Text != "-H|A: it's \"b\"\n c|" ||
		strings.TrimSpace(got.Call.Stderr) != "ff 00 62 69 6e 61 72 79" {
		t.Errorf("it left %+v", got.Call)
	}
	if got.Problem == "" || got.Call.Process == nil {
		t.Errorf("problem %q, account %v", got.Problem, got.Call.Process)
	}
}

// Ctrl-C interrupts an ab on another machine, whose report still comes back. So does the end of a
// trial's time, which the node knows.
func TestInterruptedLoadElsewhere(t *testing.T) {
	c, folder := prepared(t, &spec.Experiment{})
	mark := filepath.Join(folder, "runs")
	ab := loads("trap 'echo half; exit 130' INT; >" + mark + "; while :; do sleep 0.01; done")
	test := func(name string, ctx context.Context, end func()) {
		t.Helper()
		loaded := make(chan generator.Output, 1)
		go func() {
			got, err := c.Load(ctx, ab, generator.Call{})
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			loaded <- got
		}()
		for {
			if os.Remove(mark) == nil {
				break
			}
			time.Sleep(time.Millisecond)
		}
		end()
		if got := (<-loaded).Call; got.ExitCode != 130 || got.Text != "half\n" {
			t.Errorf("%s: it left %+v, want its report", name, got)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	test("cancelled", ctx, cancel)
	ctx, cancel = context.WithTimeout(t.Context(), 10*time.Second) // to begin within
	defer cancel()
	test("late", ctx, func() {})
}

// A question that is cancelled before it begins does not begin.
func TestCancelledBeforeItBegins(t *testing.T) {
	s := newService(t.Context(), testNode())
	if err := s.Cancel(7, &None{}); err != nil {
		t.Fatal(err)
	}
	ctx, done := s.begin(7, 0)
	defer done()
	if !errors.Is(ctx.Err(), context.Canceled) {
		t.Errorf("its context: %v", ctx.Err())
	}
	if ctx, done := s.begin(8, 0); ctx.Err() != nil {
		t.Error("another question is cancelled as well")
		done()
	}
}

// A server is asked from the machine, with the values of the run's variables, which stand on no
// command line there. What it answers, or why it does not, arrives.
func TestAskElsewhere(t *testing.T) {
	t.Setenv("LABBOOK_TEST_TOKEN", "se\xffcret")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Token") != "se\xffcret" {
			w.WriteHeader(http.StatusForbidden)
		}
		_, _ = w.Write([]byte("hello"))
	})}
	go server.Serve(l) // ends with Close
	t.Cleanup(func() { server.Close() })

	asked := spec.Server{
		Name:    "running",
		URL:     "http://" + l.Addr().String(),
		Address: l.Addr().String(),
		Request: spec.Request{
			Method:  "GET",
			Path:    "/",
			Headers: []spec.Header{{Name: "Token", Value: "${LABBOOK_TEST_TOKEN}"}},
		},
		StartTimeout: time.Minute,
	}
	e := &spec.Experiment{Servers: []spec.Server{asked}}
	c, _ := prepared(t, e, "env", "-u", "LABBOOK_TEST_TOKEN")
	answer, err := c.Ask(t.Context(), asked, false)
	if err != nil || answer.Status != http.StatusOK || answer.Bytes != 5 {
		t.Errorf("%+v, %v; want 200 with 5 bytes", answer, err)
	}

	asked.Expect.Text = "bye"
	_, err = c.Ask(t.Context(), asked, false)
	body, ok := errors.AsType[probe.UnexpectedBodyError](err)
	if want := (probe.UnexpectedBodyError{Status: 200, Head: "hello"}); !ok || body != want {
		t.Errorf("%v, want %v", err, want)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	if _, err := c.Ask(ctx, asked, false); !probe.TimedOut(err) {
		t.Errorf("%v, want that its time was over", err)
	}
}

// Ports are held on the machine, and an error that ends the run says which machine it is.
func TestPortsElsewhere(t *testing.T) {
	c, _ := prepared(t, &spec.Experiment{})
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(quietport.For(t))))
	if err != nil {
		t.Fatal(err)
	}
	taken := machine.Port{
		Server:  "pool",
		Text:    l.Addr().String(),
		Address: netip.MustParseAddrPort(l.Addr().String()),
	}
	refused := func(what string, err error) {
		t.Helper()
		code, _ := failure.CodeAndHint(err)
		if code != failure.ExitMachine || !strings.HasPrefix(err.Error(), `machine "server": `) {
			t.Errorf("%s: %v, code %d; want the machine, code %d",
				what, err, code, failure.ExitMachine)
		}
	}
	refused("CheckUnused", c.CheckUnused(taken))
	_, err = c.Reserve(t.Context(), []machine.Port{taken}, os.Stderr)
	refused("Reserve", err)

	// As long as the port has a connection, no other program is given it.
	held, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	accepted, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer accepted.Close()
	l.Close()
	ports, err := c.Reserve(t.Context(), []machine.Port{taken}, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	if !ports.Release("pool") || ports.Release("other") {
		t.Error("Release does not tell what was reserved")
	}
	ports.Close()
	if err := c.CheckUnused(taken); err != nil {
		t.Error(err)
	}
}

// What is found out about a machine is what place.Here finds out on it.
func TestMachineElsewhere(t *testing.T) {
	c, folder := prepared(t, &spec.Experiment{})
	own := place.NewHere(folder)
	clock, err := c.Clock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.Describe(false, clock)
	if err != nil {
		t.Fatal(err)
	}
	want := machine.DescribeOne(false)
	if got.ID != want.ID || got.Environment.Cores != want.Environment.Cores {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got.Name != "server" || got.Launcher != "env" || got.RTTMS == nil || *got.RTTMS <= 0 ||
		got.ClockErrorUS == nil || got.WallOffsetSeconds == nil {
		t.Errorf("the way there: %+v", got)
	}

	meter := c.Meter(place.Watched{})
	result := record.Result{Outcome: record.Ended, StartSeconds: 7}
	meter.Stop(&result)
	if result.Outcome != record.Ended || result.StartSeconds != 7 {
		t.Errorf("the meter changes %+v", result)
	}
	if result.ClockStepSeconds == nil {
		t.Error("the meter fills in nothing")
	}

	// The queue of a server is that of its own machine.
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	at := listener.Addr().(*net.TCPAddr).AddrPort()
	meter = c.Meter(place.Watched{At: at, Network: place.Serves})
	meter.Stop(&result)
	if queue := machine.AcceptQueue(at); (result.Queue == nil) != (queue == nil) ||
		queue != nil && result.Queue.Backlog != queue.Backlog {
		t.Errorf("the queue is %+v, want that of the listener there, %+v", result.Queue, queue)
	}

	e := &spec.Experiment{Load: spec.Load{Generator: spec.GeneratorEmbedded}}
	pair, err := c.Generators(t.Context(), e)
	here, _ := own.Generators(t.Context(), e)
	if err != nil || !reflect.DeepEqual(pair, here) {
		t.Errorf("%+v, %v; want %+v", pair, err, here)
	}
	if err := c.FindCommands([]spec.Server{{Name: "a", Command: []string{"./no"}}}); err == nil {
		t.Error("a missing program was found")
	}
}
