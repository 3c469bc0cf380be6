package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// The budgets of the code. What fits into them can be read on one screen.
const (
	maxFunctionLines = 70
	maxFileLines     = 400
	maxColumns       = 100
	tabColumns       = 4
	maxFieldsPerLine = 3 // of a keyed literal; one with more fields has each on its own line
)

func TestBudgets(t *testing.T) {
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, problem := range overBudget(t, path, string(source)) {
			t.Error(problem)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// overBudget returns what exceeds the budgets in a file of Go code.
func overBudget(t *testing.T, path, source string) (problems []string) {
	t.Helper()
	report := func(line int, format string, args ...any) {
		place := fmt.Sprintf("%s:%d: ", path, line)
		problems = append(problems, place+fmt.Sprintf(format, args...))
	}

	lines := strings.Split(strings.TrimSuffix(source, "\n"), "\n")
	for i, line := range lines {
		columns := utf8.RuneCountInString(line) + (tabColumns-1)*strings.Count(line, "\t")
		if columns > maxColumns {
			report(i+1, "%d columns; allowed: %d", columns, maxColumns)
		}
	}
	if len(lines) > maxFileLines {
		report(len(lines), "%d lines; allowed: %d", len(lines), maxFileLines)
	}

	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, source, 0)
	if err != nil {
		t.Fatal(err)
	}
	lineOf := func(pos token.Pos) int { return files.Position(pos).Line }
	ast.Inspect(file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.FuncDecl:
			if n := lineOf(node.End()) - lineOf(node.Pos()) + 1; n > maxFunctionLines {
				const format = "function %s has %d lines; allowed: %d"
				report(lineOf(node.Pos()), format, node.Name.Name, n, maxFunctionLines)
			}
		case *ast.CompositeLit:
			if line := sharedLine(node, lineOf); line > 0 {
				const format = "a literal of %d fields has two of them in one line"
				report(line, format, len(node.Elts))
			}
		}
		return true
	})
	return problems
}

// sharedLine returns a line with two fields of a keyed literal that has too many for that, 0 if
// there is none. Maps and arrays have no fields. Rows of positional values, as in tables of tests,
// stay on one line.
func sharedLine(literal *ast.CompositeLit, lineOf func(token.Pos) int) int {
	switch literal.Type.(type) {
	case *ast.MapType, *ast.ArrayType:
		return 0
	}
	if len(literal.Elts) <= maxFieldsPerLine {
		return 0
	}

	end := 0
	for _, element := range literal.Elts {
		field, ok := element.(*ast.KeyValueExpr)
		if !ok {
			return 0
		}
		if _, ok := field.Key.(*ast.Ident); !ok {
			return 0
		}
		if lineOf(field.Pos()) == end {
			return end
		}
		end = lineOf(field.End())
	}
	return 0
}

func TestOverBudget(t *testing.T) {
	test := func(source, want string) {
		t.Helper()
		got := strings.Join(overBudget(t, "x.go", "package x\n"+source), "\n")
		if got != want {
			t.Errorf("%.60q: got %q, want %q", source, got, want)
		}
	}
	long := func(n int) string { return "// " + strings.Repeat("é", n-3) }
	function := func(lines int) string { return "func f() {" + strings.Repeat("\n", lines-1) + "}" }

	test(long(100), "")
	test(long(101), "x.go:2: 101 columns; allowed: 100")
	test("\t"+long(97), "x.go:2: 101 columns; allowed: 100")

	test(function(70), "")
	test(function(71), "x.go:2: function f has 71 lines; allowed: 70")

	test(strings.Repeat("\n", 398)+"var x int", "")
	test(strings.Repeat("\n", 399)+"var x int", "x.go:401: 401 lines; allowed: 400")

	test("var v = T{a: 1, b: 2, c: 3}", "")
	test("var v = T{a: 1, b: 2, c: 3, d: 4}",
		"x.go:2: a literal of 4 fields has two of them in one line")
	test("var v = T{\na: 1,\nb: 2,\nc: 3,\nd: 4,\n}", "")
	test("var v = []T{{1, 2, 3, 4}, {1, 2, 3, 4}}", "")
	test("var v = map[T]int{a: 1, b: 2, c: 3, d: 4}", "")
}
