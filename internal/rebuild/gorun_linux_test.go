package rebuild

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"labbook.example/labbook/internal/quietport"
	"labbook.example/labbook/internal/record"
)

// These tests start labbook by "go run", as its user does, in the folder of its source.

// compiler skips a test where there is no C compiler, because Go then builds without cgo anyway.
func compiler(t *testing.T) {
	t.Helper()
	for _, name := range []string{os.Getenv("CC"), "gcc", "cc", "clang"} {
		if _, err := exec.LookPath(name); name != "" && err == nil {
			return
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatal("no C compiler")
	}
	t.Skip("no C compiler, so that Go builds without cgo")
}

// user starts labbook.
type user struct {
	t   *testing.T
	dir string // of the spec and the output
	env []string
}

// newUser returns a user with a folder that holds tiny.toml. Its machine-wide lock is its own.
func newUser(t *testing.T, server string) user {
	t.Helper()
	u := user{t: t, dir: t.TempDir()}
	u.env = append(os.Environ(), "CGO_ENABLED=1", "TMPDIR="+u.dir)
	u.write("tiny.toml", `title = "tiny"
question = "?"
[load]
requests = 60
concurrency = [1]
generator = "embedded"
[design]
rounds = 1
warmup = 1
baseline = "a"
`+server)
	return u
}

// thread is a server with the model that makes a thread for each connection.
func thread(t *testing.T) string {
	t.Helper()
	return fmt.Sprintf(`[[server]]
name = "a"
model = "thread"
address = "127.0.0.1:%d"
start_timeout = "2m" # a busy machine may take a while
`, quietport.For(t))
}

func (u user) write(name, text string) string {
	u.t.Helper()
	path := filepath.Join(u.dir, name)
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		u.t.Fatal(err)
	}
	return path
}

// with returns the same user with more variables in the environment.
func (u user) with(env ...string) user {
	u.env = append(u.env[:len(u.env):len(u.env)], env...)
	return u
}

// command returns a command in the folder of the module.
func (u user) command(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(program, args...)
	cmd.Dir = filepath.Join("..", "..")
	cmd.Env = u.env
	return cmd
}

// run runs a command to its end, and returns its exit code and all that it printed.
func (u user) run(program string, args ...string) (code int, printed string) {
	u.t.Helper()
	printedBytes, err := u.command(program, args...).CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		u.t.Fatal(err)
	}
	if exit != nil {
		code = exit.ExitCode()
	}
	return code, string(printedBytes)
}

// measured returns the record of the run that has ended.
func (u user) measured() *record.Record {
	u.t.Helper()
	rec, err := record.Read(filepath.Join(u.dir, "output"))
	if err != nil {
		u.t.Fatal(err)
	}
	if rec.Environment.Cgo == nil || rec.Program == nil {
		u.t.Fatalf("environment %+v, program %+v; want what is known", rec.Environment, rec.Program)
	}
	return rec
}

// executable returns the file that go run makes of labbook, as soon as the build cache keeps it.
func (u user) executable() string {
	u.t.Helper()
	for range 2 {
		code, printed := u.run("go", "run", "-exec=go version", ".")
		path := printed[:max(0, strings.LastIndex(printed, ": go"))]
		if code != 0 {
			u.t.Fatal(printed)
		}
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	u.t.Fatal("go run keeps no executable")
	return ""
}

func digest(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// With a C compiler and without, go run measures with the same program, byte for byte.
func TestGoRunMeasuresWithoutCgo(t *testing.T) {
	compiler(t)
	u := newUser(t, thread(t))
	spec := filepath.Join(u.dir, "tiny.toml")
	plain := u.with("CGO_ENABLED=0").executable()

	code, printed := u.run("go", "run", ".", spec)
	rec := u.measured()
	if code != 0 || *rec.Environment.Cgo || strings.Contains(printed, "note: labbook measures") {
		t.Errorf("code %d, cgo %v; printed:\n%s", code, *rec.Environment.Cgo, printed)
	}
	if want := digest(t, plain); rec.Program.SHA256 != want {
		t.Errorf("measured by %s, want by what CGO_ENABLED=0 makes, %s", rec.Program.SHA256, want)
	}
	_, version := u.run(plain, "--version")
	for _, want := range []string{rec.Program.SHA256, "cgo:      no"} {
		if !strings.Contains(version, want) {
			t.Errorf("--version of the program that measured lacks %q:\n%s", want, version)
		}
	}

	// A second run finds everything. Whatever it ends with, go run tells once.
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	taken := u.write("taken.toml", strings.ReplaceAll(readFile(t, spec),
		addressIn(t, spec), listener.Addr().String()))
	_, printed = u.run("go", "run", ".", taken)
	for _, once := range []string{"exit status 3", "labbook: ", "hint: "} {
		if strings.Count(printed, once) != 1 {
			t.Errorf("a port in use: %q is not there once:\n%s", once, printed)
		}
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// addressIn returns the address of the only server of a spec.
func addressIn(t *testing.T, path string) string {
	t.Helper()
	_, rest, _ := strings.Cut(readFile(t, path), `address = "`)
	address, _, ok := strings.Cut(rest, `"`)
	if !ok {
		t.Fatalf("%s has no address", path)
	}
	return address
}

// Where the other build cannot be made, the run goes on, and its record and report say what it is.
func TestGoRunGoesOnWithCgo(t *testing.T) {
	compiler(t)
	cgo := newUser(t, "").executable()

	test := func(name, goCommand, want string) {
		t.Helper()
		u := newUser(t, thread(t))
		u = u.with("PATH="+u.dir, "SELF="+cgo, "LOG="+filepath.Join(u.dir, "log"))
		if goCommand != "" {
			u.write("go", "#!/bin/sh\n"+goCommand+"\n")
		}
		code, printed := u.run(cgo, filepath.Join(u.dir, "tiny.toml"))
		rec := u.measured()
		note := "note: labbook measures with cgo, because it could not be built without: " + want
		if code != 0 || !*rec.Environment.Cgo || strings.Count(printed, note+"\n") != 1 {
			t.Errorf("%s: code %d, cgo %v, want the line %q; printed:\n%s",
				name, code, *rec.Environment.Cgo, note, printed)
		}
		if rec.Program.SHA256 != digest(t, cgo) {
			t.Errorf("%s: measured by %s, want by %s", name, rec.Program.SHA256, cgo)
		}
		report := readFile(t, filepath.Join(u.dir, "output", "report.md"))
		if !strings.Contains(report, "cgo-threads") || !strings.Contains(printed, "cgo-threads") {
			t.Errorf("%s: the report or the terminal has no note cgo-threads", name)
		}
	}

	test("no go", "", "there is no go command on PATH")
	test("no source", `echo "go: go.mod file not found" >&2; exit 1`,
		"go run: exit status 1: go: go.mod file not found")
	test("a broken source", `printf '# labbook\n./main.go:1:1: no package\n' >&2; exit 1`,
		"go run: exit status 1: # labbook ./main.go:1:1: no package")
	test("killed", `kill -9 $$`, "go run: signal: killed: ")
	test("no cache", `echo "/no/such/labbook: go1.26"`, "the build cache of Go does not keep it")
	test("nothing printed", `true`, "the build cache of Go does not keep it")
	test("no Go program", `echo "/bin/sh: go1.26"`,
		"could not read Go build info from /bin/sh: not a Go executable")
	// It would begin from the start, for ever.
	test("cgo all the same", `echo "$SELF: go1.26"`,
		"another build still has CGO_ENABLED=1")
}

// The program that replaces this one finds no process that it would have to wait for.
func TestBuildLeavesNoProcess(t *testing.T) {
	u := newUser(t, "")
	u.write("go", "#!/bin/sh\nexit 1\n")
	t.Setenv("PATH", u.dir)
	if path, err := build(t.Context(), described(), io.Discard); err == nil {
		t.Fatalf("built %s with a go command that fails", path)
	}
	pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
	if !errors.Is(err, syscall.ECHILD) {
		t.Errorf("the process has a child (%d, error %v), want none", pid, err)
	}
}

// What does not need the other build does not ask for it.
func TestNothingIsRebuiltInVain(t *testing.T) {
	compiler(t)
	u := newUser(t, thread(t))
	cgo := u.executable()
	log := filepath.Join(u.dir, "log")
	u.write("go", "#!/bin/sh\necho called >>\"$LOG\"\nexit 1\n")
	found := u.with("PATH="+u.dir, "LOG="+log)
	spec := filepath.Join(u.dir, "tiny.toml")

	test := func(name string, wantCalls int, program string, args ...string) {
		t.Helper()
		os.Remove(log)
		code, printed := found.run(program, args...)
		data, _ := os.ReadFile(log) // there is none without a call
		if calls := bytes.Count(data, []byte("called")); calls != wantCalls || code != 0 {
			t.Errorf("%s: code %d, %d builds, want %d; printed:\n%s",
				name, code, calls, wantCalls, printed)
		}
	}
	test("a run", 1, cgo, spec)
	test("a quiet run", 1, cgo, spec, "--quiet")
	test("a check", 1, cgo, "check", spec)
	test("a plan", 0, cgo, spec, "--dry-run")
	test("a report", 0, cgo, "report", filepath.Join(u.dir, "output"))
	test("a spec to start from", 0, cgo, "init", filepath.Join(u.dir, "new.toml"))
	test("the version", 0, cgo, "--version")
	test("the program without cgo", 0, u.with("CGO_ENABLED=0").executable(), spec)

	// A server that runs already, with another program, is not ours.
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go answer(listener) // ends with the listener
	running := fmt.Sprintf("[[server]]\nname = \"a\"\nurl = \"http://%v\"\n", listener.Addr())
	other := filepath.Join(newUser(t, running).dir, "tiny.toml")
	test("no model of ours", 0, cgo, other)

	// Its user chose this one.
	own := filepath.Join(u.dir, "labbook")
	if code, printed := u.run("go", "build", "-o", own, "."); code != 0 {
		t.Fatal(printed)
	}
	test("go build", 0, own, spec)
}

// answer answers every connection with a short page.
func answer(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		if _, err := bufio.NewReader(conn).ReadString('\n'); err == nil {
			io.WriteString(conn, "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok")
		}
		conn.Close()
	}
}

// ends reports whether a process is gone within a minute: its parent may notice late that it ended.
func ends(pid int) bool {
	deadline := time.Now().Add(time.Minute)
	for syscall.Kill(pid, 0) == nil && time.Now().Before(deadline) {
		runtime.Gosched()
	}
	return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH)
}

// Ctrl-C ends a run that still builds, with the go command, and go run says so once.
func TestInterruptedBuild(t *testing.T) {
	compiler(t)
	u := newUser(t, thread(t))
	u.executable() // so that the wait is for the other build

	// go run puts its own folder first on PATH. The other go command names itself in a pipe.
	u.write("wrap", "#!/bin/sh\nPATH=$FOLDER:$PATH\nexec \"$@\"\n")
	started := filepath.Join(u.dir, "started")
	if err := syscall.Mkfifo(started, 0o600); err != nil {
		t.Fatal(err)
	}
	u.write("go", "#!/bin/sh\ntouch \"$GOTMPDIR/begun\"\necho $$ >\"$STARTED\"\nexec sleep 1000\n")
	reader, err := os.OpenFile(started, os.O_RDWR, 0) // does not wait for a writer
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	var printed bytes.Buffer
	cmd := u.with("FOLDER="+u.dir, "STARTED="+started).command(
		"go", "run", "-exec="+filepath.Join(u.dir, "wrap"), ".", filepath.Join(u.dir, "tiny.toml"))
	cmd.Stdout, cmd.Stderr = &printed, &printed
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	pids := make(chan int, 1)
	go func() { // ends with the reader
		var pid int
		if _, err := fmt.Fscanln(reader, &pid); err == nil {
			pids <- pid
		}
	}()

	var other int
	select {
	case other = <-pids:
	case err := <-ended:
		t.Fatalf("it ended: %v\n%s", err, printed.String())
	}
	if err := syscall.Kill(-cmd.Process.Pid, syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	err = <-ended
	text := printed.String()
	if err == nil || strings.Count(text, "exit status 130") != 1 ||
		strings.Count(text, "labbook: interrupted by SIGINT") != 1 {
		t.Errorf("error %v; printed:\n%s", err, text)
	}
	if !ends(other) {
		t.Errorf("the go command %d is left", other)
	}
	for _, pattern := range []string{"output", "labbook-build-*"} {
		if left, err := filepath.Glob(filepath.Join(u.dir, pattern)); err != nil || left != nil {
			t.Errorf("left behind: %v, %v", left, err)
		}
	}
}
