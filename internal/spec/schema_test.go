package spec

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

const schemaPath = "../../docs/experiment.schema.json"

// property is one key of the schema, as far as the tests look at it.
type property struct {
	Type       string              `json:"type"`
	Enum       []any               `json:"enum"`
	Default    any                 `json:"default"`
	Minimum    *json.Number        `json:"minimum"`
	Maximum    *json.Number        `json:"maximum"`
	Above      *json.Number        `json:"exclusiveMinimum"`
	Below      *json.Number        `json:"exclusiveMaximum"`
	Text       string              `json:"description"`
	Properties map[string]property `json:"properties"`
	Items      *property           `json:"items"`
}

// schemaText reads the schema: as it validates, and as data.
func schemaText(t *testing.T) (*jsonschema.Schema, property) {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(schemaPath)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(schemaPath)
	if err != nil {
		t.Fatal(err)
	}
	var top property
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(&top); err != nil {
		t.Fatal(err)
	}
	return schema, top
}

// schemaTables gives the schema's keys of each section.
func schemaTables(top property) map[string]map[string]property {
	tables := map[string]map[string]property{"": maps.Clone(top.Properties)}
	for i, name := range tableNames {
		table := top.Properties[name]
		if table.Items != nil {
			table = *table.Items
		}
		tables[tableLabels[i]] = table.Properties
		delete(tables[""], name)
	}
	return tables
}

// allows says whether a schema allows a spec, as an editor would find it.
func allows(t *testing.T, schema *jsonschema.Schema, text string) error {
	t.Helper()
	var values map[string]any
	if _, err := toml.Decode(text, &values); err != nil {
		t.Fatalf("%v:\n%s", err, text)
	}
	data, err := json.Marshal(values)
	if err != nil {
		return err // a NaN: JSON has no word for it
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(value)
}

// TestSchemaHasEveryKey holds that every key that a file may have is in the schema, with a
// description, and no other.
func TestSchemaHasEveryKey(t *testing.T) {
	_, top := schemaText(t)
	tables := schemaTables(top)
	for _, s := range sections {
		want := slices.Sorted(slices.Values(s.keys))
		if diff := cmp.Diff(want, slices.Sorted(maps.Keys(tables[s.label]))); diff != "" {
			t.Errorf("the keys of %q (-spec +schema):\n%s", s.label, diff)
		}
		for key, p := range tables[s.label] {
			if p.Text == "" {
				t.Errorf("%s of %q has no description", key, s.label)
			}
		}
	}
}

// TestSchemaAllowsWhatIsAllowed holds that no spec that labbook takes is marked in an editor.
func TestSchemaAllowsWhatIsAllowed(t *testing.T) {
	schema, _ := schemaText(t)
	paths, err := filepath.Glob("../../examples/*/experiment.toml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	texts := map[string]string{
		"the template": Template(),
		"the least":    oneServer,
		"every key":    everyKey,
	}
	all := everyTemplateKey()
	texts["the template, closed loop"] = ofOpenLoop.ReplaceAllString(all, "")
	texts["the template, open loop"] = ofClosedLoop.ReplaceAllString(all, "")
	for _, path := range append(paths, "../../experiment.toml") {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		texts[path] = string(text)
	}
	for name, text := range texts {
		if _, err := Parse("x.toml", text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := allows(t, schema, text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// beyondASchema are the specs of testdata/refused that break no rule but one that no schema can
// say: that two servers have names of their own.
var beyondASchema = []string{"control"}

// TestSchemaRefusesWhatIsRefused holds that an editor marks what labbook refuses.
func TestSchemaRefusesWhatIsRefused(t *testing.T) {
	schema, _ := schemaText(t)
	paths, err := filepath.Glob("testdata/refused/*.toml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no specs to refuse: %v", err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(path), ".toml")
		if refused := allows(t, schema, string(text)) != nil; refused == slices.Contains(
			beyondASchema,
			name,
		) {
			t.Errorf("%s: the schema refuses it: %v", path, refused)
		}
	}
}

// spelt gives a spec with one key of a section set, or as it is without that key.
func spelt(t *testing.T, label, key string, value any) string {
	t.Helper()
	server := map[string]any{"name": "A", "model": "reactors", "address": "127.0.0.1:1"}
	top := map[string]any{"server": []map[string]any{server}}
	section := top
	switch label {
	case "[[server]]":
		section = server
		if key == "command" || key == "url" || key == "env" {
			delete(server, "model")
		}
		if key == "env" {
			server["command"] = []string{"x"}
		}
		if key == "url" {
			delete(server, "address")
		}
		if key == "blocking" {
			server["wait"] = "5ms"
		}
	case "[[reference]]":
		section = map[string]any{"name": "R", "file": "r.csv"}
		top["reference"] = []map[string]any{section}
	case "[load]", "[design]":
		section = map[string]any{}
		top[strings.Trim(label, "[]")] = section
		switch key {
		case "connections":
			section["rate"], section["requests"] = []int{1_000_000}, maxConcurrency
		case "rate":
			section["timeout"] = "24h"
		case "concurrency":
			section["requests"] = maxRequests
		case "requests":
			section["concurrency"] = []int{1}
		}
	}
	if section[key] = value; value == nil {
		delete(section, key)
	}
	text, err := toml.Marshal(top)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestSchemaAndCodeAgree tries, for every key, each bound and what lies beyond it, each word and
// one that is none, and a value of every type, and asks both.
func TestSchemaAndCodeAgree(t *testing.T) {
	schema, top := schemaText(t)
	allowed, refused := 0, 0
	for label, keys := range schemaTables(top) {
		for key, p := range keys {
			for _, value := range probes(t, p) {
				text := spelt(t, label, key, value)
				_, code := Parse("x.toml", text)
				editor := allows(t, schema, text)
				known := key != "baseline" ||
					code == nil // a schema does not know the servers' names
				if known && (code == nil) != (editor == nil) {
					t.Errorf(
						"%s %s = %v: labbook says %v, the schema says %v",
						label,
						key,
						value,
						code,
						editor,
					)
				}
				if code == nil {
					allowed++
				} else {
					refused++
				}
			}
		}
	}
	if allowed < 50 || refused < 150 {
		t.Errorf("%d values were allowed and %d refused: too few to tell", allowed, refused)
	}
}

// probes gives values to try for a key.
func probes(t *testing.T, p property) []any {
	t.Helper()
	values := []any{
		"",
		"no such word",
		"a\nb",
		"1s",
		"5",
		"/",
		"127.0.0.1:2",
		"http://127.0.0.1:2",
		"x@y",
		int64(-1),
		int64(
			7,
		),
		0.75,
		1.5,
		true,
		[]any{},
		[]any{int64(1)},
		[]any{int64(1), int64(1)},
		[]any{"a"},
		map[string]any{},
		map[string]any{"A": "b"},
		map[string]any{"A": int64(1)},
	}
	numbers := []*json.Number{p.Minimum, p.Maximum, p.Above, p.Below}
	if p.Items != nil {
		numbers = append(numbers, p.Items.Minimum, p.Items.Maximum)
	}
	for _, bound := range numbers {
		if bound == nil {
			continue
		}
		n, err := bound.Int64()
		if err != nil {
			f, err := bound.Float64()
			if err != nil {
				t.Fatal(err)
			}
			values = append(values, f, f-0.01, f+0.01)
			continue
		}
		for _, near := range []int64{n - 1, n, n + 1} {
			values = append(values, near, []any{near})
		}
	}
	return append(values, p.Enum...)
}

// TestSchemaDefaults holds that a key that is left out means what the schema says.
func TestSchemaDefaults(t *testing.T) {
	_, top := schemaText(t)
	found := 0
	for label, keys := range schemaTables(top) {
		for key, p := range keys {
			if p.Default == nil {
				continue
			}
			found++
			value := p.Default
			if n, ok := value.(json.Number); ok {
				value = number(t, n)
			}
			if list, ok := value.([]any); ok {
				for i := range list {
					list[i] = number(t, list[i].(json.Number))
				}
			}
			with, err := Parse("x.toml", spelt(t, label, key, value))
			if err != nil {
				t.Errorf("%s %s = %v: %v", label, key, p.Default, err)
				continue
			}
			without, err := Parse("x.toml", spelt(t, label, key, nil))
			if err != nil {
				t.Fatalf("%s without %s: %v", label, key, err)
			}
			with.Source, without.Source = "", ""
			for i := range with.Servers {
				with.Servers[i].Line, without.Servers[i].Line = 0, 0
			}
			if diff := cmp.Diff(without, with); diff != "" {
				t.Errorf(
					"%s %s: left out, and as the schema's default %v:\n%s",
					label,
					key,
					p.Default,
					diff,
				)
			}
		}
	}
	if found < 15 {
		t.Errorf("the schema has %d defaults", found)
	}
}

// number gives a number of JSON as TOML has it.
func number(t *testing.T, n json.Number) any {
	t.Helper()
	if whole, err := n.Int64(); err == nil {
		return whole
	}
	fraction, err := n.Float64()
	if err != nil {
		t.Fatal(err)
	}
	return fraction
}
