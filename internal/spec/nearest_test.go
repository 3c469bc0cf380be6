package spec

import (
	"strings"
	"testing"
)

func TestNearest(t *testing.T) {
	words := []string{"name", "model", "address", "start_timeout", "url"}
	test := func(found, want string) {
		t.Helper()
		if got := nearest(found, words); got != want {
			t.Errorf("nearest(%q) = %q, want %q", found, got, want)
		}
	}
	test("nmae", "name")
	test("adres", "address")
	test("Address", "address")
	test("start-timeout", "start_timeout")
	test("start", "start_timeout")
	test("names_of_servers", "name")
	test("uri", "url")
	test("colour", "")
	test("", "")
	test("x", "")
	test(strings.Repeat("name", 1000), "")
}
