// Package docs holds the JSON Schemas of the files that labbook reads and writes, so that editors
// and programs can have them without a network. A schema's name goes in, its text comes out; an
// unknown name is refused.
package docs

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

//go:embed *.schema.json
var schemas embed.FS

// suffix is what a schema's file name has beside the schema's name.
const suffix = ".schema.json"

// Schema returns the text of a schema, which is one of Names.
func Schema(name string) ([]byte, error) {
	text, err := schemas.ReadFile(name + suffix)
	if err != nil {
		return nil, fmt.Errorf("unknown schema %q; allowed: %s", name, strings.Join(Names(), ", "))
	}
	return text, nil
}

// Names returns the names of all schemas in the order of the alphabet: "experiment", "results" and
// so on.
func Names() []string {
	files, err := fs.Glob(schemas, "*"+suffix)
	if err != nil {
		panic(err) // only a malformed pattern is an error, and this one is a constant
	}

	names := make([]string, len(files))
	for i, file := range files {
		names[i] = strings.TrimSuffix(file, suffix)
	}
	return names
}
