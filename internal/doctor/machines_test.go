package doctor_test

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"labbook.example/labbook/internal/doctor"
	"labbook.example/labbook/internal/golden"
	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/terminal"
)

// newAB is what the usage of a present ab has of the options that matter here.
const newAB = "    -s timeout      Seconds to max. wait\n    -l              Accept variable\n" +
	"    -r              Don't exit\n    -m method       Method name\n"

// sound is what a system answers where all is as it should be.
var sound = doctor.Asked{
	Cores:        8,
	CanBind:      true,
	ClockReading: 25 * time.Nanosecond,
	Limits:       &doctor.Limits{Soft: 65_536, Hard: 1_048_576},
	Folders: []doctor.Folder{
		{Item: doctor.FreeOutput, Path: "/home/u/output", Free: 200 << 30},
		{Item: doctor.FreeTemporary, Path: "/tmp", Free: 8 << 30},
	},
	AB: &doctor.InstalledAB{Name: "ab 2.3 (apache2-utils 2.4.62)", Usage: newAB},
	Go: "go1.26.8",
}

// asked returns sound with what differs.
func asked(change func(*doctor.Asked)) doctor.Asked {
	a := sound
	a.Folders = slices.Clone(sound.Folders)
	change(&a)
	return a
}

const (
	manyConnections = `
[load]
requests = 20000
concurrency = [1, 3000]
any_length = true
[[server]]
name = "a"
command = ["./app"]
address = "127.0.0.1:45000"
`
	siblings = `
[load]
requests = 6000
concurrency = [1, 600]
generator = "ab"
cpus = "4"
[[server]]
name = "a"
model = "thread"
address = "127.0.0.1:45000"
cpus = "0-3"
[[server]]
name = "b"
command = ["./app"]
address = "127.0.0.1:46000"
`
	plain = `
[load]
requests = 100
concurrency = [1, 10]
[[server]]
name = "a"
model = "thread"
address = "127.0.0.1:45000"
`
)

// madeUp are made-up machines, each as its golden file shows it.
var madeUp = []struct {
	name   string
	files  string // in testdata; "": there are none
	system string
	asked  doctor.Asked
	spec   string // "": none
}{
	{"sound", "sound", "linux", sound, ""},
	{"sound-spec", "sound", "linux", sound, plain},
	{"laptop", "laptop", "linux", laptop, ""},
	{"laptop-spec", "laptop", "linux", laptop, siblings},
	{"cloud", "cloud", "linux", cloud, ""},
	{"cloud-spec", "cloud", "linux", cloud, manyConnections},
	{"container", "container", "linux", pod, ""},
	{"container-spec", "container", "linux", pod, siblings},
	{"server", "server", "linux", goRun, ""},
	{"windows", "", "windows", doctor.Asked{Cores: 4, Go: "go1.26.8"}, siblings},
	{"darwin", "", "darwin", mac, plain},
}

var (
	laptop = asked(func(a *doctor.Asked) {
		a.ClockReading = 1200 * time.Nanosecond
		a.Limits = &doctor.Limits{Soft: 256, Hard: 4096}
		a.Folders[0].Free = 100 << 20
		a.AB = &doctor.InstalledAB{Problem: "not installed"}
		a.Cgo = true
	})
	cloud = asked(func(a *doctor.Asked) {
		a.Cores = 2
		a.ClockReading = 45 * time.Nanosecond
		a.Limits = &doctor.Limits{Soft: 1024, Hard: 1024}
		a.Folders[1].Free = 3 << 20
		a.AB = &doctor.InstalledAB{Name: "ab 2.3", Usage: "    -r              Don't exit\n"}
		a.IsRoot = true
	})
	pod = asked(func(a *doctor.Asked) {
		a.Cores = 1
		a.CanBind = false
		a.Kubernetes = true
		a.AB = &doctor.InstalledAB{Problem: "not installed"}
	})
	goRun = asked(func(a *doctor.Asked) {
		a.Cgo = true
		a.GoRun = true
		a.Limits = &doctor.Limits{Soft: 1024, Hard: doctor.Unlimited}
	})
	mac = asked(func(a *doctor.Asked) {
		a.CanBind = false
		a.ClockReading = 40 * time.Nanosecond
		a.Limits = &doctor.Limits{Soft: 256, Hard: doctor.Unlimited}
	})
)

// examine returns what is found on a made-up machine.
func examine(t *testing.T, files, system string, a doctor.Asked, text string) (
	*doctor.Seen, []doctor.Finding,
) {
	t.Helper()
	root := t.TempDir()
	between := func() {}
	if files != "" {
		archive, err := txtar.ParseFile(filepath.Join("testdata", files+".txtar"))
		if err != nil {
			t.Fatal(err)
		}
		write(t, root, archive, false)
		between = func() { write(t, root, archive, true) }
	}

	var needs *doctor.Needs
	if text != "" {
		e, err := spec.Parse("e.toml", text)
		if err != nil {
			t.Fatal(err)
		}
		needs = doctor.NeedsOf(e)
	}
	seen := doctor.Look(system, machine.Root(root), a, between)
	return seen, seen.Findings(needs)
}

// write writes the files of a machine: those of its beginning, or those that change afterwards.
func write(t *testing.T, root string, archive *txtar.Archive, after bool) {
	t.Helper()
	for _, f := range archive.Files {
		name, isAfter := strings.CutPrefix(f.Name, "after/")
		if isAfter != after {
			continue
		}
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// Each made-up machine is told as its golden file shows, and a second look tells the same.
func TestMadeUpMachines(t *testing.T) {
	for _, m := range madeUp {
		t.Run(m.name, func(t *testing.T) {
			seen, found := examine(t, m.files, m.system, m.asked, m.spec)
			d := terminal.Diagnosis{Machine: seen.Description(), Findings: found}
			if m.spec != "" {
				d.Spec = "e.toml"
			}
			var text bytes.Buffer
			d.Print(&text)
			golden.Compare(t, filepath.Join("testdata", m.name+".txt"), text.String())
		})
	}
}

// Each item is sound on some made-up machine, and not on another.
func TestEachItemIsSoundAndIsNot(t *testing.T) {
	isSound, isBad := map[string]bool{}, map[string]bool{}
	for _, m := range madeUp {
		_, found := examine(t, m.files, m.system, m.asked, m.spec)
		for _, f := range found {
			isSound[f.Item] = isSound[f.Item] || f.Severity == doctor.Sound
			isBad[f.Item] = isBad[f.Item] || f.Severity < doctor.Unknown
			if f.Severity < doctor.Unknown && (f.Why == "" || f.Found == "") {
				t.Errorf("%s: %s lacks what was found, or why it matters", m.name, f.Item)
			}
			if f.Severity >= doctor.Unknown && (f.Why != "" || f.Remedy != nil) {
				t.Errorf("%s: %s is sound or unknown, and is mended", m.name, f.Item)
			}
		}
	}
	for item := range isSound {
		if !isSound[item] || !isBad[item] {
			t.Errorf("%s: sound somewhere: %v, bad somewhere: %v", item, isSound[item], isBad[item])
		}
	}
}

// Where a system tells nothing, nothing is made up: whatever is not unknown has been asked of it.
func TestNothingIsGuessed(t *testing.T) {
	_, found := examine(t, "", "plan9", doctor.Asked{}, "")
	for _, f := range found {
		if f.Severity != doctor.Unknown {
			t.Errorf("%s: %q, %d; want unknown", f.Item, f.Found, f.Severity)
		}
	}
}

// The sound machine has nothing to mend, with and without a spec.
func TestSoundMachine(t *testing.T) {
	for _, text := range []string{"", plain} {
		_, found := examine(t, "sound", "linux", sound, text)
		for _, f := range found {
			if f.Severity != doctor.Sound {
				t.Errorf("%s: %q, %d; want sound", f.Item, f.Found, f.Severity)
			}
		}
	}
}

// A machine that neither serves nor loads only has to have room for the record.
func TestMachineThatTakesNoPart(t *testing.T) {
	seen, _ := examine(t, "cloud", "linux", cloud, "")
	for _, f := range seen.Findings(&doctor.Needs{Elsewhere: []string{"server", "clients"}}) {
		isSpace := f.Item == doctor.FreeOutput || f.Item == doctor.FreeTemporary
		if f.Severity <= doctor.Matters && !isSpace {
			t.Errorf("%s: %q, %d; want for information", f.Item, f.Found, f.Severity)
		}
		if f.Item == doctor.FreeTemporary && f.Severity != doctor.Spoils {
			t.Errorf("%s: %q, %d; want that it spoils", f.Item, f.Found, f.Severity)
		}
	}
}

// The names of programs come from outside. What a terminal would take for a command is not shown.
func TestHostileNames(t *testing.T) {
	found := []doctor.Finding{{
		Item:     "CPU use now",
		Found:    "a\x1b[2J\nready",
		Severity: doctor.Matters,
		Why:      "It matters.",
		Advice:   "make room in /home/\x1b]0;x\a",
	}}
	var text bytes.Buffer
	terminal.Diagnosis{Machine: "m\x1b[1m", Spec: "e\n.toml", Findings: found}.Print(&text)
	terminal.PrintReadiness(&text, found, "e\n.toml")
	for line := range strings.Lines(text.String()) {
		if strings.ContainsAny(line, "\x1b\a") || strings.HasPrefix(line, "ready") {
			t.Errorf("shown: %q", line)
		}
	}
}
