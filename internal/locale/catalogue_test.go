package locale

import (
	"go/ast"
	"go/constant"
	"go/types"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/tools/go/packages"
)

// packagesWithMessages are the folders of the packages that have messages, below the root.
var packagesWithMessages = []string{
	".",
	"./internal/locale",
	"./internal/stats",
	"./internal/findings",
	"./internal/chart",
	"./internal/terminal",
	"./internal/export",
	"./internal/gate",
	"./internal/live",
	"./report",
}

// module is the path of this module.
var module = strings.TrimSuffix(reflect.TypeFor[Printer]().PkgPath(), "/internal/locale")

// messageTypes are the types whose constants are messages.
var messageTypes = []string{
	module + "/internal/locale.Message",
	module + "/internal/stats.State",
	module + "/internal/stats.Verdict",
	module + "/internal/stats.Agreement",
	module + "/internal/chart.problem",
}

// verb matches one of package fmt's verbs, in the forms that messages use. A "%" before a space is
// no verb: some messages without arguments have one.
var verb = regexp.MustCompile(`%(?:\[(\d+)\])?[-+#0]*\d*(?:\.\d+)?([a-z%])`)

// verbs returns the verbs of a message by the argument that each formats, from 1.
func verbs(text Message) map[int]string {
	found, next := map[int]string{}, 1
	for _, match := range verb.FindAllStringSubmatch(string(text), -1) {
		if match[2] == "%" {
			continue
		}
		if i, err := strconv.Atoi(match[1]); err == nil {
			next = i
		}
		if !strings.Contains(found[next], match[2]) { // a message may repeat an argument
			found[next] += match[2]
		}
		next++
	}
	return found
}

// messagesInUse returns every message of the program, with a place that uses it.
func messagesInUse(t *testing.T) map[Message]string {
	t.Helper()
	config := &packages.Config{
		Dir: "../..",
		Mode: packages.NeedName | packages.NeedSyntax | packages.NeedTypes |
			packages.NeedTypesInfo | packages.NeedImports | packages.NeedExportFile |
			packages.NeedFiles | packages.NeedCompiledGoFiles,
	}
	loaded, err := packages.Load(config, packagesWithMessages...)
	if err != nil {
		t.Fatal(err)
	}

	messages := map[Message]string{}
	for _, p := range loaded {
		for _, err := range p.Errors {
			t.Fatal(err)
		}
		for _, file := range p.Syntax {
			addMessages(t, messages, p, file)
		}
	}
	for text, place := range messagesInTemplates(t) {
		messages[text] = place
	}
	return messages
}

// addMessages adds the messages of one file. Calls of Sprintf with too few or too many arguments
// are errors.
func addMessages(t *testing.T, messages map[Message]string, p *packages.Package, file *ast.File) {
	t.Helper()
	ast.Inspect(file, func(node ast.Node) bool {
		if call, ok := node.(*ast.CallExpr); ok {
			checkCall(t, p, call)
		}
		expression, ok := node.(ast.Expr)
		if !ok {
			return true
		}
		constantOf := p.TypesInfo.Types[expression]
		if constantOf.Value == nil || !slices.Contains(messageTypes, constantOf.Type.String()) {
			return true
		}

		if text := Message(constant.StringVal(constantOf.Value)); text != "" {
			messages[text] = p.Fset.Position(node.Pos()).String()
		}
		return false // the parts of a constant are no messages of their own
	})
}

// printer is the full name of the method that translates.
var printer = "(*" + module + "/internal/locale.Printer).Sprintf"

// checkCall reports a call of Sprintf that has not one argument for each verb.
func checkCall(t *testing.T, p *packages.Package, call *ast.CallExpr) {
	t.Helper()
	selector, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || call.Ellipsis.IsValid() {
		return
	}
	method, ok := p.TypesInfo.Uses[selector.Sel].(*types.Func)
	if !ok || method.FullName() != printer {
		return
	}

	text := p.TypesInfo.Types[call.Args[0]].Value
	if text == nil {
		return
	}
	got, want := len(call.Args)-1, len(verbs(Message(constant.StringVal(text))))
	if got != want {
		t.Errorf("%v: %d arguments for the %d verbs of %v",
			p.Fset.Position(call.Pos()), got, want, text)
	}
}

var callInTemplate = regexp.MustCompile(`\bsay ("(?:[^"\\]|\\.)*")`)

func messagesInTemplates(t *testing.T) map[Message]string {
	t.Helper()
	files, err := filepath.Glob("../../report/page/*.tmpl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no templates: %v", err)
	}
	messages := map[Message]string{}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range callInTemplate.FindAllSubmatch(data, -1) {
			text, err := strconv.Unquote(string(match[1]))
			if err != nil {
				t.Fatalf("%s: %s: %v", file, match[1], err)
			}
			messages[Message(text)] = file
		}
	}
	return messages
}

// unlikeTheRest matches what a catalogue writes otherwise, by language: a round is a putaran, a run
// a pengukuran, an interval a selang, a bottleneck a pembatas, and what counts is valid. A server
// is no person (ia). A number is followed by its percent sign without a space.
var unlikeTheRest = map[string]*regexp.Regexp{
	"id": regexp.MustCompile(`(?i)\bronde\b|\btembolok\b|\d[ \x{a0}]%[^a-z]` +
		`|\binterval\b|ulangan|hambat|\bsah\b|\bbersih\b|\bia\b|\bsel(nya)?\b|\bputusan\b` +
		`|\brerata\b|\bestimasi\b|\butas\b`),
}

// The text on the method keeps to the words of the catalogue.
func TestMethodTextIsLikeTheCatalogue(t *testing.T) {
	for language, unlike := range unlikeTheRest {
		text, err := os.ReadFile("../../report/method." + language + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range unlike.FindAllString(string(text), -1) {
			t.Errorf("%s: the text on the method says %q", language, word)
		}
	}
}

// Each catalogue has every message that is in use and no other, and each translation formats the
// same arguments as its message.
func TestCatalogues(t *testing.T) {
	messages := messagesInUse(t)
	if len(messages) < 300 {
		t.Fatalf("found %d messages: there are more", len(messages))
	}

	for text := range messages {
		withoutEscapes := strings.ReplaceAll(string(text), "%%", "")
		if len(verbs(text)) > 0 && strings.Contains(withoutEscapes, "% ") {
			t.Errorf("%q: a %% in a message with arguments must be written twice", text)
		}
	}

	for _, language := range Languages {
		if language != English {
			testCatalogue(t, language, messages)
		}
	}
}

func testCatalogue(t *testing.T, language string, messages map[Message]string) {
	t.Helper()
	catalogue := For(language).messages
	for text, place := range messages {
		translated, ok := catalogue[text]
		switch {
		case !ok:
			t.Errorf("%s: %s lacks %q", place, language, text)
		case !sameVerbs(text, translated):
			t.Errorf("%s: %s translates %q as %q, which has other verbs",
				place, language, text, translated)
		case outerSpace(text) != outerSpace(translated):
			t.Errorf("%s: %s translates %q as %q: spaces at the ends differ",
				place, language, text, translated)
		case unlikeTheRest[language].MatchString(string(translated)):
			t.Errorf("%s: %s translates %q as %q: the others say it otherwise",
				place, language, text, translated)
		}
	}

	for text := range catalogue {
		if _, used := messages[text]; !used {
			t.Errorf("%s has %q, which nothing uses", language, text)
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

// outerSpace reports whether a message begins with a space, and whether it ends with one: such a
// message is joined to another.
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
