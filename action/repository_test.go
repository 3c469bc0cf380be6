package action

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// repository is a git repository with a server in it.
type repository struct {
	t    *testing.T
	path string
}

func newRepository(t *testing.T) repository {
	t.Helper()
	needs(t, "git", "bash")
	r := repository{t, filepath.Join(t.TempDir(), "the répertoire")}
	if err := os.Mkdir(r.path, 0o755); err != nil {
		t.Fatal(err)
	}
	r.git("init", "--quiet", "--initial-branch=main")
	r.write(".gitignore", "output/\n")
	return r
}

// git runs git as a user without settings, and returns what it printed.
func (r repository) git(arguments ...string) string {
	r.t.Helper()
	command := exec.Command("git", arguments...)
	command.Dir = r.path
	command.Env = append(os.Environ(),
		"GIT_CONFIG_GLOBAL="+os.DevNull,
		"GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=A",
		"GIT_AUTHOR_EMAIL=a@example.org",
		"GIT_COMMITTER_NAME=A",
		"GIT_COMMITTER_EMAIL=a@example.org",
	)
	out, err := command.CombinedOutput()
	if err != nil {
		r.t.Fatalf("git %v: %v\n%s", arguments, err, out)
	}
	return strings.TrimSpace(string(out))
}

func (r repository) write(name, text string) {
	r.t.Helper()
	path := filepath.Join(r.path, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		r.t.Fatal(err)
	}
}

// commit writes the server, which waits for a time in each request, and returns the commit.
func (r repository) commit(port int, wait string) string {
	r.t.Helper()
	const server = `exec "$RUNNER_TEMP/labbook-action/labbook" serve goroutine`
	r.write("serve.sh", fmt.Sprintf(server+" --address %s --wait %s\n", address(port), wait))
	r.git("add", ".")
	r.git("commit", "--quiet", "--allow-empty", "--message", "wait "+wait)
	return r.git("rev-parse", "HEAD")
}

// clone returns a clone as actions/checkout makes it: of one commit only.
func (r repository) clone(revision string) repository {
	r.t.Helper()
	shallow := repository{r.t, filepath.Join(r.t.TempDir(), "clone")}
	if err := os.Mkdir(shallow.path, 0o755); err != nil {
		r.t.Fatal(err)
	}
	shallow.git("init", "--quiet")
	shallow.git("remote", "add", "origin", "file://"+r.path)
	shallow.git("fetch", "--quiet", "--depth=1", "origin", revision)
	shallow.git("checkout", "--quiet", "--detach", "FETCH_HEAD")
	return shallow
}

func address(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }
