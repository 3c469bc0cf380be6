package record_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/record"
)

// TestCommittedRecordsFollowTheSchema holds every line of every committed record against
// docs/trials.schema.json.
func TestCommittedRecordsFollowTheSchema(t *testing.T) {
	t.Parallel()
	schema := labtest.Schema(t, "trials")
	for _, folder := range labtest.Outputs(t) {
		file, err := os.Open(filepath.Join(folder, record.FileName))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()

		n := 0
		lines := bufio.NewScanner(file)
		for lines.Buffer(nil, 1<<24); lines.Scan(); {
			n++
			if err := schema.Validate(labtest.JSON(t, lines.Text())); err != nil {
				t.Errorf("%s, line %d: %v", folder, n, err)
			}
		}
		if err := lines.Err(); err != nil || n < 2 {
			t.Errorf("%s: %d lines, %v", folder, n, err)
		}
	}
}

// TestMadeUpRecordsFollowTheSchema does the same with made-up records, which have what no committed
// record happens to have.
func TestMadeUpRecordsFollowTheSchema(t *testing.T) {
	t.Parallel()
	schema := labtest.Schema(t, "trials")
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
			if err := schema.Validate(labtest.JSON(t, string(text))); err != nil {
				t.Errorf("%s: %v\n%.300s", name, err, text)
			}
		}
	}
}

// TestSchemaRefuses holds that the schema refuses what no line of a record may be.
func TestSchemaRefuses(t *testing.T) {
	schema := labtest.Schema(t, "trials")
	test := func(line string, allowed bool) {
		t.Helper()
		if err := schema.Validate(labtest.JSON(t, line)); (err == nil) != allowed {
			t.Errorf("%s: %v, want it allowed: %v", line, err, allowed)
		}
	}
	trial := func(order, kind, outcome string) string {
		return `{"order":` + order + `,"round":1,"server":"A","level":{"kind":"` + kind +
			`","value":1},"start_seconds":0,"outcome":"` + outcome + `"}`
	}
	test(trial("1", "rate", "not-started"), true)
	test(trial("1", "users", "ended"), false)
	test(trial("1", "rate", "well"), false)
	test(trial("0", "rate", "ended"), false)
	test(`{}`, false)
	test(`[]`, false)
	test(`{"schema":1}`, false)
	test(`{"schema":2}`, false)
}

// TestSchemaHasEveryField holds docs/trials.schema.json and the types that are written together.
func TestSchemaHasEveryField(t *testing.T) {
	schema := labtest.Schema(t, "trials")
	labtest.CheckFields(t, "header", reflect.TypeFor[record.Header](), schema.Then)
	labtest.CheckFields(t, "trial", reflect.TypeFor[record.Result](), schema.Else, labtest.Special{
		Type: reflect.TypeFor[record.Result](),
		Fields: reflect.TypeFor[struct {
			record.Result
			StartSeconds *float64 `json:"start_seconds,omitempty"` // an imported one has none
		}](),
	})
}
