package probe

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"labbook.example/labbook/internal/spec"
)

// startServer starts a server that answers the request of a number, from 0, with a text. A
// connection ends after its first answer, unless it is to be held open until the client ends it.
func startServer(t *testing.T, hold bool, answer func(r *http.Request, number int) string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go func() { // ends with the listener
		for number := 0; ; number++ {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			request, err := http.ReadRequest(bufio.NewReader(conn))
			if err != nil {
				conn.Close()
				continue
			}
			io.WriteString(conn, answer(request, number))
			if !hold {
				conn.Close()
				continue
			}
			go func() { // ends with the client's connection
				io.Copy(io.Discard, conn)
				conn.Close()
			}()
		}
	}()
	return listener.Addr().String()
}

// always answers every request alike.
func always(text string) func(*http.Request, int) string {
	return func(*http.Request, int) string { return text }
}

const (
	hello = "HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\nhello\n"
	kept  = "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 6\r\n\r\nhello\n"
	plain = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\n"
)

// What would make every trial invalid is an error with the key to set. What a load survives is a
// note. A sound server has neither.
func TestExamination(t *testing.T) {
	t.Parallel()
	test := func(
		name string,
		answer func(*http.Request, int) string,
		request spec.Request,
		realAB bool,
		wantNotes []string,
		wantErr string,
	) {
		t.Helper()
		request.Method, request.Path = "GET", "/"
		notes, err := Examination{
			Server:   spec.Server{Address: startServer(t, false, answer), Request: request},
			RealAB:   realAB,
			Patience: time.Minute,
		}.Run(t.Context())
		text := ""
		if err != nil {
			text = err.Error()
		}
		if !slices.Equal(notes, wantNotes) || text != wantErr {
			t.Errorf("%s: %q, %q, want %q, %q", name, notes, text, wantNotes, wantErr)
		}
	}
	both := func(
		name string,
		answer func(*http.Request, int) string,
		request spec.Request,
		wantNotes []string,
		wantErr string,
	) {
		t.Helper()
		test(name, answer, request, false, wantNotes, wantErr)
		test(name+", real ab", answer, request, true, wantNotes, wantErr)
	}
	get := spec.Request{}

	both("sound", always(hello), get, nil, "")
	both("kept alive", always(kept), spec.Request{KeepAlive: true}, nil, "")
	both("not kept although asked for it", always(hello), spec.Request{KeepAlive: true}, nil, "")
	both("no length", always("HTTP/1.0 200 OK\r\n\r\nhello\n"), get, nil, "")
	both("nothing", always("HTTP/1.0 204 No Content\r\n\r\n"), get, nil, "")
	both("chunks", always("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n"+
		"\r\n1\r\nx\r\n0\r\n\r\n"), get, nil, "")
	test("HTTP/1.1", always(plain), spec.Request{HTTP11: true}, false, nil, "")

	both("surplus", always(hello+"\r\n\r\n"), get,
		[]string{"sends 4 bytes more than its Content-Length"}, "")
	test("excess", always(kept+"\n"), spec.Request{KeepAlive: true}, false, nil,
		"sends 1 byte more than its Content-Length on a connection that stays open, where the "+
			"next answer should begin; set keepalive = false")
	test("excess, real ab", always(kept+"\n"), spec.Request{KeepAlive: true}, true, nil, "")

	grows := func(_ *http.Request, number int) string {
		return "HTTP/1.0 200 OK\r\n\r\n" + strings.Repeat("x", 6+number%3)
	}
	both("another length", grows, get, nil, "answers with 6 bytes and then with 7 bytes, and an "+
		"answer of another length than the first one has failed; set any_length = true")
	both("any length", grows, spec.Request{AnyLength: true}, nil, "")

	const short = "sends 6 bytes of the 9 that its Content-Length announces"
	cut := always("HTTP/1.0 200 OK\r\nContent-Length: 9\r\n\r\nhello\n")
	test("cut", cut, get, false, nil, short+", so that every answer is incomplete")
	test("cut, real ab", cut, get, true, []string{short}, "")
	both("silent", always(""), get, nil,
		"does not answer a second time: reading its answer: unexpected EOF")
}

// An answer that is as expected must be so again, unless the server may shed load.
func TestExaminationOfExpectations(t *testing.T) {
	t.Parallel()
	test := func(
		name string,
		answer func(*http.Request, int) string,
		expect spec.Expect,
		allowed float64,
		want string,
	) {
		t.Helper()
		_, err := Examination{
			Server: spec.Server{
				Address: startServer(t, false, answer),
				Request: spec.Request{Method: "GET", Path: "/"},
				Expect:  expect,
			},
			Load:     spec.Load{AllowedFailures: allowed},
			Patience: time.Minute,
		}.Run(t.Context())
		text := ""
		if err != nil {
			text = err.Error()
		}
		if text != want {
			t.Errorf("%s: %q, want %q", name, text, want)
		}
	}
	const hello = "HTTP/1.0 200 OK\r\nContent-Length: 6\r\n\r\nhello\n"
	const busy = "HTTP/1.0 429 Too Many Requests\r\nContent-Length: 4\r\n\r\nbusy"
	then := func(texts ...string) func(*http.Request, int) string {
		return func(_ *http.Request, n int) string { return texts[min(n, len(texts)-1)] }
	}
	text := spec.Expect{Text: "hello"}

	test("sound", then(hello), text, 0, "")
	test("429 at once", then(busy), spec.Expect{}, 0,
		"answers the second time with status 429; expected: any 2xx")
	test("429 then", then(hello, busy), text, 0,
		"answers the third time with status 429; expected: any 2xx")
	test("429 is expected", then(busy), spec.Expect{Status: 429}, 0, "")
	test("another body then", then(hello, strings.Replace(hello, "hello", "sorry", 1)), text, 0,
		`answers the third time without the expected body: "sorry\n"`)

	test("sheds now and then", then(busy, hello, busy, busy, hello), text, 0.2, "")
	test("sheds always", then(busy), text, 0.2,
		"answers the second time with status 429; expected: any 2xx")
}

// A connection that stays open after a complete answer spoils a load whose requests end with it.
// The keys that are named are those that help.
func TestExaminationOfHeldConnections(t *testing.T) {
	t.Parallel()
	load := spec.Load{Requests: 1000, Concurrency: []int{1, 10}, Timeout: time.Second}
	test := func(
		answer string,
		r spec.Request,
		realAB bool,
		load spec.Load,
		want string,
		fatal bool,
	) {
		t.Helper()
		r.Method, r.Path = "GET", "/"
		notes, err := Examination{
			Server:   spec.Server{Address: startServer(t, true, always(answer)), Request: r},
			Load:     load,
			RealAB:   realAB,
			Patience: 20 * time.Millisecond,
		}.Run(t.Context())
		if err != nil {
			notes = append(notes, err.Error())
		}
		const held = "holds the connection open for more than 20ms after a complete answer, and " +
			"ab waits for its end"
		if len(notes) != 1 || notes[0] != held+want || (err != nil) != fatal {
			t.Errorf("%.12q, %+v: %q, an error: %v; want %q, %v", answer, r, notes, err != nil,
				held+want, fatal)
		}
	}
	get := spec.Request{}

	const either = `; set keepalive = true or protocol = "1.1"`
	test(plain, get, false, load, either, true)
	test(plain, get, true, load, `; set protocol = "1.1"`, true) // the real ab looks for a header
	test(kept, get, true, load, either, true)
	test(hello, get, false, load, "", true)
	test(hello, spec.Request{KeepAlive: true}, false, load, "", true)

	patient := load
	patient.Timeout = time.Minute
	test(plain, get, false, patient, either, false)
}

func TestStatusRemedy(t *testing.T) {
	test := func(status int, r spec.Request, want bool) {
		t.Helper()
		if got := StatusRemedy(status, spec.Server{Request: r}); (got != "") != want {
			t.Errorf("StatusRemedy(%d, %+v) = %q, want one: %v", status, r, got, want)
		}
	}
	test(426, spec.Request{}, true)
	test(505, spec.Request{}, true)
	test(426, spec.Request{HTTP11: true}, false)
	test(404, spec.Request{}, false)
}

// A server that answers and holds its connection does not delay Ask for longer than its patience.
func TestAskOfHeldConnection(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	server := spec.Server{
		Address: startServer(t, true, always(plain)),
		Request: spec.Request{Method: "GET", Path: "/"},
	}
	answer, err := Asker{}.Ask(ctx, server)
	if err != nil || answer.Bytes != 6 || answer.SurplusBytes != 0 {
		t.Errorf("Ask = %+v, %v, want 6 bytes", answer, err)
	}
}
