package findings

import (
	"strings"
	"testing"

	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/stats"
)

// TestOlderVersionInWords holds that a reader always sees the commit, and what the user called it
// only if that tells more and is short.
func TestOlderVersionInWords(t *testing.T) {
	const commit = "1a2b3c4d5e6f1a2b3c4d5e6f1a2b3c4d5e6f1a2b"
	for rev, want := range map[string]string{
		"main":                    "at 1a2b3c4 (main)",
		"HEAD~3":                  "at 1a2b3c4 (HEAD~3)",
		"1a2b3c4":                 "at commit 1a2b3c4",
		"1a2b3c4d5e":              "at commit 1a2b3c4",
		commit:                    "at commit 1a2b3c4",
		commit + commit:           "at commit 1a2b3c4",
		strings.Repeat("long", 9): "at commit 1a2b3c4",
	} {
		a := &stats.Analysis{Against: &record.Against{Server: "app", Rev: rev, Commit: commit}}
		if got := atOlder(nil, a); got != want {
			t.Errorf("%s: %q, want %q", rev, got, want)
		}
	}
}

// TestWordsForAServer holds that a page knows which server is meant by words that are not its name.
func TestWordsForAServer(t *testing.T) {
	s := newSentence("slower than " + namedAs("app @ 1a2b3c4", "at 1a2b3c4") + ", always")
	want := Sentence{
		{Text: "slower than "},
		{Text: "at 1a2b3c4", Server: "app @ 1a2b3c4"},
		{Text: ", always"},
	}
	if len(s) != len(want) || s[0] != want[0] || s[1] != want[1] || s[2] != want[2] {
		t.Errorf("%q, want %q", s, want)
	}
}
