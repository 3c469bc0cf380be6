package report

import (
	"strings"
	"testing"

	"labbook/internal/record"
	"labbook/internal/spec"
)

// TestRepeat holds that the command in the report runs the experiment again.
func TestRepeat(t *testing.T) {
	rec := world("one").Record(t)
	if got := repeat(rec); got != "labbook experiment.toml" {
		t.Errorf("repeat = %q", got)
	}
	rec.Rounds = 7
	rec.Spec = record.File{Name: "my own.toml", Text: rec.Spec.Text}
	if got := repeat(rec); got != "labbook 'my own.toml' --rounds 7" {
		t.Errorf("repeat = %q", got)
	}
}

// TestLimits holds that a run is said to have been on the loopback interface only if it was.
func TestLimits(t *testing.T) {
	rec := world("one").Record(t)
	if got := strings.Join(limits(nil, rec), " "); !strings.Contains(got, "loopback") {
		t.Errorf("the limits of a local run are %q", got)
	}
	rec.Experiment.Servers = []spec.Server{
		{Name: "far", Address: "192.0.2.1:80", URL: "http://192.0.2.1:80"},
	}
	got := strings.Join(limits(nil, rec), " ")
	if strings.Contains(got, "loopback") || strings.Contains(got, "share one machine") {
		t.Errorf("the limits of a remote run are %q", got)
	}
}
