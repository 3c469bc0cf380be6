package main

import (
	"embed"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"
)

// schemaFiles are the JSON Schemas of what labbook reads and writes, so that editors and programs
// can have them without a network.
//
//go:embed docs/*.schema.json
var schemaFiles embed.FS

// schemaNames gives what there is a schema of: "experiment", "results" and the like.
func schemaNames() []string {
	paths, err := fs.Glob(schemaFiles, "docs/*.schema.json")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	for i, path := range paths {
		paths[i] = strings.TrimSuffix(strings.TrimPrefix(path, "docs/"), ".schema.json")
	}
	return paths
}

func schemaCommand(stdout io.Writer) *cobra.Command {
	names := schemaNames()
	return &cobra.Command{
		Use:       "schema [" + strings.Join(names, "|") + "]",
		ValidArgs: names,
		Short:     "print the JSON Schema of experiment.toml, or of another file",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usageError("name one schema: found %d arguments; allowed: 0 or 1", len(args))
			}
			return nil
		},
		Long: "Prints the JSON Schema of experiment.toml, by which editors complete and check it:\n\n" +
			"  labbook schema > experiment.schema.json\n\n" +
			"and then, as the first line of experiment.toml, for Taplo (Even Better TOML):\n\n" +
			"  #:schema ./experiment.schema.json",
		RunE: func(_ *cobra.Command, args []string) error {
			name := "experiment"
			if len(args) == 1 {
				name = args[0]
			}
			text, err := schemaFiles.ReadFile("docs/" + name + ".schema.json")
			if err != nil {
				return usageError("unknown schema %q; allowed: %s", name, strings.Join(names, ", "))
			}
			_, err = fmt.Fprintf(stdout, "%s", text)
			return err
		},
	}
}
