package export

import (
	"reflect"
	"testing"

	"labbook.example/labbook/internal/compare"
	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/locale"
)

func changesOf(t *testing.T, pair labtest.Pair) string {
	t.Helper()
	older, newer := pair.Records(t)
	c, err := compare.Records(
		compare.Side{Name: "HEAD:output", Record: older},
		compare.Side{Name: "output", Record: newer},
		"",
	)
	if err != nil {
		t.Fatal(err)
	}
	text, err := Changes(locale.For("en"), c)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestChangesFollowTheSchema holds docs/compare.schema.json and compare.json together.
func TestChangesFollowTheSchema(t *testing.T) {
	t.Parallel()
	schema := labtest.Schema(t, "compare")
	for name, pair := range labtest.Pairs() {
		if err := schema.Validate(labtest.JSON(t, changesOf(t, pair))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestCompareSchemaHasEveryField holds the schema and the types that are written together.
func TestCompareSchemaHasEveryField(t *testing.T) {
	schema := labtest.Schema(t, "compare")
	labtest.CheckFields(t, "compare.json", reflect.TypeFor[changes](), schema)
}

// TestCompareSchemaRefuses holds that the schema refuses what compare.json must never be.
func TestCompareSchemaRefuses(t *testing.T) {
	schema := labtest.Schema(t, "compare")
	good := changesOf(t, labtest.Pairs()["slower"])
	type object = map[string]any
	test := func(what string, spoil func(top object)) {
		t.Helper()
		top := labtest.JSON(t, good).(object)
		spoil(top)
		if schema.Validate(top) == nil {
			t.Errorf("the schema allows %s", what)
		}
	}
	cell := func(top object, i int) object { return top["cells"].([]any)[i].(object) }
	test("another version", func(top object) { top["schema"] = 2 })
	test("a verdict about a number by itself", func(top object) {
		cell(top, 0)["by_itself"].(object)["verdict"] = "faster"
	})
	test("an unknown verdict", func(top object) {
		cell(top, 2)["relative"].(object)["verdict"] = "moved"
	})
	test("an unknown field", func(top object) { top["winner"] = "A" })
	test("no records", func(top object) { delete(top, "then") })
}
