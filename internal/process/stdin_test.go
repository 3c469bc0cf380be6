//go:build unix

package process

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// echoes returns a child that gives back what it reads, and where it arrives. The child has found
// nothing to read when its first byte comes.
func echoes(t *testing.T) (*Child, io.Reader) {
	t.Helper()
	r, w := io.Pipe()
	c, err := Command{
		Path:      "/bin/sh",
		Argv:      []string{"sh", "-c", "echo ready; cat; echo ended"},
		Stdout:    w,
		PipeStdin: true,
	}.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Stop)
	t.Cleanup(func() { r.Close() })
	go func() { // ends with the child
		<-c.Done()
		w.Close()
	}()

	ready := make([]byte, len("ready\n"))
	if _, err := io.ReadFull(r, ready); err != nil {
		t.Fatal(err)
	}
	return c, r
}

// What is written to a child arrives, every byte of it, also when it is more than a pipe holds; the
// child waits for it, and finds the end once that was closed.
func TestStdinIsWritten(t *testing.T) {
	c, output := echoes(t)
	sent := bytes.Repeat([]byte("\x00\xff every byte \r\n"), 1<<16)
	written := make(chan error, 1)
	go func() { // ends with the child
		_, err := c.Stdin.Write(sent)
		written <- err
	}()
	got := make([]byte, len(sent))
	if _, err := io.ReadFull(output, got); err != nil || !bytes.Equal(got, sent) {
		t.Fatalf("it gave back other bytes, error %v", err)
	}
	if err := <-written; err != nil {
		t.Error(err)
	}
	if c.Ended() {
		t.Error("it ended before its input did")
	}

	if err := c.Stdin.Close(); err != nil {
		t.Error(err)
	}
	rest, err := io.ReadAll(output)
	if string(rest) != "ended\n" || err != nil {
		t.Errorf("behind its input it wrote %q, error %v; want ended", rest, err)
	}
	if got := c.Ending(); got.Code != 0 {
		t.Errorf("ended with %v, want exit status 0", got)
	}
}

// A write to a child that does not read ends when the input is closed or the child has ended.
func TestBlockedWriteEnds(t *testing.T) {
	test := func(name string, end func(*Child)) {
		t.Helper()
		c, _ := echoes(t)
		c.Suspend()
		written := make(chan error, 1)
		go func() { // ends with the input
			for {
				if _, err := c.Stdin.Write(make([]byte, 1<<16)); err != nil {
					written <- err
					return
				}
			}
		}()
		end(c)
		if err := <-written; err == nil {
			t.Errorf("%s: a write without a reader succeeded", name)
		}
	}
	test("closed", func(c *Child) { c.Stdin.Close() })
	test("killed", (*Child).Kill)
}

// A command that does not ask for it has no input that is written.
func TestNoStdin(t *testing.T) {
	if c, _ := shell(t, "exit 0"); c.Stdin != nil {
		t.Error("a child has an input that it did not ask for")
	}
}

// The input of a child ends with us, however we end: a child that does not obey SIGTERM finds the
// end of it, and has time to act on that.
func TestStdinEndsWithItsStarter(t *testing.T) {
	const starter = "LABBOOK_TEST_STDIN_STARTER"
	if mark := os.Getenv(starter); mark != "" {
		output := &readyBuffer{ready: make(chan struct{})}
		_, err := Command{
			Path: "/bin/sh",
			Argv: []string{"sh", "-c",
				`trap '' TERM; echo ready; cat; echo "the end of its input" >"$0"`, mark},
			Stdout:    output,
			Grace:     time.Hour,
			PipeStdin: true,
		}.Start()
		if err != nil {
			t.Fatal(err)
		}
		<-output.ready
		fmt.Println("ready")
		select {}
	}

	mark := filepath.Join(t.TempDir(), "mark")
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), starter+"="+mark)
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Fscan(out, new(string)); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // killed

	for { // the test's timeout is the bound
		if text, _ := os.ReadFile(mark); len(text) > 0 {
			return
		}
		time.Sleep(time.Millisecond)
	}
}
