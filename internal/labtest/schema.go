package labtest

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"labbook.example/labbook/docs"
)

// Root returns the folder of the repository.
func Root(t testing.TB) string {
	t.Helper()
	folder, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; folder = filepath.Dir(folder) {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder
		}
		if folder == filepath.Dir(folder) {
			t.Fatal("no go.mod above the folder of the test")
		}
	}
}

// Outputs returns the folders of all results that the repository holds.
func Outputs(t testing.TB) []string {
	t.Helper()
	root := Root(t)
	folders, err := filepath.Glob(filepath.Join(root, "examples", "*", "output"))
	if err != nil || len(folders) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	return append(folders, filepath.Join(root, "output"))
}

// Schema compiles a schema of docs by its name. It refers to nothing outside of itself.
func Schema(t testing.TB, name string) *jsonschema.Schema {
	t.Helper()
	text, err := docs.Schema(name)
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource(name, document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// JSON decodes a text as a schema validates it.
func JSON(t testing.TB, text string) any {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v:\n%s", err, text)
	}
	return value
}

// CheckFields holds a type that is written as JSON and the schema of that JSON together: each has
// the fields of the other, the schema requires those that are always written, and it allows no
// others. The fields of a type that marshals itself are only known if it is among special.
func CheckFields(
	t testing.TB, where string, typ reflect.Type, schema *jsonschema.Schema, special ...Special,
) {
	t.Helper()
	typ, schema = element(t, where, typ, schema)
	if schema == nil {
		return
	}
	i := slices.IndexFunc(special, func(s Special) bool { return s.Type == typ })
	marshals := typ.Implements(reflect.TypeFor[json.Marshaler]())
	if i < 0 && (typ.Kind() != reflect.Struct || marshals) {
		return
	}

	more := map[string]reflect.Type{}
	if i >= 0 {
		typ, more = special[i].Fields, special[i].More
	}
	written := map[string]bool{}
	for _, field := range reflect.VisibleFields(typ) {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if field.Anonymous || name == "-" {
			continue
		}
		written[name] = true
		if options == "" && !slices.Contains(schema.Required, name) {
			t.Errorf("%s: %s is always written, and the schema does not require it", where, name)
		}
		checkField(t, where+"."+name, field.Type, schema.Properties[name], special)
	}
	for name, typ := range more {
		written[name] = true
		checkField(t, where+"."+name, typ, schema.Properties[name], special)
	}

	for name := range schema.Properties {
		if !written[name] {
			t.Errorf("%s: the schema has %s, and nothing writes it", where, name)
		}
	}
	if schema.AdditionalProperties != false {
		t.Errorf("%s: the schema allows any other field", where)
	}
}

// Special is a type that marshals itself into an object.
type Special struct {
	Type   reflect.Type
	Fields reflect.Type            // a struct whose fields it writes
	More   map[string]reflect.Type // further fields that it may write, by name
}

func checkField(
	t testing.TB, where string, typ reflect.Type, schema *jsonschema.Schema, special []Special,
) {
	t.Helper()
	if schema == nil {
		t.Errorf("%s: the schema does not have it", where)
		return
	}
	CheckFields(t, where, typ, schema, special...)
}

// element returns what pointers, slices and maps of a type hold, and the schema of that.
func element(
	t testing.TB, where string, typ reflect.Type, schema *jsonschema.Schema,
) (reflect.Type, *jsonschema.Schema) {
	t.Helper()
	for {
		for schema.Ref != nil {
			schema = schema.Ref
		}
		switch typ.Kind() {
		case reflect.Pointer:
		case reflect.Slice:
			schema = schema.Items2020
		case reflect.Map:
			schema, _ = schema.AdditionalProperties.(*jsonschema.Schema)
		default:
			return typ, schema
		}
		typ = typ.Elem()
		if schema == nil {
			t.Errorf("%s: the schema does not tell what it holds", where)
			return typ, nil
		}
	}
}
