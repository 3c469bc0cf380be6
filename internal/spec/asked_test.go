package spec

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// server ends a spec with one server, whose table may get more keys.
const server = "\n[[server]]\nname = 'A'\nurl = 'http://127.0.0.1:1'\n"

// A key of a request in [load] holds for all servers, and the same key in a [[server]] replaces it
// for that one.
func TestRequests(t *testing.T) {
	test := func(text string, want Request) {
		t.Helper()
		e, err := Parse("x.toml", text)
		if err != nil {
			t.Errorf("%v:\n%s", err, text)
			return
		}
		if diff := cmp.Diff(want, e.Servers[0].Request); diff != "" {
			t.Errorf("%s\nthe request differs (-want +got):\n%s", text, diff)
		}
	}
	get := Request{Method: "GET", Path: "/"}
	test(server, get)
	test("[load]\nheaders = {}\nquery = ''"+server, get)
	test(server+"path = '/a'\nquery = 'b=${C}'\nprotocol = '1.1'\nkeepalive = true", Request{
		Method:    "GET",
		Path:      "/a",
		Query:     "b=${C}",
		KeepAlive: true,
		HTTP11:    true,
	})
	test("[load]\nkeepalive = true\nprotocol = '1.1'"+server+
		"keepalive = false\nprotocol = '1.0'", get)

	// Headers keep the order of the file, however it writes them, and are replaced as a whole.
	headers := Request{
		Method:  "GET",
		Path:    "/",
		Headers: []Header{{"X-B", "1"}, {"accept", "*/*"}, {"X-A", "${B}"}},
	}
	test("[load]\nheaders = { X-B = '1', accept = '*/*', 'X-A' = '${B}' }"+server, headers)
	test("[load.headers]\nX-B = '1'\naccept = '*/*'\nX-A = '${B}'\n"+server, headers)
	test("[load]\nheaders.X-B = '1'\nheaders.accept = '*/*'\nheaders.X-A = '${B}'"+server, headers)
	test("[load]\nheaders = { X = 'y' }"+server+
		"[server.headers]\nX-B = '1'\naccept = '*/*'\nX-A = '${B}'\n", headers)
	test("[load]\nheaders = { X = 'y' }"+server+"headers = {}", get)

	// A body makes the method POST, unless one is set.
	post := Request{
		Method:      "POST",
		Path:        "/",
		HasBody:     true,
		Body:        "a",
		ContentType: "text/plain",
	}
	test("[load]\nbody = 'a'"+server, post)
	test(server+"body = 'a'", post)
	test("[load]\nbody = 'b'"+server+"body = 'a'", post)
	test("[load]\nbody_file = 'b'"+server+"body = 'a'", post)
	put := post
	put.Method, put.Body, put.BodyFile, put.ContentType = "PUT", "", "b.json", "x/y"
	test("[load]\nbody = 'a'\nmethod = 'PUT'\ncontent_type = 'x/y'"+server+
		"body_file = 'b.json'", put)
	empty := post
	empty.Body = ""
	test("[load]\nbody = ''"+server, empty)

	// A body of [load] is for POST, PUT and PATCH; others have one that stands beside their method.
	test("[load]\nbody = 'a'\ncontent_type = 'x/y'"+server+"method = 'GET'\n[[server]]\n"+
		"name = 'B'\nurl = 'http://127.0.0.1:2'", get)
	test("[load]\nbody = 'a'"+server+"method = 'DELETE'", Request{Method: "DELETE", Path: "/"})
	test("[load]\nmethod = 'PUT'\nbody = 'a'\ncontent_type = 'x/y'"+server+"method = 'HEAD'"+
		"\n[[server]]\nname = 'B'\nurl = 'http://127.0.0.1:2'", Request{Method: "HEAD", Path: "/"})
	remove := post
	remove.Method = "DELETE"
	test("[load]\nmethod = 'DELETE'\nbody = 'a'"+server, remove)
	test("[load]\nbody = 'b'"+server+"method = 'DELETE'\nbody = 'a'", remove)
	test("[load]\nmethod = 'DELETE'"+server, Request{Method: "DELETE", Path: "/"})
}

// In a [[server]] with a model, a number is the size of its answers, and a string is the body of
// its requests.
func TestBodyOfAModel(t *testing.T) {
	test := func(body string, size int, request string) {
		t.Helper()
		e, err := Parse("x.toml", oneServer+"body = "+body)
		if err != nil {
			t.Fatal(err)
		}
		s := e.Servers[0]
		if s.Work.Body != size || s.Request.Body != request {
			t.Errorf("body = %s: size %d, body %q", body, s.Work.Body, s.Request.Body)
		}
	}
	test("7", 7, "")
	test("'7'", 0, "7")
}

// Read looks at what Parse, for records, does not: files with bodies, and the environment.
func TestReadOfRequests(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const bytes = "\x00\xff\r\n${NOT_A_VARIABLE}"
	write("body.bin", bytes)
	text := "[load]\nbody_file = 'body.bin'\nheaders = { A = '${LABBOOK_TEST_TOKEN}' }" + server
	spec := write("x.toml", text)

	_, err := Read(spec)
	want := `x.toml:3: [load] headers "A": found ${LABBOOK_TEST_TOKEN}, and the environment ` +
		"variable LABBOOK_TEST_TOKEN is not set"
	if err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("got\n%v\nwant\n%s…", err, want)
	}

	t.Setenv("LABBOOK_TEST_TOKEN", "s3cret")
	e, err := Read(spec)
	if err != nil {
		t.Fatal(err)
	}
	r := e.Servers[0].Request
	if r.Body != bytes || r.Headers[0].Value != "${LABBOOK_TEST_TOKEN}" {
		t.Errorf("read %+v", r)
	}
	expanded, err := r.Expand(os.LookupEnv)
	if err != nil || expanded.Body != bytes || expanded.Headers[0].Value != "s3cret" ||
		r.Headers[0].Value == "s3cret" {
		t.Errorf("expanded: %+v, %v", expanded, err)
	}

	if e, err := Parse("x.toml", text); err != nil || e.Servers[0].Request.BodyFile != "body.bin" {
		t.Errorf("without files: %+v, %v", e, err)
	}
}

func TestLargestBody(t *testing.T) {
	dir := t.TempDir()
	spec := filepath.Join(dir, "x.toml")
	if err := os.WriteFile(spec, []byte("[load]\nbody_file = 'b'"+server), 0o644); err != nil {
		t.Fatal(err)
	}
	test := func(size int64, want string) {
		t.Helper()
		body := filepath.Join(dir, "b")
		if err := os.WriteFile(body, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(body, size); err != nil {
			t.Fatal(err)
		}
		e, err := Read(spec)
		if fmt.Sprint(err) != want {
			t.Errorf("%d bytes: %v, want %s", size, err, want)
		}
		if err == nil && int64(len(e.Servers[0].Request.Body)) != size {
			t.Errorf("read %d bytes of %d", len(e.Servers[0].Request.Body), size)
		}
	}
	test(16<<20, "<nil>")
	test(16<<20+1, `x.toml:2: [load] body_file: found "b": more than 16 MiB; allowed: a file of `+
		"at most 16 MiB, relative to the folder of this one")
}

// ab sends no request that is longer than 8 KiB without its body.
func TestLargestRequest(t *testing.T) {
	long := strings.Repeat("x", 3800)
	headers := "headers = { A = '" + long + "', B = '" + long + "'"
	if _, err := Parse("x.toml", "[load]\n"+headers+" }"+server); err != nil {
		t.Error(err)
	}

	_, err := Parse("x.toml", "[load]\n"+headers+" }"+server+"path = '/"+long[:3000]+"'\n"+
		"[[server]]\nname = 'B'\nurl = 'http://127.0.0.1:2'\nquery = '"+long+"'")
	problems, ok := errors.AsType[Problems](err)
	if !ok || len(problems) != 1 || problems[0].Line != 2 ||
		!strings.Contains(problems[0].Message, "allowed: at most 8191 bytes") {
		t.Errorf("two requests that are too long: %v, want one problem on line 2", err)
	}
}

// A record of an earlier version may have a path with a "#", which was sent.
func TestRecordsKeepTheirPath(t *testing.T) {
	text := "[load]\npath = '/a#b${'" + server
	e, err := Parse("x.toml", text)
	if err != nil || e.Servers[0].TargetURL() != "http://127.0.0.1:1/a#b${" {
		t.Errorf("%+v, %v", e, err)
	}

	path := filepath.Join(t.TempDir(), "x.toml")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(path); err == nil {
		t.Error("Read accepts a path with a #")
	}
}

func TestOnlyEmbedded(t *testing.T) {
	test := func(request string, secret, only bool) {
		t.Helper()
		e, err := Parse("x.toml", server+request)
		if err != nil {
			t.Fatal(err)
		}
		r := e.Servers[0].Request
		if r.SecretArguments() != secret || e.OnlyEmbedded() != only {
			t.Errorf("%s: secret arguments %v, only by the embedded ab %v; want %v, %v",
				request, r.SecretArguments(), e.OnlyEmbedded(), secret, only)
		}
	}
	test("", false, false)
	test("body = '${TOKEN}'", false, false) // it is in a file
	test("headers = { A = '$${B}' }", false, false)
	test("headers = { A = '${B}' }", true, true)
	test("query = 'a=${B}'", true, true)
	test("protocol = '1.1'", false, true)
}

func TestRequestString(t *testing.T) {
	test := func(request, want string) {
		t.Helper()
		e, err := Parse("x.toml", server+request)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.Servers[0].Request.String(); got != want {
			t.Errorf("%s: %s, want %s", request, got, want)
		}
	}
	test("path = '/a'", "")
	test("method = 'HEAD'\nkeepalive = true", "HEAD, keep-alive")
	test("body = 'abc'\nheaders = { A = '${B}', C = 'd' }\nprotocol = '1.1'",
		"POST, a body of 3 bytes as text/plain, A: ${B}, C: d, HTTP/1.1")
	test("method = 'PUT'\nbody_file = 'a.json'\ncontent_type = 'x/y'", `PUT, "a.json" as x/y`)
	test("any_length = true", "GET, answers of any length")
}

func TestAnyLength(t *testing.T) {
	test := func(text string, want bool) {
		t.Helper()
		e, err := Parse("x.toml", text)
		if err != nil || e.Servers[0].Request.AnyLength != want {
			t.Errorf("%s: %v, want any_length = %v", text, err, want)
		}
	}
	test(server, false)
	test("[load]\nany_length = true"+server, true)
	test(server+"any_length = true", true)
	test("[load]\nany_length = true"+server+"any_length = false", false)
}

func TestVariablesOfARequest(t *testing.T) {
	keys := "query = 'a=${Q}'\nbody = '${B}${Q}'\nheaders = { A = '${H}' }"
	e, err := Parse("x.toml", server+keys)
	if err != nil {
		t.Fatal(err)
	}
	r := e.Servers[0].Request
	if diff := cmp.Diff([]string{"B", "H", "Q"}, r.Variables()); diff != "" {
		t.Error(diff)
	}

	values := func(name string) (string, bool) { return "secret " + name, name != "B" }
	got := HideValues("GET /?a=secret Q, secret H, secret B", e.Servers, values)
	if want := "GET /?a=${Q}, ${H}, secret B"; got != want {
		t.Errorf("with hidden values: %s, want %s", got, want)
	}
}
