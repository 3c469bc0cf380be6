package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"labbook/internal/record"
)

// TestServerOverTLS asks and measures a server that already runs, with a certificate that it signed
// itself.
func TestServerOverTLS(t *testing.T) {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "hello\n")
	}))
	defer server.Close()
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir) // one labbook measures at a time; those of the stories have another
	text := fmt.Sprintf("[load]\nrequests = 60\nconcurrency = [2]\ngenerator = \"embedded\"\n"+
		"[design]\nrounds = 2\n[[server]]\nname = \"tls\"\nurl = %q\n", server.URL)
	if err := os.WriteFile(filepath.Join(dir, "tls.toml"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	if code := execute([]string{filepath.Join(dir, "tls.toml")}, &stdout, &stderr); code != 0 {
		t.Fatalf("code %d\n%s%s", code, stdout.String(), stderr.String())
	}
	rec, err := record.Read(filepath.Join(dir, "output"))
	if err != nil {
		t.Fatal(err)
	}
	for _, trial := range rec.Results {
		m := trial.Measurement()
		if m == nil || m.Complete != 60 || m.Failed != 0 ||
			!strings.HasPrefix(m.TLSProtocol, "TLSv1.") ||
			trial.Answer.Bytes != 6 {
			t.Errorf("%v: %+v, %+v", trial.Trial, trial.Answer, m)
		}
	}
}
