package spec

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"labbook.example/labbook/internal/golden"
)

// site is a machines file with every key.
const site = `
[[machine]]
name = "server"
launch = ["srun", "--relative=0", "-N1", "-n1"]

[[machine]]
name = "clients"
count = 3
launch = ["ssh", "-T", "gen{n}.example"]
labbook = "/opt/{n}/labbook"
address = "10.0.0.{n}"
folder = "/srv/{n}/a b"

[[machine]]
name = "here"
launch = []
address = "2001:db8::1"
`

// nothing is an environment without variables.
func nothing(string) (string, bool) { return "", false }

func parseSite(t *testing.T, text string) Machines {
	t.Helper()
	m, err := parseMachines("site.toml", text, nothing)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestReadMachines(t *testing.T) {
	path := filepath.Join(t.TempDir(), "site.toml")
	if err := os.WriteFile(path, []byte(byteOrderMark+site), 0o644); err != nil {
		t.Fatal(err)
	}
	got, err := ReadMachines(path)
	if err != nil {
		t.Fatal(err)
	}
	want := []Machine{
		{
			Name:       "server",
			Count:      1,
			Launch:     []string{"srun", "--relative=0", "-N1", "-n1"},
			Labbook:    "labbook",
			Line:       2,
			countLine:  2,
			launchLine: 4,
		},
		{
			Name:       "clients",
			Count:      3,
			Launch:     []string{"ssh", "-T", "gen{n}.example"},
			Labbook:    "/opt/{n}/labbook",
			Address:    "10.0.0.{n}",
			Folder:     "/srv/{n}/a b",
			Line:       6,
			countLine:  8,
			launchLine: 9,
		},
		{
			Name:       "here",
			Count:      1,
			Launch:     []string{},
			Labbook:    "labbook",
			Address:    "2001:db8::1",
			Line:       14,
			countLine:  14,
			launchLine: 16,
		},
	}
	if diff := cmp.Diff(want, got.List, cmp.AllowUnexported(Machine{})); diff != "" {
		t.Errorf("the machines (-want +got):\n%s", diff)
	}
	if got.File != "site.toml" {
		t.Errorf("the file is called %q", got.File)
	}

	if _, err := ReadMachines(path + "s"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}

// {n} is the number of a host in each text of its machine.
func TestHostsOfAMachine(t *testing.T) {
	m := parseSite(t, site)
	clients := m.List[1]
	if diff := cmp.Diff([]string{"ssh", "-T", "gen2.example"}, clients.Words(2)); diff != "" {
		t.Errorf("the launcher (-want +got):\n%s", diff)
	}
	if got := clients.Program(3); got != "/opt/3/labbook" {
		t.Errorf("the program is %q", got)
	}
	if got := clients.AddressOf(3); got != "10.0.0.3" {
		t.Errorf("the address is %q", got)
	}
	if got := clients.FolderOf(1, "/home/a"); got != "/srv/1/a b" {
		t.Errorf("the folder is %q", got)
	}
	if got := m.List[0].FolderOf(1, "/home/a"); got != "/home/a" {
		t.Errorf("the folder is %q, want the one here", got)
	}
	here := m.List[2]
	if len(here.Words(1)) > 0 || here.Program(1) != "" || !here.IsHere() || m.List[0].IsHere() {
		t.Errorf("a node here is started by %q %q", here.Words(1), here.Program(1))
	}
	if got := m.List[0].Program(1); got != "labbook" {
		t.Errorf("the program behind srun is %q", got)
	}
}

// Each testdata/machines/NAME.toml is refused with exactly the problems in NAME.txt, and an editor
// marks it.
func TestRefusedMachines(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile(machinesSchemaPath)
	if err != nil {
		t.Fatal(err)
	}
	paths, err := filepath.Glob("testdata/machines/*.toml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no files to refuse: %v", err)
	}
	for _, path := range paths {
		name := strings.TrimSuffix(filepath.Base(path), ".toml")
		t.Run(name, func(t *testing.T) {
			_, err := ReadMachines(path)
			if _, ok := errors.AsType[Problems](err); !ok {
				t.Fatalf("ReadMachines gives %v, want Problems", err)
			}
			golden.Compare(t, strings.TrimSuffix(path, ".toml")+".txt", err.Error()+"\n")

			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			beyond := []string{"syntax", "twice"}
			if !slices.Contains(beyond, name) && allows(t, schema, string(text)) == nil {
				t.Error("the schema allows it")
			}
		})
	}
}

// For every key of the machines file, the reader and the schema agree on many values.
func TestMachinesSchemaAndCodeAgree(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile(machinesSchemaPath)
	if err != nil {
		t.Fatal(err)
	}
	if err := allows(t, schema, site); err != nil {
		t.Errorf("the schema refuses a machines file: %v", err)
	}

	allowed, refused := 0, 0
	for _, k := range machineSection.keys {
		for _, value := range append(probes(k), machineProbes...) {
			table := map[string]any{"name": "a", "launch": []string{"x"}, k.name: value}
			if k.name == "count" {
				table["address"] = "gen{n}"
			}
			text := tomlText(t, map[string]any{"machine": []any{table}})
			_, code := parseMachines("site.toml", text, nothing)
			editor := allows(t, schema, text)
			if _, isText := value.(string); isText && k.kind == kindHost && editor == nil {
				continue // a pattern does not know what an IP address is
			}
			if value, ok := value.([]any); ok && k.kind == kindLaunch && len(value) > 0 &&
				editor == nil {
				continue // nor which words a launcher cannot have
			}
			if (code == nil) != (editor == nil) {
				t.Errorf("%s = %v: labbook says %v, the schema says %v",
					k.name, value, code, editor)
			}
			if code == nil {
				allowed++
			} else {
				refused++
			}
		}
	}
	if allowed < 20 || refused < 60 {
		t.Errorf("%d values were allowed and %d refused: too few to tell", allowed, refused)
	}
}

// machineProbes are values to try for every key of the machines file.
var machineProbes = []any{
	"10.0.0.1", "10.0.0.{n}", "2001:db8::{n}", "gen{n}.example", "Gen1", "gen1:80", "a b", "é",
	"0.0.0.0", "[::1]", "fe80::1%eth0", "bench@gen1", "/a b", "/a/{n}", "./a", "~/a", "/a\nb",
	[]any{"ssh", "n1"}, []any{""}, []any{"ssh", "labbook", "node"}, []any{"a\x00"},
}

// Whatever the text, parseMachines refuses it with problems that can be printed, or returns what
// Machines promises.
func FuzzParseMachines(f *testing.F) {
	f.Add(site)
	paths, err := filepath.Glob("testdata/machines/*.toml")
	if err != nil || len(paths) == 0 {
		f.Fatalf("no files to begin with: %v", err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := parseMachines("site.toml", text, nothing)
		if err != nil {
			checkProblems(t, err, text)
			return
		}
		names := map[string]bool{}
		for _, m := range got.List {
			if !isMachineName(m.Name) || names[m.Name] || m.Count < 1 || m.Count > 1000 ||
				m.Launch == nil || m.Line < 1 || m.countLine < 1 || m.launchLine < 1 {
				t.Errorf("machine %+v", m)
			}
			names[m.Name] = true
			for _, n := range []int{1, m.Count} {
				checkHost(t, m, n)
			}
		}
		if got.File != "site.toml" || len(got.List) == 0 {
			t.Errorf("%d machines of %q", len(got.List), got.File)
		}
	})
}

// checkHost proves what a host of a machine is started with, and where it is.
func checkHost(t *testing.T, m Machine, n int) {
	t.Helper()
	words, program := m.Words(n), m.Program(n)
	hasZero := func(word string) bool { return strings.Contains(word, "\x00") }
	if len(words) > 0 && strings.TrimSpace(words[0]) == "" || slices.ContainsFunc(words, hasZero) ||
		strings.ContainsFunc(program, isBlankOrControl) || (program == "") != m.IsHere() {
		t.Errorf("host %d of %q is started by %q %q", n, m.Name, words, program)
	}
	address := m.AddressOf(n)
	if address != "" && !isIP(address) && !isHostName(strings.ToLower(address)) {
		t.Errorf("host %d of %q is at %q", n, m.Name, address)
	}
	if !strings.HasPrefix(m.FolderOf(n, "/here"), "/") {
		t.Errorf("the folder of host %d of %q is %q", n, m.Name, m.FolderOf(n, "/here"))
	}
}

func tomlText(t *testing.T, value any) string {
	t.Helper()
	text, err := toml.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
