package terminal

import (
	"testing"
	"time"

	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

func TestPrintable(t *testing.T) {
	test := func(text, want string) {
		t.Helper()
		if got := Printable(text); got != want {
			t.Errorf("Printable(%q) = %q, want %q", text, got, want)
		}
	}
	test("", "")
	test("a name", "a name")
	test("größer als 日本", "größer als 日本")
	test("two\n\tlines\r\n", "two lines")
	test("\x1b[2Jgone", "[2Jgone")
	test("back\x08wards", "back wards")
	test("right\u202eleft", "right left")
}

func TestCount(t *testing.T) {
	test := func(n int, want string) {
		t.Helper()
		if got := Count(n, "trial"); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
	test(0, "0 trials")
	test(1, "1 trial")
	test(2, "2 trials")
}

func TestSize(t *testing.T) {
	e := &spec.Experiment{
		Servers: []spec.Server{{Name: "a"}, {Name: "b"}},
		Load:    spec.Load{Requests: 1000, Concurrency: []int{1, 5}},
		Design:  spec.Design{Rounds: 10},
	}
	test := func(trials int, want string) {
		t.Helper()
		if got := Size(e, record.Header{Trials: trials}); got != want {
			t.Errorf("Size = %q, want %q", got, want)
		}
	}
	test(40, "2 servers × 2 levels × 10 rounds = 40 trials of 1,000 requests")

	e.Load.Requests, e.Load.Duration = 0, 90*time.Second
	test(40, "2 servers × 2 levels × 10 rounds = 40 trials of about 90 s")
	e.Load.Requests, e.Load.Duration = 1000, 0

	e.Design.Calibrate = true
	test(80, "2 servers × 2 levels × 10 rounds × 2 generators = 80 trials of 1,000 requests")

	e.Design.Control = true
	e.Servers = append(e.Servers, spec.Server{Name: "a again", Control: "a"})
	test(120, "2 servers and a control × 2 levels × 10 rounds × 2 generators = 120 trials of "+
		"1,000 requests")

	e.Servers = append(e.Servers, spec.Server{Name: "a, kept alive", Same: "a"})
	test(160, "2 servers asked in 3 ways and a control × 2 levels × 10 rounds × 2 generators = "+
		"160 trials of 1,000 requests")
}

func TestRequestsOf(t *testing.T) {
	test := func(d time.Duration, low, high int, want string) {
		t.Helper()
		if got := requestsOf(nil, d, low, high); got != want {
			t.Errorf("requestsOf(%v, %d, %d) = %q, want %q", d, low, high, got, want)
		}
	}
	test(0, 1, 1, "1 request")
	test(0, 1000, 1000, "1,000 requests")
	test(10*time.Second, 0, 0, "about 10 s")
	test(10*time.Second, 41000, 41000, "about 10 s (41,000 requests)")
	test(10*time.Second, 23000, 41000, "about 10 s (23,000 to 41,000 requests)")
}
