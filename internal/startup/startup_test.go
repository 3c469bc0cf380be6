package startup

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"labbook/internal/process"
	"labbook/internal/record"
	"labbook/internal/spec"
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
