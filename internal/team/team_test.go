package team

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/generator"
	"labbook.example/labbook/internal/load"
	"labbook.example/labbook/internal/node"
	"labbook.example/labbook/internal/place"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// TestMain lets the test binary be the guard that process.Command.Start starts, and the embedded
// ab.
func TestMain(m *testing.M) {
	if code, ok := process.RunAsGuard(os.Args); ok {
		os.Exit(code)
	}
	if len(os.Args) > 1 && os.Args[1] == "ab" {
		ctx, _ := failure.UntilSignal(context.Background())
		os.Exit(load.Main(ctx, os.Args[2:], os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// embedded returns the test binary in the role of the embedded ab.
func embedded() generator.AB {
	return generator.AB{
		Generator: record.Generator{Name: record.EmbeddedAB},
		Path:      os.Args[0],
		Prefix:    []string{"labbook", "ab"},
	}
}

// members returns a team of machines that are all this one.
func members(n int) Team {
	t := Team{Ahead: new(MinAhead)}
	for i := range n {
		at := place.Named{Place: place.NewHere("."), Name: "clients", N: i + 1}
		if n == 1 {
			at.N = 0
		}
		t.Members = append(t.Members, Member{Named: at, AB: embedded()})
		t.Clocks = append(t.Clocks, node.Clock{})
	}
	return t
}

// callOf returns a call of so many requests and clients to a server.
func callOf(url string, requests, clients int) generator.Call {
	return generator.Call{
		Requests: requests,
		Clients:  clients,
		Args:     []string{"-s", "600", "-r", "-e", generator.PercentilesFile},
		URL:      url + "/",
	}
}

// counting returns a server that counts its requests. It answers none before so many wait for their
// answer: then all machines load at the same time, however late one begins.
func counting(t *testing.T, waiting int) (url string, requests *atomic.Int64) {
	requests = new(atomic.Int64)
	all := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if requests.Add(1) == int64(waiting) {
			close(all)
		}
		select {
		case <-all:
		case <-r.Context().Done():
		}
		fmt.Fprintln(w, "hello")
	}))
	t.Cleanup(server.Close)
	return server.URL, requests
}

// A load has the requests and clients that it was asked for, however many machines make it, and
// what each did is kept beside the whole.
func TestLoadOfSeveralMachines(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only on Linux do programs share a clock by which they start together")
	}
	test := func(machines, requests, clients, parts int, open bool) {
		t.Helper()
		waiting := parts // in a closed loop, the first request of each is made alone
		if open {
			waiting = clients
		}
		url, served := counting(t, waiting)
		c := callOf(url, requests, clients)
		if open {
			c.Open, c.Args = true, append(c.Args, "--rate", "2000")
		}
		out, err := members(machines).Load(t.Context(), c)
		if err != nil || out.Failed() {
			t.Fatalf("%d machines: %v, %s", machines, err, out.AbortReason())
		}
		m := out.Call.Measurement
		if m.Complete != requests || served.Load() != int64(requests) || m.Failed != 0 ||
			m.Concurrency != clients || len(out.Percentiles) != 101 || out.Call.Detail == nil {
			t.Errorf("%d machines: %d were served, the whole is %+v", machines, served.Load(), m)
		}
		if late := out.Call.Detail.Late; (late != nil) != open {
			t.Errorf("%d machines: %+v late, in an open loop: %v", machines, late, open)
		}
		if !strings.Contains(out.Call.Text, fmt.Sprintf("Complete requests:      %d\n", requests)) {
			t.Errorf("%d machines: the text is %s", machines, out.Call.Text)
		}
		if words := strings.Join(out.Call.Argv, " "); strings.Contains(words, "--tally") ||
			!strings.Contains(words, fmt.Sprintf("-n %d -c %d ", requests, clients)) {
			t.Errorf("%d machines: the command is %s", machines, words)
		}

		sum, sumClients := 0, 0
		for _, p := range out.Parts {
			sum, sumClients = sum+p.Complete, sumClients+p.Clients
			if p.ExitCode != 0 || p.Reason != "" || p.P50MS == nil || p.ConnectMinMS == nil ||
				(p.Late != nil) != open {
				t.Errorf("%d machines: part %+v", machines, p)
			}
		}
		if len(out.Parts) != parts || sum != requests || sumClients != clients {
			t.Errorf("%d machines: %d parts of %d requests and %d clients, want %d of %d and %d",
				machines, len(out.Parts), sum, sumClients, parts, requests, clients)
		}
		if joined := out.Overlap != nil && out.StartSpread != nil; joined != (parts > 1) {
			t.Errorf("%d machines: overlap %v, spread %v", machines, out.Overlap, out.StartSpread)
		}
	}
	test(1, 300, 4, 1, false)
	test(2, 300, 4, 2, false)
	test(3, 301, 5, 3, false)
	test(2, 300, 8, 2, true)
}

// A load of fewer clients than machines is made by as many machines as clients.
func TestFewerClientsThanMachines(t *testing.T) {
	team := members(3)
	calls := team.divide(callOf("http://127.0.0.1:1", 100, 2))
	if len(calls) != 2 || calls[0].Clients != 1 || calls[0].Requests+calls[1].Requests != 100 {
		t.Errorf("calls %+v", calls)
	}
	calls = team.divide(callOf("http://127.0.0.1:1", 100, 1))
	if len(calls) != 1 || calls[0].Requests != 100 || calls[0].Part == nil {
		t.Errorf("calls %+v", calls)
	}
}

// On one machine nothing is told of parts.
func TestLoadOfOneMachineAlone(t *testing.T) {
	url, _ := counting(t, 1)
	team := members(1)
	team.Alone = true
	out, err := team.Load(t.Context(), callOf(url, 60, 2))
	if err != nil || out.Failed() || out.Parts != nil || out.Overlap != nil {
		t.Errorf("%v, %+v", err, out)
	}
	if strings.Contains(strings.Join(out.Call.Argv, " "), "--tally") {
		t.Errorf("the command is %v", out.Call.Argv)
	}
}

// brokenPlace is a machine on which ab does not work.
type brokenPlace struct {
	place.Place
	out generator.Output
	err error
}

func (b brokenPlace) Load(
	ctx context.Context,
	_ generator.AB,
	_ generator.Call,
) (generator.Output, error) {
	if b.err == nil && b.out.Call.ExitCode == 0 {
		<-ctx.Done() // it would load for ever
		return generator.Output{}, context.Cause(ctx)
	}
	return b.out, b.err
}

// failing is a machine on which ab fails after something else has happened.
type failing struct {
	brokenPlace
	after <-chan struct{}
}

func (f failing) Load(
	ctx context.Context,
	ab generator.AB,
	c generator.Call,
) (generator.Output, error) {
	<-f.after
	return f.brokenPlace.Load(ctx, ab, c)
}

// stopping returns a server that answers some requests, and none of those that follow. asked closes
// when so many clients wait for their answer.
func stopping(t *testing.T, answers, clients int64) (url string, asked <-chan struct{}) {
	var requests atomic.Int64
	over := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := requests.Add(1)
		if n == answers+clients {
			close(over)
		}
		if n > answers {
			<-r.Context().Done()
		}
		fmt.Fprintln(w, "hello")
	}))
	t.Cleanup(server.Close)
	return server.URL, over
}

// A machine that fails makes the whole load fail, by its name. The others are stopped at once, and
// what they did until then is kept as their part.
func TestMachineThatFails(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only on Linux do programs share a clock by which they start together")
	}
	url, asked := stopping(t, 10, 2)
	team := members(3)
	team.Members[2].Place = failing{
		brokenPlace{
			Place: place.NewHere("."),
			out: generator.Output{
				Call:    record.Call{ExitCode: 104, Stderr: "connection reset"},
				Problem: "no report",
			},
		},
		asked,
	}
	out, err := team.Load(t.Context(), callOf(url, 3000, 3))
	if err != nil || !out.Failed() {
		t.Fatalf("%v, failed %v", err, out.Failed())
	}
	const want = "clients 3: ab ended with exit code 104: connection reset"
	if got := out.AbortReason(); got != want || out.Call.ExitCode != 104 {
		t.Errorf("the reason is %q, %d; want %q", got, out.Call.ExitCode, want)
	}

	var result record.Result
	out.FillIn(&result, spec.Server{})
	parts := result.Generators
	if len(parts) != 3 {
		t.Fatalf("the parts are %+v, want 3", parts)
	}
	answers, killed := 0, false // which is an ab that has no time to report on a busy machine
	for _, p := range parts[:2] {
		answers += p.Complete
		killed = killed || p.ExitCode == -1
	}
	if answers != 10 && !(killed && answers < 10) {
		t.Fatalf("the parts are %+v, want 10 answers of the first two", parts)
	}
	const stopped = "it was stopped, because clients 3 failed"
	if parts[0].Reason != stopped || parts[1].Reason != stopped ||
		parts[2].Reason != "ab ended with exit code 104: connection reset" {
		t.Errorf("the reasons are %q, %q and %q", parts[0].Reason, parts[1].Reason, parts[2].Reason)
	}
}

// Where all had to end because the time was over, none is said to be stopped by another one.
func TestTimeThatIsOver(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only on Linux do programs share a clock by which they start together")
	}
	url, asked := stopping(t, 10, 2)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { // ends with the load
		<-asked
		cancel()
	}()
	out, err := members(2).Load(ctx, callOf(url, 3000, 2))
	if err != nil || !out.Failed() {
		t.Fatalf("%v, failed %v", err, out.Failed())
	}
	for _, p := range out.Parts {
		if !strings.HasPrefix(p.Reason, "ab ended with exit code ") { // 1, or -1 if it was killed
			t.Errorf("%v: the reason is %q", p, p.Reason)
		}
	}
}

// That holds as well where the load has a single client, and one machine of several makes it.
func TestMachineThatFailsWithTheOnlyClient(t *testing.T) {
	team := members(2)
	team.Members[0].Place = brokenPlace{
		Place: place.NewHere("."),
		out:   generator.Output{Call: record.Call{ExitCode: 104, Stderr: "connection reset"}},
	}
	out, err := team.Load(t.Context(), callOf("http://127.0.0.1:1", 100, 1))
	const want = "clients 1: ab ended with exit code 104: connection reset"
	if got := out.AbortReason(); err != nil || got != want {
		t.Errorf("the reason is %q, %v; want %q", got, err, want)
	}
}

// A machine on which ab cannot be called ends the others, and the error is its own.
func TestMachineWithoutAB(t *testing.T) {
	team := members(2)
	missing := errors.New("starting labbook ab: no such file")
	team.Members[0].Place = brokenPlace{Place: place.NewHere(".")}
	team.Members[1].Place = brokenPlace{Place: place.NewHere("."), err: missing}
	_, err := team.Load(t.Context(), callOf("http://127.0.0.1:1", 100, 2))
	if !errors.Is(err, missing) || errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v, want %v alone", err, missing)
	}
}

// Members that begin late are called earlier the next time, by twice as much as that, up to a
// limit. A delay that was none of the call's does not last.
func TestLookAhead(t *testing.T) {
	const ms = time.Millisecond
	team := members(2)
	after := func(late time.Duration) time.Duration {
		team.lookAhead([]load.PartNumbers{{Start: time.Microsecond}, {Start: late}})
		return *team.Ahead
	}
	if got := after(ms); got != MinAhead {
		t.Errorf("ahead by %v after a start in time, want %v", got, MinAhead)
	}
	if got := after(3 * ms); got != MinAhead+6*ms {
		t.Errorf("ahead by %v after a start that was 3 ms late, want 6 ms more", got)
	}
	if got := after(80 * ms); got != MinAhead+166*ms {
		t.Errorf("ahead by %v after a start that was 80 ms late, want 160 ms more", got)
	}
	if got := after(time.Hour); got != maxAhead {
		t.Errorf("ahead by %v, want %v", got, maxAhead)
	}
	for range 200 {
		after(0)
	}
	if got := *team.Ahead - MinAhead; got < 0 || got > time.Microsecond {
		t.Errorf("still ahead by %v more after many starts in time", got)
	}
}
