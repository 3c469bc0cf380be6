package report

import (
	"slices"
	"strings"
	"testing"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
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

// What machines share depends on which machines they are, and not on their names.
func TestLimitsOfSeveralMachines(t *testing.T) {
	const loopback, share, network = "loopback", "share cores", "network between the machines"
	test := func(name string, want ...string) {
		t.Helper()
		all := strings.Join(limits(nil, world(name).Record(t)), " ")
		for _, text := range []string{loopback, share, network} {
			if got := strings.Contains(all, text); got != slices.Contains(want, text) {
				t.Errorf("%s: %q is said: %v", name, text, got)
			}
		}
	}
	test("machines", network)
	test("machines-one", loopback, share)
	test("seed", loopback, share)
}

// TestStateNamesWarnings holds that the explanation of a suspect cell names every reason: that of a
// connection that is held open is neither CPU after the load nor a leak.
func TestStateNamesWarnings(t *testing.T) {
	rec := world("six").Record(t)
	test := func(language string, code stats.Code, want bool) {
		t.Helper()
		a := stats.Analyse(rec)
		a.Cells[0].Suspicions = []stats.Code{code}
		all, err := terms(locale.For(language), rec, a)
		if err != nil {
			t.Fatal(err)
		}
		named := slices.ContainsFunc(all, func(explained term) bool {
			return strings.Contains(explained.Means, "another warning above") ||
				strings.Contains(explained.Means, "peringatan lain di atas")
		})
		if named != want {
			t.Errorf("%s, %s: another warning is named: %v, want %v", language, code, named, want)
		}
	}
	for _, language := range []string{"en", "id"} {
		test(language, stats.Leak, false)
		test(language, stats.BusyAfterLoad, false)
		test(language, stats.BodyDiffers, false) // as older versions drew it
		test(language, stats.HeldOpen, true)
		test(language, stats.SlowingDown, true)
	}
}
