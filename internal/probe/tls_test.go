package probe

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"labbook.example/labbook/internal/spec"
)

// at returns a server of the user's at the address of a test server.
func at(listener net.Listener, secure bool) spec.Server {
	return spec.Server{
		Name:    "a",
		Command: []string{"x"},
		Address: listener.Addr().String(),
		TLS:     secure,
		Request: spec.Request{Method: "GET", Path: "/"},
	}
}

func init() { handshakeTimeout = time.Minute }

// Who asks a server in the wrong one of TLS and plain text is told so.
func TestWrongProtocol(t *testing.T) {
	answer := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "hello\n")
	})
	secure, plain := httptest.NewTLSServer(answer), httptest.NewServer(answer)
	defer secure.Close()
	defer plain.Close()

	_, err := Asker{}.Ask(t.Context(), at(plain.Listener, true))
	if notHTTP, ok := errors.AsType[NotHTTPError](err); !ok ||
		!strings.HasSuffix(notHTTP.Error(), "; it does not speak TLS: remove tls = true") {
		t.Errorf("asked over TLS, a plain server: %v, want that tls is to be removed", err)
	}

	cause := errors.New("reset")
	const want = "reset; it speaks TLS: set tls = true"
	if err := WithTLSRemedy(cause, at(secure.Listener, false)); err.Error() != want {
		t.Errorf("asked in plain text: %q, want %q", err, want)
	}
	if err := WithTLSRemedy(cause, at(secure.Listener, true)); err != cause {
		t.Errorf("asked over TLS: %q, want nothing more", err)
	}
	if err := WithTLSRemedy(cause, at(plain.Listener, false)); err != cause {
		t.Errorf("a plain server: %q, want nothing more", err)
	}
	already := at(secure.Listener, false)
	already.URL = "http://" + already.Address
	const wantURL = "reset; it speaks TLS: write https:// in its url"
	if err := WithTLSRemedy(cause, already); err.Error() != wantURL {
		t.Errorf("asked in plain text by its url: %q, want %q", err, wantURL)
	}

	if got := StatusRemedy(400, at(secure.Listener, false)); got == "" {
		t.Error("a 400 of a server that speaks TLS has no remedy")
	}
	if got := StatusRemedy(400, at(plain.Listener, false)); got != "" {
		t.Errorf("a 400 of a plain server has the remedy %q", got)
	}
}
