package startup

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// A server prints what it is asked. No part of a value is shown, also not where the output was cut,
// and where the server prints it with escapes.
func TestOutputHidesValues(t *testing.T) {
	t.Setenv("LABBOOK_TEST_TOKEN", `correct "horse" battery`)
	header := spec.Header{Name: "A", Value: "${LABBOOK_TEST_TOKEN}"}
	request := spec.Request{Headers: []spec.Header{header}}
	output := Output{Ways: []spec.Server{{Name: "other way"}, {Request: request}}}
	fmt.Fprintf(&output, "%s\n%[1]q\n", `correct "horse" battery`)
	want := "${LABBOOK_TEST_TOKEN}\n\"${LABBOOK_TEST_TOKEN}\""
	if got := output.String(); got != want {
		t.Errorf("the output is %q, want %q", got, want)
	}

	rest := strings.Repeat("x", process.TailBytes-len(` "horse" battery`))
	fmt.Fprintf(&output, "%s%s", `correct "horse" battery`, rest)
	if got, want := output.String(), "…${LABBOOK_TEST_TOKEN}"+rest; got != want {
		t.Errorf("the output begins with %.60q, want %.60q", got, want)
	}
}

// The pauses grow with the time so far, between two bounds.
func TestPause(t *testing.T) {
	test := func(since, want time.Duration) {
		t.Helper()
		if got := Pause(since); got != want {
			t.Errorf("Pause(%v) = %v, want %v", since, got, want)
		}
	}
	test(0, time.Millisecond)
	test(20*time.Millisecond, time.Millisecond)
	test(100*time.Millisecond, 5*time.Millisecond)
	test(400*time.Millisecond, 20*time.Millisecond)
	test(time.Hour, 20*time.Millisecond)
}

// The time ends with the answer, not with the connection.
func TestSeconds(t *testing.T) {
	began := time.Now()
	answered := began.Add(300 * time.Millisecond)
	test := func(answer record.Answer, want float64) {
		t.Helper()
		if got := Seconds(began, answered, &answer); got < want-1e-9 || got > want+1e-9 {
			t.Errorf("Seconds = %v, want %v", got, want)
		}
	}
	test(record.Answer{}, 0.3)
	test(record.Answer{HeldOpenMS: new(200.0)}, 0.1)
	test(record.Answer{HeldOpenMS: new(400.0)}, 0)
}

// A message quotes the end of what a server printed, at most so much that other messages stay in
// sight. The record keeps all of it.
func TestErrorQuotesLastLines(t *testing.T) {
	test := func(printed int, want string) {
		t.Helper()
		err := &Error{Output: &Output{}, Cause: errors.New("no answer")}
		for i := range printed {
			fmt.Fprintf(err.Output, "line %d\n", i+1)
		}
		if _, got, _ := strings.Cut(err.Error(), "no answer"); got != want {
			t.Errorf("after %d lines: %q, want %q", printed, got, want)
		}
		var result record.Result
		Fail(err, &result)
		if all := strings.Count(result.ServerStderr, "line "); all != printed {
			t.Errorf("the record has %d lines, want %d", all, printed)
		}
	}
	test(0, "")
	test(1, "; it said: line 1")
	test(12, "; it said: line 1\nline 2\nline 3\nline 4\nline 5\nline 6\nline 7\nline 8\n"+
		"line 9\nline 10\nline 11\nline 12")
	test(14, "; it said: (… and 2 lines before)\nline 3\nline 4\nline 5\nline 6\nline 7\n"+
		"line 8\nline 9\nline 10\nline 11\nline 12\nline 13\nline 14")
}

// A server on another machine has an IP address, which neither a message nor the record tells.
func TestErrorHidesTheAddressOfAMachine(t *testing.T) {
	s := spec.Server{
		Name:    "pool",
		On:      "server",
		Address: "server:45000",
		IP:      "192.0.2.7",
	}
	const cause = "no answer within 1s: dial tcp 192.0.2.7:45000: connect: connection refused"
	err := &Error{Server: s, Output: &Output{Ways: []spec.Server{s}}, Cause: errors.New(cause)}
	const want = "no answer within 1s: dial tcp server:45000: connect: connection refused"
	if got := err.Error(); got != `server "pool" at server:45000: `+want {
		t.Errorf("the message is %q", got)
	}
	var result record.Result
	Fail(err, &result)
	if result.Reason != "the server did not become ready: "+want {
		t.Errorf("the record has %q", result.Reason)
	}
}
