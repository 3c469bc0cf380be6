package probe

import (
	"io"
	"testing"
	"testing/synctest"
	"time"

	"labbook.example/labbook/internal/spec"
)

// part is what a server sends after a pause.
type part struct {
	after time.Duration
	text  string
}

// TestTimesOfAnAnswer holds when the last byte of an answer came after its first one, and how long
// the connection stayed open after that, on a clock that jumps to the next event.
func TestTimesOfAnAnswer(t *testing.T) {
	test := func(name string, keepAlive, realAB bool, bodyMS, heldMS float64, parts ...part) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			q := question{
				request: spec.Request{Method: "GET", KeepAlive: keepAlive},
				realAB:  realAB,
				limit:   func() {},
			}
			reader, writer := io.Pipe()
			go func() { // ends after the last part
				defer writer.Close()
				for _, p := range parts {
					time.Sleep(p.after)
					_, _ = io.WriteString(writer, p.text)
				}
			}()

			got, err := q.readAnswer(reader)
			_, _ = io.Copy(io.Discard, reader)
			if err != nil || *got.BodyMS != bodyMS {
				t.Fatalf("%s: %+v, %v, want a body after %v ms", name, got, err, bodyMS)
			}
			switch held := got.HeldOpenMS; {
			case held == nil && heldMS >= 0:
				t.Errorf("%s: not waited for the end, want %v ms", name, heldMS)
			case held != nil && *held != heldMS:
				t.Errorf("%s: held open for %v ms, want %v", name, *held, heldMS)
			}
		})
	}
	const unknown = -1
	const head = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n"
	const body = "hello\n"
	ms := time.Millisecond

	test("at once", false, false, 0, 0, part{5 * ms, head + body})
	test("in two parts", false, false, 40, 0, part{ms, head}, part{40 * ms, body})
	test("held open", false, false, 0, 300, part{ms, head + body}, part{300 * ms, ""})
	test("without a length", false, false, 20, 150,
		part{0, "HTTP/1.0 200 OK\r\n\r\nhel"}, part{20 * ms, "lo\n"}, part{150 * ms, ""})
	test("a surplus that is late", false, false, 0, 30,
		part{0, head + body}, part{100 * ms, "\r\n"}, part{30 * ms, ""})
	test("kept open", true, false, 0, unknown, part{0, head + body}, part{300 * ms, ""})
	test("kept open in a way that the real ab does not know", true, true, 0, 300,
		part{0, head + body}, part{300 * ms, ""})
}
