package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"

	"labbook.example/labbook/internal/quietport"
)

// instruction is one of a Dockerfile.
type instruction struct{ name, rest string }

// stages returns the instructions of a Dockerfile, by FROM.
func stages(text string) [][]instruction {
	var all [][]instruction
	for line := range strings.Lines(strings.ReplaceAll(text, "\\\n", " ")) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, rest, _ := strings.Cut(line, " ")
		if name == "FROM" {
			all = append(all, nil)
		}
		all[len(all)-1] = append(all[len(all)-1], instruction{name, strings.TrimSpace(rest)})
	}
	return all
}

// image is what a container of the Dockerfile starts with.
type image struct {
	root       string
	uid, gid   uint32
	folder     string
	entrypoint []string
}

// buildImage does what the Dockerfile says, with folders of this machine in place of the two
// images. It fails at an instruction that it does not know.
func buildImage(t *testing.T, repository string) image {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(repository, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	both := stages(string(text))
	if len(both) != 2 {
		t.Fatalf("found %d stages; this test knows two", len(both))
	}
	made := filepath.Join(t.TempDir(), "image")
	for _, i := range both[0] {
		switch i.name {
		case "FROM", "WORKDIR", "COPY": // the golang image, and the repository in it
		case "RUN":
			command := strings.ReplaceAll(i.rest, "/image", made)
			if _, err := output(t.Context(), repository, nil, "sh", "-c", command); err != nil {
				t.Fatal(err)
			}
		default:
			t.Fatalf("the first stage has %v", i)
		}
	}

	im := image{root: t.TempDir()}
	for _, i := range both[1] {
		switch i.name {
		case "FROM":
			if i.rest != "scratch" {
				t.Fatalf("the image begins with %s, want scratch", i.rest)
			}
		case "COPY":
			copyInto(t, im.root, strings.ReplaceAll(i.rest, "/image", made))
		case "USER":
			im.uid, im.gid = user(t, i.rest)
		case "WORKDIR":
			im.folder = i.rest
		case "ENTRYPOINT":
			if err := json.Unmarshal([]byte(i.rest), &im.entrypoint); err != nil {
				t.Fatal(err)
			}
		default:
			t.Fatalf("the image has %v", i)
		}
	}
	return im
}

// copyInto does what COPY says: --from=build, perhaps --chown, and two paths.
func copyInto(t *testing.T, root, rest string) {
	t.Helper()
	words := strings.Fields(rest)
	if words[0] != "--from=build" {
		t.Fatalf("COPY %s: want it from the first stage", rest)
	}
	words = words[1:]
	owner := "0:0"
	if value, ok := strings.CutPrefix(words[0], "--chown="); ok {
		owner, words = value, words[1:]
	}
	to := filepath.Join(root, words[1])
	for _, args := range [][]string{
		{"cp", "--archive", "--no-target-directory", words[0], to},
		{"chown", "--recursive", owner, to},
	} {
		if _, err := output(t.Context(), root, nil, args[0], args[1:]...); err != nil {
			t.Fatal(err)
		}
	}
}

func user(t *testing.T, text string) (uid, gid uint32) {
	t.Helper()
	if _, err := fmt.Sscanf(text, "%d:%d", &uid, &gid); err != nil {
		t.Fatalf("USER %s: want numbers, because an image without /etc/passwd has no names", text)
	}
	return uid, gid
}

// run runs labbook in the image, without a variable, and returns what it prints.
func (im image) run(t *testing.T, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), im.entrypoint[0], args...)
	command.Dir = im.folder
	command.Env = []string{}
	command.SysProcAttr = &syscall.SysProcAttr{
		Chroot:     im.root,
		Credential: &syscall.Credential{Uid: im.uid, Gid: im.gid},
	}
	said, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("labbook %s: %v\n%s", strings.Join(args, " "), err, said)
	}
	return string(said)
}

// In the image, which has no /etc, and even without a /proc, labbook measures and writes a report
// as a user without a name. What it does not know then is absent from the record.
func TestImage(t *testing.T) {
	if os.Getuid() != 0 {
		missing(t, "only root can enter the image")
	}
	needGit(t)
	im := buildImage(t, "..")
	// The one device that every container has, which does not come from an image.
	if err := os.Mkdir(filepath.Join(im.root, "dev"), 0o755); err != nil {
		t.Fatal(err)
	}
	null := filepath.Join(im.root, "dev", "null")
	if err := unix.Mknod(null, unix.S_IFCHR|0o666, int(unix.Mkdev(1, 3))); err != nil {
		missing(t, "no device can be made here: "+err.Error())
	}
	if err := os.Chmod(null, 0o666); err != nil {
		t.Fatal(err)
	}

	other := im
	other.uid, other.gid = 1000, 1000 // as docker run --user has it
	if said := other.run(t, "init", "other.toml"); !strings.Contains(said, "wrote other.toml") {
		t.Errorf("init as another user: %s", said)
	}
	if said := im.run(t, "init"); !strings.Contains(said, "wrote experiment.toml") {
		t.Errorf("init: %s", said)
	}
	spec := filepath.Join(im.root, im.folder, "tiny.toml")
	if err := os.WriteFile(spec, []byte(tiny(t)), 0o644); err != nil {
		t.Fatal(err)
	}
	if said := im.run(t, "check", "tiny.toml"); !strings.Contains(said, "ready") {
		t.Errorf("check: %s", said)
	}
	im.run(t, "tiny.toml", "--quiet")

	folder := filepath.Join(im.root, im.folder, "output")
	report, err := os.Stat(filepath.Join(folder, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	if owner := report.Sys().(*syscall.Stat_t).Uid; owner != im.uid {
		t.Errorf("the report is of user %d, want %d", owner, im.uid)
	}
	record, err := os.ReadFile(filepath.Join(folder, "trials.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	first, _, _ := strings.Cut(string(record), "\n")
	var header struct {
		Program     struct{ SHA256 string }
		Environment map[string]any
	}
	if err := json.Unmarshal([]byte(first), &header); err != nil {
		t.Fatal(err)
	}
	if header.Program.SHA256 == "" {
		t.Error("the record does not tell which program measured")
	}
	for _, unknown := range []string{"cpu", "kernel", "memory_bytes", "distribution"} {
		if found, ok := header.Environment[unknown]; ok {
			t.Errorf("%s: found %v, want nothing without /proc and /etc", unknown, found)
		}
	}
}

// tiny returns an experiment of two models that takes a second.
func tiny(t *testing.T) string {
	t.Helper()
	text := "[load]\nconcurrency = [2]\nrequests = 50\n\n[design]\nrounds = 6\n"
	for _, model := range []string{"goroutine", "async"} {
		text += "\n[[server]]\nname = " + strconv.Quote(model) +
			"\nmodel = " + strconv.Quote(model) +
			"\naddress = " + strconv.Quote(fmt.Sprintf("127.0.0.1:%d", quietport.For(t))) +
			"\nstart_timeout = \"2m\"\n" // a busy machine may take a while
	}
	return text
}

// The image is built with the Go that the module asks for: the golang image fetches no other.
func TestImageHasTheModulesGo(t *testing.T) {
	dockerfile, err := os.ReadFile("../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	version, err := output(t.Context(), "..", nil, "go", "list", "-m", "-f", "{{.GoVersion}}")
	if err != nil {
		t.Fatal(err)
	}
	from := stages(string(dockerfile))[0][0].rest
	if want := "golang:" + version + " AS build"; from != want {
		t.Errorf("FROM %s, want %s", from, want)
	}
}
