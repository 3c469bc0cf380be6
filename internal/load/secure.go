package load

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/tls"
	"fmt"
	"net"
	"strings"

	"labbook/internal/abtext"
)

// security is what the first connection with TLS agreed on.
type security struct{ state tls.ConnectionState }

// secured notes what a connection agreed on.
func (e *engine) secured(state tls.ConnectionState) {
	if e.security.Load() == nil {
		e.security.CompareAndSwap(nil, &security{state})
	}
}

// tlsConfig is how connections with TLS are made. The server's certificate is not checked, as ab
// does not: what is measured here is how fast it answers, and test servers sign their own.
func (o *Options) tlsConfig() *tls.Config {
	config := &tls.Config{InsecureSkipVerify: true, Certificates: o.Certificates}
	if name := o.serverName(); name != "" {
		config.ServerName = name
	}
	return config
}

// serverName is the name that is asked for in the handshake: none for an address, and none with -I.
func (o *Options) serverName() string {
	if o.NoServerName || net.ParseIP(o.Host) != nil {
		return ""
	}
	return o.Host
}

// describe puts it in ab's words.
func (s *security) describe(o *Options, m *abtext.Measurement) {
	version := strings.ReplaceAll(tls.VersionName(s.state.Version), "TLS 1.0", "TLSv1")
	version = strings.ReplaceAll(version, "TLS ", "TLSv")
	cipher := tls.CipherSuiteName(s.state.CipherSuite)
	m.TLSProtocol = fmt.Sprintf(
		"%s,%s,%d,%d",
		version,
		cipher,
		keyBits(s.state),
		cipherBits(cipher),
	)
	m.TLSTempKey = tempKey(s.state.CurveID)
	m.TLSServerName = o.serverName()
}

// keyBits is the size of the key in the server's certificate; 0: not known.
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

// cipherBits is the size of a cipher's key, which its name tells.
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

// tempKey is the key exchange as ab names it, "" where there was none.
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
