package load

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/tls"
	"fmt"
	"net"
	"strings"

	"labbook.example/labbook/internal/variable"
)

// security is what the first TLS connection of a load negotiated.
type security struct{ state tls.ConnectionState }

// noteSecurity keeps the state of the first TLS connection.
func (e *engine) noteSecurity(state tls.ConnectionState) {
	if e.security.Load() == nil {
		e.security.CompareAndSwap(nil, &security{state})
	}
}

// tlsConfig returns the configuration of all TLS connections. Like ab, it does not verify the
// server's certificate: test servers sign their own, and only their speed is measured.
func (o *Options) tlsConfig() *tls.Config {
	return &tls.Config{
		InsecureSkipVerify: true,
		Certificates:       o.Certificates,
		ServerName:         o.serverName(),
	}
}

// ServerName returns the name that a TLS handshake with the server of a URL asks for, "" for none.
func (o Options) ServerName(url string) (string, error) {
	err := o.parseURL(url)
	return o.serverName(), err
}

// serverName returns the name that the handshake asks for: that of a Host header, as with ab, or of
// the URL; none for an IP address or with -I. A port of the header, which ab would ask for too, is
// left out, since no certificate has one.
func (o *Options) serverName() string {
	name := o.Host
	if host := fieldValue(o.Headers, "Host"); host != "" && !o.isSecret(host) {
		name = host
		if withoutPort, _, err := net.SplitHostPort(host); err == nil {
			name = withoutPort
		}
	}
	if o.NoServerName || net.ParseIP(strings.Trim(name, "[]")) != nil {
		return ""
	}
	return name
}

// isSecret reports whether a text names a variable, whose value is not to be printed.
func (o *Options) isSecret(text string) bool {
	names, _ := variable.Names(text) // withValues has refused what is wrong
	return o.Environment != nil && len(names) > 0
}

// tlsLines are the lines about TLS in a report, in ab's words.
type tlsLines struct {
	Protocol   string `json:"protocol"`
	TempKey    string `json:"temp_key,omitempty"`
	ServerName string `json:"server_name,omitempty"`
}

// lines returns the lines about TLS, empty ones without TLS.
func (s *security) lines(o *Options) tlsLines {
	if s == nil {
		return tlsLines{}
	}
	version := strings.ReplaceAll(tls.VersionName(s.state.Version), "TLS 1.0", "TLSv1")
	version = strings.ReplaceAll(version, "TLS ", "TLSv")
	cipher := tls.CipherSuiteName(s.state.CipherSuite)
	return tlsLines{
		Protocol: fmt.Sprintf("%s,%s,%d,%d",
			version, cipher, keyBits(s.state), cipherBits(cipher)),
		TempKey:    tempKey(s.state.CurveID),
		ServerName: o.serverName(),
	}
}

// keyBits returns the size of the key in the server's certificate, or 0 if it is not known.
func keyBits(state tls.ConnectionState) int {
	if len(state.PeerCertificates) == 0 {
		return 0
	}
	switch key := state.PeerCertificates[0].PublicKey.(type) {
	case *rsa.PublicKey:
		return key.N.BitLen()
	case *ecdsa.PublicKey:
		return key.Curve.Params().BitSize
	case ed25519.PublicKey:
		return 256
	}
	return 0
}

// cipherBits returns the size of a cipher's key, which is part of its name, or 0.
func cipherBits(name string) int {
	switch {
	case strings.Contains(name, "AES_128"), strings.Contains(name, "RC4_128"):
		return 128
	case strings.Contains(name, "AES_256"), strings.Contains(name, "CHACHA20"):
		return 256
	case strings.Contains(name, "3DES"):
		return 168
	}
	return 0
}

// tempKey returns ab's name for a key exchange, or "" if there was none.
func tempKey(curve tls.CurveID) string {
	switch curve {
	case 0:
		return ""
	case tls.X25519:
		return "X25519 253 bits"
	case tls.CurveP256:
		return "ECDH P-256 256 bits"
	case tls.CurveP384:
		return "ECDH P-384 384 bits"
	case tls.CurveP521:
		return "ECDH P-521 521 bits"
	}
	return curve.String()
}
