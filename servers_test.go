package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/probe"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/quietport"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/startup"
)

// A server that cannot bind beside the reservation of its port is started once more without it.
// That is for a program of the user's alone: our own models set SO_REUSEADDR.
func TestReservationGivesWayToAServer(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("ports are only looked at here, not reserved")
	}
	l := newLab(spec.RestartTrial)
	address := fmt.Sprintf("127.0.0.1:%d", quietport.For(t))
	l.experiment.Servers[0].Address = address
	port := machine.Port{Server: "a", Text: address, Address: netip.MustParseAddrPort(address)}
	reserved, err := machine.Reserve(t.Context(), []machine.Port{port}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	defer reserved.Close()
	l.servers.ports = reserved
	starts := 0
	l.started = func(server *fakeChild) {
		if starts++; starts == 1 {
			fmt.Fprint(server.stderr, "listen EADDRINUSE: address already in use")
			server.end(process.Ending{Code: 1})
		}
	}
	works := l.answer
	l.answer = func(ctx context.Context, server *fakeChild) (*record.Answer, error) {
		if server.Ended() {
			return refused(ctx, server)
		}
		return works(ctx, server)
	}

	if _, _, err := l.servers.ready(t.Context(), "a", 1); err != nil {
		t.Errorf("the second start: %v, want no error", err)
	}
	if got, want := l.happened(), "start a, stop a, start a"; got != want {
		t.Errorf("happened: %s; want: %s", got, want)
	}
	if reserved.Release("a") {
		t.Error("the port is still reserved")
	}
	l.servers.stopAll()
}

// A server that answers 503 at first is asked again until it is ready, unless 503 is what the
// experiment expects.
func TestServerThatAnswers503AtFirst(t *testing.T) {
	test := func(name string, expect, status int) {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { checkStart(t, expect, status) })
		})
	}
	test("any 2xx is expected", 0, 200)
	test("200 is expected", 200, 200)
	test("503 is expected", 503, 503)
}

// checkStart measures a server that answers 503 three times and then 200, where a status is
// expected. It wants the trial to begin after the answer with status.
func checkStart(t *testing.T, expect, status int) {
	l := newLab(spec.RestartTrial)
	l.experiment.Servers[0].Expect.Status = expect
	asked := 0
	l.answer = func(ctx context.Context, server *fakeChild) (*record.Answer, error) {
		if asked++; asked <= 3 {
			return answers(503)(ctx, server)
		}
		return answers(200)(ctx, server)
	}
	result, err := l.next(t.Context(), l.trials[0])
	if err != nil || result.Outcome != record.Ended || result.Answer.Status != status {
		t.Errorf("%s: %s, %v, answer %+v; want a trial that ended, and status %d",
			result.Outcome, result.Reason, err, result.Answer, status)
	}
}

// A server that answers with another body at first is asked again until it is ready. One that never
// does is not ready, and its last answer says why, without the values of variables.
func TestServerWithAnotherBodyAtFirst(t *testing.T) {
	t.Setenv("LABBOOK_TEST_TOKEN", "s3cret")
	test := func(name string, others int, outcome record.Outcome, reason string) {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := newLab(spec.RestartTrial)
				l.experiment.Servers[0].Request.Query = "${LABBOOK_TEST_TOKEN}"
				asked := 0
				l.answer = func(ctx context.Context, s *fakeChild) (*record.Answer, error) {
					if asked++; asked <= others {
						return nil, probe.UnexpectedBodyError{Status: 200, Head: "wait, s3cret"}
					}
					return answers(200)(ctx, s)
				}
				result, err := l.next(t.Context(), l.trials[0])
				if err != nil || result.Outcome != outcome || result.Reason != reason {
					t.Errorf("%s: %s, %v; want %s: %s",
						result.Outcome, result.Reason, err, outcome, reason)
				}
			})
		})
	}
	test("three times", 3, record.Ended, "")
	test("always", 1e9, record.NotStarted, "the server did not become ready: it answered 200 for "+
		"10s without the expected body: \"wait, ${LABBOOK_TEST_TOKEN}\"")
}

// What answers must be what was started. The test itself listens at the server's address.
func TestStrangerAtTheAddress(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the system does not tell which process listens")
	}
	l := newLab(spec.RestartTrial)
	address := fmt.Sprintf("127.0.0.1:%d", quietport.For(t))
	l.experiment.Servers[0].Address = address
	bind := func() {
		listener, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { listener.Close() })
	}
	ourselves := fmt.Sprintf("(pid %d)", os.Getpid())

	// It begins to listen after the server's start, and is none of the server's processes.
	l.started = func(*fakeChild) { bind() }
	l.processes = []int{os.Getppid()}
	result, err := l.next(t.Context(), l.trials[0])
	want := ourselves + " listens at its address, and the server's command did not start"
	if err != nil || result.Outcome != record.NotStarted ||
		!strings.Contains(result.Reason, want) {
		t.Errorf("%s: %s, %v; want it not started: %q", result.Outcome, result.Reason, err, want)
	}
	if got, want := l.happened(), "start a, stop a"; got != want {
		t.Errorf("happened: %s; want: %s", got, want)
	}

	// It listens before the next start: nothing can be measured any more.
	_, err = l.next(t.Context(), l.trials[1])
	code, hint := failure.CodeAndHint(err)
	if code != failure.ExitMachine || hint == "" || !strings.HasSuffix(err.Error(), ourselves) {
		t.Errorf("%v, code %d, hint %q; want a hint, and %s named", err, code, hint, ourselves)
	}
	if got := l.happened(); got != "" {
		t.Errorf("happened: %s; want nothing", got)
	}
}

// A descendant of the started process may be the one that listens.
func TestDescendantAtTheAddress(t *testing.T) {
	l := newLab(spec.RestartTrial)
	address := fmt.Sprintf("127.0.0.1:%d", quietport.For(t))
	l.experiment.Servers[0].Address = address
	l.processes = []int{os.Getppid(), os.Getpid()}
	l.started = func(*fakeChild) {
		listener, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { listener.Close() })
	}
	result, err := l.next(t.Context(), l.trials[0])
	if err != nil || result.Outcome != record.Ended {
		t.Errorf("%s: %s, %v; want %s", result.Outcome, result.Reason, err, record.Ended)
	}
}

// TestServerOverTLS asks and measures a server that already runs, with a certificate that it signed
// itself.
func TestServerOverTLS(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "hello\n")
	}))
	defer server.Close()
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir) // one labbook measures at a time; those of the stories have another
	text := fmt.Sprintf("[load]\nrequests = 60\nconcurrency = [2]\ngenerator = \"embedded\"\n"+
		"[design]\nrounds = 2\n[[server]]\nname = \"tls\"\nurl = %q\n", server.URL)
	if err := os.WriteFile(filepath.Join(dir, "tls.toml"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	if code := execute([]string{filepath.Join(dir, "tls.toml")}, &stdout, &stderr); code != 0 {
		t.Fatalf("code %d\n%s%s", code, stdout.String(), stderr.String())
	}
	rec, err := record.Read(filepath.Join(dir, "output"))
	if err != nil {
		t.Fatal(err)
	}
	for _, trial := range rec.Results {
		m := trial.Measurement()
		if m == nil || m.Complete != 60 || m.Failed != 0 ||
			!strings.HasPrefix(m.TLSProtocol, "TLSv1.") ||
			trial.Answer.Bytes != 6 {
			t.Errorf("%v: %+v, %+v", trial.Trial, trial.Answer, m)
		}
	}
}

// What a server answers or prints may quote what it was asked. Errors and records have the name of
// a variable in the place of its value.
func TestStartErrorHidesValues(t *testing.T) {
	t.Setenv("LABBOOK_TEST_TOKEN", "s3cret")
	config := spec.Server{
		Name:    "a",
		Address: "127.0.0.1:1",
		Request: spec.Request{Query: "key=${LABBOOK_TEST_TOKEN}"},
	}
	s := &server{Server: config, output: &startup.Output{Ways: []spec.Server{config}}}
	io.WriteString(s.output, "GET /?key=s3cret: no such key")
	cause := errors.New(`malformed HTTP response "GET /?key=s3cret"`)
	err := s.notReady(probe.NotHTTPError{Cause: cause})

	want := `server "a" at 127.0.0.1:1: its answer is not HTTP: malformed HTTP response ` +
		`"GET /?key=${LABBOOK_TEST_TOKEN}"; it said: GET /?key=${LABBOOK_TEST_TOKEN}: no such key`
	if err.Error() != want {
		t.Errorf("the error is %q, want %q", err, want)
	}
	var result record.Result
	startup.Fail(fmt.Errorf("trial 1: %w", err), &result)
	if text := result.Reason + result.ServerStderr; strings.Contains(text, "s3cret") {
		t.Errorf("the record has %q", text)
	}
}

// The start-up time is that of a server that is started for the trial, and of no other trial.
func TestStartupTime(t *testing.T) {
	test := func(restart spec.Restart, want ...bool) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			l := newLab(restart)
			var started time.Time
			l.started = func(*fakeChild) { started = time.Now() }
			l.answer = func(ctx context.Context, server *fakeChild) (*record.Answer, error) {
				if time.Since(started) < 100*time.Millisecond {
					return refused(ctx, server)
				}
				return answers(200)(ctx, server)
			}
			for i, trial := range l.trials {
				result, err := l.next(t.Context(), trial)
				if err != nil || (result.StartupSeconds != nil) != want[i] {
					t.Fatalf("restart %s, trial %d: %v, %v; want a start: %v",
						restart, i+1, result.StartupSeconds, err, want[i])
				}
				if s := result.StartupSeconds; s != nil && (*s < 0.1 || *s > 0.105) {
					t.Errorf("restart %s: %v s, want 0.1 to 0.105", restart, *s)
				}
			}
			l.servers.stopAll()
		})
	}
	test(spec.RestartTrial, true, true)
	test(spec.RestartNever, true, false)
}
