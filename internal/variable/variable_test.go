package variable

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// lookup knows TOKEN, _x1, EMPTY, and NESTED, whose value looks like a reference.
func lookup(name string) (string, bool) {
	value, ok := map[string]string{
		"TOKEN":  "s3cret",
		"_x1":    "y",
		"EMPTY":  "",
		"NESTED": "${TOKEN}",
	}[name]
	return value, ok
}

func ExampleExpand() {
	text, err := Expand("Bearer ${TOKEN}, and $${TOKEN} as it is", lookup)
	fmt.Println(text, err)
	// Output: Bearer s3cret, and ${TOKEN} as it is <nil>
}

func TestExpand(t *testing.T) {
	test := func(text, want string, names ...string) {
		t.Helper()
		got, err := Expand(text, lookup)
		if err != nil || got != want {
			t.Errorf("Expand(%q) = %q, %v, want %q", text, got, err, want)
		}
		if got, err := Names(text); err != nil || !slices.Equal(got, names) {
			t.Errorf("Names(%q) = %q, %v, want %q", text, got, err, names)
		}
	}
	test("", "")
	test("plain $ $5 $TOKEN {x} $", "plain $ $5 $TOKEN {x} $")
	test("${TOKEN}", "s3cret", "TOKEN")
	test("a${TOKEN}b${_x1}c${TOKEN}", "as3cretbycs3cret", "TOKEN", "_x1")
	test("[${EMPTY}]", "[]", "EMPTY")
	test("$${TOKEN}", "${TOKEN}")
	test("$$${TOKEN}", "$${TOKEN}")
	test("$${ ${TOKEN}", "${ s3cret", "TOKEN")
	test("${NESTED}", "${TOKEN}", "NESTED") // a value is not looked into
}

func TestExpandRefuses(t *testing.T) {
	malformed := []string{"${", "${}", "${TOKEN", "${1}", "${A-B}", "${ TOKEN}", "${a\n}"}
	for _, text := range malformed {
		if got, err := Expand(text, lookup); err == nil {
			t.Errorf("Expand(%q) = %q, want an error", text, got)
		}
		if _, err := Names(text); err == nil {
			t.Errorf("Names(%q) has no error", text)
		}
	}

	_, err := Expand("${TOKEN} ${MISSING}", lookup)
	unset, ok := errors.AsType[UnsetError](err)
	if !ok || unset.Name != "MISSING" || strings.Contains(err.Error(), "s3cret") {
		t.Errorf("an unset variable: %v, want an UnsetError of MISSING and no value", err)
	}
}

// A text without "${" stays as it is, and expanding never fails for text that Names accepts.
func FuzzExpand(f *testing.F) {
	f.Add("$${${A}$")
	f.Fuzz(func(t *testing.T, text string) {
		names, err := Names(text)
		all := func(string) (string, bool) { return "", true }
		got, expandErr := Expand(text, all)
		if (err == nil) != (expandErr == nil) {
			t.Errorf("%q: Names says %v, Expand %v", text, err, expandErr)
		}
		if !strings.Contains(text, "${") && (got != text || names != nil) {
			t.Errorf("%q became %q with the names %q", text, got, names)
		}
	})
}
