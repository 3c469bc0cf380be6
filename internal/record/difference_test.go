package record

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDifferences(t *testing.T) {
	test := func(name string, change func(*Header), want ...string) {
		t.Helper()
		now := header()
		source := *now.Source
		now.Source = &source
		change(&now)
		var got []string
		for _, d := range header().Differences(now) {
			got = append(got, d.String())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	test("the same", func(*Header) {})
	test("another hour", func(h *Header) {
		h.Started = h.Started.AddDate(0, 0, 1)
		h.Environment.LoadAverage, h.Environment.BusyBefore = "9 9 9", new(0.5)
		h.Source.Dirty = false
	})
	test("spec", func(h *Header) { h.Spec.Text = strings.Replace(specText, "= 20", "= 30", 1) },
		`spec, line 3: recorded "requests = 20", now "requests = 30"`)
	test("a line more", func(h *Header) { h.Spec.Text += "# end\n" },
		`spec, line 11: recorded "", now "# end"`)
	test("a line end less", func(h *Header) { h.Spec.Text = strings.TrimSuffix(specText, "\n") },
		`spec, its last line: recorded "with an end", now "without an end"`)
	test("a line end more", func(h *Header) { h.Spec.Text += "\n" },
		`spec, its last line: recorded "without an end", now "with an end"`)
	test("rounds", func(h *Header) { h.Rounds = 5 }, `rounds: recorded "2", now "5"`)
	test("body", func(h *Header) { h.Bodies = []BodyFile{{"a.json", 2, "ab"}} },
		`files with bodies: recorded "[]", now "[{a.json 2 ab}]"`)
	test("package", func(h *Header) { h.Generator.Package = "apache2-utils 2.4" },
		`generator: recorded "ab 2.3", now "ab 2.3 (apache2-utils 2.4)"`)
	test("calibration", func(h *Header) { h.Calibration = &Generator{Name: EmbeddedAB} },
		`calibration: recorded "none", now "labbook ab"`)
	test("kind of build", func(h *Header) { h.Environment.Cgo = new(false) },
		`kind of build: recorded "with cgo", now "without cgo"`)
	test("kind of build unknown", func(h *Header) { h.Environment.Cgo = nil })
	test("machine and more", func(h *Header) {
		h.Labbook, h.Source = "v2", nil
		h.Generator.Version = "2.4"
		h.Environment.Kernel, h.Environment.Cores = "7.0", 8
	},
		`labbook: recorded "(devel)", now "v2"`,
		`commit of the spec's repository: recorded "abc", now "none"`,
		`generator: recorded "ab 2.3", now "ab 2.4"`,
		`kernel: recorded "", now "7.0"`,
		`cores: recorded "2", now "8"`)
}
