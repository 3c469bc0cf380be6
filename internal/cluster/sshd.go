package cluster

import (
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"text/template"
)

// SSHD is an OpenSSH server for the user who runs the test, and the configuration of a client that
// knows it, see ssh_config.
type SSHD struct {
	dir      string
	programs map[string]string
}

//go:embed sshd_config
var sshdConfig string

//go:embed ssh_config
var sshConfig string

// sshdSettings are what differs from machine to machine in sshd_config and ssh_config.
type sshdSettings struct {
	Dir    string
	User   string
	Port   int // of the server
	Closed int // on which no server listens
}

// privilegeFolder is where the server keeps the part of itself that has no rights, if root runs
// it. Debian makes the folder when it starts its own server.
const privilegeFolder = "/run/sshd"

// NewSSHD starts an OpenSSH server for a test.
func NewSSHD(t testing.TB) *SSHD {
	t.Helper()
	programs, err := find("sshd", "ssh", "ssh-keygen")
	if err != nil {
		skip(t, "OpenSSH", err)
	}
	if _, err := os.Stat(privilegeFolder); err != nil && os.Getuid() == 0 {
		skip(t, "OpenSSH", fmt.Errorf("sshd needs the empty folder %s: %w", privilegeFolder, err))
	}
	name, err := me()
	if err != nil {
		skip(t, "OpenSSH", err)
	}

	s := &SSHD{dir: folder(t, "sshd"), programs: programs}
	t.Cleanup(func() { cleared(t, s.dir) })
	ports := freePorts(t, 2)
	s.configure(t, sshdSettings{
		Dir:    s.dir,
		User:   name,
		Port:   ports[0],
		Closed: ports[1],
	})
	server := start(t, s.dir, "sshd", nil, programs["sshd"], "-D", "-e", "-f", s.in("sshd_config"))
	t.Cleanup(server.stop)

	var last error
	up := func() bool {
		_, last = run(s.Command("node", "true"))
		listens := last == nil || !strings.Contains(last.Error(), "Connection refused")
		return listens || server.exited()
	}
	if !Await(up) || last != nil {
		skip(t, "OpenSSH", fmt.Errorf("%s cannot log in: %w\n%s", name, last, logs(s.dir)))
	}
	return s
}

func (s *SSHD) in(name string) string { return filepath.Join(s.dir, name) }

// Config returns the path of the client's configuration.
func (s *SSHD) Config() string { return s.in("ssh_config") }

// Home returns the home folder of those who have logged in.
func (s *SSHD) Home() string { return s.in("home") }

// Command returns a call of ssh.
func (s *SSHD) Command(host string, words ...string) *exec.Cmd {
	args := append([]string{"-F", s.Config(), "-T", host}, words...)
	return exec.Command(s.programs["ssh"], args...)
}

// configure writes the keys and files of server and client.
func (s *SSHD) configure(t testing.TB, settings sshdSettings) {
	t.Helper()
	public := map[string]string{}
	for _, name := range []string{"host_key", "user_key", "other_key"} {
		keygen := exec.Command(s.programs["ssh-keygen"],
			"-q", "-t", "ed25519", "-N", "", "-C", "", "-f", s.in(name))
		if _, err := run(keygen); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(s.in(name + ".pub"))
		if err != nil {
			t.Fatal(err)
		}
		public[name] = strings.TrimSpace(string(data))
	}

	known := func(key string) string {
		return fmt.Sprintf("[127.0.0.1]:%d %s\n", settings.Port, public[key])
	}
	err := errors.Join(
		os.Mkdir(s.Home(), 0o755),
		os.Mkdir(s.in("tmp"), 0o755),
		os.WriteFile(s.in("authorized_keys"), []byte(public["user_key"]+"\n"), 0o600),
		os.WriteFile(s.in("known_hosts"), []byte(known("host_key")), 0o600),
		os.WriteFile(s.in("other_hosts"), []byte(known("other_key")), 0o600),
		s.write("sshd_config", sshdConfig, settings),
		s.write("ssh_config", sshConfig, settings),
	)
	if err != nil {
		t.Fatal(err)
	}
}

// write writes a file of a template.
func (s *SSHD) write(name, text string, settings sshdSettings) error {
	parsed, err := template.New(name).Parse(text)
	if err != nil {
		return err
	}
	var filled strings.Builder
	if err := parsed.Execute(&filled, settings); err != nil {
		return err
	}
	return os.WriteFile(s.in(name), []byte(filled.String()), 0o600)
}
