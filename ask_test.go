package main

import (
	"bytes"
	"errors"
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

func TestReadAnswer(t *testing.T) {
	// As sha256sum gives them, of "hello\n" and of nothing.
	const sha = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
	const none = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	test := func(text string, want record.Answer) {
		t.Helper()
		got, err := readAnswer(strings.NewReader(text))
		if err != nil || *got != want {
			t.Errorf("%q: %+v, %v, want %+v", text, got, err, want)
		}
	}
	test("HTTP/1.0 200 OK\r\n\r\nhello\n", record.Answer{Status: 200, Bytes: 6, SHA256: sha})
	test(
		"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\nmore",
		record.Answer{Status: 200, Bytes: 6, SHA256: sha},
	)
	test("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nhello\n\r\n0\r\n\r\n",
		record.Answer{Status: 200, Bytes: 6, SHA256: sha})
	test("HTTP/1.0 404 Not Found\r\n\r\n", record.Answer{Status: 404, SHA256: none})

	refuse := func(text string, hopeless bool) {
		t.Helper()
		_, err := readAnswer(strings.NewReader(text))
		var no notHTTP
		if err == nil || errors.As(err, &no) != hopeless {
			t.Errorf("%q: %v, want an error that is hopeless: %v", text, err, hopeless)
		}
	}
	refuse("", false)
	refuse("HTTP/1.0 200 O", false)
	refuse("SSH-2.0-OpenSSH\r\n", true)
	refuse("HTTP/1.0 200 OK\r\nno colon\r\n\r\n", true)
}

func TestExpected(t *testing.T) {
	test := func(status, want int, ok bool) {
		t.Helper()
		if expected(status, want) != ok {
			t.Errorf("expected(%d, %d) = %v, want %v", status, want, !ok, ok)
		}
	}
	test(200, 0, true)
	test(204, 0, true)
	test(304, 0, false)
	test(404, 404, true)
	test(200, 404, false)
}

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
