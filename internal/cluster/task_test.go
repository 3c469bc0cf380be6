package cluster

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"errors"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"testing"
)

// task is a program behind a launcher, as `labbook node` is one: its standard input and output are
// the launcher's.
type task struct {
	t        *testing.T
	launcher *exec.Cmd
	in       io.WriteCloser
	out      *bufio.Reader
	pid      int // of the program itself
}

// reads is a script that prints its process id, and then every line that it reads.
const reads = "echo $$; while read -r line; do echo $line; done"

// sleeps is a script that prints its process id, and never reads.
const sleeps = "echo $$; exec sleep 300"

// begin starts a shell's script behind a launcher, which is given with the words that it needs.
func begin(t *testing.T, launcher *exec.Cmd) *task {
	t.Helper()
	in, err := launcher.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := launcher.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := launcher.Start(); err != nil {
		t.Fatal(err)
	}
	b := &task{
		t:        t,
		launcher: launcher,
		in:       in,
		out:      bufio.NewReader(out),
	}
	b.pid, err = strconv.Atoi(b.line())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close()
		kill(b.pid)
		_ = launcher.Process.Kill() // it may have ended
		_ = launcher.Wait()         // as it ended
	})
	return b
}

// line returns the next line that the program prints.
func (b *task) line() string {
	b.t.Helper()
	line, err := b.out.ReadString('\n')
	if err != nil {
		b.t.Fatalf("reading from %s: %v", b.launcher, err)
	}
	return strings.TrimSpace(line)
}

// answers fails the test unless the program reads a line and prints it.
func (b *task) answers() {
	b.t.Helper()
	if _, err := io.WriteString(b.in, "hello\n"); err != nil {
		b.t.Fatal(err)
	}
	if got := b.line(); got != "hello" {
		b.t.Errorf("answered %q, want hello", got)
	}
}

// ends fails the test unless the program ends.
func (b *task) ends() {
	b.t.Helper()
	if !Await(func() bool { return !Alive(b.pid) }) {
		b.t.Errorf("the program still runs after %v", patience)
	}
}

// exitCode returns the code with which a launcher ends, and what it printed.
func exitCode(t *testing.T, launcher *exec.Cmd) (code int, stderr string) {
	t.Helper()
	var said bytes.Buffer
	launcher.Stderr = &said
	err := launcher.Run()
	exit, failed := errors.AsType[*exec.ExitError](err)
	if err != nil && !failed {
		t.Fatal(err)
	}
	if failed {
		code = exit.ExitCode()
	}
	return code, said.String()
}

// carries fails the test unless a launcher carries a mebibyte to cat and back.
func carries(t *testing.T, cat *exec.Cmd) {
	t.Helper()
	sent := make([]byte, 1<<20)
	if _, err := rand.Read(sent); err != nil {
		t.Fatal(err)
	}
	cat.Stdin = bytes.NewReader(sent)
	got, err := cat.Output()
	if err != nil || !bytes.Equal(got, sent) {
		t.Errorf("%d bytes came back, %v; want the %d that were sent", len(got), err, len(sent))
	}
}
