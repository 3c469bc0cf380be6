package spec

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// linesOf returns places as "key:line", with the places below in parentheses.
func linesOf(p *place) string {
	var parts []string
	for _, key := range p.keys {
		parts = append(parts, fmt.Sprintf("%s:%s", key, linesOf(p.under[key])))
	}
	for _, item := range p.items {
		parts = append(parts, linesOf(item))
	}
	line := fmt.Sprint(p.line)
	if len(parts) > 0 {
		line += "(" + strings.Join(parts, " ") + ")"
	}
	return line
}

func TestLocate(t *testing.T) {
	test := func(text, want string) {
		t.Helper()
		at, _, err := locate(text)
		if err != nil {
			t.Errorf("locate(%q): %v", text, err)
			return
		}
		if got := linesOf(at); got != want {
			t.Errorf("locate(%q) = %s, want %s", text, got, want)
		}
		values, _, err := decodeTOML(text)
		if err != nil {
			t.Errorf("%q is not valid TOML: %v", text, err)
		} else if err := agree(values, at); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	test("", "1")
	test("# a = 1 [b]\n\n", "1")
	test("a = 1 # b = 2\nb = 'x' # [c]", "1(a:1 b:2)")
	test("\n[a]\nb=1\n[c.d]\ne=1", "1(a:2(b:3) c:4(d:4(e:5)))")
	test("[[a]]\nb=1\n[[a]]\n\nb=2\n[a.c]\nd=3", "1(a:1(1(b:2) 3(b:5 c:6(d:7))))")
	test("[[a]]\n[[a.b]]\n[[a.b]]\nc=1\n[[a]]", "1(a:1(1(b:2(2 3(c:4))) 5))")
	test("a.b = 1\na.'c.d' = 2\n\"a\" . \"\\u0065\" = 3", "1(a:1(b:1 c.d:2 e:3))")
	test(`a = "[b]\"\nc = 1 # \\"`+"\nd = 1", "1(a:1 d:2)")
	test(`a = 'c:\'`+"\nd = ''\ne = \"\"", "1(a:1 d:2 e:3)")
	test("a = \"\"\"\n[b]\nc = 1\n\\\"\"\"\n\"\"\"\"\"\nd = 1", "1(a:1 d:6)")
	test(
		"a = \"\"\"\"\"\"\nb = ''''''\nc = '''\\'''\nd = '''x''''\ne = 1",
		"1(a:1 b:2 c:3 d:4 e:5)",
	)
	test("a = '''\n\"\"\" # [b]\nc = 1\n'''\nd = 1", "1(a:1 d:5)")
	test(
		"a = [ # ]\n 1, '],', # x\n [2,\n3], {b = [\n4] },\n]\nc = 1",
		"1(a:1(2 2 3(3 4) 4(b:4(5))) c:7)",
	)
	test("a = [[], # [\n  {}, {b = '[' # [\n}, \"[\",\n[ # [\n[]]\n]", "1(a:1(1 2 2(b:2) 3 4(5)))")
	test("a.'[' = [[\n1], [], [\n\n2]]", "1(a:1([:1(1(2) 2 2(4))))")
	test("a = { b = 1, c.d = { e = '}' } }\nf = []\ng = {}", "1(a:1(b:1 c:1(d:1(e:1))) f:2 g:3)")
	test("a = {\n b = 1, # }\n c = 2,\n}\nd = 1", "1(a:1(b:2 c:3) d:5)")
	test("a = 2024-01-01 10:00:00 # x\nb = -1.5e3\nc=true", "1(a:1 b:2 c:3)")
	test("a = 1\r\nb = '''\r\n'''\r\nc = 1\r\n", "1(a:1 b:2 c:4)")
	test("\t[ a . 'b' ] # c\n\t  \"\" = 1", "1(a:1(b:1(:2)))")
}

// agree returns an error unless every value of the TOML reader has a place, and nothing else has.
func agree(value any, at *place) error {
	switch value := value.(type) {
	case map[string]any:
		keys := slices.Sorted(maps.Keys(value))
		if placed := slices.Sorted(slices.Values(at.keys)); !slices.Equal(keys, placed) {
			return fmt.Errorf("line %d: keys %q have places %q", at.line, keys, placed)
		}
		for _, key := range keys {
			if err := agree(value[key], at.under[key]); err != nil {
				return err
			}
		}
	case []map[string]any:
		return agreeItems(value, at)
	case []any:
		return agreeItems(value, at)
	default:
		if len(at.keys)+len(at.items) > 0 {
			return fmt.Errorf("line %d: %v has places below it", at.line, value)
		}
	}
	return nil
}

func agreeItems[T any](items []T, at *place) error {
	if len(items) != len(at.items) {
		return fmt.Errorf("line %d: %d items have %d places", at.line, len(items), len(at.items))
	}
	for i, item := range items {
		if err := agree(item, at.items[i]); err != nil {
			return err
		}
	}
	return nil
}

// The TOML reader and locate must read every file alike. Otherwise a problem would name a wrong
// line, or a valid file would be refused.
func FuzzLocate(f *testing.F) {
	f.Add(Template())
	f.Add("a = [1, {b = '''x''', c.d = \"\"\"\\\"\"\"\"}]\n" +
		"[['e'.f]]\n\"g\\n\" = 2024-01-01 10:00:00 # h\n")
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.TrimPrefix(text, byteOrderMark)
		if !utf8.ValidString(text) {
			return // refused before it is located
		}

		at, line, err := locate(text)
		if err != nil {
			if line < 1 || line > 1+strings.Count(text, "\n") {
				t.Errorf("refused on line %d, which does not exist", line)
			}
			if !errors.Is(err, errDepth) {
				if _, _, err2 := decodeTOML(text); err2 == nil {
					t.Errorf("refused by locate alone: %v", err)
				}
			}
			return
		}

		values, _, err := decodeTOML(text)
		if err != nil {
			return
		}
		if err := agree(values, at); err != nil {
			t.Error(err)
		}
	})
}
