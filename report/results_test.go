package report

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"labbook/internal/labtest"
	"labbook/internal/record"
	"labbook/internal/stats"
)

// schemaOf compiles a schema of docs. Nothing is fetched: what it refers to lies in it.
func schemaOf(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	schema, err := compiler.Compile(filepath.Join("..", "docs", name))
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// decoded reads JSON as the validator wants it.
func decoded(t *testing.T, text string) any {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%v:\n%s", err, text)
	}
	return value
}

// committed are the records that the repository holds the results of.
func committed(t *testing.T) []string {
	t.Helper()
	folders, err := filepath.Glob("../examples/*/output")
	if err != nil || len(folders) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	return append(folders, "../output")
}

// TestResultsFollowTheirSchema holds docs/results.schema.json and results.json together, of every
// world and of every committed result. The schema allows no field that it does not name, so a new
// one has to be described.
func TestResultsFollowTheirSchema(t *testing.T) {
	schema := schemaOf(t, "results.schema.json")
	t.Parallel()
	for name := range labtest.Worlds() {
		if err := schema.Validate(decoded(t, drawn(t, name)["results.json"])); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, folder := range committed(t) {
		text, err := os.ReadFile(filepath.Join(folder, "results.json"))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(decoded(t, string(text))); err != nil {
			t.Errorf("%s: %v", folder, err)
		}
	}
}

// TestResultsSchemaRefuses holds that the schema says no to what results.json must never be.
func TestResultsSchemaRefuses(t *testing.T) {
	schema := schemaOf(t, "results.schema.json")
	good := drawn(t, "seed")["results.json"]
	test := func(what string, spoil func(top map[string]any)) {
		t.Helper()
		top := decoded(t, good).(map[string]any)
		spoil(top)
		if schema.Validate(top) == nil {
			t.Errorf("the schema allows %s", what)
		}
	}
	first := func(top map[string]any, key string) map[string]any { return top[key].([]any)[0].(map[string]any) }
	if err := schema.Validate(decoded(t, good)); err != nil {
		t.Fatalf("before it is spoilt: %v", err)
	}
	test("no cells", func(top map[string]any) { delete(top, "cells") })
	test("another version", func(top map[string]any) { top["schema"] = json.Number("2") })
	test(
		"an unknown field",
		func(top map[string]any) { first(top, "cells")["p95_ms"] = json.Number("1") },
	)
	test("an unknown state", func(top map[string]any) { first(top, "cells")["state"] = "good" })
	test("null", func(top map[string]any) { first(top, "cells")["requests_per_second"] = nil })
	test("a number as text", func(top map[string]any) { top["rounds"] = "10" })
	test("a time that is none", func(top map[string]any) { top["started"] = "yesterday" })
	test("half an interval", func(top map[string]any) { delete(first(top, "comparisons"), "high") })
	test(
		"a verdict without p",
		func(top map[string]any) { delete(first(top, "comparisons"), "p_adjusted") },
	)
	test(
		"a p above 1",
		func(top map[string]any) { first(top, "comparisons")["p"] = json.Number("2") },
	)
	test("an unknown code", func(top map[string]any) {
		top["warnings"] = []any{map[string]any{"code": "bad"}}
	})
}

// TestResultsSchemaNamesEveryCode holds that a code that the analysis can say is one that the
// schema allows.
func TestResultsSchemaNamesEveryCode(t *testing.T) {
	code := schemaOf(t, "results.schema.json").Properties["warnings"].Items2020.Properties["code"].Ref
	for _, c := range append(slices.Collect(maps.Keys(meanings)), stats.Few) {
		if err := code.Validate(string(c)); err != nil {
			t.Errorf("the schema does not name %s: %v", c, err)
		}
	}
}

// TestResultsSayWhatTheAnalysisSays compares numbers that other programs will read with the
// analysis.
func TestResultsSayWhatTheAnalysisSays(t *testing.T) {
	for name, w := range labtest.Worlds() {
		rec := w.Record(t)
		a := stats.Analyse(rec)
		var got results
		if err := json.Unmarshal([]byte(drawn(t, name)["results.json"]), &got); err != nil {
			t.Fatal(err)
		}
		if len(got.Cells) != len(a.Cells) || len(got.Comparisons) != len(a.Comparisons) ||
			len(got.Warnings) != len(a.Warnings) || len(got.Servers) != len(a.Servers) {
			t.Errorf("%s: %d cells, %d comparisons, %d warnings, %d servers", name, len(got.Cells),
				len(got.Comparisons), len(got.Warnings), len(got.Servers))
			continue
		}
		for i, cell := range a.Cells {
			median := got.Cells[i].RequestsPerSecond
			if (median == nil) != (cell.Clean() == 0) || got.Cells[i].Cell != cell.Cell {
				t.Errorf("%s: cell %v is %+v", name, cell.Cell, got.Cells[i])
			} else if median != nil && !near(float64(*median.Median), cell.Of(stats.Throughput).Median) {
				t.Errorf("%s, %v: median %v, want %v", name, cell.Cell, *median.Median, cell.Of(stats.Throughput).Median)
			}
		}
		for i, c := range a.Comparisons {
			if r := got.Comparisons[i]; r.Verdict != c.Verdict ||
				!near(float64(*r.Ratio), c.Ratio) ||
				(r.P != nil) != c.HasInterval() {
				t.Errorf("%s: comparison %+v is %+v", name, c, r)
			}
		}
	}
}

func near(got, want float64) bool { return got > want*(1-1e-8) && got < want*(1+1e-8) }

// TestResultsHoldNoNull holds that what is not known is absent, in the emptiest of records too.
func TestResultsHoldNoNull(t *testing.T) {
	for name, w := range labtest.Worlds() {
		rec := w.Record(t)
		empty := record.New(rec.Header, rec.Experiment)
		for _, text := range []string{
			drawn(t, name)["results.json"],
			render(t, empty)["results.json"],
		} {
			if strings.Contains(text, "null") {
				t.Errorf("%s: results.json holds null:\n%s", name, text)
			}
			if err := schemaOf(t, "results.schema.json").Validate(decoded(t, text)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
