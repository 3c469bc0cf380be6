package spec

import "testing"

// A slash at the end of a url is the path that every server has anyway.
func TestURLWithASlash(t *testing.T) {
	e, err := Parse("x.toml", "[load]\npath = '/a'\n[[server]]\nname = 'a'\n"+
		"url = 'HTTP://LOCALHOST:8080/'\n")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := e.Servers[0].TargetURL(), "http://127.0.0.1:8080/a"; got != want {
		t.Errorf("the url is %s, want %s", got, want)
	}
}
