package spec

import (
	"net"
	"slices"
	"strings"
)

// localhost is what the name localhost means, here and in package servermodel. A resolver may
// return ::1, 127.0.0.1 or both, in any order, and each program goes through them in its own way:
// ab could then load another server than the one that was asked whether it is ready.
const localhost = "127.0.0.1"

// Secure reports whether requests to the server use TLS.
func (s Server) Secure() bool { return s.TLS || strings.HasPrefix(s.URL, "https://") }

// Endpoint returns the "host:port" to which all connections are made: the address, with an IP
// address for localhost.
func (s Server) Endpoint() string {
	if host, port, err := net.SplitHostPort(s.Address); err == nil && host == "localhost" {
		return net.JoinHostPort(localhost, port)
	}
	return s.Address
}

// TargetURL returns the URL for ab: the server's scheme and address with the path and the query of
// its requests.
func (s Server) TargetURL() string {
	if s.URL != "" && s.Endpoint() == s.Address {
		return s.URL + s.Request.Target()
	}
	return s.scheme() + "://" + s.Endpoint() + s.Request.Target()
}

func (s Server) scheme() string {
	if s.Secure() {
		return "https"
	}
	return "http"
}

// Headers returns the headers for ab: those of the request, and the Host that the spec names where
// TargetURL has an IP address for it, unless the request has a Host of its own. With TLS the Host
// is without its port, because ab asks for a certificate of exactly that name.
func (s Server) Headers() []Header {
	isHost := func(h Header) bool { return strings.EqualFold(h.Name, "Host") }
	if s.Endpoint() == s.Address || slices.ContainsFunc(s.Request.Headers, isHost) {
		return s.Request.Headers
	}

	host, port, _ := net.SplitHostPort(s.Address) // Endpoint has split it
	if !s.Secure() && port != "80" {
		host = net.JoinHostPort(host, port)
	}
	return append(slices.Clone(s.Request.Headers), Header{Name: "Host", Value: host})
}
