package spec

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// compiledSchema returns the committed schema, as an editor would use it.
func compiledSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(schemaPath)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// allows returns an error if a schema refuses a spec, as an editor does.
func allows(t *testing.T, schema *jsonschema.Schema, text string) error {
	t.Helper()
	var values map[string]any
	if _, err := toml.Decode(text, &values); err != nil {
		t.Fatalf("%v:\n%s", err, text)
	}
	data, err := json.Marshal(values)
	if err != nil {
		return err // JSON cannot write a NaN
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(value)
}

// Every key is described by sentences, and has a value that the template can show.
func TestEveryKeyIsDescribed(t *testing.T) {
	for _, s := range sections {
		for _, k := range s.keys {
			if !strings.HasSuffix(k.doc, ".") {
				t.Errorf("%s %s: %q is no sentence", s.label(), k.name, k.doc)
			}
			if k.sample == "" && k.def == nil && k.example == nil {
				t.Errorf("%s %s has no value to show", s.label(), k.name)
			}
		}
	}
}

// No spec that labbook accepts is marked in an editor.
func TestSchemaAllowsWhatIsAllowed(t *testing.T) {
	schema := compiledSchema(t)
	paths, err := filepath.Glob("../../examples/*/experiment.toml")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	texts := map[string]string{
		"the template": Template(),
		"one server":   oneServer,
		"every key":    everyKey,
	}
	for kind, text := range templateLoads() {
		texts["the template, "+kind] = text
	}
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

// beyondASchema are the specs of testdata/refused that break only a rule that no schema can
// express: that servers have the names that they must, what an expectation can be about, that a
// value names no variable, that a range runs backwards, or how times and rates fit together.
var beyondASchema = []string{
	"capacity-few",
	"capacity-few-default",
	"capacity-large",
	"capacity-late",
	"capacity-many",
	"capacity-timeout",
	"capacity-zero",
	"control",
	"cpus-backwards",
	"duration-late",
	"duration-late-again",
	"duration-late-once-more",
	"duration-rate",
	"expectation-ab",
	"expectation-none",
	"expectation-together",
	"expectation-unknown",
	"failures",
	"machines-ab",
	"machines-reach",
	"machines-reach-from",
	"request-secret",
	"same-name",
}

// An editor marks what labbook refuses.
func TestSchemaRefusesWhatIsRefused(t *testing.T) {
	schema := compiledSchema(t)
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
		refused := allows(t, schema, string(text)) != nil
		if want := !slices.Contains(beyondASchema, name); refused != want {
			t.Errorf("%s: the schema refuses it: %v, want %v", path, refused, want)
		}
	}
}

// spelt returns a valid spec with one key of a section set to a value, or without the key if the
// value is nil.
func spelt(t *testing.T, in *section, key string, value any) string {
	t.Helper()
	server := map[string]any{"name": "A", "model": "reactors", "address": "127.0.0.1:1"}
	top := map[string]any{"server": []map[string]any{server}}
	table := top
	switch in {
	case serverSection:
		table = server
		if key == "command" || slices.Equal(in.key(key).beside, []string{"command"}) {
			delete(server, "model")
			server["command"] = []string{"x"}
		}
		switch key {
		case "url":
			delete(server, "model")
			delete(server, "address")
		case "blocking":
			server["wait"] = "5ms"
		case "content_type":
			server["body"] = "b"
		case "on":
			server["address"] = "192.0.2.1:1"
		}
	case referenceSection:
		table = map[string]any{"name": "R", "file": "r.csv"}
		top[in.name] = []map[string]any{table}
	case expectSection:
		table = besideExpectation(top, key, value)
		top[in.name] = []map[string]any{table}
	case loadSection, designSection:
		table = map[string]any{}
		top[in.name] = table
		switch key {
		case "pause":
			table["runs"] = 2
		case "runs":
			table["rounds"] = 1
		case "rounds":
			table["runs"] = 1
		case "capacity":
			table["requests"] = MinP999
		case "arrivals":
			table["rate"] = []int{1000}
		case "connections":
			table["rate"], table["requests"] = []int{1_000_000}, maxConcurrency
		case "rate":
			table["timeout"] = "24h"
		case "concurrency":
			table["requests"] = 10_000_000
		case "requests":
			table["concurrency"] = []int{1}
		case "content_type":
			table["body"] = "b"
		case "from":
			server["address"] = "192.0.2.1:1"
		}
	}

	table[key] = value
	if value == nil {
		delete(table, key)
	}
	text, err := toml.Marshal(top)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestSchemaAndCodeAgree tries, for every key, each bound and the values beyond it, each choice and
// a word that is none, and a value of every type. The reader and the schema must agree on each.
func TestSchemaAndCodeAgree(t *testing.T) {
	schema := compiledSchema(t)
	allowed, refused := 0, 0
	for _, s := range sections {
		for _, k := range s.keys {
			for _, value := range probes(k) {
				text := spelt(t, s, k.name, value)
				_, code := Parse("x.toml", text)
				editor := allows(t, schema, text)
				named := k.kind == kindServerName || k.kind == kindLevelOrLevels
				if named && code != nil {
					continue // a schema does not know the names of servers, nor the levels
				}
				if (code == nil) != (editor == nil) {
					t.Errorf("%s %s = %v: labbook says %v, the schema says %v",
						s.label(), k.name, value, code, editor)
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

// Each bound of a number is allowed, and the next number beyond it is refused.
func TestBounds(t *testing.T) {
	test := func(s *section, k key, value any, want bool) {
		t.Helper()
		_, err := Parse("x.toml", spelt(t, s, k.name, value))
		if (err == nil) != want {
			t.Errorf("%s %s = %v: %v; want allowed: %v", s.label(), k.name, value, err, want)
		}
	}
	for _, s := range sections {
		for _, k := range s.keys {
			switch k.kind {
			case kindWhole, kindSizeOrProse, kindCountOrTime:
				test(s, k, k.min, true)
				test(s, k, k.min-1, false)
				test(s, k, k.max, true)
				if k.max < math.MaxInt64 {
					test(s, k, k.max+1, false)
				}
			case kindLevels:
				test(s, k, []int64{k.min, k.max}, true)
				test(s, k, []int64{k.min - 1}, false)
				test(s, k, []int64{k.max + 1}, false)
			case kindFraction:
				test(s, k, k.above, false)
				test(s, k, k.above+0.001, true)
				test(s, k, k.below, false)
				test(s, k, k.below-0.001, true)
			case kindShare:
				test(s, k, -0.001, false)
				test(s, k, 0, true)
				test(s, k, 0.0, true)
				test(s, k, k.below-0.001, true)
				test(s, k, k.below, false)
			case kindLimit:
				test(s, k, -0.001, false)
				test(s, k, 0, false)
				test(s, k, 0.001, true)
				test(s, k, maxLimit, true)
				test(s, k, 2*maxLimit, false)
				test(s, k, math.Inf(1), false)
				test(s, k, math.NaN(), false)
			case kindBodyText:
				test(s, k, "", false)
				test(s, k, "h", true)
				test(s, k, strings.Repeat("h", int(k.max)), true)
				test(s, k, strings.Repeat("h", int(k.max)+1), false)
			}
			if k.maxDuration > 0 {
				test(s, k, "0s", false)
				test(s, k, max(k.minDuration, 1).String(), true)
				test(s, k, (k.minDuration - 1).String(), false)
				test(s, k, k.maxDuration.String(), true)
				test(s, k, (k.maxDuration + 1).String(), false)
			}
		}
	}
}

// machineNames are names of machines, and what is none.
var machineNames = []string{
	"server", "n1", "load-gen", strings.Repeat("a", maxMachineName), "localhost",
	strings.Repeat("a", maxMachineName+1), "a-", "-a", "1a", "A", "a_b", "a.b", "10.0.0.1", "::1",
}

// probes returns values to try for a key.
func probes(k key) []any {
	values := []any{
		"", "no such word", "a\nb", "1s", "5", "/", "127.0.0.1:2", "http://127.0.0.1:2", "x@y",
		int64(-1), int64(7), 0.75, 1.5, true,
		[]any{}, []any{int64(1)}, []any{int64(1), int64(1)}, []any{"a"},
		map[string]any{}, map[string]any{"A": "b"}, map[string]any{"A": int64(1)},
	}
	for _, choice := range k.choices {
		values = append(values, choice)
	}

	switch k.kind {
	case kindWhole, kindSizeOrProse, kindCountOrTime, kindLevels:
		for _, n := range []int64{k.min - 1, k.min, k.min + 1, k.max - 1, k.max, k.max + 1} {
			values = append(values, n, []any{n})
		}
	case kindHeaders:
		for _, name := range []string{"Host", "CONTENT-length", "Connection", "a b", "", "é"} {
			values = append(values, map[string]any{name: "x"})
		}
		values = append(values,
			map[string]any{"A": "b\r\nC: d"}, map[string]any{"A": "b\tc"}, map[string]any{"A": ""})
	case kindMethod:
		values = append(values, "PUT", "put", "A B", "M-SEARCH", strings.Repeat("A", int(k.max)),
			strings.Repeat("A", int(k.max)+1))
	case kindRequestPath, kindQuery:
		values = append(values, "a=b", "?a=b", "a=?", "a#b", "é", "a b")
	case kindMachine, kindMachines:
		for _, name := range machineNames {
			values = append(values, name, []any{name})
		}
		values = append(values, []any{"a", "b"}, []any{"a", "a"}, []any{"a", 1})
	case kindObjective:
		for _, p := range append(ObjectivePercentiles, "p98", "P99", "p99_9", "9") {
			values = append(values, map[string]any{p: "5ms"}, map[string]any{p: int64(5)},
				map[string]any{p: "5ms", "p50": "1ms"}, []any{map[string]any{p: "5ms"}})
		}
	case kindCPUs:
		values = append(values, "0", "0-3", "0,2", "0-6:2,9", "1023", "1024", "0001023", "0-1024",
			"0-", "-1", "0,", "0, 2", "4:2", "0-4:0", "0-4:", "all")
	case kindBodyText:
		values = append(values, "sha256", "sha256:", "SHA256:"+strings.Repeat("aF", 32),
			"sha256:"+strings.Repeat("0", 63), "sha256:"+strings.Repeat("0", 65),
			"sha256:"+strings.Repeat("g", 64), "sha256: "+strings.Repeat("0", 64))
	case kindFraction, kindShare:
		for _, f := range []float64{k.above, k.below} {
			values = append(values, f, f-0.01, f+0.01)
		}
	}
	return values
}

// A key that is left out means its default in the table, which the schema and the template show.
func TestDefaults(t *testing.T) {
	found := 0
	for _, s := range sections {
		for _, k := range s.keys {
			if k.def == nil {
				continue
			}
			found++

			value := k.def
			if d, ok := value.(time.Duration); ok {
				value = d.String()
			}
			with, err := Parse("x.toml", spelt(t, s, k.name, value))
			if err != nil {
				t.Errorf("%s %s = %v: %v", s.label(), k.name, value, err)
				continue
			}
			without, err := Parse("x.toml", spelt(t, s, k.name, nil))
			if err != nil {
				t.Fatalf("%s without %s: %v", s.label(), k.name, err)
			}

			with.Source, without.Source = "", ""
			for i := range with.Servers {
				with.Servers[i].Line, without.Servers[i].Line = 0, 0
			}
			if diff := cmp.Diff(without, with); diff != "" {
				t.Errorf("%s %s: left out, and as its default %v:\n%s",
					s.label(), k.name, value, diff)
			}
		}
	}
	if found < 15 {
		t.Errorf("the table has %d defaults", found)
	}
}
