package terminal

import (
	"testing"

	"labbook/internal/spec"
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
		if got := Size(e, trials); got != want {
			t.Errorf("Size = %q, want %q", got, want)
		}
	}
	test(40, "2 servers × 2 levels × 10 rounds = 40 trials of 1000 requests")

	e.Design.Calibrate = true
	test(80, "2 servers × 2 levels × 10 rounds × 2 generators = 80 trials of 1000 requests")

	e.Design.Control = true
	e.Servers = append(e.Servers, spec.Server{Name: "a again", Control: "a"})
	test(120, "2 servers and a control × 2 levels × 10 rounds × 2 generators = 120 trials of "+
		"1000 requests")

	e.Servers = append(e.Servers, spec.Server{Name: "a, kept alive", Same: "a"})
	test(160, "2 servers asked in 3 ways and a control × 2 levels × 10 rounds × 2 generators = "+
		"160 trials of 1000 requests")
}
