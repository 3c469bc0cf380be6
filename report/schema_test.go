package report

import (
	"maps"
	"slices"
	"testing"

	"labbook/internal/labtest"
	"labbook/internal/stats"
)

// TestResultsSchemaNamesEveryCode holds that the schema of results.json allows every code that the
// analysis can have.
func TestResultsSchemaNamesEveryCode(t *testing.T) {
	schema := labtest.Schema(t, "results")
	code := schema.Properties["warnings"].Items2020.Properties["code"].Ref
	for _, c := range append(slices.Collect(maps.Keys(meanings)), stats.Few) {
		if err := code.Validate(string(c)); err != nil {
			t.Errorf("the schema does not name %s: %v", c, err)
		}
	}
}
