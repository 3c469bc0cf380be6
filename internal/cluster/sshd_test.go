//go:build unix

package cluster

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What a run on several machines relies on when ssh launches its nodes.
func TestSSHD(t *testing.T) {
	t.Parallel()
	s := NewSSHD(t)

	t.Run("bytes", func(t *testing.T) { carries(t, s.Command("node", "cat")) })
	t.Run("the exit code comes back", func(t *testing.T) {
		if got, said := exitCode(t, s.Command("node", "exit 7")); got != 7 {
			t.Errorf("exit code %d, %s; want 7", got, said)
		}
	})
	t.Run("the words are read by a shell there", func(t *testing.T) {
		got, err := run(s.Command("node", "printf", "%s.", "'a  b'", "$TMPDIR"))
		if want := "a  b." + s.in("tmp") + "."; err != nil || got != want {
			t.Errorf("printed %q, %v; want %q", got, err, want)
		}
	})
	t.Run("the end of the input reaches the program", func(t *testing.T) {
		b := begin(t, s.Command("node", reads))
		b.answers()
		b.in.Close()
		b.ends()
	})
	t.Run("killed, the program finds the end of its input", func(t *testing.T) {
		b := begin(t, s.Command("node", reads))
		b.answers()
		_ = b.launcher.Process.Kill()
		b.ends()
	})
	t.Run("killed, a program that never reads is left", func(t *testing.T) {
		b := begin(t, s.Command("node", sleeps))
		_ = b.launcher.Process.Kill()
		_ = b.launcher.Wait()
		if _, err := run(s.Command("node", "true")); err != nil {
			t.Fatal(err)
		}
		if !Alive(b.pid) {
			t.Error("the program has ended; command = [\"ssh\", …] could be a design after all")
		}
	})
	t.Run("who cannot log in is told why", func(t *testing.T) {
		for host, want := range map[string]string{
			"closed": "Connection refused",
			"wrong2": "Host key verification failed",
			"wrong1": "Permission denied",
		} {
			code, said := exitCode(t, s.Command(host, "true"))
			if code != 255 || !strings.Contains(said, want) {
				t.Errorf("%s: exit code %d, %q; want 255, %q", host, code, said, want)
			}
		}
	})
	t.Run("a shell may print before the program does", func(t *testing.T) {
		rc := filepath.Join(s.Home(), ".bashrc")
		if err := os.WriteFile(rc, []byte("echo welcome\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		got, err := run(s.Command("node", "echo", "hello"))
		if err != nil || got != "welcome\nhello" && s.shell(t) == "bash" {
			t.Errorf("printed %q, %v; want the welcome of .bashrc first", got, err)
		}
	})
}

// shell returns the name of the shell that reads what ssh brings.
func (s *SSHD) shell(t *testing.T) string {
	t.Helper()
	path, err := run(s.Command("node", "echo", "$SHELL"))
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Base(path[strings.LastIndexByte(path, '\n')+1:])
}
