package export

import (
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"labbook.example/labbook/internal/golden"
	"labbook.example/labbook/internal/labtest"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/stats"
)

func junitOf(t *testing.T, rec *record.Record, strict bool) string {
	t.Helper()
	text, err := JUnit(locale.For(rec.Experiment.Language), rec, stats.Analyse(rec), strict)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestJUnit(t *testing.T) {
	for _, s := range labtest.Expected() {
		if s.Name == "expect-mixed" {
			golden.Compare(t, "testdata/junit.xml", junitOf(t, s.Record(t), false))
			golden.Compare(t, "testdata/junit-strict.xml", junitOf(t, s.Record(t), true))
		}
	}
}

// element is any element of an XML file.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []element  `xml:",any"`
}

func (e element) attr(name string) string {
	i := slices.IndexFunc(e.Attrs, func(a xml.Attr) bool { return a.Name.Local == name })
	if i < 0 {
		return ""
	}
	return e.Attrs[i].Value
}

// junitForm holds, for each element, the attributes that it has and the children that it may have,
// in their order: what the schemas of Ant and of Jenkins's xUnit plugin both accept.
var junitForm = map[string]struct{ attrs, children []string }{
	"testsuites": {nil, []string{"testsuite"}},
	"testsuite": {
		[]string{"name", "package", "id", "timestamp", "hostname", "tests", "failures", "errors",
			"skipped", "time"},
		[]string{"properties", "testcase", "system-out", "system-err"},
	},
	"properties": {nil, []string{"property"}},
	"property":   {[]string{"name", "value"}, nil},
	"testcase":   {[]string{"name", "classname", "time"}, []string{"failure", "error", "skipped"}},
	"failure":    {[]string{"message", "type"}, nil},
	"error":      {[]string{"message", "type"}, nil},
	"skipped":    {[]string{"message"}, nil},
	"system-out": {nil, nil},
	"system-err": {nil, nil},
}

func checkForm(t *testing.T, e element) {
	t.Helper()
	form, ok := junitForm[e.XMLName.Local]
	if !ok {
		t.Errorf("an element %s", e.XMLName.Local)
	}
	var attrs []string
	for _, a := range e.Attrs {
		attrs = append(attrs, a.Name.Local)
	}
	if !slices.Equal(attrs, form.attrs) {
		t.Errorf("%s has the attributes %q, want %q", e.XMLName.Local, attrs, form.attrs)
	}
	last := 0
	for _, child := range e.Children {
		at := slices.Index(form.children, child.XMLName.Local)
		if at < last {
			t.Errorf("%s in %s, after %s",
				child.XMLName.Local, e.XMLName.Local, form.children[last])
		}
		last = max(last, at)
		checkForm(t, child)
	}
}

// Each check is a test case, under a name of its own, and each is counted.
func TestJUnitHasEveryCheck(t *testing.T) {
	situations := labtest.Expected()
	for _, s := range situations {
		for _, strict := range []bool{false, true} {
			rec := s.Record(t)
			checkJUnit(t, rec, strict, s.Name)
		}
	}
}

func checkJUnit(t *testing.T, rec *record.Record, strict bool, name string) {
	t.Helper()
	text := junitOf(t, rec, strict)
	if folder := os.Getenv("LABBOOK_JUNIT_FILES"); folder != "" { // for xmllint
		path := filepath.Join(folder, fmt.Sprintf("%s-%v.xml", name, strict))
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}

	var root element
	if err := xml.Unmarshal([]byte(text), &root); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	checkForm(t, root)

	a := stats.Analyse(rec)
	suite := root.Children[0]
	count := map[string]int{}
	names := map[string]bool{}
	for _, c := range suite.Children {
		if c.XMLName.Local != "testcase" {
			continue
		}
		result := "met"
		if len(c.Children) == 1 {
			result = c.Children[0].XMLName.Local
		}
		count[result]++
		count["tests"]++
		if names[c.attr("name")] {
			t.Errorf("%s: two test cases are named %q", name, c.attr("name"))
		}
		names[c.attr("name")] = true
	}
	if want := len(a.Checks) + len(a.Unjudged); count["tests"] != want {
		t.Errorf("%s: %d test cases, want %d", name, count["tests"], want)
	}
	for attr, n := range map[string]int{
		"tests":    count["tests"],
		"failures": count["failure"],
		"errors":   count["error"],
		"skipped":  count["skipped"],
	} {
		if suite.attr(attr) != fmt.Sprint(n) {
			t.Errorf("%s: %s = %s, want %d", name, attr, suite.attr(attr), n)
		}
	}

	outcomes := map[stats.Outcome]int{}
	for _, c := range a.Checks {
		outcomes[c.Outcome]++
	}
	if outcomes[stats.CheckMet] != count["met"] {
		t.Errorf("%s: %d test cases passed, want %d", name, count["met"], outcomes[stats.CheckMet])
	}
	if open := outcomes[stats.CheckUndecided]; strict && count["failure"] < open+
		outcomes[stats.CheckFailed] || !strict && count["failure"] != outcomes[stats.CheckFailed] {
		t.Errorf("%s, strict %v: %d failures", name, strict, count["failure"])
	}
}

// Names cannot break out of an attribute or an element, and no character is there that XML cannot
// have.
func TestJUnitEscapesNames(t *testing.T) {
	world := labtest.Worlds()["hostile"]
	world.Expectations = []spec.Expectation{
		{
			Metric: "p99_ms",
			Bound:  spec.AtMost,
			Limit:  0.001,
			Why:    labtest.HostileNames[0] + "]]>\x01\ufffe",
			Line:   7,
		},
		{
			Metric: "requests_per_second",
			Bound:  spec.RatioAtLeast,
			Limit:  0.95,
			Than:   spec.ThanBefore,
			Server: labtest.HostileNames[1],
			Line:   9,
		},
	}
	rec := world.Record(t)
	checkJUnit(t, rec, false, "hostile")
	var root element
	if err := xml.Unmarshal([]byte(junitOf(t, rec, false)), &root); err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, c := range root.Children[0].Children {
		if strings.Contains(c.attr("name"), labtest.HostileNames[0]) {
			found++
		}
	}
	if found != 2 {
		t.Errorf("%d test cases have the name of the first server, want 2, one per level", found)
	}
}
