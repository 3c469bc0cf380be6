package spec

import "testing"

func TestTargetURL(t *testing.T) {
	test := func(s Server, want string) {
		t.Helper()
		if got := s.TargetURL(); got != want {
			t.Errorf("TargetURL of %+v = %s, want %s", s, got, want)
		}
	}
	r := Request{Path: "/a?b"}
	test(Server{Model: "async", Address: "[::1]:80", Request: r}, "http://[::1]:80/a?b")
	test(Server{Address: "[::1]:80", TLS: true, Request: r}, "https://[::1]:80/a?b")
	test(Server{
		URL:     "http://example.org",
		Address: "example.org:80",
		Request: Request{Path: "/a", Query: "b=${C}"},
	}, "http://example.org/a?b=${C}")
}

func TestServerByName(t *testing.T) {
	e := &Experiment{Servers: []Server{{Name: "A", Line: 1}, {Name: "B", Line: 2}}}
	if s, ok := e.Server("B"); !ok || s.Line != 2 {
		t.Errorf("Server(B) = %+v, %v", s, ok)
	}
	if s, ok := e.Server("b"); ok {
		t.Errorf("Server(b) = %+v, want none", s)
	}
}

func TestRemote(t *testing.T) {
	test := func(server string, remote bool) {
		t.Helper()
		e, err := Parse("x.toml", "[[server]]\nname = 'A'\n"+server)
		if err != nil {
			t.Errorf("%s: %v", server, err)
			return
		}
		if problems := e.Remote(); len(problems) > 0 != remote {
			t.Errorf("%s: Remote() = %v, want remote %v", server, problems, remote)
		}
	}
	test("model = 'async'\naddress = '127.0.0.1:1'", false)
	test("model = 'async'\naddress = '127.9.9.9:1'", false)
	test("model = 'async'\naddress = '[::1]:1'", false)
	test("model = 'async'\naddress = 'localhost:1'", false)
	test("model = 'async'\naddress = '0.0.0.0:1'", true)
	test("model = 'async'\naddress = '10.0.0.1:1'", true)
	test("url = 'http://LOCALHOST'", false)
	test("url = 'http://[::1]:8080'", false)
	test("url = 'http://localhost.example.org'", true)
}

func TestProblemString(t *testing.T) {
	test := func(p Problem, want string) {
		t.Helper()
		if got := p.String(); got != want {
			t.Errorf("%#v = %s, want %s", p, got, want)
		}
	}
	test(Problem{File: "f", Message: "m"}, "f: m")
	test(Problem{File: "f", Line: 3, Message: "m"}, "f:3: m")
	test(Problem{
		File:    "f",
		Line:    3,
		Message: "m",
		Hint:    "h",
	}, "f:3: m (h)")
}

func TestTitleByDefault(t *testing.T) {
	for name, want := range map[string]string{"a.toml": "a", "dir/a": "a", ".toml": ".toml"} {
		if e, err := Parse(name, oneServer); err != nil || e.Title != want {
			t.Errorf("Parse(%s): title %+v, %v; want %q", name, e, err, want)
		}
	}
}
