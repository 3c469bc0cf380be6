package spec

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Each machines file beside an example has the machines that the example names, and an editor does
// not mark it.
func TestSitesOfExamples(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile(machinesSchemaPath)
	if err != nil {
		t.Fatal(err)
	}
	examples, err := filepath.Glob("../../examples/*/experiment.toml")
	if err != nil || len(examples) == 0 {
		t.Fatalf("no examples: %v", err)
	}

	sites := 0
	for _, path := range examples {
		e, err := Read(path)
		if err != nil {
			t.Fatal(err)
		}
		beside := 0
		for _, site := range sitesBeside(t, path) {
			beside++
			text, err := os.ReadFile(site)
			if err != nil {
				t.Fatal(err)
			}
			if err := allows(t, schema, string(text)); err != nil {
				t.Errorf("%s: %v", site, err)
			}
			m, err := parseMachines(site, string(text), inJob)
			if err != nil {
				t.Error(err)
				continue
			}
			if err := e.UseMachines(m, true); err != nil {
				t.Error(err)
			}
		}
		if names := e.Machines(); (beside > 0) != (len(names) > 0) {
			t.Errorf("%s names the machines %q, and %d machines files are beside it", path, names,
				beside)
		}
		sites += beside
	}
	if sites < 2 {
		t.Errorf("%d machines files, want one for ssh and one for Slurm", sites)
	}
}

// sitesBeside returns the machines files in the folder of an experiment.
func sitesBeside(t *testing.T, experiment string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(filepath.Dir(experiment), "*.toml"))
	if err != nil {
		t.Fatal(err)
	}
	var sites []string
	for _, file := range files {
		if file != experiment {
			sites = append(sites, file)
		}
	}
	return sites
}
