package spec

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// One server, asked in ways that the spec names before and after it.
const askedInWays = `
[load]
path = "/a"
headers = { A = "b" }
[design]
baseline = "kept"
control = true
[[server]]
name = "kept"
same = "own"
keepalive = true
[[server]]
name = "own"
command = ["x"]
address = "127.0.0.1:1"
env = { B = "c" }
start_timeout = "7s"
path = "/own"
body = "{}"
content_type = "application/json"
[[server]]
name = "got"
same = "own"
method = "GET"
headers = {}
[[server]]
name = "put"
same = "own"
method = "PUT"
body = ""
[[server]]
name = "other"
url = "http://127.0.0.1:2"
`

// A server with same has all from the other one but its name and what it asks otherwise.
func TestSame(t *testing.T) {
	e, err := Parse("x.toml", askedInWays)
	if err != nil {
		t.Fatal(err)
	}
	own, _ := e.Server("own")
	want := Request{
		Method:      "POST",
		Path:        "/own",
		Headers:     []Header{{"A", "b"}},
		HasBody:     true,
		Body:        "{}",
		ContentType: "application/json",
	}
	if diff := cmp.Diff(want, own.Request); diff != "" {
		t.Errorf("the request of the server itself (-want +got):\n%s", diff)
	}

	test := func(name string, line int, want Request) {
		t.Helper()
		server := own
		server.Name, server.Line, server.Same, server.Request = name, line, "own", want
		got, _ := e.Server(name)
		if diff := cmp.Diff(server, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	kept := want
	kept.KeepAlive = true
	test("kept", 8, kept)
	test("got", 21, Request{Method: "GET", Path: "/own"})
	put := want
	put.Method, put.Body = "PUT", ""
	test("put", 26, put)
}

// The control of a server that is another one runs as that other one.
func TestWhoRuns(t *testing.T) {
	e, err := Parse("x.toml", askedInWays)
	if err != nil {
		t.Fatal(err)
	}
	test := func(what string, servers []Server, want ...string) {
		t.Helper()
		var got []string
		for _, s := range servers {
			got = append(got, s.Name)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	test("started", e.Started(), "own", "other")
	test("tested", e.Tested(), "kept", "own", "got", "put", "other")
	test("run as own", e.RunAs("own"), "kept", "own", "got", "put", "kept (control)")
	test("run as other", e.RunAs("other"), "other")
}

func TestRequestsThatAskForTheSame(t *testing.T) {
	request := func(keys string) Request {
		t.Helper()
		e, err := Parse("x.toml", server+keys)
		if err != nil {
			t.Fatal(err)
		}
		return e.Servers[0].Request
	}
	test := func(a, b string, want bool) {
		t.Helper()
		if got := request(a).Asks(request(b)); got != want {
			t.Errorf("%q and %q ask for the same: %v, want %v", a, b, got, want)
		}
	}
	test("", "keepalive = true\nprotocol = '1.1'\nany_length = true", true)
	test("path = '/a?b'", "path = '/a'\nquery = 'b'", true)
	test("", "path = '/a'", false)
	test("", "method = 'HEAD'", false)
	test("", "headers = { A = 'b' }", false)
	test("method = 'POST'", "body = ''", false)
	test("body = 'a'", "body = 'b'", false)
	test("body = 'a'", "body = 'a'\ncontent_type = 'x/y'", false)
	test("body_file = 'a'", "body_file = 'b'", false)
}
