package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

func TestCaptureStems(t *testing.T) {
	test := func(want string, servers ...spec.Server) {
		t.Helper()
		stems := captureStems(servers)
		var got []string
		for _, s := range servers {
			got = append(got, stems[s.Name])
		}
		if joined := strings.Join(got, " "); joined != want {
			t.Errorf("captureStems(%+v) = %q, want %q", servers, joined, want)
		}
	}
	named := func(name string) spec.Server {
		return spec.Server{Name: name, Command: []string{"x"}}
	}
	model := func(name, model string) spec.Server {
		return spec.Server{Name: name, Model: model}
	}
	test("async thread", model("Server_async_http", "async"), model("Server_thread_http", "thread"))
	test("a b thread", model("A", "async"), model("B", "async"), model("C", "thread"))
	test("async async-2", model("A", "async"), named("Async"))
	test("thread async", named("Thread"), model("A", "async"))
	test("a a-2 a-2-2", named("a"), named("A"), named("a-2"))
	test("x con script-alert-x-script a-b-c", named("../../x"), named("CON"),
		named("<script>alert('x')</script>"), named("a|b`c"))
	test("server server-2", named("🦆"), named("سرور"))
	test("a-http", named("  a – http!  "))
	test(strings.Repeat("x", 60), named(strings.Repeat("X", 80)))
	test(strings.Repeat("x", 59), named(strings.Repeat("X", 59)+"!yy"))
}

// TestScreen holds that a capture shows what a terminal did, with the progress where ab wrote it.
func TestScreen(t *testing.T) {
	test := func(call record.Call, want string) {
		t.Helper()
		if diff := cmp.Diff(want, screen(call, nil)); diff != "" {
			t.Errorf("screen(%+v) (-want +got):\n%s", call, diff)
		}
	}
	argv := []string{"ab", "-n", "9"}
	test(record.Call{Argv: argv}, "$ ab -n 9\n")
	test(record.Call{Argv: []string{"ab", "-H", "", "http://[::1]:1/a?b='c'&d"}},
		"$ ab -H '' 'http://[::1]:1/a?b='\\''c'\\''&d'\n")
	test(
		record.Call{Argv: argv, Text: "Benchmarking x (be patient)\n\n\nServer: y\r\n",
			Stderr: "Completed 5 requests\nFinished 9 requests\n"},
		"$ ab -n 9\nBenchmarking x (be patient)\nCompleted 5 requests\nFinished 9 requests\n\n\n"+
			"Server: y\n",
	)
	test(record.Call{Argv: argv, Text: "Benchmarking x (be patient)...",
		Stderr: "apr_socket_recv: refused (111)\n"},
		"$ ab -n 9\nBenchmarking x (be patient)...\napr_socket_recv: refused (111)\n")
	test(record.Call{Argv: argv, Text: "a\x1b[31mb\x00\u202ec\xff\td\n", Stderr: "\x07e\n\n"},
		"$ ab -n 9\na[31mbc\td\ne\n")
}

// TestUnreliableIsExplained holds that a warning of ab that its numbers are not reliable, in a
// capture of a report that relies on them, is explained in the page and in Markdown.
func TestUnreliableIsExplained(t *testing.T) {
	t.Parallel()
	const warning = "ERROR: The median and mean for the processing time are more than twice the " +
		"standard\n       deviation apart. These results are NOT reliable.\n"
	const want = "It compares median and mean in whole milliseconds"
	explained := func(text string) map[string]bool {
		rec := world("seed").Record(t)
		for i := range rec.Results {
			rec.Results[i].Load.Text += text
		}
		files := render(t, rec)
		return map[string]bool{
			"report.html": strings.Contains(files["report.html"], want),
			"report.md":   strings.Contains(files["report.md"], want),
		}
	}
	for file, found := range explained(warning) {
		if !found {
			t.Errorf("%s does not explain ab's warning", file)
		}
	}
	for file, found := range explained("") {
		if found {
			t.Errorf("%s explains a warning that ab did not give", file)
		}
	}
}
