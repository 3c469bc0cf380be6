package spec

import (
	"fmt"
	"testing"
)

// What does not end is reported on the line on which it begins, since its end may be the end of the
// file.
func TestWhatDoesNotEnd(t *testing.T) {
	test := func(text string, line int, want string) {
		t.Helper()
		checkRefused(t, text, fmt.Sprintf("x.toml:%d: not valid TOML: %s", line, want))
	}
	const (
		basic   = `multiline basic string not terminated by """, and begins here`
		literal = `multiline literal string not terminated by ''', and begins here`
		array   = "array is incomplete; it begins here"
		comma   = "expected ',' or ']' after array value"
	)
	test("a = 1\nb = \"\"\"\nc\n\n[load]\nd = 1\n", 2, basic)
	test("a = \"\"\"b\"\"\"\nc = \"\"\"\"d\n\\\"\"\"\n", 2, basic)
	test("a = '\"\"\"'\n\nb = ['c', '''\n\\\nd\n", 3, literal)
	test("a = 1\n# b\nc = [1,\n2\n# d\n", 3, array)
	test("a = [\n1\n] # b\nc = [[1,\n2],\n", 4, array)
	test("a = [\n[1,\n2\n\n", 1, array)
	test("[a]\nb = { c = 1,\n\n", 2, "inline table is incomplete; it begins here")
	test("b = 1\na = [1,\n2\n[load]\n", 4, comma+"; the value begins on line 2")
	test("a = [1 2]\n", 1, comma)
}

// Paths of Windows are written in single quotes, or with other slashes.
func TestEscapes(t *testing.T) {
	test := func(text string, line int, what string) {
		t.Helper()
		const want = "x.toml:%d: not valid TOML: %s; write '…' instead of \"…\", or \\\\ for " +
			"each \\, or / in a path"
		checkRefused(t, text, fmt.Sprintf(want, line, what))
	}
	test("a = \"\"\"\n\n\\q\n\"\"\"", 3, "invalid escape character U+0071 'q'")
	test(`a = "C:\Program Files"`, 1, "invalid escape character U+0050 'P'")
	test("\na = ['b', \"C:\\users\"]", 2, "invalid hexadecimal digit in unicode escape sequence")
	test(`a = "C:\u12"`, 1, "unicode escape sequence is too short")
}
