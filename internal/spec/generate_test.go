package spec

import (
	"bytes"
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"
	"text/template"
	"unicode/utf8"

	"labbook.example/labbook/internal/golden"
)

const (
	schemaPath         = "../../docs/experiment.schema.json"
	machinesSchemaPath = "../../docs/machines.schema.json"
)

// The committed schemas and the template are what the table of keys generates. `go generate` runs
// this test with -update, which writes them.
func TestGeneratedFiles(t *testing.T) {
	golden.Compare(t, schemaPath, schemaJSON(t, experimentSchema()))
	golden.Compare(t, machinesSchemaPath, schemaJSON(t, machinesSchema()))
	golden.Compare(t, "template.toml", templateTOML(t))
}

// templateTOML fills template.tmpl in, where {{keys "load"}} stands for the lines of all keys of a
// section, and {{keys "load" "path" "timeout"}} for the lines of these.
func templateTOML(t *testing.T) string {
	t.Helper()
	missing := map[string]bool{}
	for _, s := range sections {
		for _, k := range s.keys {
			missing[s.label()+" "+k.name] = true
		}
	}

	keys := func(sectionName string, names ...string) string {
		s := sectionNamed(t, sectionName)
		if len(names) == 0 {
			names = s.names()
		}

		var shown []key
		for _, name := range names {
			shown = append(shown, s.key(name))
			delete(missing, s.label()+" "+name)
		}
		return keyLines(shown)
	}

	skeleton, err := template.New("template.tmpl").
		Funcs(template.FuncMap{"keys": keys}).
		ParseFiles("template.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := skeleton.Execute(&text, nil); err != nil {
		t.Fatal(err)
	}

	for key := range missing {
		t.Errorf("template.tmpl does not show the key %q", key)
	}
	return align(text.String())
}

func sectionNamed(t *testing.T, name string) *section {
	t.Helper()
	for _, s := range sections {
		if s.name == name {
			return s
		}
	}
	t.Fatalf("there is no section %q", name)
	return nil
}

// keyLines returns a line for each key: "requests = 1000 # requests per trial".
func keyLines(keys []key) string {
	var lines []string
	for _, k := range keys {
		sample := k.sample
		switch {
		case sample != "":
		case k.def != nil:
			sample = tomlOf(k.def)
		default:
			sample = tomlOf(k.example)
		}

		line := shownName(k) + " = " + sample
		if k.note != "" {
			line += " # " + strings.ReplaceAll(commentOf(k), "\n", "\n # ")
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// commentOf returns the key's note with its range filled in.
func commentOf(k key) string { return strings.ReplaceAll(k.note, "{range}", rangeOf(k)) }

// rangeOf returns the key's range as the template writes it: "1 to 1000", `up to "24h"`.
func rangeOf(k key) string {
	switch {
	case k.kind == kindDuration && k.minDuration > 0:
		return fmt.Sprintf("%q to %q", shortDuration(k.minDuration), shortDuration(k.maxDuration))
	case k.kind == kindDuration:
		return fmt.Sprintf("up to %q", shortDuration(k.maxDuration))
	case k.kind == kindFraction:
		return fmt.Sprintf("above %v, below %v", k.above, k.below)
	case k.kind == kindShare:
		return fmt.Sprintf("0 to below %v", k.below)
	case k.max == math.MaxInt64:
		return fmt.Sprintf("any whole number from %d", k.min)
	}
	return fmt.Sprintf("%d to %d", k.min, k.max)
}

// shownName returns the key's name, after a "#" if the template leaves the key out.
func shownName(k key) string {
	if k.shown {
		return k.name
	}
	return "#" + k.name
}

var (
	// assignment matches a line with a key.
	assignment = regexp.MustCompile(`(?m)^(#?[a-z_]+) += (.*)$`)

	// trailingComment matches a line with something before its comment, or with a comment that
	// goes on from the line above.
	trailingComment = regexp.MustCompile(`(?m)^(#?[a-z_\[].*?|) # (.*)$`)
)

// align moves the equals signs of each paragraph below each other, and so all trailing comments.
func align(text string) string {
	paragraphs := strings.Split(text, "\n\n")
	for i, paragraph := range paragraphs {
		width := 0
		for _, match := range assignment.FindAllStringSubmatch(paragraph, -1) {
			width = max(width, len(match[1]))
		}
		paragraphs[i] = assignment.ReplaceAllStringFunc(paragraph, func(line string) string {
			match := assignment.FindStringSubmatch(line)
			return padded(match[1], width) + " = " + match[2]
		})
	}

	const column = 38
	return trailingComment.ReplaceAllStringFunc(strings.Join(paragraphs, "\n\n"),
		func(line string) string {
			match := trailingComment.FindStringSubmatch(line)
			return padded(match[1], column-1) + " # " + match[2]
		})
}

func padded(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-utf8.RuneCountInString(text)))
}
