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
	"slices"
	"strings"
	"testing"
	"time"
)

// startTLSServer starts a server that accepts client certificates. names receives the server name
// that each handshake asked for.
func startTLSServer(t *testing.T) (address string, names chan string) {
	t.Helper()
	names = make(chan string, 1000)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Server", "secure")
		if certificates := r.TLS.PeerCertificates; len(certificates) > 0 {
			w.Header().Set("Server", certificates[0].Subject.CommonName)
		}
		names <- r.TLS.ServerName
		w.Write([]byte("hello\n"))
	}))
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // it reports connections without close_notify
	s.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	s.StartTLS()
	t.Cleanup(s.Close)
	return s.Listener.Addr().String(), names
}

func TestHTTPS(t *testing.T) {
	t.Parallel()
	address, names := startTLSServer(t)
	test := func(flags string, wantKept bool) {
		t.Helper()
		r, report := abJSON(t, append(strings.Fields(flags), "-n", "50", "https://"+address+"/")...)
		m := r.m
		if r.code != 0 || m.Complete != 50 || m.Failed != 0 || m.DocumentLength != 6 ||
			!strings.HasPrefix(m.TLSProtocol, "TLSv1.3,TLS_") {
			t.Errorf("%s: code %d, %+v\n%s", flags, r.code, m, r.stderr)
		}
		q := report.Requests
		if q.Good != 50 || report.Times["connect"].Max <= 0 {
			t.Errorf("%s: %+v", flags, q)
		}
		connections := report.Bytes.Connections
		if wantKept != (q.KeptAlive == 50) || wantKept != (connections <= 5) {
			t.Errorf("%s: %d kept alive on %d connections", flags, q.KeptAlive, connections)
		}
		if name := <-names; name != "" {
			t.Errorf("%s: asked for the name %q of an address", flags, name)
		}
	}
	test("-c 5", false)
	test("-k -c 5", true)
	test("--http1.1 -k", true)
	test("--rate 200", false)
}

func TestServerName(t *testing.T) {
	address, names := startTLSServer(t)
	_, port, _ := net.SplitHostPort(address)
	test := func(want string, flags ...string) {
		t.Helper()
		m := ab(t, append(flags, "https://localhost:"+port+"/")...).m
		if asked := <-names; asked != want || m.TLSServerName != want {
			t.Errorf("%v: the server was asked for %q, the report says %q, want %q",
				flags, asked, m.TLSServerName, want)
		}
	}
	test("localhost")
	test("", "-I")
	test("example.test", "-H", "host: example.test")
	test("example.test", "-H", "Host: example.test:8443")
	test("", "-H", "Host: 127.0.0.1:8443")
	test("", "-H", "Host: [::1]:8443")
	test("", "-I", "-H", "Host: example.test")

	t.Setenv("LABBOOK_TEST_HOST", "secret.test")
	test("localhost", "--env", "-H", "Host: ${LABBOOK_TEST_HOST}")
}

func TestClientCertificate(t *testing.T) {
	address, _ := startTLSServer(t)
	m := ab(t, "-E", clientCertificate(t, "client one"), "https://"+address+"/").m
	if m.ServerSoftware != "client" {
		t.Errorf("the server saw %q, want the first word of the certificate's name",
			m.ServerSoftware)
	}
}

// clientCertificate writes a certificate and its key to a file, and returns its name.
func clientCertificate(t *testing.T, name string) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{
		SerialNumber: big.NewInt(1),
		Subject:      pkix.Name{CommonName: name},
		NotAfter:     time.Now().Add(time.Hour),
	}
	public := &key.PublicKey
	certificate, err := x509.CreateCertificate(rand.Reader, &template, &template, public, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text := slices.Concat(
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}),
	)
	file := filepath.Join(t.TempDir(), "client.pem")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestServerWithoutTLS speaks TLS to a server that does not.
func TestServerWithoutTLS(t *testing.T) {
	s := startServer(t, func(_ *server, conn *net.TCPConn, _ int) { conn.Write([]byte(good)) })
	r := ab(t, "-n", "3", "https://"+s.address+"/")
	if r.code != 1 || !strings.Contains(r.stderr, "SSL handshake failed: ") {
		t.Errorf("code %d, %q, want 1 and that the handshake failed", r.code, r.stderr)
	}
}
