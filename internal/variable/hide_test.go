package variable

import "testing"

func TestHide(t *testing.T) {
	values := map[string]string{
		"TOKEN":  "correct horse",
		"LONGER": "correct horse battery",
		"QUOTED": `a"b\c`,
		"NAME":   "TOKEN",
		"EMPTY":  "",
	}
	lookup := func(name string) (string, bool) {
		value, ok := values[name]
		return value, ok
	}
	names := []string{"TOKEN", "LONGER", "QUOTED", "NAME", "EMPTY", "UNSET"}
	test := func(text, want string) {
		t.Helper()
		if got := Hide(text, names, lookup); got != want {
			t.Errorf("Hide(%q) = %q, want %q", text, got, want)
		}
	}
	test("correct horse, correct horse", "${TOKEN}, ${TOKEN}")
	test("correct horse battery", "${LONGER}")
	test("TOKEN", "${NAME}")
	test("correct horse TOKEN", "${TOKEN} ${NAME}")
	test(`a"b\c and "a\"b\\c"`, `${QUOTED} and "${QUOTED}"`)

	test("…ect horse battery staple", "…${LONGER} staple")
	test("…orse and more", "…${TOKEN} and more")
	test(`"it is correct hor…"`, `"it is ${LONGER}…"`)
	test("ready…", "ready…")
	test("…rse", "…rse")
	test("ect horse, correct hor", "ect horse, correct hor") // nothing was cut
}
