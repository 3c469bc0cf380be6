package probe

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	"labbook.example/labbook/internal/spec"
)

// handshakeTimeout bounds the question whether a server speaks TLS. A variable for tests, whose
// machine may stall.
var handshakeTimeout = time.Second

// speaksTLS reports whether a server answers the beginning of a TLS connection.
func speaksTLS(s spec.Server) bool {
	config, err := unverified(s)
	if err != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), handshakeTimeout)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", s.Endpoint())
	if err != nil {
		return false
	}
	defer conn.Close()
	return tls.Client(conn, config).HandshakeContext(ctx) == nil
}

// tlsRemedy returns what to change if a server speaks TLS and is asked in plain text; "" if it does
// not, or is asked over TLS.
func tlsRemedy(s spec.Server) string {
	switch {
	case s.Secure() || s.Model != "" || !speaksTLS(s):
		return ""
	case s.URL != "":
		return "it speaks TLS: write https:// in its url"
	}
	return "it speaks TLS: set tls = true"
}

// WithTLSRemedy adds to the error of a server that does not answer that it speaks TLS, if it does
// and is asked in plain text.
func WithTLSRemedy(err error, s spec.Server) error {
	if remedy := tlsRemedy(s); remedy != "" {
		return fmt.Errorf("%w; %s", err, remedy)
	}
	return err
}

// plainRemedy returns the error of a server that is asked over TLS and does not speak it; nil if
// err is another error.
func plainRemedy(err error, s spec.Server) error {
	if _, plain := errors.AsType[tls.RecordHeaderError](err); !plain {
		return nil
	}
	remedy := "remove tls = true"
	if s.URL != "" {
		remedy = "write http:// in its url"
	}
	return NotHTTPError{fmt.Errorf("%w; it does not speak TLS: %s", err, remedy)}
}
