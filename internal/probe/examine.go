package probe

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"labbook.example/labbook/internal/spec"
)

// Examination finds out whether a load can measure a server that is ready.
type Examination struct {
	Server   spec.Server
	Load     spec.Load
	RealAB   bool          // the real ab makes the load, or one of both does
	Patience time.Duration // how long a connection may take to end after a complete answer
}

// Run asks the server twice. An error says what would make every trial invalid and which key to
// set; its text follows the name of the server. The notes are about what a load survives.
func (x Examination) Run(ctx context.Context) (notes []string, err error) {
	first, err := x.askAgain(ctx)
	if err != nil {
		return nil, fmt.Errorf("does not answer a second time: %w", err)
	}
	if err := x.unexpectedAgain("second", first); err != nil {
		return nil, err
	}
	if first.heldOpen {
		return x.judgeHeldOpen(ctx)
	}
	second, err := x.askAgain(ctx)
	if err != nil {
		return nil, fmt.Errorf("does not answer a third time: %w", err)
	}
	if err := x.unexpectedAgain("third", second); err != nil {
		return nil, err
	}

	if first.SurplusBytes > 0 {
		notes = append(notes, fmt.Sprintf("sends %s more than its Content-Length",
			bytes(first.SurplusBytes)))
	}
	incomplete := fmt.Sprintf("sends %s of the %d that its Content-Length announces",
		bytes(first.Bytes), first.Bytes+first.MissingBytes)
	from, to := first.length(), second.length()

	switch {
	case from != to && !x.Server.Request.AnyLength:
		return nil, fmt.Errorf("answers with %s and then with %s, and an answer of another length "+
			"than the first one has failed; set any_length = true", bytes(from), bytes(to))
	case first.MissingBytes > 0 && x.RealAB: // which does not notice that
		notes = append(notes, incomplete)
	case first.MissingBytes > 0:
		return nil, fmt.Errorf("%s, so that every answer is incomplete", incomplete)
	case first.excess > 0 && !x.RealAB:
		return nil, fmt.Errorf("sends %s more than its Content-Length on a connection that stays "+
			"open, where the next answer should begin; set keepalive = false", bytes(first.excess))
	}
	return notes, nil
}

// ask asks the server a request, on behalf of one of the two ab.
func (x Examination) ask(ctx context.Context, r spec.Request, realAB bool) (*look, error) {
	server := x.Server
	server.Request = r
	return ask(ctx, server, question{
		request:  r,
		expect:   x.Server.Expect,
		realAB:   realAB,
		patience: x.Patience,
	})
}

// maxAsked is how often a server that may shed load is asked for an answer that is as expected.
const maxAsked = 10

// askAgain asks the server as the load will. Where failures are allowed, one is no finding.
func (x Examination) askAgain(ctx context.Context) (seen *look, err error) {
	for range maxAsked {
		seen, err = x.ask(ctx, x.Server.Request, x.RealAB)
		if x.Load.AllowedFailures == 0 || err == nil && x.isExpected(seen) {
			break
		}
	}
	return seen, err
}

// isExpected reports whether an answer has the expected status and body.
func (x Examination) isExpected(l *look) bool {
	return x.Server.Expect.HasStatus(l.Status) && l.unexpected == nil
}

// unexpectedAgain returns an error if a server that answered as expected does not do so again.
func (x Examination) unexpectedAgain(time string, l *look) error {
	switch {
	case !x.Server.Expect.HasStatus(l.Status):
		return fmt.Errorf("answers the %s time with status %d; expected: %s",
			time, l.Status, x.Server.Expect.StatusText())
	case l.unexpected != nil:
		return fmt.Errorf("answers the %s time without the expected body: %s",
			time, l.unexpected.Shown())
	}
	return nil
}

// length returns what ab takes for the length of an answer's body.
func (l *look) length() int64 { return l.Bytes + l.SurplusBytes }

// bytes returns "1 byte" or "4 bytes".
func bytes(n int64) string {
	if n == 1 {
		return "1 byte"
	}
	return fmt.Sprintf("%d bytes", n)
}

// judgeHeldOpen judges a server that holds its connection open where ab waits for the end. A load
// survives that only if it can be made within its timeout although each request takes that long.
func (x Examination) judgeHeldOpen(ctx context.Context) (notes []string, err error) {
	text := fmt.Sprintf("holds the connection open for more than %v after a complete answer, and "+
		"ab waits for its end", x.Patience)
	if remedy := x.remedy(ctx); remedy != "" {
		text += "; set " + remedy
	}

	clients := max(1, x.Load.Connections)
	for _, c := range x.Load.Concurrency {
		clients = max(clients, c)
	}
	shortest := x.Patience * time.Duration(x.Load.Requests) / time.Duration(clients)
	if shortest < x.Load.Timeout {
		return []string{text}, nil
	}
	return nil, errors.New(text)
}

// remedy returns the keys with which ab need not wait for the end of a connection, "" if there are
// none. It tries them.
func (x Examination) remedy(ctx context.Context) string {
	var found []string
	try := func(key string, r spec.Request, realAB bool) {
		seen, err := x.ask(ctx, r, realAB)
		if err == nil && !seen.heldOpen && x.isExpected(seen) {
			found = append(found, key)
		}
	}

	if r := x.Server.Request; !r.KeepAlive {
		r.KeepAlive = true
		try("keepalive = true", r, x.RealAB)
	}
	if r := x.Server.Request; !r.HTTP11 {
		r.HTTP11 = true
		try(`protocol = "1.1"`, r, false) // which only the embedded ab speaks
	}
	return strings.Join(found, " or ")
}

// CheckStatus returns an error if a server answers with another status than expected.
func CheckStatus(s spec.Server, status int) error {
	if s.Expect.HasStatus(status) {
		return nil
	}
	allowed := s.Expect.StatusText()
	if remedy := StatusRemedy(status, s); remedy != "" {
		allowed += "; " + remedy
	}
	return fmt.Errorf(
		"server %q at %s answers %s with status %d; expected: %s",
		s.Name,
		s.Address,
		strings.TrimPrefix(s.Request.Method+" "+s.Request.Path, "GET "),
		status,
		allowed,
	)
}

// StatusRemedy returns what to set if a server answers a request with a status that was not
// expected, "" if that is not known.
func StatusRemedy(status int, s spec.Server) string {
	refusesVersion := status == http.StatusUpgradeRequired ||
		status == http.StatusHTTPVersionNotSupported
	switch {
	case refusesVersion && !s.Request.HTTP11:
		return `it wants another version of HTTP: set protocol = "1.1"`
	case status == http.StatusBadRequest:
		return tlsRemedy(s)
	}
	return ""
}
