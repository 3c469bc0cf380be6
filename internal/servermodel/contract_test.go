//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	abRequest = "GET / HTTP/1.0\r\nHost: 127.0.0.1:45000\r\n" +
		"User-Agent: ApacheBench/2.3\r\nAccept: */*\r\n\r\n"
	abAnswer = "HTTP/1.0 200 OK\r\nDate: -\r\nConnection: close\r\n" +
		"Server: myserver/1.0\r\nContent-Length: 6\r\n\r\nhello\n"

	get11  = "GET / HTTP/1.1\r\nHost: a\r\n"
	post11 = "POST / HTTP/1.1\r\nHost: a\r\n"
	last   = "Connection: close\r\n\r\n"

	chunked = "Transfer-Encoding: chunked\r\n"
)

// ok returns the answer to a GET of "/", with the date masked.
func ok(version, connection string) string {
	kind := ""
	if version == "1.1" {
		kind = "Content-Type: text/plain; charset=utf-8\r\n"
	}
	return "HTTP/" + version + " 200 OK\r\nDate: -\r\nConnection: " + connection +
		"\r\nServer: myserver/1.0\r\nContent-Length: 6\r\n" + kind + "\r\nhello\n"
}

// failed returns the answer of an error, with the date masked.
func failed(version, status, connection string) string {
	text, allow := status+"\n", ""
	if strings.HasPrefix(status, "405") {
		allow = "Allow: GET, HEAD\r\n"
	}
	return fmt.Sprintf("HTTP/%s %s\r\nDate: -\r\nConnection: %s\r\n"+
		"Server: myserver/1.0\r\nContent-Length: %d\r\n"+
		"Content-Type: text/plain; charset=utf-8\r\n%s\r\n%s",
		version, status, connection, len(text), allow, text)
}

// refused returns the answer to a request that could not be read.
func refused(status string) string { return failed("1.0", status, "close") }

func withoutBody(answer, body string) string { return strings.TrimSuffix(answer, body) }

const (
	badRequest  = "400 Bad Request"
	tooLarge    = "413 Request Entity Too Large"
	tooLong     = "414 Request URI Too Long"
	expectation = "417 Expectation Failed"
	fieldsLarge = "431 Request Header Fields Too Large"
	unknownCode = "501 Not Implemented"
	version505  = "505 HTTP Version Not Supported"
	continue100 = "HTTP/1.1 100 Continue\r\n\r\n"
)

// contract is what every model answers. Each request ends its connection, by itself or with the
// request that follows it.
var contract = []struct{ name, request, want string }{
	{"1.0", "GET / HTTP/1.0\r\n\r\n", ok("1.0", "close")},
	{"1.0 keep-alive", "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n" + abRequest,
		ok("1.0", "keep-alive") + ok("1.0", "close")},
	{
		"1.0 keep-alive in a list",
		"GET / HTTP/1.0\r\nconnection: foo, KEEP-ALIVE\r\n\r\n" + abRequest,
		ok("1.0", "keep-alive") + ok("1.0", "close"),
	},
	{"1.1 stays by default", get11 + "\r\n" + abRequest,
		ok("1.1", "keep-alive") + ok("1.0", "close")},
	{"1.1 close", get11 + last, ok("1.1", "close")},
	{"close beats keep-alive", "GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n",
		ok("1.0", "close")},
	{"close in a field of its own", get11 + "Connection: keep-alive\r\n" + last,
		ok("1.1", "close")},
	{"three at once", strings.Repeat(get11+"\r\n", 2) + abRequest,
		ok("1.1", "keep-alive") + ok("1.1", "keep-alive") + ok("1.0", "close")},
	{"a later version 1", "GET / HTTP/1.2\r\nHost: a\r\n" + last, ok("1.1", "close")},
	{"bare line feeds", "GET / HTTP/1.0\n\n", ok("1.0", "close")},
	{"query", "GET /?a=/b HTTP/1.0\r\n\r\n", ok("1.0", "close")},
	{"absolute form", "GET http://a/ HTTP/1.1\r\nHost: a\r\n" + last, ok("1.1", "close")},
	{"HEAD", "HEAD / HTTP/1.0\r\n\r\n", withoutBody(ok("1.0", "close"), Body)},
	{"HEAD 1.1 stays", "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + abRequest,
		withoutBody(ok("1.1", "keep-alive"), Body) + ok("1.0", "close")},

	{"404", "GET /missing HTTP/1.0\r\n\r\n", failed("1.0", "404 Not Found", "close")},
	{"404 stays", "GET /missing HTTP/1.1\r\nHost: a\r\n\r\n" + abRequest,
		failed("1.1", "404 Not Found", "keep-alive") + ok("1.0", "close")},
	{"HEAD 404", "HEAD /missing HTTP/1.0\r\n\r\n",
		withoutBody(failed("1.0", "404 Not Found", "close"), "404 Not Found\n")},
	{"405", "POST / HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello",
		failed("1.0", "405 Method Not Allowed", "close")},

	{"a body is skipped", post11 + "Content-Length: 18\r\n\r\nGET / HTTP/1.0\r\n\r\n" + abRequest,
		failed("1.1", "405 Method Not Allowed", "keep-alive") + ok("1.0", "close")},
	{"GET with a body", get11 + "Content-Length: 5\r\n\r\nhello" + abRequest,
		ok("1.1", "keep-alive") + ok("1.0", "close")},
	{"the same length twice", "GET / HTTP/1.0\r\nContent-Length: 2\r\ncontent-length: 2\r\n\r\nhi",
		ok("1.0", "close")},
	{
		"chunks are skipped",
		get11 + chunked + "\r\n5\r\nhello\r\n" +
			"A;name=\"value\"\r\n0123456789\r\n0\r\n\r\n" + abRequest,
		ok("1.1", "keep-alive") + ok("1.0", "close"),
	},
	{
		"chunks with trailers",
		get11 + "Transfer-Encoding: Chunked\r\n\r\n1\r\n\n\r\n000\r\n" +
			"A: b\r\nC: d\r\n\r\n" + abRequest,
		ok("1.1", "keep-alive") + ok("1.0", "close"),
	},
	{"no chunk but the last", post11 + chunked + last + "0\r\n\r\n",
		failed("1.1", "405 Method Not Allowed", "close")},
	{"100-continue", get11 + "Expect: 100-continue\r\nContent-Length: 2\r\n" + last + "hi",
		continue100 + ok("1.1", "close")},
	{
		"100-continue with chunks",
		get11 + "Expect: 100-Continue\r\n" + chunked + last + "0\r\n\r\n",
		continue100 + ok("1.1", "close"),
	},
	{"100-continue without a body", get11 + "Expect: 100-continue\r\n" + last,
		ok("1.1", "close")},
	{
		"100-continue in 1.0",
		"GET / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi",
		ok("1.0", "close"),
	},

	{"no version", "GET /\r\n\r\n", refused(badRequest)},
	{"garbage", "\x16\x03\x01\x02\n\n", refused(badRequest)},
	{"long garbage", strings.Repeat("\x16", maxHeader), refused(badRequest)},
	{"empty line first", "\r\n" + abRequest, refused(badRequest)},
	{"two spaces", "GET  / HTTP/1.0\r\n\r\n", refused(badRequest)},
	{"bad escape", "GET /%zz HTTP/1.0\r\n\r\n", refused(badRequest)},
	{"1.1 without Host", "GET / HTTP/1.1\r\n\r\n", refused(badRequest)},
	{"two Hosts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", refused(badRequest)},
	{"malformed Host", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", refused(badRequest)},
	{"two lengths", "GET / HTTP/1.0\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n",
		refused(badRequest)},
	{"malformed length", "GET / HTTP/1.0\r\nContent-Length: +2\r\n\r\n",
		refused(badRequest)},
	{"a length beyond 64 bits", "GET / HTTP/1.0\r\nContent-Length: 99999999999999999999\r\n\r\n",
		refused(badRequest)},
	{
		"both framings",
		post11 + "Content-Length: 5\r\n" + chunked + last + "0\r\n\r\n",
		refused(badRequest),
	},
	{"chunks in 1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
		refused(badRequest)},
	{"space before the colon", "GET / HTTP/1.0\r\nHost : a\r\n\r\n", refused(badRequest)},
	{"folded line", "GET / HTTP/1.0\r\nA: b\r\n c\r\n\r\n", refused(badRequest)},
	{"bare CR", "GET / HTTP/1.0\r\nA: b\rc\r\n\r\n", refused(badRequest)},
	{"malformed chunk size", post11 + chunked + "\r\nx\r\n",
		refused(badRequest)},
	{"a chunk longer than its size", post11 + chunked + "\r\n1\r\nab\r\n",
		refused(badRequest)},
	{
		"a chunk size that ends with LF",
		post11 + chunked + "\r\n1\na\r\n0\r\n\r\n",
		refused(badRequest),
	},

	{"413", post11 + "Content-Length: 1048577\r\n\r\n", refused(tooLarge)},
	{
		"413 in chunks",
		post11 + chunked + "\r\n100001\r\n" + strings.Repeat("x", maxBody+1),
		refused(tooLarge),
	},
	{"414", "GET /" + strings.Repeat("x", maxTarget) + " HTTP/1.0\r\n\r\n", refused(tooLong)},
	{"endless target", "GET /" + strings.Repeat("x", 100_000), refused(tooLong)},
	{"417", get11 + "Expect: miracles\r\n" + last, refused(expectation)},
	{"large header", "GET / HTTP/1.0\r\nA: " + strings.Repeat("x", maxHeader) + "\r\n\r\n",
		refused(fieldsLarge)},
	{"endless header", "GET / HTTP/1.0\r\nA: " + strings.Repeat("x", 100_000),
		refused(fieldsLarge)},
	{"501", post11 + "Transfer-Encoding: gzip\r\n\r\n", refused(unknownCode)},
	{"505", "GET / HTTP/2.0\r\n\r\n", refused(version505)},
}

// netHTTP lists, by the contract's names, where "goroutine" answers with another status, and why.
// Besides, net/http refuses requests in HTTP/1.1, in its own words and without a Date, and sorts
// the fields of an answer by name.
var netHTTP = map[string]struct{ status, reason string }{
	"long garbage":   {fieldsLarge, "it reads up to the limit before it parses the line"},
	"both framings":  {"405 Method Not Allowed", "it uses the chunks"},
	"chunks in 1.0":  {"405 Method Not Allowed", "it ignores Transfer-Encoding in HTTP/1.0"},
	"folded line":    {"200 OK", "it joins the lines"},
	"414":            {"404 Not Found", "it has no separate limit for targets"},
	"endless target": {fieldsLarge, "it has no separate limit for targets"},
}

func TestContract(t *testing.T) {
	for _, model := range Names() {
		t.Run(model, func(t *testing.T) {
			address := serve(t, model)
			for _, c := range contract {
				answer, err := talk(address, c.request)
				got, want := masked(answer), c.want
				if model == "goroutine" {
					got, want = asNetHTTP(c.name, got, want)
					if errors.Is(err, syscall.ECONNRESET) && len(c.request) > maxHeader {
						err = nil // net/http discards only a part of the input before it closes
					}
				}
				if err != nil {
					t.Errorf("%s: %v: the answer must arrive without a reset", c.name, err)
				}
				if got != want {
					t.Errorf("%s: answer\n%q, want\n%q", c.name, got, want)
				}
			}
		})
	}
}

// asNetHTTP reduces both answers to what net/http can match: the status of a refusal, and otherwise
// everything but the order of the fields.
func asNetHTTP(name, got, want string) (string, string) {
	statuses := []string{
		badRequest, tooLarge, tooLong, expectation, fieldsLarge, unknownCode, version505,
	}
	status := ""
	for _, s := range statuses {
		if want == refused(s) {
			status = s
		}
	}
	if difference, differs := netHTTP[name]; differs {
		status = difference.status
	}
	if status == "" {
		return inOrder(got), inOrder(want)
	}
	line, _, _ := strings.Cut(got, "\r\n")
	_, line, _ = strings.Cut(line, " ")
	line, _, _ = strings.Cut(line, ":") // net/http's own words follow
	return line, status
}

// talk sends a request, and returns all that comes until the server closes.
func talk(address, request string) (string, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(clientDeadline)); err != nil {
		return "", err
	}
	go func() { // ends after its one write, or when the connection closes
		_, _ = io.WriteString(conn, request) // the server may answer before it has read all
		_ = conn.(*net.TCPConn).CloseWrite()
	}()
	got, err := io.ReadAll(conn)
	return string(got), err
}

var contentLength = regexp.MustCompile(`\nContent-Length: ([0-9]+)\r`)

// inOrder sorts the header fields of each answer, because their order has no meaning.
func inOrder(answers string) string {
	var sorted strings.Builder
	for answers != "" {
		header, rest, found := strings.Cut(answers, "\r\n\r\n")
		if !found {
			return sorted.String() + answers
		}
		lines := strings.Split(header, "\r\n")
		slices.Sort(lines[1:])
		sorted.WriteString(strings.Join(lines, "\r\n") + "\r\n\r\n")
		length := 0
		if match := contentLength.FindStringSubmatch(header + "\r"); match != nil {
			length, _ = strconv.Atoi(match[1])
		}
		if strings.HasPrefix(rest, "HTTP/") { // the answer to HEAD
			length = 0
		}
		length = min(length, len(rest))
		sorted.WriteString(rest[:length])
		answers = rest[length:]
	}
	return sorted.String()
}
