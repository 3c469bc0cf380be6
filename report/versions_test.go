package report

import (
	"strings"
	"testing"

	"labbook.example/labbook/internal/labtest"
)

// TestRepeatsAgainst holds that a report of two versions has the very command that measures them
// again, and says if it cannot bring back what was not committed.
func TestRepeatsAgainst(t *testing.T) {
	t.Parallel()
	const commit = "89abcdef0123456789abcdef0123456789abcdef"
	want := map[string]string{
		"against-slower": "labbook experiment.toml --against " + commit + " --allow-dirty",
		"against-open": "labbook experiment.toml --against " + commit +
			" --server shop --allow-dirty",
		"against-itself": "labbook experiment.toml --against " + commit,
	}
	for _, s := range labtest.Situations() {
		command, ok := want[s.Name]
		if !ok {
			continue
		}
		p := reportPage(t, s.Record(t))
		if p.Repeat != command {
			t.Errorf("%s: the command is %q, want %q", s.Name, p.Repeat, command)
		}
		if dirty := strings.HasSuffix(command, "--allow-dirty"); dirty != (p.Uncommitted() != "") {
			t.Errorf("%s: %q", s.Name, p.Uncommitted())
		}
		delete(want, s.Name)
	}
	for name := range want {
		t.Errorf("there is no situation %s", name)
	}
}

// TestReportTellsBothVersions holds that a reader finds what was measured: both commits in full,
// what the older one was called, and whether the other had more.
func TestReportTellsBothVersions(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"report.html", "report.md"} {
		text := textIn(parsedHTML(t, drawn(t, "against")[name]))
		for _, want := range []string{
			"Version: commit 89abcdef0123456789abcdef0123456789abcdef (main).",
			"Version: commit 0123456789abcdef, with uncommitted changes.",
			"shop @ 89abcde is shop as it was at commit 89abcdef0123456789abcdef0123456789abcdef",
			"at least 0.95 times the value at 89abcde",
		} {
			if !strings.Contains(text, strings.Join(strings.Fields(want), "")) {
				t.Errorf("%s does not say %q", name, want)
			}
		}
	}
}
