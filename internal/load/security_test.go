package load

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// secureServer answers over TLS; it asks for a client's certificate, and tells what name it was
// asked for.
func secureServer(t *testing.T) (address string, names chan string) {
	t.Helper()
	names = make(chan string, 1000)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Server", "secure")
		if len(r.TLS.PeerCertificates) > 0 {
			w.Header().Set("Server", r.TLS.PeerCertificates[0].Subject.CommonName)
		}
		names <- r.TLS.ServerName
		w.Write([]byte("hello\n"))
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // clients that go without a farewell
	s.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.Listener.Addr().String(), names
}

func TestHTTPS(t *testing.T) {
	address, names := secureServer(t)
	for _, flags := range [][]string{{"-c", "5"}, {"-k", "-c", "5"}, {"--http1.1", "-k"}, {"--rate", "200"}} {
		r, report := reported(t, append(flags, "-n", "50", "https://"+address+"/")...)
		m := r.m
		if r.code != 0 || m.Complete != 50 || m.Failed != 0 || m.DocumentLength != 6 ||
			!strings.HasPrefix(m.TLSProtocol, "TLSv1.3,TLS_") {
			t.Errorf("%v: code %d, %+v\n%s", flags, r.code, m, r.stderr)
		}
		if kept := flags[0] == "-k" || flags[0] == "--http1.1"; kept != (report.Requests.KeptAlive == 50) ||
			kept != (report.Bytes.Connections <= 5) {
			t.Errorf(
				"%v: %d kept alive on %d connections",
				flags,
				report.Requests.KeptAlive,
				report.Bytes.Connections,
			)
		}
		if report.Requests.Good != 50 || report.Times["connect"].Max <= 0 {
			t.Errorf("%v: %+v", flags, report.Requests)
		}
		if name := <-names; name != "" {
			t.Errorf("%v: asked for the name %q of an address", flags, name)
		}
	}
}

func TestServerName(t *testing.T) {
	address, names := secureServer(t)
	_, port, _ := net.SplitHostPort(address)
	m := ab(t, "https://localhost:"+port+"/").m
	if name := <-names; name != "localhost" || m.TLSServerName != "localhost" {
		t.Errorf(
			"the server was asked for %q, the report says %q, want localhost",
			name,
			m.TLSServerName,
		)
	}
	m = ab(t, "-I", "https://localhost:"+port+"/").m
	if name := <-names; name != "" || m.TLSServerName != "" {
		t.Errorf(
			"-I: the server was asked for %q, the report says %q, want none",
			name,
			m.TLSServerName,
		)
	}
}

func TestClientCertificate(t *testing.T) {
	address, _ := secureServer(t)
	m := ab(t, "-E", clientCertificate(t, "it is me"), "https://"+address+"/").m
	if m.ServerSoftware != "it" {
		t.Errorf(
			"the server saw %q, want the first word of the certificate's name",
			m.ServerSoftware,
		)
	}
}

// clientCertificate writes a certificate and its key to a file.
func clientCertificate(t *testing.T, name string) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name},
		NotAfter: time.Now().Add(time.Hour)}
	certificate, err := x509.CreateCertificate(
		rand.Reader,
		&template,
		&template,
		&key.PublicKey,
		key,
	)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})...)
	file := filepath.Join(t.TempDir(), "client.pem")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestNoTLSThere speaks TLS to a server that does not.
func TestNoTLSThere(t *testing.T) {
	s := listen(t, func(_ *server, conn *net.TCPConn, _ int) { conn.Write([]byte(good)) })
	r := ab(t, "-n", "3", "https://"+s.address+"/")
	if r.code != 1 || !strings.Contains(r.stderr, "SSL handshake failed: ") {
		t.Errorf("code %d, %q, want 1 and that the handshake failed", r.code, r.stderr)
	}
}
