package action

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// job is what a runner knows when it comes to the step that uses the action.
type job struct {
	workspace string            // where the repository was checked out
	inputs    map[string]string // those that the workflow sets
	event     map[string]string // "github.event.before" and others
	variables []string          // of the environment, "NAME=value"
	begun     func(*exec.Cmd)   // is called when the step that measures has begun; may be nil
}

// result is what a runner has after the action.
type result struct {
	code    int // of the first step that failed; 0: none did
	log     string
	summary string
	outputs map[string]string
	upload  map[string]string // what the upload is asked to do; nil: it is skipped
}

// runner runs the steps of action.yml one after the other.
type runner struct {
	t      *testing.T
	job    job
	action definition
	temp   string            // RUNNER_TEMP
	values map[string]string // of expressions, by their names
	result result
}

// newRunner returns a runner whose folder for temporary files is empty.
func newRunner(t *testing.T, j job) *runner {
	t.Helper()
	r := &runner{
		t:      t,
		job:    j,
		action: readAction(t),
		temp:   t.TempDir(),
		values: make(map[string]string),
	}
	for name, input := range r.action.Inputs {
		r.values["inputs."+name] = input.Default
	}
	for name, value := range j.inputs {
		if _, ok := r.action.Inputs[name]; !ok {
			t.Fatalf("the action has no input %q", name)
		}
		r.values["inputs."+name] = value
	}
	for name, value := range j.event {
		r.values[name] = value
	}
	return r
}

// run runs all steps from the one with a name on.
func (r *runner) run(from string) result {
	r.t.Helper()
	begun := false
	for _, s := range r.action.Runs.Steps {
		begun = begun || s.Name == from
		if !begun || !r.applies(s.If) {
			continue
		}
		if s.Uses != "" {
			r.result.upload = make(map[string]string)
			for name, value := range s.With {
				r.result.upload[name] = r.expand(value)
			}
			continue
		}
		r.runStep(s)
	}
	if !begun {
		r.t.Fatalf("no step is named %q", from)
	}

	r.result.outputs = make(map[string]string)
	for name, output := range r.action.Outputs {
		r.result.outputs[name] = r.expand(output.Value)
	}
	r.result.summary = readIfThere(r.t, r.summaryPath())
	return r.result
}

func (r *runner) summaryPath() string { return filepath.Join(r.temp, "summary") }

// runStep runs a command as a runner does: as a file, by bash without the user's settings.
func (r *runner) runStep(s step) {
	r.t.Helper()
	if s.Shell != "bash" {
		r.t.Fatalf("step %q: shell: %q", s.Name, s.Shell)
	}
	script := filepath.Join(r.temp, "step.sh")
	if err := os.WriteFile(script, []byte(s.Run), 0o644); err != nil {
		r.t.Fatal(err)
	}
	outputs := filepath.Join(r.temp, "outputs")
	if err := os.WriteFile(outputs, nil, 0o644); err != nil {
		r.t.Fatal(err)
	}

	var log bytes.Buffer
	command := exec.Command("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", script)
	command.Dir = r.job.workspace
	command.Env = append(r.environment(outputs), r.job.variables...)
	for name, value := range s.Env {
		command.Env = append(command.Env, name+"="+r.expand(value))
	}
	command.Stdout, command.Stderr = &log, &log
	if err := command.Start(); err != nil {
		r.t.Fatal(err)
	}
	if s.ID == "measure" && r.job.begun != nil {
		r.job.begun(command)
	}
	err := command.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		r.t.Fatal(err)
	}

	r.result.log += log.String()
	if code := command.ProcessState.ExitCode(); code != 0 && r.result.code == 0 {
		r.result.code = code
	}
	for line := range strings.Lines(readIfThere(r.t, outputs)) {
		name, value, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		if !ok {
			r.t.Errorf("step %q wrote the output %q", s.Name, line)
		}
		r.values["steps."+s.ID+".outputs."+name] = value
	}
}

// environment returns the variables that a runner sets, and those that programs need. The lock of
// the machine is in TMPDIR, so that tests may measure side by side.
func (r *runner) environment(outputs string) []string {
	root, err := filepath.Abs("..")
	if err != nil {
		r.t.Fatal(err)
	}
	var kept []string
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if !strings.HasPrefix(name, "GITHUB_") && !strings.HasPrefix(name, "GIT_") {
			kept = append(kept, variable)
		}
	}
	return append(kept,
		"CI=true",
		"GITHUB_ACTIONS=true",
		"GITHUB_ACTION_PATH="+root,
		"GITHUB_OUTPUT="+outputs,
		"GITHUB_STEP_SUMMARY="+r.summaryPath(),
		"GITHUB_WORKSPACE="+r.job.workspace,
		"GIT_CONFIG_GLOBAL="+os.DevNull,
		"GIT_CONFIG_NOSYSTEM=1",
		"RUNNER_TEMP="+r.temp,
		"TMPDIR="+r.temp,
	)
}

var expression = regexp.MustCompile(`\$\{\{ (.*?) \}\}`)

// expand replaces each expression by its value.
func (r *runner) expand(text string) string {
	return expression.ReplaceAllStringFunc(text, func(match string) string {
		for name := range strings.SplitSeq(expression.FindStringSubmatch(match)[1], " || ") {
			if value := r.value(name); value != "" {
				return value
			}
		}
		return ""
	})
}

// outside matches the names that may have no value: a step that did not run has no outputs, and an
// event lacks what is of other events.
var outside = regexp.MustCompile(`^(steps\.measure\.outputs|github\.event)\.[a-z_.]+$`)

// value returns the value of a name.
func (r *runner) value(name string) string {
	value, ok := r.values[name]
	if !ok && !outside.MatchString(name) {
		r.t.Fatalf("unknown name %q in an expression", name)
	}
	return value
}

// applies reports whether a step with this condition runs.
func (r *runner) applies(condition string) bool {
	if condition == "" {
		return r.result.code == 0
	}
	always := false
	for term := range strings.SplitSeq(condition, " && ") {
		if term == "always()" {
			always = true
			continue
		}
		name, ok := strings.CutSuffix(term, " != ''")
		if !ok {
			r.t.Fatalf("unknown condition %q", term)
		}
		if r.value(name) == "" {
			return false
		}
	}
	return always || r.result.code == 0
}

func readIfThere(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return string(text)
}

// needs skips a test that needs programs which this machine lacks; under CI=true it fails.
func needs(t *testing.T, programs ...string) {
	t.Helper()
	for _, program := range programs {
		if _, err := exec.LookPath(program); err != nil {
			missing := fmt.Sprintf("needs %s", program)
			if os.Getenv("CI") == "true" {
				t.Fatal(missing)
			}
			t.Skip(missing)
		}
	}
}
