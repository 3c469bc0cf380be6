package imported

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/abtext"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// percentilesFile is a file of -e whose row i is first + i ms.
func percentilesFile(first float64, rows int) string {
	var b strings.Builder
	b.WriteString("Percentage served,Time in ms\n")
	for i := range rows {
		fmt.Fprintf(&b, "%d,%.3f\n", i, first+float64(i))
	}
	return b.String()
}

// requestsFile is a file of -g with requests of 1 ms, 2 ms and so on.
func requestsFile(n int) string {
	var b strings.Builder
	b.WriteString("starttime\tseconds\tctime\tdtime\tttime\twait\n")
	for i := range n {
		fmt.Fprintf(&b, "Mon Mar 03 10:00:00 2025\t1740996000\t0\t%d\t%d\t%d\n", i+1, i+1, i)
	}
	return b.String()
}

// A file of -e or -g belongs to the text beside it, and is checked against it.
func TestPercentiles(t *testing.T) {
	long := func(max float64) func(*abtext.Measurement) {
		return func(m *abtext.Measurement) { m.Total.Max = max }
	}
	made := make1(t, Options{},
		"a/run1.csv", percentilesFile(0, 101),
		"a/run1.txt", report(80, 1, 100, long(100)),
		"a/run10.txt", report(80, 1, 101, long(200)),
		"a/run10-g.tsv", requestsFile(200),
		"a/old.txt", report(80, 1, 102, long(140)),
		"a/old.e", percentilesFile(2, 100))
	for i, want := range []struct {
		file          string
		p50, p99, max float64
	}{
		{"a/run1.csv", 50, 99, 100},
		{"a/run10-g.tsv", 101, 199, 200},
		{"a/old.e", 52, 101, 140}, // its longest time is the report's
	} {
		r := made.Results[i]
		p := r.PercentilesMS
		if len(p) != 101 || r.Imported.PercentilesFile != want.file || p[50] != want.p50 ||
			p[99] != want.p99 || p[100] != want.max {
			t.Errorf("trial %d: %s %v, want %+v", i, r.Imported.PercentilesFile, p, want)
		}
	}
}

// Everything that is wrong is said at once, by the name of its file.
func TestRefused(t *testing.T) {
	table := "\nPercentage of the requests served within a certain time (ms)\n 50%  9\n 100% 20\n"
	withTable := report(80, 3, 77) + table
	test := func(want string, o Options, namesAndTexts ...string) {
		t.Helper()
		o.Language = "en"
		_, err := Make(files(namesAndTexts...), o)
		problems, ok := errors.AsType[spec.Problems](err)
		if !ok || len(problems) != strings.Count(want, "\n")+1 {
			t.Errorf("%v\nwant the problems %s", err, want)
			return
		}
		for i, line := range strings.Split(want, "\n") {
			if got := problems[i].String(); !strings.HasPrefix(got, line) {
				t.Errorf("%s\nwant %s…", got, line)
			}
		}
	}
	good := report(80, 1, 100)
	kept := func(m *abtext.Measurement) { m.KeepAlive = true }
	test("labbook import: found no file", Options{})
	test("a.txt: found no report of ab (leave the file out\n"+
		"b.txt: found no text: it has zero bytes\n"+
		"c.txt:1: found no complete report of ab: ab gave up after 7 complete requests\n"+
		"e.csv: ab's percentiles: found 3 rows; allowed: 101\n"+
		"g.csv: found no text of ab beside it", Options{},
		"a.txt", "Alphabet", "b.txt", "\x00\x01\x00\x00\x02\x00\x00", "c.txt",
		"This is ApacheBench, Version 2.3\nTotal of 7 requests completed\n",
		"d.txt", good, "e.csv", percentilesFile(0, 3), "g.csv", requestsFile(9))
	test("t.csv: found no report of ab (leave the file out; a table of numbers can be a "+
		"[[reference]]", Options{}, "t.csv", "server,concurrency,requests_per_s\na,1,2\n")
	test("b.txt: found the same bytes as in a.txt", Options{}, "a.txt", good, "b.txt", good)
	test("page.md:2: found the same numbers as in a.txt:1", Options{},
		"a.txt", good, "page.md", "Here:\n"+good)
	test("a.csv: found 2 reports in a.txt; allowed beside it: one", Options{},
		"a.txt", good+report(80, 2, 50), "a.csv", percentilesFile(0, 101))
	test("a.tsv: it is not of the run in a.txt: it has 3 requests, and the report has 200",
		Options{}, "a.txt", good, "a.tsv", requestsFile(3))
	test("a.csv: it is not of the run in a.txt: its 50% is 50 ms, and the report's is 9 ms",
		Options{}, "a.txt", strings.Replace(withTable, " 100% 20", " 100% 100", 1),
		"a.csv", percentilesFile(0, 101))
	test("b.txt:1: server \"x\": found keep-alive, and in a.txt:1 not", Options{
		Servers: []Rule{{"x", "*.txt"}},
	}, "a.txt", good, "b.txt", report(80, 1, 90, kept))
	test("--server: found \"x=b*\", which matches no file", Options{
		Servers: []Rule{{"x", "b*"}},
	}, "a.txt", good)
	test(`a.txt: --server: found in both "x" and "y"`, Options{
		Servers: []Rule{{"x", "a*"}, {"y", "*.txt"}},
	}, "a.txt", good, "b.txt", report(80, 2, 100))
	test("a.txt:1: found a concurrency of 30000; allowed: 1 to 20000", Options{},
		"a.txt", report(80, 30000, 100))
	test("a.txt:1: found the text of an open loop", Options{},
		"a.txt", report(80, 1, 100, func(m *abtext.Measurement) { m.ArrivalRate = 50 }))
}

// Reports that are not whole are named, and so is one that has fewer requests than were asked for.
func TestLeftOut(t *testing.T) {
	made := make1(t, Options{}, "s.txt", "$ ab -n 900 -c 1 http://127.0.0.1:80/\n"+
		report(80, 1, 100)+"$ ab -n 9 http://127.0.0.1:81/\nThis is ApacheBench, Version 2.3\n"+
		"Total of 4 requests completed\n")
	want := []record.LeftOut{{
		File:   "s.txt",
		Line:   29,
		Reason: "ab gave up after 4 complete requests",
	}}
	if diff := cmp.Diff(want, made.Header.Imported.LeftOut); diff != "" {
		t.Error(diff)
	}
	r := made.Results[0]
	if r.Outcome != record.Aborted ||
		r.Reason != "200 of the 900 requests of its command line were complete" {
		t.Errorf("%s: %s", r.Outcome, r.Reason)
	}
}
