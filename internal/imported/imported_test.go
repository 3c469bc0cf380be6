package imported

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// report is a whole report of a run. change may change its numbers.
func report(port, clients int, rate float64, change ...func(*abtext.Measurement)) string {
	m := abtext.Measurement{
		ServerSoftware:    "toy/1.0",
		Hostname:          "127.0.0.1",
		Port:              port,
		DocumentPath:      "/",
		DocumentLength:    6,
		Concurrency:       clients,
		TimeTakenSeconds:  200 / rate,
		Complete:          200,
		TotalTransferred:  24400,
		HTMLTransferred:   1200,
		RequestsPerSecond: rate,
		Total:             abtext.Times{Max: 20},
	}
	for _, f := range change {
		f(&m)
	}
	var b strings.Builder
	b.WriteString("This is ApacheBench, Version 2.3 <$Revision$>\n\n")
	if err := abtext.Format(&b, m, nil, abtext.Layout{BodySent: m.TotalBodySent > 0}); err != nil {
		panic(err)
	}
	return b.String()
}

func files(namesAndTexts ...string) []File {
	var all []File
	for i := 0; i < len(namesAndTexts); i += 2 {
		all = append(all, File{namesAndTexts[i], []byte(namesAndTexts[i+1])})
	}
	return all
}

func make1(t *testing.T, o Options, namesAndTexts ...string) *Made {
	t.Helper()
	o.Language = "en"
	made, err := Make(files(namesAndTexts...), o)
	if err != nil {
		t.Fatal(err)
	}
	return made
}

// trials returns "server c=1 1: file:line" of each trial.
func trials(made *Made) []string {
	var all []string
	for _, r := range made.Results {
		all = append(all, fmt.Sprintf("%v %d: %s:%d", r.Cell, r.Round, r.Imported.File,
			r.Imported.Line))
	}
	return all
}

func wantTrials(t *testing.T, made *Made, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, trials(made)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Without rules, trials are of one server if neither what they asked nor their files' names differ;
// numbers in names only count.
func TestServers(t *testing.T) {
	made := make1(t, Options{},
		"logs/async-1.txt", report(45000, 1, 100)+report(45000, 5, 300),
		"logs/async-2.txt", report(45000, 1, 110),
		"logs/thread_c1.txt", report(46000, 1, 50),
		"logs/thread_c5.txt", report(46000, 5, 60))
	wantTrials(t, made,
		"async c=1 1: logs/async-1.txt:1",
		"async c=5 1: logs/async-1.txt:27",
		"async c=1 2: logs/async-2.txt:1",
		"thread c=1 1: logs/thread_c1.txt:1",
		"thread c=5 1: logs/thread_c5.txt:1")
	if made.Header.Rounds != 2 || made.Header.Trials != 5 {
		t.Errorf("%d rounds, %d trials, want 2 and 5", made.Header.Rounds, made.Header.Trials)
	}

	// Folders tell servers apart, too.
	wantTrials(t, make1(t, Options{},
		"runs/go/1.txt", report(80, 1, 100),
		"runs/node/1.txt", report(80, 1, 90)),
		"go c=1 1: runs/go/1.txt:1",
		"node c=1 1: runs/node/1.txt:1")

	// Where names say nothing, what was asked does: as little of it as is needed.
	other := func(m *abtext.Measurement) { m.Port = 46000 }
	kept := func(m *abtext.Measurement) { m.KeepAlive, m.KeepAliveCount = true, 200 }
	wantTrials(t, make1(t, Options{},
		"1.txt", report(45000, 1, 100),
		"2.txt", report(45000, 1, 90, other),
		"3.txt", report(45000, 1, 80, other, kept)),
		"127.0.0.1:45000 c=1 1: 1.txt:1",
		"127.0.0.1:46000, no keep-alive c=1 1: 2.txt:1",
		"127.0.0.1:46000, keep-alive c=1 1: 3.txt:1")

	// A single server is named after its software.
	wantTrials(t, make1(t, Options{}, "x.txt", report(80, 1, 100)), "toy/1.0 c=1 1: x.txt:1")
}

// The parts of a page are different experiments, unless their headings only count.
func TestHeadings(t *testing.T) {
	fenced := func(text string) string { return "```\n# not a heading\n" + text + "```\n" }
	page := "# Results\n## before\n" + fenced(report(80, 1, 100)) +
		"## after\n### run 1\n" + fenced(report(80, 1, 200)) +
		"### after, run 2\n" + fenced(report(80, 1, 210))
	got := trials(make1(t, Options{}, "README.md", page))
	want := []string{"before c=1 1", "no heading c=1 1", "after c=1 1"}
	for i := range got {
		got[i], _, _ = strings.Cut(got[i], ":")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	// In any other file a line with # is a comment.
	wantTrials(t, make1(t, Options{}, "notes.txt", page), "toy/1.0 c=1 1: notes.txt:5",
		"toy/1.0 c=1 2: notes.txt:36", "toy/1.0 c=1 3: notes.txt:66")
}

// Rules name servers and order them, even if the address differs from call to call.
func TestRules(t *testing.T) {
	o := Options{Servers: []Rule{{"two", "b*.txt"}, {"one", "logs/a*"}}}
	made := make1(t, o,
		"logs/a1.txt", report(45000, 1, 100),
		"logs/a2.txt", report(45001, 1, 101),
		"logs/b1.txt", report(46000, 1, 50))
	wantTrials(t, made,
		"one c=1 1: logs/a1.txt:1", "one c=1 2: logs/a2.txt:1", "two c=1 1: logs/b1.txt:1")
	e, err := spec.Parse(made.Header.Spec.Name, made.Header.Spec.Text)
	if err != nil || e.Servers[0].Name != "two" || e.Design.Baseline != "two" {
		t.Errorf("%v: the baseline is not the first rule's server in\n%s", err,
			made.Header.Spec.Text)
	}
}

func TestParseRule(t *testing.T) {
	if r, err := ParseRule(`go 1 = x\*.txt`); err != nil || r != (Rule{"go 1", " x/*.txt"}) {
		t.Errorf("%+v, %v", r, err)
	}
	for _, text := range []string{"", "x", "=y", "x=", " =y", "a\nb=c", "x=[", "\xff=y",
		strings.Repeat("x", 201) + "=y"} {
		if r, err := ParseRule(text); err == nil {
			t.Errorf("ParseRule(%q) = %+v, want an error", text, r)
		}
	}
}

// The spec says what the texts say, and can be read again.
func TestSpec(t *testing.T) {
	odd := func(m *abtext.Measurement) {
		m.Hostname, m.Port = "under_score", 443
		m.TLSProtocol = "TLSv1.3,X,2048,256"
		m.DocumentPath = "/a b"
		m.DocumentLength = -1
		m.TotalBodySent = 100
	}
	made := make1(t, Options{Title: "Old \"runs\"\x00"},
		"kept.txt", report(8080, 7, 100, func(m *abtext.Measurement) {
			m.Hostname, m.DocumentPath, m.KeepAlive = "::1", "/list?page=2", true
		}),
		"odd.txt", report(0, 3, 50, odd),
		"cropped.txt", "Concurrency Level: 3\nTime taken for tests: 2 seconds\n"+
			"Complete requests: 900\nFailed requests: 0\nRequests per second: 450.00\n")
	e, err := spec.Parse(made.Header.Spec.Name, made.Header.Spec.Text)
	if err != nil {
		t.Fatal(err)
	}
	if e.Title != `Old "runs"` || e.Load.Requests != 900 ||
		!slices.Equal(e.Load.Concurrency, []int{3, 7}) {
		t.Errorf("title %q, %d requests, levels %v", e.Title, e.Load.Requests, e.Load.Concurrency)
	}
	want := []struct {
		url, path string
		kept      bool
	}{
		{"http://[::1]:8080", "/list?page=2", true},
		{"http://unknown.invalid", "/", false}, // what ab asked is no URL of a spec
		{"http://unknown.invalid", "/", false},
	}
	for i, s := range e.Servers {
		w := want[i]
		if s.URL != w.url || s.Request.Path != w.path || s.Request.KeepAlive != w.kept {
			t.Errorf("server %d: %s %s %v, want %+v", i, s.URL, s.Request.Path,
				s.Request.KeepAlive, w)
		}
	}
}

func TestGenerator(t *testing.T) {
	old := strings.Replace(report(80, 1, 100), "Version 2.3", "Version 1.3d", 1)
	own := strings.Replace(report(80, 1, 90), "This is ApacheBench, Version 2.3 <$Revision$>",
		"This is labbook ab, which speaks as ApacheBench, Version 2.3", 1)
	test := func(want record.Generator, texts ...string) {
		t.Helper()
		if got := make1(t, Options{}, texts...).Header.Generator; got != want {
			t.Errorf("%+v, want %+v", got, want)
		}
	}
	test(record.Generator{Name: "ab", Version: "1.3d, 2.3"}, "1", old, "2", report(80, 1, 80))
	test(record.Generator{Name: record.EmbeddedAB}, "1", own)
	test(record.Generator{Name: "ab", Version: "1.3d"}, "1", own, "2", old)
}

// Every encoding in which shells write a file has the same text.
func TestDecode(t *testing.T) {
	const text = "Server Software: Zürich\r\n"
	units := utf16.Encode([]rune(text))
	var little, big []byte
	for _, u := range units {
		little = append(little, byte(u), byte(u>>8))
		big = append(big, byte(u>>8), byte(u))
	}
	test := func(name, data string) {
		t.Helper()
		if got, ok := decode([]byte(data)); got != text || !ok {
			t.Errorf("%s: %q, %v", name, got, ok)
		}
	}
	test("UTF-8", text)
	test("UTF-8 with a mark", "\xEF\xBB\xBF"+text)
	test("UTF-16 of PowerShell", "\xFF\xFE"+string(little))
	test("UTF-16, big", "\xFE\xFF"+string(big))
	test("UTF-16 without a mark", string(little))
	test("UTF-16, big, without a mark", string(big))
	test("Windows-1252", strings.Replace(text, "ü", "\xFC", 1))
	if got, ok := decode([]byte("\x7fELF\x00\x00\x00\x01")); ok {
		t.Errorf("a program is the text %q", got)
	}
}

// Names that attack a terminal or a spec are made harmless, and stay apart.
func TestHostileNames(t *testing.T) {
	evil := func(name string) func(*abtext.Measurement) {
		return func(m *abtext.Measurement) { m.ServerSoftware = name }
	}
	long := strings.Repeat("é", 300)
	made := make1(t, Options{},
		"1.txt", report(80, 1, 100, evil("\x1b[31m\"red\"\\")),
		"2.txt", report(80, 1, 90, evil(long+"1")),
		"3.txt", report(80, 1, 80, evil(long+"2")))
	names := map[string]bool{}
	for _, r := range made.Results {
		names[r.Server] = true
		if len(r.Server) > 200 || strings.ContainsAny(r.Server, "\x1b\n") {
			t.Errorf("the name %q", r.Server)
		}
	}
	if len(names) != 3 {
		t.Errorf("the names %v, want three", names)
	}
}

// FuzzMake holds that what is made can be read again as a record, whatever files hold.
func FuzzMake(f *testing.F) {
	f.Add("a-1.txt", report(80, 1, 100), "b.csv", percentilesFile(0, 101), "x=a*")
	f.Add("page.md", "# x\n"+report(80, 1, 100)+"# y\n"+report(81, 2, 50), "r.tsv",
		requestsFile(3), "x=b*")
	f.Fuzz(func(t *testing.T, name1, text1, name2, text2, rule string) {
		o := Options{Language: "en", Title: name1}
		if r, err := ParseRule(rule); err == nil {
			o.Servers = append(o.Servers, r)
		}
		made, err := Make(files(name1, text1, name2, text2), o)
		if err != nil {
			if _, ok := errors.AsType[spec.Problems](err); !ok {
				t.Errorf("%v is no list of problems", err)
			}
			return
		}
		e, err := spec.Parse(made.Header.Spec.Name, made.Header.Spec.Text)
		if err != nil {
			t.Fatal(err)
		}
		rec := record.New(made.Header, e, made.Results...)
		for _, r := range made.Results {
			if !slices.Contains(rec.Cells, r.Cell) || r.Round > made.Header.Rounds {
				t.Errorf("%v of round %d is no trial of the spec", r.Cell, r.Round)
			}
		}
	})
}
