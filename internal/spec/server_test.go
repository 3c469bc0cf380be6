package spec

import "testing"

// A record of an earlier version may have names that are refused today.
func TestRecordsKeepTheirNames(t *testing.T) {
	const text = "[[server]]\nname = 'a'\nurl = 'http://127.0.0.1:1'\n" +
		"[[server]]\nname = 'a '\nurl = 'http://127.0.0.1:2'\n" +
		"[[server]]\nname = 'a  b'\nurl = 'http://127.0.0.1:3'\n" +
		"[[server]]\nname = 'a b'\nurl = 'http://127.0.0.1:4'\n"
	if e, err := Parse("x.toml", text); err != nil || e.Servers[1].Name != "a " {
		t.Errorf("%+v, %v", e, err)
	}
}
