package load

import "testing"

// TestPhases follows a request from its connection to the end of that.
func TestPhases(t *testing.T) {
	test := func(connection, text string, f framing, want string) {
		t.Helper()
		var x exchange
		if err := x.response.feed([]byte(text), f); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if got := x.phase(connection, f); got != want {
			t.Errorf("%s, %q, %+v: phase %s, want %s", connection, text, f, got, want)
		}
	}
	const head = "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\n"
	const chunks = "HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
	closing := framing{} // a response ends with its connection
	delimited := framing{delimited: true}

	test(phaseConnect, "", closing, "connect")
	test(phaseHandshake, "", closing, "handshake")
	test(phaseSend, "", closing, "send")
	for _, f := range []framing{closing, delimited} {
		test(phaseReceive, "", f, "wait")
		test(phaseReceive, "H", f, "receive")
		test(phaseReceive, head, f, "receive")
		test(phaseReceive, head+"a", f, "receive")
		test(phaseReceive, head+"ab", f, "close")
		test(phaseReceive, head+"ab\r\n", f, "close")
		test(phaseReceive, "HTTP/1.0 200 OK\r\n\r\nab", f, "receive")
		test(phaseReceive, "HTTP/1.0 204 No Content\r\n\r\n", f, "close")
	}
	test(phaseReceive, head, framing{head: true}, "close")
	test(phaseReceive, chunks+"2\r\nab\r\n", delimited, "receive")
	test(phaseReceive, chunks+"2\r\nab\r\n0\r\n\r\n", delimited, "close")
	test(phaseReceive, chunks+"2\r\nab\r\n0\r\n\r\n", closing, "receive") // not parsed
}
