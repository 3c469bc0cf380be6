package spec

import "testing"

// A record shows the name of a machine where a program wrote its IP address, and no part of another
// address.
func TestHideIP(t *testing.T) {
	s := Server{On: "server", IP: "10.0.0.1", Address: "server:45000"}
	for text, want := range map[string]string{
		"http://10.0.0.1:45000/":             "http://server:45000/",
		"Server Hostname:        10.0.0.1\n": "Server Hostname:        server\n",
		"from 10.0.0.12 and 110.0.0.1":       "from 10.0.0.12 and 110.0.0.1",
		"10.0.0.1.5 is none":                 "10.0.0.1.5 is none",
		"It listens on 10.0.0.1.":            "It listens on server.",
		"10.0.0.1 10.0.0.1":                  "server server",
		"":                                   "",
	} {
		if got := s.HideIP(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}

	v6 := Server{On: "server", IP: "2001:db8::1", Address: "server:45000"}
	const text = "http://[2001:db8::1]:45000/ 2001:db8::12"
	if got := v6.HideIP(text); got != "http://server:45000/ 2001:db8::12" {
		t.Errorf("%q became %q", text, got)
	}

	byIP := Server{On: "server", IP: "10.0.0.1", Address: "10.0.0.1:45000"}
	if got := byIP.HideIP("10.0.0.1"); got != "10.0.0.1" {
		t.Errorf("an address that the spec itself names became %q", got)
	}
}
