// Package action tests the GitHub Action of action.yml: its text, and the scripts beside this file,
// which run here as a runner would run them.
package action

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// definition is action.yml.
type definition struct {
	Name        string
	Description string
	Inputs      map[string]struct {
		Description string
		Default     string
		Required    bool
	}
	Outputs map[string]struct {
		Description string
		Value       string
	}
	Runs struct {
		Using string
		Steps []step
	}
}

// step is a step of an action or of a job.
type step struct {
	Name  string
	ID    string
	If    string
	Uses  string
	Shell string
	Run   string
	Env   map[string]string
	With  map[string]string
}

// workflow is the sample in docs/ci.md.
type workflow struct {
	Name        string
	On          map[string]any
	Permissions map[string]string
	Jobs        map[string]struct {
		RunsOn         string `yaml:"runs-on"`
		TimeoutMinutes int    `yaml:"timeout-minutes"`
		Steps          []step
	}
}

const (
	actionFile = "../action.yml"
	page       = "../docs/ci.md"
)

func readText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// parse reads YAML, and refuses a key that the type does not have.
func parse(t *testing.T, text string, into any) {
	t.Helper()
	decoder := yaml.NewDecoder(strings.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(into); err != nil {
		t.Fatalf("%v in:\n%s", err, text)
	}
}

func readAction(t *testing.T) definition {
	t.Helper()
	var action definition
	parse(t, readText(t, actionFile), &action)
	return action
}

// block returns the first block of code of a language in docs/ci.md that contains a text.
func block(t *testing.T, language, containing string) string {
	t.Helper()
	fence := regexp.MustCompile("(?ms)^```" + language + "\n(.*?)^```$")
	for _, match := range fence.FindAllStringSubmatch(readText(t, page), -1) {
		if strings.Contains(match[1], containing) {
			return match[1]
		}
	}
	t.Fatalf("%s has no block of %s with %q", page, language, containing)
	return ""
}

func readSample(t *testing.T) (string, workflow) {
	t.Helper()
	text := block(t, "yaml", "runs-on")
	var sample workflow
	parse(t, text, &sample)
	return text, sample
}

// pinned matches a line that uses a program of others, at a commit and with its version.
var pinned = regexp.MustCompile(`^\s*(- )?uses: [\w-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)

// A tag can be moved to other code; a commit cannot. The only exception is the action itself, whose
// commit the reader chooses.
func TestUsesArePinned(t *testing.T) {
	sample, _ := readSample(t)
	versions := make(map[string]string)
	found := 0
	for line := range strings.Lines(readText(t, actionFile) + sample) {
		line = strings.TrimSuffix(line, "\n")
		if !strings.Contains(line, "uses:") || strings.Contains(line, "OWNER/labbook@COMMIT") {
			continue
		}
		found++
		if !pinned.MatchString(line) {
			t.Errorf("%q: want a commit, and its version in a comment", line)
			continue
		}
		name, version, _ := strings.Cut(strings.TrimSpace(line), "@")
		name = strings.TrimPrefix(name, "- ")
		if other, ok := versions[name]; ok && other != version {
			t.Errorf("%s is pinned at %s and at %s", name, other, version)
		}
		versions[name] = version
	}
	if found < 2 {
		t.Errorf("found %d pinned actions; want those of action.yml and of the sample", found)
	}
}

// Otherwise the name of a branch could become a command of the job.
func TestNoExpressionInCommands(t *testing.T) {
	_, sample := readSample(t)
	steps := readAction(t).Runs.Steps
	for _, job := range sample.Jobs {
		steps = append(steps, job.Steps...)
	}
	commands := 0
	for _, s := range steps {
		if s.Run == "" {
			continue
		}
		commands++
		if strings.Contains(s.Run, "${{") {
			t.Errorf("step %q: its command contains an expression: %s", s.Name, s.Run)
		}
	}
	if commands < 3 {
		t.Errorf("found %d commands; want those of action.yml", commands)
	}
}

func TestNoTokenIsNeeded(t *testing.T) {
	text := strings.ToLower(readText(t, actionFile))
	for _, word := range []string{"token", "secret", "permission", "password"} {
		if strings.Contains(text, word) {
			t.Errorf("action.yml contains %q", word)
		}
	}

	_, sample := readSample(t)
	want := map[string]string{"contents": "read"}
	if fmt.Sprint(sample.Permissions) != fmt.Sprint(want) {
		t.Errorf("the sample's permissions are %v, want %v", sample.Permissions, want)
	}
	if _, ok := sample.On["pull_request_target"]; ok {
		t.Error("the sample runs code of a pull request with the rights of its target")
	}
}

// The page has a row for each input and each output, and the sample uses no other input.
func TestPageNamesInputsAndOutputs(t *testing.T) {
	action := readAction(t)
	text := readText(t, page)
	for name, input := range action.Inputs {
		if !strings.Contains(text, "| `"+name+"` |") {
			t.Errorf("%s has no row for the input %s", page, name)
		}
		if input.Description == "" {
			t.Errorf("the input %s has no description", name)
		}
	}
	for name := range action.Outputs {
		if !strings.Contains(text, "| `"+name+"` |") {
			t.Errorf("%s has no row for the output %s", page, name)
		}
	}

	_, sample := readSample(t)
	used := 0
	for _, job := range sample.Jobs {
		if job.TimeoutMinutes == 0 {
			t.Error("a job of the sample has no timeout-minutes")
		}
		for _, s := range job.Steps {
			if !strings.HasPrefix(s.Uses, "OWNER/labbook@") {
				continue
			}
			used++
			for name := range s.With {
				if _, ok := action.Inputs[name]; !ok {
					t.Errorf("the sample sets the input %s, which the action does not have", name)
				}
			}
		}
	}
	if used == 0 {
		t.Error("the sample does not use the action")
	}
}

// Each script is run by a step, and each variable that it reads is one that its step sets.
func TestStepsGiveScriptsTheirVariables(t *testing.T) {
	scripts, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	variable := regexp.MustCompile(`\b(INPUT_[A-Z_]*[A-Z]|EVENT_[A-Z_]*[A-Z]|EXIT_CODE)\b`)
	used := regexp.MustCompile(`\b(inputs\.[\w-]+)`)
	for _, entry := range scripts {
		if !strings.HasSuffix(entry.Name(), ".sh") {
			continue
		}
		command := `exec bash "$GITHUB_ACTION_PATH/action/` + entry.Name() + `"`
		steps := readAction(t).Runs.Steps
		i := slices.IndexFunc(steps, func(s step) bool { return s.Run == command })
		if i < 0 {
			t.Errorf("no step runs %s", command)
			continue
		}
		for _, name := range variable.FindAllString(readText(t, entry.Name()), -1) {
			if _, ok := steps[i].Env[name]; !ok {
				t.Errorf("%s reads %s, which its step does not set", entry.Name(), name)
			}
		}
	}
	for name := range readAction(t).Inputs {
		if !slices.Contains(used.FindAllString(readText(t, actionFile), -1), "inputs."+name) {
			t.Errorf("no step uses the input %s", name)
		}
	}
}
