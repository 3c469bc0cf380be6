package export

import (
	"reflect"
	"strings"
	"testing"

	"labbook.example/labbook/internal/spec"
)

// The counts that a spec may bound are fields of a cell in results.json.
func TestExpectationCounts(t *testing.T) {
	fields := map[string]bool{}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[counts]()) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		fields[name] = true
	}
	for _, name := range spec.ExpectationCounts() {
		if !fields[name] {
			t.Errorf("a spec may bound %s, and a cell of results.json has no such count", name)
		}
	}
}
