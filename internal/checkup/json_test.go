package checkup

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"labbook.example/labbook/internal/doctor"
	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/spec"
)

// seenMachines returns what is found on made-up machines: one that tells nothing, and one of which
// most is bad.
func seenMachines(t *testing.T) map[string]*doctor.Seen {
	t.Helper()
	bad := doctor.Asked{
		Cores:        1,
		ClockReading: time.Microsecond,
		Limits:       &doctor.Limits{Soft: 64, Hard: doctor.Unlimited},
		Folders: []doctor.Folder{
			{Item: doctor.FreeOutput, Path: "/o\x1b[2J", Free: 1},
			{Item: doctor.FreeTemporary, Path: "/tmp", Refusal: "permission denied"},
		},
		AB:  &doctor.InstalledAB{Name: "ab 2.3"},
		Go:  "go1.26.8",
		Cgo: true,
	}
	none := machine.Root(t.TempDir())
	return map[string]*doctor.Seen{
		"silent": doctor.Look("plan9", none, doctor.Asked{}, func() {}),
		"bad":    doctor.Look("linux", none, bad, func() {}),
		"here":   doctor.Examine(t.Context(), t.TempDir(), 1),
	}
}

// printed returns what is printed of a machine for an experiment that needs 100 connections.
func printed(t *testing.T, seen *doctor.Seen, path string) string {
	t.Helper()
	var needs *doctor.Needs
	if path != "" {
		e, err := spec.Parse(path, "[load]\nrequests = 1000\nconcurrency = [100]\n"+
			"generator = \"ab\"\n[[server]]\nname = \"a\"\nmodel = \"thread\"\n"+
			"address = \"127.0.0.1:45000\"\n")
		if err != nil {
			t.Fatal(err)
		}
		needs = doctor.NeedsOf(e)
	}
	var b bytes.Buffer
	if err := printJSON(&b, seen, path, seen.Findings(needs)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestJSONFollowsTheSchema(t *testing.T) {
	schema := labtest.Schema(t, "doctor")
	for name, seen := range seenMachines(t) {
		for _, path := range []string{"", "e.toml"} {
			text := printed(t, seen, path)
			if err := schema.Validate(labtest.JSON(t, text)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if strings.Contains(text, "\x1b") || strings.Contains(text, `\u001b`) {
				t.Errorf("%s: the text has a control character:\n%s", name, text)
			}
		}
	}
}

func TestSchemaHasEveryField(t *testing.T) {
	labtest.CheckFields(t, "doctor", reflect.TypeFor[diagnosis](), labtest.Schema(t, "doctor"))
}

// The schema refuses what the JSON must never be.
func TestSchemaRefuses(t *testing.T) {
	schema := labtest.Schema(t, "doctor")
	type object = map[string]any
	test := func(what string, spoil func(top, first object)) {
		t.Helper()
		top := labtest.JSON(t, printed(t, seenMachines(t)["bad"], "e.toml")).(object)
		spoil(top, top["items"].([]any)[0].(object))
		if schema.Validate(top) == nil {
			t.Errorf("the schema allows %s", what)
		}
	}
	test("no items", func(top, _ object) { delete(top, "items") })
	test("another version", func(top, _ object) { top["schema"] = json.Number("2") })
	test("another exit code", func(top, _ object) { top["exit_code"] = json.Number("1") })
	test("an unknown item", func(_, first object) { first["item"] = "speed" })
	test("an unknown severity", func(_, first object) { first["severity"] = "bad" })
	test("null", func(_, first object) { first["value"] = nil })
	test("a value without its unit", func(_, first object) {
		first["value"] = json.Number("1")
		delete(first, "unit")
	})
	test("an unknown field", func(_, first object) { first["level"] = "high" })
}

// Programs find an item by its name, decide by its severity and number, and mend it by its command.
func TestItems(t *testing.T) {
	var d diagnosis
	text := printed(t, seenMachines(t)["bad"], "e.toml")
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		t.Fatal(err)
	}
	if d.ExitCode != 3 || d.Spec != "e.toml" || d.System != "linux" {
		t.Errorf("found %+v", d)
	}
	item := func(name string) item {
		t.Helper()
		i := slices.IndexFunc(d.Items, func(i item) bool { return i.Item == name })
		if i < 0 {
			t.Fatalf("no item %s in\n%s", name, text)
		}
		return d.Items[i]
	}

	files := item("open-files")
	if files.Severity != "spoils" || files.Value == nil || *files.Value != 64 ||
		files.Unit != "files" || files.Recommended != "at least 164" ||
		files.Remedy == nil || files.Remedy.Command != "ulimit -n 65536" ||
		files.Remedy.Undo != "ulimit -n 64" || files.Remedy.NeedsRoot {
		t.Errorf("open files: %+v, remedy %+v", files, files.Remedy)
	}
	if clock := item("clock-source"); clock.Value == nil || *clock.Value != 1000 ||
		clock.Recommended != "a reading takes less than 300 ns" {
		t.Errorf("clock source: %+v", clock)
	}
	if governor := item("clock-governor"); governor.Severity != "unknown" || governor.Found != "" {
		t.Errorf("governor: %+v", governor)
	}
	if cgo := item("cgo"); cgo.Warning != "cgo-threads" || cgo.Severity != "matters" {
		t.Errorf("cgo: %+v", cgo)
	}
}

// The exit code says whether something spoils a measurement, as for people.
func TestExitCode(t *testing.T) {
	if code := exitCode([]doctor.Finding{{Severity: doctor.Matters}}); code != 0 {
		t.Errorf("found %d for what may matter, want 0", code)
	}
	if code := exitCode([]doctor.Finding{{}, {Severity: doctor.Spoils}}); code != 3 {
		t.Errorf("found %d for what spoils, want 3", code)
	}
}

// The page and the schema have each item by its name, and no other.
func TestNamesOfItems(t *testing.T) {
	page, err := os.ReadFile("../../docs/doctor.md")
	if err != nil {
		t.Fatal(err)
	}
	names := enumOf(t, labtest.Schema(t, "doctor").Properties["items"].Items2020.Ref)
	for name, title := range doctor.Keys() {
		if !strings.Contains(string(page), "\n| "+title+" | `"+name+"` |") {
			t.Errorf("docs/doctor.md has no row of %s with the name %s", title, name)
		}
		if !slices.Contains(names, name) {
			t.Errorf("the schema lacks %s", name)
		}
	}
	if n := len(doctor.Keys()); n != len(names) {
		t.Errorf("the schema has %d names, want %d", len(names), n)
	}
}

func enumOf(t *testing.T, item *jsonschema.Schema) []string {
	t.Helper()
	var names []string
	for _, value := range item.Properties["item"].Enum.Values {
		names = append(names, value.(string))
	}
	return names
}
