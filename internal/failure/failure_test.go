package failure

import (
	"errors"
	"fmt"
	"syscall"
	"testing"
)

func TestCodeAndHint(t *testing.T) {
	test := func(err error, wantCode int, wantHint string) {
		t.Helper()
		code, hint := CodeAndHint(err)
		if code != wantCode || hint != wantHint {
			t.Errorf("%v: code %d, hint %q, want %d and %q", err, code, hint, wantCode, wantHint)
		}
	}
	machine := Machine("install it", "no ab on PATH")

	test(nil, ExitOK, "")
	test(ExitWith(ExitOK), ExitOK, "")
	test(ExitWith(22), 22, "")
	test(errors.New("disk full"), ExitOther, "")
	test(Usage("two files"), ExitUsage, "labbook --help shows what is possible")
	test(machine, ExitMachine, "install it")
	test(fmt.Errorf("trial 3: %w", machine), ExitMachine, "install it")
	test(New(ExitInvalid, machine, "see the report"), ExitInvalid, "see the report")
	test(fmt.Errorf("trial 3: %w", Interrupted{syscall.SIGINT}), 130, "")
	test(Interrupted{syscall.SIGTERM}, 143, "")
	test(Interrupted{syscall.SIGHUP}, 129, "")
}

func TestErrorKeepsItsCause(t *testing.T) {
	cause := errors.New("refused")
	err := Machine("start it", "asking the server: %w", cause)
	if !errors.Is(err, cause) || err.Error() != "asking the server: refused" {
		t.Errorf("error %q, want the cause in it", err)
	}
	if text := ExitWith(3).Error(); text != "" {
		t.Errorf("ExitWith has the message %q, want none", text)
	}
}
