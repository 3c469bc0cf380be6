package spec

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// localhost is one address for all who connect, and the server sees the name that the spec has.
func TestLocalhost(t *testing.T) {
	test := func(s Server, endpoint, url string, headers ...Header) {
		t.Helper()
		s.Request.Path = "/a?b"
		if got := s.Endpoint(); got != endpoint {
			t.Errorf("%s%s: connections go to %s, want %s", s.URL, s.Address, got, endpoint)
		}
		if got := s.TargetURL(); got != url {
			t.Errorf("%s%s: the URL is %s, want %s", s.URL, s.Address, got, url)
		}
		if diff := cmp.Diff(headers, s.Headers()); diff != "" {
			t.Errorf("%s%s: headers (-want +got):\n%s", s.URL, s.Address, diff)
		}
	}
	host := func(value string) Header { return Header{Name: "Host", Value: value} }
	test(Server{Address: "localhost:8080"},
		"127.0.0.1:8080", "http://127.0.0.1:8080/a?b", host("localhost:8080"))
	test(Server{Address: "localhost:80"},
		"127.0.0.1:80", "http://127.0.0.1:80/a?b", host("localhost"))
	test(Server{Address: "localhost:8443", TLS: true},
		"127.0.0.1:8443", "https://127.0.0.1:8443/a?b", host("localhost"))
	test(Server{URL: "http://localhost", Address: "localhost:80"},
		"127.0.0.1:80", "http://127.0.0.1:80/a?b", host("localhost"))
	test(Server{URL: "http://localhost:8080", Address: "localhost:8080"},
		"127.0.0.1:8080", "http://127.0.0.1:8080/a?b", host("localhost:8080"))
	test(Server{URL: "https://localhost", Address: "localhost:443"},
		"127.0.0.1:443", "https://127.0.0.1:443/a?b", host("localhost"))

	// All others stay as they are.
	test(Server{Address: "127.0.0.1:8080"}, "127.0.0.1:8080", "http://127.0.0.1:8080/a?b")
	test(Server{Address: "[::1]:8080", TLS: true}, "[::1]:8080", "https://[::1]:8080/a?b")
	test(Server{URL: "http://example.org", Address: "example.org:80"},
		"example.org:80", "http://example.org/a?b")
}

// A Host of the user's own is the one that is sent.
func TestLocalhostWithAHostOfItsOwn(t *testing.T) {
	own := []Header{{"Accept", "*/*"}, {"host", "shop.test"}}
	s := Server{Address: "localhost:8080", Request: Request{Headers: own}}
	if diff := cmp.Diff(own, s.Headers()); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}

	s.Request.Headers = own[:1]
	if got := s.Headers(); len(got) != 2 || len(s.Request.Headers) != 1 || got[0] != own[0] {
		t.Errorf("headers %v, and of the request %v", got, s.Request.Headers)
	}
}
