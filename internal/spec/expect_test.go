package spec

import "testing"

func TestExpect(t *testing.T) {
	test := func(text string, want Expect) {
		t.Helper()
		e, err := Parse("x.toml", text)
		if err != nil || e.Servers[0].Expect != want {
			t.Errorf("%s: %v, want %+v", text, err, want)
		}
	}
	const digits = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
	test(server, Expect{})
	test("[load]\nexpect_status = 302"+server, Expect{Status: 302})
	test(server+"expect_status = 302", Expect{Status: 302})
	test("[load]\nexpect_status = 302"+server+"expect_status = 201", Expect{Status: 201})
	test("[load]\nexpect_body = 'a'"+server, Expect{Text: "a"})
	test("[load]\nexpect_body = 'a'"+server+"expect_status = 201", Expect{Status: 201, Text: "a"})
	test("[load]\nexpect_body = 'a'"+server+"expect_body = 'sha256:"+digits+"'",
		Expect{SHA256: digits})
	test("[load]\nexpect_body = 'SHA256:"+digits[:32]+"086D0FF0B110FBD9D21BB4FC7163AF34'"+
		server+"expect_body = 'b'", Expect{Text: "b"})
	test(server+"expect_body = 'sha256'", Expect{Text: "sha256"})
	test(server+"expect_body = '${A}'", Expect{Text: "${A}"}) // text, and no variable
	test("[load]\nexpect_body = 'a'\nmethod = 'HEAD'"+server+"method = 'GET'", Expect{Text: "a"})
}

// A server that is another one, asked in another way, must answer as that one.
func TestExpectOfSame(t *testing.T) {
	const load = "[load]\nexpect_body = 'a'"
	const same = "\n[[server]]\nname = 'C'\nsame = 'A'\n"
	test := func(keys string, want Expect) {
		t.Helper()
		e, err := Parse("x.toml", load+server+"expect_status = 201"+same+keys)
		if err != nil || e.Servers[1].Expect != want {
			t.Errorf("%s: %v, want %+v", keys, err, want)
		}
	}
	test("", Expect{Status: 201, Text: "a"})
	test("path = '/b'\nexpect_body = 'b'", Expect{Status: 201, Text: "b"})
	test("expect_status = 302", Expect{Status: 302, Text: "a"})
}

// A server's control is asked as the server is, and must answer as it.
func TestExpectOfControl(t *testing.T) {
	e, err := Parse("x.toml", "[design]\ncontrol = true"+server+"expect_body = 'a'")
	if err != nil || len(e.Servers) != 2 || e.Servers[1].Expect.Text != "a" {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestExpectString(t *testing.T) {
	test := func(x Expect, text, unseen string) {
		t.Helper()
		if x.String() != text || x.Unseen() != unseen {
			t.Errorf("%+v: %s, %q; want %s, %q", x, x, x.Unseen(), text, unseen)
		}
	}
	const bodies = "ab does not check bodies"
	test(Expect{}, "any 2xx", "")
	test(Expect{Status: 302}, "302", "ab only distinguishes 2xx from all other statuses")
	test(Expect{Status: 200, Text: "a\n"}, `200, a body with "a\n"`, bodies)
	test(Expect{SHA256: "ab"}, "any 2xx, a body with the SHA-256 ab", bodies)
}

// The embedded ab makes the load where the real one cannot, and where the real one would not see
// whether answers are as expected.
func TestTakesEmbedded(t *testing.T) {
	test := func(load, keys string, want bool) {
		t.Helper()
		e, err := Parse("x.toml", "[load]\n"+load+server+keys)
		if err != nil || e.TakesEmbedded() != want {
			t.Errorf("%s, %s: %v, want %v", load, keys, err, want)
		}
	}
	test("", "", false)
	test("generator = 'embedded'", "", true)
	test("generator = 'ab'", "", false)
	test("rate = [10000]", "", true)
	test("", "protocol = '1.1'", true)
	test("allowed_failures = 0.05", "", true)
	test("allowed_failures = 0", "", false)
	test("", "expect_status = 302", true)
	test("", "expect_status = 201", true) // ab does not tell 201 from 200
	test("", "expect_body = 'a'", true)
	test("generator = 'ab'", "expect_body = 'a'", false)
}
