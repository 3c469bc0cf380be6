package export

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// resultsOf returns results.json of a record.
func resultsOf(t *testing.T, rec *record.Record) string {
	t.Helper()
	text, err := Results(nil, rec, stats.Analyse(rec))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestResultsFollowTheSchema holds docs/results.schema.json and results.json together, for every
// made-up record and every committed result. The schema allows only the fields that it names, so a
// new one has to be described.
func TestResultsFollowTheSchema(t *testing.T) {
	t.Parallel()
	schema := labtest.Schema(t, "results")
	for name, w := range labtest.Worlds() {
		if err := schema.Validate(labtest.JSON(t, resultsOf(t, w.Record(t)))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, w := range labtest.CapacityWorlds() {
		if err := schema.Validate(labtest.JSON(t, resultsOf(t, w.Record(t)))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, s := range labtest.Expected() {
		if err := schema.Validate(labtest.JSON(t, resultsOf(t, s.Record(t)))); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
	for _, folder := range labtest.Outputs(t) {
		text, err := os.ReadFile(filepath.Join(folder, "results.json"))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(labtest.JSON(t, string(text))); err != nil {
			t.Errorf("%s: %v", folder, err)
		}
	}
}

// TestSchemaHasEveryField holds the schema and the types that are written together.
func TestSchemaHasEveryField(t *testing.T) {
	metrics := map[string]reflect.Type{}
	for _, m := range stats.Metrics {
		metrics[m.Key] = reflect.TypeFor[*summary]()
	}
	labtest.CheckFields(
		t,
		"results.json",
		reflect.TypeFor[results](),
		labtest.Schema(t, "results"),
		labtest.Special{
			Type:   reflect.TypeFor[cell](),
			Fields: reflect.TypeFor[counts](),
			More:   metrics,
		},
	)
}

// TestSchemaRefuses holds that the schema refuses what results.json must never be.
func TestSchemaRefuses(t *testing.T) {
	schema := labtest.Schema(t, "results")
	good := resultsOf(t, labtest.Worlds()["seed"].Record(t))
	if err := schema.Validate(labtest.JSON(t, good)); err != nil {
		t.Fatalf("before it is spoilt: %v", err)
	}
	type object = map[string]any
	test := func(what string, spoil func(top object)) {
		t.Helper()
		top := labtest.JSON(t, good).(object)
		spoil(top)
		if schema.Validate(top) == nil {
			t.Errorf("the schema allows %s", what)
		}
	}
	first := func(top object, key string) object { return top[key].([]any)[0].(object) }

	test("no cells", func(top object) { delete(top, "cells") })
	test("another version", func(top object) { top["schema"] = json.Number("2") })
	test("an unknown field", func(top object) { first(top, "cells")["p95_ms"] = json.Number("1") })
	test("an unknown state", func(top object) { first(top, "cells")["state"] = "good" })
	test("null", func(top object) { first(top, "cells")["requests_per_second"] = nil })
	test("a number as text", func(top object) { top["rounds"] = "10" })
	test("a time that is none", func(top object) { top["started"] = "yesterday" })
	test("half an interval", func(top object) { delete(first(top, "comparisons"), "high") })
	test("a verdict without p", func(top object) {
		delete(first(top, "comparisons"), "p_adjusted")
	})
	test("a p above 1", func(top object) { first(top, "comparisons")["p"] = json.Number("2") })
	test("an unknown code", func(top object) {
		top["warnings"] = []any{object{"code": "bad"}}
	})
}

// TestResultsSchemaNamesEveryCode holds that the schema of results.json allows every code that the
// analysis can have.
func TestResultsSchemaNamesEveryCode(t *testing.T) {
	code := labtest.Schema(t, "results").Properties["warnings"].Items2020.Properties["code"].Ref
	for _, c := range stats.Codes() {
		if err := code.Validate(string(c)); err != nil {
			t.Errorf("the schema does not name %s: %v", c, err)
		}
	}
}
