package report

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"labbook/internal/labtest"
	"labbook/internal/record"
)

// TestRecordsFollowTheirSchema holds every line of every committed record against
// docs/trials.schema.json.
func TestRecordsFollowTheirSchema(t *testing.T) {
	schema := schemaOf(t, "trials.schema.json")
	for _, folder := range committed(t) {
		file, err := os.Open(filepath.Join(folder, record.FileName))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		n := 0
		lines := bufio.NewScanner(file)
		for lines.Buffer(nil, 1<<24); lines.Scan(); {
			n++
			if err := schema.Validate(decoded(t, lines.Text())); err != nil {
				t.Errorf("%s, line %d: %v", folder, n, err)
			}
		}
		if err := lines.Err(); err != nil || n < 2 {
			t.Errorf("%s: %d lines, %v", folder, n, err)
		}
	}
}

// TestMadeUpRecordsFollowTheirSchema holds what the other tests draw against it, too: it has what
// no committed record happens to have.
func TestMadeUpRecordsFollowTheirSchema(t *testing.T) {
	schema := schemaOf(t, "trials.schema.json")
	for name, w := range labtest.Worlds() {
		rec := w.Record(t)
		lines := []any{rec.Header}
		for _, r := range slices.Concat(rec.Results, rec.Calibrated) {
			lines = append(lines, r)
		}
		for _, line := range lines {
			text, err := json.Marshal(line)
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(decoded(t, string(text))); err != nil {
				t.Errorf("%s: %v\n%.300s", name, err, text)
			}
		}
	}
}

// TestTrialsSchemaRefuses holds that the schema says no to what no line of a record may be.
func TestTrialsSchemaRefuses(t *testing.T) {
	schema := schemaOf(t, "trials.schema.json")
	for _, text := range []string{
		`{}`, `[]`, `{"schema":1}`, `{"schema":2}`,
		`{"order":1,"round":1,"server":"A","level":{"kind":"users","value":1},"start_seconds":0,"outcome":"ended"}`,
		`{"order":1,"round":1,"server":"A","level":{"kind":"rate","value":1},"start_seconds":0,"outcome":"well"}`,
		`{"order":0,"round":1,"server":"A","level":{"kind":"rate","value":1},"start_seconds":0,"outcome":"ended"}`,
	} {
		if schema.Validate(decoded(t, text)) == nil {
			t.Errorf("the schema allows %s", text)
		}
	}
	const least = `{"order":1,"round":1,"server":"A","level":{"kind":"rate","value":1},"start_seconds":0,` +
		`"outcome":"not-started"}`
	if err := schema.Validate(decoded(t, least)); err != nil {
		t.Errorf("%s: %v", least, err)
	}
}

// TestSchemasHaveEveryField holds the schemas together with the types that are written: every field
// of the one is in the other, and what is always written is required. Who adds a field describes it
// in docs/*.schema.json.
func TestSchemasHaveEveryField(t *testing.T) {
	trials := schemaOf(t, "trials.schema.json")
	compareFields(t, "trials.jsonl, header", reflect.TypeFor[record.Header](), trials.Then)
	compareFields(t, "trials.jsonl, trial", reflect.TypeFor[record.Result](), trials.Else)
	compareFields(t, "results.json", reflect.TypeFor[results](), schemaOf(t, "results.schema.json"))
}

func compareFields(t *testing.T, where string, typ reflect.Type, schema *jsonschema.Schema) {
	t.Helper()
	for typ.Kind() == reflect.Pointer || typ.Kind() == reflect.Slice || typ.Kind() == reflect.Map {
		for schema.Ref != nil {
			schema = schema.Ref
		}
		switch typ.Kind() {
		case reflect.Slice:
			schema = schema.Items2020
		case reflect.Map:
			schema, _ = schema.AdditionalProperties.(*jsonschema.Schema)
		}
		if typ = typ.Elem(); schema == nil {
			t.Errorf("%s: the schema does not say what it holds", where)
			return
		}
	}
	if typ.Kind() != reflect.Struct || typ.Implements(reflect.TypeFor[json.Marshaler]()) {
		return
	}
	for schema.Ref != nil {
		schema = schema.Ref
	}
	found := map[string]bool{}
	for _, field := range reflect.VisibleFields(typ) {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Anonymous || name == "-" {
			continue
		}
		found[name] = true
		property := schema.Properties[name]
		if property == nil {
			t.Errorf("%s: the schema does not have %s", where, name)
			continue
		}
		if options == "" && !slices.Contains(schema.Required, name) {
			t.Errorf("%s: %s is always written, and the schema does not require it", where, name)
		}
		compareFields(t, where+"."+name, field.Type, property)
	}
	for name := range schema.Properties {
		if !found[name] {
			t.Errorf("%s: the schema has %s, and nothing writes it", where, name)
		}
	}
	if schema.AdditionalProperties != false {
		t.Errorf("%s: the schema allows any other field", where)
	}
}
