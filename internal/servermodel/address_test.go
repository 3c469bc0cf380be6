package servermodel

import "testing"

func TestResolve(t *testing.T) {
	test := func(address, want string) {
		t.Helper()
		got, err := Resolve(address)
		if (err != nil) != (want == "") || err == nil && got.String() != want {
			t.Errorf("Resolve(%q) = %v, %v, want %q", address, got, err, want)
		}
	}
	test("127.0.0.1:45000", "127.0.0.1:45000")
	test("localhost:80", "127.0.0.1:80")
	test("[::1]:80", "[::1]:80")
	test("example.com:80", "")
	test("127.0.0.1", "")
	test("127.0.0.1:70000", "")
}
