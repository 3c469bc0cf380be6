package complete

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/spf13/cobra"
)

// hostile is a spec whose command would clear a terminal that shows it as it is.
const hostile = `
[load]
requests = 10
concurrency = [1]
[[server]]
name = "a"
command = ["./a", "\u001b[2J"]
address = "127.0.0.1:45000"
`

// Names of files and descriptions come from outside: none is taken for a flag, and none moves the
// cursor.
func TestHostileCandidates(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, name := range []string{"-x.toml", "experiment.toml", filepath.Join("-y", "z.toml")} {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(hostile), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	root := &cobra.Command{Use: "labbook"}
	root.Flags().String("server", "", "")
	run := &cobra.Command{Use: "run"}
	root.AddCommand(run)
	Set(root)

	test := func(got []cobra.Completion, want ...cobra.Completion) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("found %q, want %q", got, want)
		}
	}
	found, _ := run.ValidArgsFunction(run, nil, "")
	test(found, "experiment.toml\t")
	found, _ = run.ValidArgsFunction(run, nil, "./-")
	test(found, "./-x.toml\t", "./-y/")
	ofServer, _ := root.GetFlagCompletionFunc("server")
	found, _ = ofServer(root, nil, "")
	test(found, "a\t./a [2J")
}
