package report

import (
	"testing"

	"labbook/internal/locale"
	"labbook/internal/record"
)

// TestRevisionOf holds that an older record, which does not name its program, has no row for it.
func TestRevisionOf(t *testing.T) {
	test := func(language string, program *record.Program, want string) {
		t.Helper()
		if got := revisionOf(locale.For(language), program); got != want {
			t.Errorf("%s: %+v: %q, want %q", language, program, got, want)
		}
	}
	test("en", nil, "")
	test("en", &record.Program{Revision: "0123", SHA256: "ab"}, "commit 0123, clean")
	test("en", &record.Program{Revision: "0123", Modified: true, SHA256: "ab"},
		"commit 0123, with changes that were not committed")
	test("en", &record.Program{SHA256: "ab"}, "unknown; SHA-256 of the executable: ab")
	test("id", &record.Program{SHA256: "ab"}, "tidak diketahui; SHA-256 berkas program: ab")
}
