package locale

import (
	"go/ast"
	"go/constant"
	"go/types"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// speaking are the packages that have messages, and spoken the types whose constants are messages.
var (
	speaking = []string{
		"labbook/internal/locale",
		"labbook/internal/stats",
		"labbook/internal/chart",
		"labbook/report",
	}
	spoken = []string{"labbook/internal/locale.Message", "labbook/internal/stats.State",
		"labbook/internal/stats.Verdict", "labbook/internal/stats.Agreement", "labbook/internal/chart.problem"}
)

// verb is one of package fmt's, in the forms that messages use. A "%" before a space is none:
// messages into which nothing is put have such.
var verb = regexp.MustCompile(`%(?:\[(\d+)\])?[-+#0]*\d*(?:\.\d+)?([a-z%])`)

// verbs gives a message's verbs by the argument that each takes, from 1.
func verbs(text Message) map[int]string {
	found, next := map[int]string{}, 1
	for _, match := range verb.FindAllStringSubmatch(string(text), -1) {
		if match[2] == "%" {
			continue
		}
		if i, err := strconv.Atoi(match[1]); err == nil {
			next = i
		}
		if !strings.Contains(found[next], match[2]) { // one may be said twice
			found[next] += match[2]
		}
		next++
	}
	return found
}

// said gives every message of the program, with a place where it is said. Calls of Say whose
// arguments are not as many as the message's verbs are errors.
func said(t *testing.T) map[Message]string {
	t.Helper()
	loaded, err := packages.Load(
		&packages.Config{Dir: "../..", Mode: packages.NeedName | packages.NeedSyntax |
			packages.NeedTypes | packages.NeedTypesInfo | packages.NeedImports | packages.NeedExportFile |
			packages.NeedFiles | packages.NeedCompiledGoFiles},
		speaking...)
	if err != nil {
		t.Fatal(err)
	}
	messages := map[Message]string{}
	for _, p := range loaded {
		for _, err := range p.Errors {
			t.Fatal(err)
		}
		for _, file := range p.Syntax {
			ast.Inspect(file, func(node ast.Node) bool {
				if call, ok := node.(*ast.CallExpr); ok {
					checkCall(t, p, call)
				}
				expression, ok := node.(ast.Expr)
				if !ok {
					return true
				}
				known := p.TypesInfo.Types[expression]
				if known.Value == nil || !slices.Contains(spoken, known.Type.String()) {
					return true
				}
				if text := Message(constant.StringVal(known.Value)); text != "" {
					messages[text] = p.Fset.Position(node.Pos()).String()
				}
				return false // what it is put together from is no message
			})
		}
	}
	for text, place := range saidInTemplates(t) {
		messages[text] = place
	}
	return messages
}

// checkCall makes sure that a call of Say has an argument for each verb.
func checkCall(t *testing.T, p *packages.Package, call *ast.CallExpr) {
	t.Helper()
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || call.Ellipsis.IsValid() {
		return
	}
	method, ok := p.TypesInfo.Uses[selector.Sel].(*types.Func)
	if !ok || method.FullName() != "(*labbook/internal/locale.Printer).Sprintf" {
		return
	}
	if text := p.TypesInfo.Types[call.Args[0]].Value; text != nil {
		if want := len(verbs(Message(constant.StringVal(text)))); want != len(call.Args)-1 {
			t.Errorf(
				"%v: %d arguments for the %d verbs of %v",
				p.Fset.Position(call.Pos()),
				len(call.Args)-1,
				want,
				text,
			)
		}
	}
}

var sayInTemplate = regexp.MustCompile(`\bsay ("(?:[^"\\]|\\.)*")`)

func saidInTemplates(t *testing.T) map[Message]string {
	t.Helper()
	files, err := filepath.Glob("../../report/*.tmpl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no templates: %v", err)
	}
	messages := map[Message]string{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range sayInTemplate.FindAllSubmatch(data, -1) {
			text, err := strconv.Unquote(string(match[1]))
			if err != nil {
				t.Fatalf("%s: %s: %v", file, match[1], err)
			}
			messages[Message(text)] = file
		}
	}
	return messages
}

// TestCatalogues holds that each catalogue has every message that is said, none that is not, and
// that each translation takes what its message takes.
func TestCatalogues(t *testing.T) {
	messages := said(t)
	if len(messages) < 300 {
		t.Fatalf("found %d messages: more are said", len(messages))
	}
	for text := range messages {
		if len(verbs(text)) > 0 &&
			strings.Contains(strings.ReplaceAll(string(text), "%%", ""), "% ") {
			t.Errorf(
				"%q: a %% in a message into which something is put must be written twice",
				text,
			)
		}
	}
	for _, language := range Languages {
		if language == English {
			continue
		}
		catalogue := For(language).messages
		for text, place := range messages {
			translated, found := catalogue[text]
			switch {
			case !found:
				t.Errorf("%s: %s lacks %q", place, language, text)
			case !sameVerbs(text, translated):
				t.Errorf(
					"%s: %s says %q as %q, which takes something else",
					place,
					language,
					text,
					translated,
				)
			case outerSpace(text) != outerSpace(translated):
				t.Errorf(
					"%s: %s says %q as %q: spaces at the ends differ",
					place,
					language,
					text,
					translated,
				)
			}
		}
		for text := range catalogue {
			if _, used := messages[text]; !used {
				t.Errorf("%s has %q, which nothing says", language, text)
			}
		}
	}
}

func sameVerbs(a, b Message) bool {
	x, y := verbs(a), verbs(b)
	if len(x) != len(y) {
		return false
	}
	for i, v := range x {
		if y[i] != v {
			return false
		}
	}
	return true
}

// outerSpace tells whether a message begins and whether it ends with a space: it is put beside
// another then.
func outerSpace(text Message) [2]bool {
	return [2]bool{strings.HasPrefix(string(text), " "), strings.HasSuffix(string(text), " ")}
}

func TestVerbs(t *testing.T) {
	test := func(a, b Message, same bool) {
		t.Helper()
		if sameVerbs(a, b) != same {
			t.Errorf("sameVerbs(%q, %q) = %v", a, b, !same)
		}
	}
	test("%s of %d", "dari %[2]d, %[1]s", true)
	test("%s of %s", "%s", false)
	test("%s of %d", "%d dari %s", false)
	test("%d of %d", "%d/%[2]d, %[1]d", true)
	test("%d of %d", "%d/%[2]d, %[1]s", false)
	test("5 % of it", "5% darinya", true)
	test("%s %%", "%s%%", true)
}
