//go:build unix

package failure

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"
)

// The first signal asks for an orderly end; the second ends the process at once, however long that
// end takes.
func TestSecondSignalEndsAtOnce(t *testing.T) {
	if os.Getenv("LABBOOK_TEST_SIGNALS") != "" {
		ctx, stop := UntilSignal(context.Background())
		defer stop()
		fmt.Println("ready")
		<-ctx.Done()
		fmt.Println(context.Cause(ctx))
		time.Sleep(time.Minute) // only a failure lasts as long
		return
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		cmd := exec.Command(self, "-test.run=^TestSecondSignalEndsAtOnce$")
		cmd.Env = append(os.Environ(), "LABBOOK_TEST_SIGNALS=1")
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for _, want := range []string{"ready", Interrupted{s}.Error()} {
			if lines.Scan(); lines.Text() != want {
				t.Errorf("%v: found %q, want %q", s, lines.Text(), want)
			}
			if err := cmd.Process.Signal(s); err != nil {
				t.Fatal(err)
			}
		}
		_ = cmd.Wait() // the status says it
		if status := cmd.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() ||
			status.Signal() != s {
			t.Errorf("%v: the second one left %v", s, cmd.ProcessState)
		}
	}
}
