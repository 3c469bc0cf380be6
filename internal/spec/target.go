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

// Endpoint returns the "host:port" to which all connections are made, and at which a server that
// we start listens: the address, with an IP address for localhost and for the name of a machine.
// That name stays where its IP address is not known, as in a record that is only read.
func (s Server) Endpoint() string {
	host, port, err := net.SplitHostPort(s.Address)
	switch {
	case err != nil:
	case host == "localhost":
		return net.JoinHostPort(localhost, port)
	case s.On != "" && host == s.On && s.IP != "":
		return net.JoinHostPort(s.IP, port)
	}
	return s.Address
}

// ListenAddress returns the address as the programs of a spec are told it: as the spec has it, with
// an IP address for the name of a machine.
func (s Server) ListenAddress() string {
	if s.On == "" {
		return s.Address
	}
	return s.Endpoint()
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
