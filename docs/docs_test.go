package docs

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestSchemas(t *testing.T) {
	want := []string{"compare", "doctor", "experiment", "machines", "results", "trials"}
	if got := Names(); !slices.Equal(got, want) {
		t.Errorf("Names() = %v, want %v", got, want)
	}

	for _, name := range Names() {
		text, err := Schema(name)
		if err != nil || !json.Valid(text) {
			t.Errorf("Schema(%q) is no JSON, or fails: %v", name, err)
		}
	}
}

func TestUnknownSchema(t *testing.T) {
	for _, name := range []string{"", "result", "../README.md"} {
		_, err := Schema(name)
		const allowed = "allowed: compare, doctor, experiment, machines, results, trials"
		if err == nil || !strings.Contains(err.Error(), allowed) {
			t.Errorf("Schema(%q): %v, want an error that names what is allowed", name, err)
		}
	}
}
