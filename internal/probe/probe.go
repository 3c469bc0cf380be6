// Package probe asks a server one question: the request that ab will send. In comes a server,
// out comes the status, the length and the digest of its answer, and what else would matter to ab.
// What is not HTTP is refused with an error of its own, since asking again would not help.
package probe

import (
	"bufio"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"labbook.example/labbook/internal/load"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/variable"
)

// maxAnswer is how many bytes of an answer are read. A server may send without an end.
const maxAnswer = 64 << 20

// connectTimeout bounds one attempt to connect. The answer may take as long as the context allows.
const connectTimeout = 2 * time.Second

// NotHTTPError reports an answer that is not HTTP. Another attempt would get the same.
type NotHTTPError struct{ Cause error }

func (e NotHTTPError) Error() string { return fmt.Sprintf("its answer is not HTTP: %v", e.Cause) }

// Unwrap returns what the HTTP parser found wrong.
func (e NotHTTPError) Unwrap() error { return e.Cause }

// UnexpectedBodyError reports an answer whose status is as expected and whose body is not. Another
// attempt may get another body: some servers answer "starting" until they are ready.
type UnexpectedBodyError struct {
	Status int
	Head   string // the first bytes of the body, and "…" if there are more
}

func (e UnexpectedBodyError) Error() string {
	return fmt.Sprintf("answered %d without the expected body: %s", e.Status, e.Shown())
}

// Shown returns how the body begins, in quotes.
func (e UnexpectedBodyError) Shown() string {
	if e.Head == "" {
		return "an empty one"
	}
	return strconv.Quote(e.Head)
}

// maxHead is how many bytes of an unexpected body are shown.
const maxHead = 80

// closePatience is how long Ask waits for the end of a connection after a complete answer, to see
// whether bytes follow.
const closePatience = 200 * time.Millisecond

// look is what one answer shows of a server, as far as that matters to ab.
type look struct {
	record.Answer
	excess   int64 // bytes behind an answer whose connection is kept for the next one
	heldOpen bool  // ab reads until the connection ends, and it stayed open

	unexpected *UnexpectedBodyError // nil: the body is as expected, or the status is not
}

// Asker asks on behalf of one of the two ab. They differ in when they read until a connection ends.
type Asker struct {
	RealAB bool // the real ab makes the load, or one of both does
}

// Ask sends a server the request that ab will send and returns its answer. An answer of the
// expected status without the expected body is an UnexpectedBodyError. It uses a socket and not
// http.Client, which would follow redirects, use a proxy, and write the request in its own way.
func (a Asker) Ask(ctx context.Context, s spec.Server) (*record.Answer, error) {
	seen, err := ask(ctx, s, question{
		request:  s.Request,
		expect:   s.Expect,
		realAB:   a.RealAB,
		patience: closePatience,
	})
	if err != nil {
		return nil, err
	}
	if seen.unexpected != nil {
		return nil, *seen.unexpected
	}
	return &seen.Answer, nil
}

// ask asks a server one question.
func ask(ctx context.Context, s spec.Server, q question) (*look, error) {
	request, err := requestTo(s)
	if err != nil {
		return nil, err
	}
	config, err := unverified(s)
	if err != nil {
		return nil, err
	}
	conn, err := (&net.Dialer{Timeout: connectTimeout}).DialContext(ctx, "tcp", s.Endpoint())
	if err != nil {
		return nil, err
	}
	defer func() { conn.Close() }()

	plain := conn
	conn = ownless{conn}
	if s.Secure() {
		conn = tls.Client(conn, config)
	}
	// A deadline in the past ends every read and write that is under way.
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()

	_, failed := conn.Write(request)
	if err := plainRemedy(failed, s); err != nil {
		return nil, err
	}
	acknowledgeAtOnce(plain)
	q.limit = func() { _ = conn.SetReadDeadline(time.Now().Add(q.patience)) }
	seen, err := q.readAnswer(conn)
	if err != nil && failed != nil {
		return nil, fmt.Errorf("sending it a request: %w", failed)
	}
	return seen, err // a server may answer before it has read all of a body
}

// ownless is a connection whose errors do not tell our own end of it. The record keeps the error of
// a server that was never ready, and is made to be published.
type ownless struct{ net.Conn }

// Read implements io.Reader.
func (c ownless) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	return n, withoutSource(err)
}

// Write implements io.Writer.
func (c ownless) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	return n, withoutSource(err)
}

func withoutSource(err error) error {
	failed, ok := err.(*net.OpError) // itself: what wraps one has its text
	if !ok {
		return err
	}
	hidden := *failed
	hidden.Source = nil
	return &hidden
}

// requestTo returns the request that ab will send to a server, byte for byte.
func requestTo(s spec.Server) ([]byte, error) {
	var err error
	if s.Request, err = s.Request.Expand(os.LookupEnv); err != nil {
		return nil, err
	}
	return optionsOf(s).RequestTo(s.TargetURL())
}

// optionsOf returns what ab will be told of a server's request.
func optionsOf(s spec.Server) load.Options {
	r := s.Request
	o := load.Options{
		Method:      r.Method,
		ContentType: r.ContentType,
		KeepAlive:   r.KeepAlive,
		HTTP11:      r.HTTP11,
	}
	for _, h := range s.Headers() {
		o.Headers = append(o.Headers, h.Line())
	}
	if r.HasBody {
		o.Body = []byte(r.Body)
	}
	return o
}

// unverified returns a TLS configuration that accepts every certificate, as ab does: servers under
// test sign their own. It asks for the certificate that ab will ask for.
func unverified(s spec.Server) (*tls.Config, error) {
	name, err := optionsOf(s).ServerName(s.TargetURL())
	return &tls.Config{InsecureSkipVerify: true, ServerName: name}, err
}

// question is what determines how an answer is read.
type question struct {
	request  spec.Request
	expect   spec.Expect
	realAB   bool // the load is made by the real ab, not the embedded one
	patience time.Duration
	limit    func() // called before the end of the connection is read; ends that after patience
}

// readAnswer reads the answer to a request. A malformed one is a NotHTTPError; one that breaks off
// is not, because the next may be complete.
func (q question) readAnswer(r io.Reader) (*look, error) {
	timed := &timedReader{Reader: io.LimitReader(r, maxAnswer)}
	limited := bufio.NewReader(timed)
	response, err := http.ReadResponse(limited, &http.Request{Method: q.request.Method})
	if err != nil && !brokenOff(err) {
		return nil, NotHTTPError{err}
	}
	if err != nil {
		return nil, fmt.Errorf("reading its answer: %w", err)
	}
	defer response.Body.Close()

	sum := sha256.New()
	body := q.newBodyWatch()
	n, err := io.Copy(io.MultiWriter(sum, body), response.Body)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, fmt.Errorf("reading its answer's body: %w", err)
	}
	seen := &look{Answer: record.Answer{
		Status: response.StatusCode,
		Bytes:  n,
		SHA256: hex.EncodeToString(sum.Sum(nil)),
		BodyMS: new(milliseconds(timed.last.Sub(timed.first))),

		Chunked: slices.Contains(response.TransferEncoding, "chunked"),
	}}
	if q.expect.HasStatus(response.StatusCode) && !body.asExpected() {
		seen.unexpected = &UnexpectedBodyError{response.StatusCode, body.shown()}
	}

	switch {
	case err != nil:
		seen.MissingBytes = max(0, response.ContentLength-n)
	case !q.readsUntilEnd(response):
		seen.excess = int64(limited.Buffered())
	default:
		q.limit()
		seen.SurplusBytes, err = io.Copy(io.Discard, limited)
		seen.heldOpen = errors.Is(err, os.ErrDeadlineExceeded)
		seen.HeldOpenMS = new(milliseconds(time.Since(timed.last)))
	}
	return seen, nil
}

// timedReader knows when the first and the last of the bytes came that were read from it.
type timedReader struct {
	io.Reader
	first, last time.Time
}

func (t *timedReader) Read(p []byte) (int, error) {
	n, err := t.Reader.Read(p)
	if n > 0 {
		t.last = time.Now()
		if t.first.IsZero() {
			t.first = t.last
		}
	}
	return n, err
}

// milliseconds returns a duration in milliseconds, to the microsecond.
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// bodyWatch looks at a body and keeps its first bytes.
type bodyWatch struct {
	check *load.BodyCheck // nil: nothing is expected
	head  []byte
	more  bool // the body is longer
}

func (q question) newBodyWatch() *bodyWatch {
	return &bodyWatch{check: load.NewBodyCheck(expectedBody(q.expect))}
}

// Write looks at the next bytes. It never fails.
func (b *bodyWatch) Write(data []byte) (int, error) {
	kept := min(len(data), maxHead-len(b.head))
	b.head = append(b.head, data[:kept]...)
	b.more = b.more || kept < len(data)
	if b.check != nil {
		b.check.Write(data)
	}
	return len(data), nil
}

// shown returns the first bytes of the body.
func (b *bodyWatch) shown() string {
	if b.more {
		return string(b.head) + variable.Cut
	}
	return string(b.head)
}

func (b *bodyWatch) asExpected() bool { return b.check == nil || b.check.OK() }

// expectedBody returns what the embedded ab is to expect of bodies.
func expectedBody(x spec.Expect) load.Expect {
	var body load.Expect
	if x.Text != "" {
		body.Text = []byte(x.Text)
	}
	if x.SHA256 != "" {
		body.SHA256, _ = hex.DecodeString(x.SHA256) // the spec has checked it
	}
	return body
}

// readsUntilEnd reports whether ab reads until the connection ends although the answer is complete.
func (q question) readsUntilEnd(response *http.Response) bool {
	switch {
	case !q.request.KeepAlive && !q.request.HTTP11:
		return true
	case !q.realAB:
		return response.Close
	}
	// The real ab looks for these words, and does not know chunks.
	connection := strings.ToLower(strings.Join(response.Header.Values("Connection"), ","))
	return !strings.Contains(connection, "keep-alive") || response.ContentLength < 0
}

// brokenOff reports whether reading failed because the connection ended or timed out.
func brokenOff(err error) bool {
	var network net.Error
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.As(err, &network)
}
