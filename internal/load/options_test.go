package load

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestFlags(t *testing.T) {
	test := func(args string, want func(o Options) bool) {
		t.Helper()
		c, err := parse(strings.Fields(args))
		if err != nil || !want(c.options) {
			t.Errorf("%s: %+v, %v", args, c, err)
		}
	}
	test("http://a/", func(o Options) bool {
		return o.Requests == 1 && o.Concurrency == 1 && o.Timeout == 30*time.Second &&
			o.Method == "GET" && o.Body == nil
	})
	test("http://a/", func(o Options) bool {
		return o.Host == "a" && o.Port == 80 && o.Path == "/" && !o.TLS
	})
	test("-n5 -c 2 -kqr a:81/b?c=d", func(o Options) bool {
		return o.Requests == 5 && o.Concurrency == 2 && o.KeepAlive && o.Quiet && o.Resilient &&
			o.Port == 81 && o.Path == "/b?c=d"
	})
	test("-i -- http://[::1]:8/", func(o Options) bool {
		return o.Method == "HEAD" && o.Host == "::1" && o.Port == 8
	})
	test("https://a/", func(o Options) bool { return o.TLS && o.Port == 443 && o.Path == "/" })
	test("http://a/?u=http://b:/", func(o Options) bool {
		return o.Host == "a" && o.Path == "/?u=http://b:/"
	})
	test("-B ::1 -b 4096 http://a/", func(o Options) bool {
		return o.Bind.Is6() && o.Window == 4096
	})
	test("-m DELETE http://a/", func(o Options) bool { return o.Method == "DELETE" })
	test("--http1.1 --threads 2 --json f http://a/", func(o Options) bool {
		return o.HTTP11 && o.Threads == 2 && o.JSON == "f"
	})

	test("--rate 100 -t 3 --share 2/4 http://a/", func(o Options) bool {
		return o.Requests == 75 && o.Share == Share{2, 4}
	})

	test("--rate 9 --arrivals poisson --seed 7 http://a/", func(o Options) bool {
		return o.Arrivals == PoissonArrivals && o.Seed == 7
	})
	test("--rate 9 --arrivals poisson http://a/", func(o Options) bool { return o.Seed == 1 })
	test("--rate 9 --arrivals even http://a/", func(o Options) bool {
		return o.Arrivals == EvenArrivals && o.Seed == 0
	})

	// -t implies -n 50000, which only a later -n overrides.
	test("-t 3 http://a/", func(o Options) bool {
		return o.Requests == 50000 && o.Limit == 3*time.Second
	})
	test("-t 3 -n 7 http://a/", func(o Options) bool { return o.Requests == 7 })
	test("-n 7 -t 3 http://a/", func(o Options) bool { return o.Requests == 50000 })

	// --rate implies -n from -t, and -c.
	test("--rate 100 -t 3 http://a/", func(o Options) bool {
		return o.Requests == 300 && o.Concurrency == 300
	})
	test("--rate 100 -n 5000 http://a/", func(o Options) bool { return o.Concurrency == 1000 })
	test("--rate 0.5 -n 9 -c 2 http://a/", func(o Options) bool {
		return o.Concurrency == 2 && o.Rate == 0.5
	})
}

func TestRefusedFlags(t *testing.T) {
	test := func(args string, code int, text string) {
		t.Helper()
		_, err := parse(strings.Fields(args))
		var refusal *usageError
		if !errors.As(err, &refusal) || refusal.code != code ||
			!strings.Contains(refusal.text, text) {
			t.Errorf("%s: %v, want code %d and %q", args, err, code, text)
		}
	}
	test("", 22, "ab: wrong number of arguments")
	test("-n", 22, "-n")
	test("-n 0 http://a/", 1, "Invalid number of requests")
	test("-c 0 http://a/", 22, "Invalid Concurrency")
	test("-n 1 -c 2 http://a/", 22,
		"Cannot use concurrency level greater than total number of requests")
	test("-p x -u y http://a/", 1, "Cannot mix PUT with other methods")

	test("-n 5 http://a", 22, "ab: invalid URL")
	test("ftp://a/", 22, "ab: invalid URL")
	test("http://u:p@a/", 22, "ab: invalid URL")
	test("http://a:99999/", 22, "ab: invalid URL")
	test("https://a", 22, "ab: invalid URL")

	test("-B here http://a/", 22, `-B: found "here"; allowed: an IP address`)
	test("-b 0 http://a/", 22, `found "0"; allowed: whole numbers from 1`)
	test("-s x http://a/", 22, `found "x"; allowed: whole numbers from 1 to 1000000`)
	test("--threads 0 http://a/", 22, `found "0"; allowed: whole numbers from 1 to 256`)
	test("--rate 0 http://a/", 22, `found "0"; allowed: requests per second, from 0.001`)
	test("--rate NaN http://a/", 22, `found "NaN"`)
	test("--rate 9 --arrivals random http://a/", 22, `found "random"; allowed: even, poisson`)
	test("--arrivals poisson http://a/", 22, "--arrivals: found without --rate")
	test("--arrivals even http://a/", 22, "--arrivals: found without --rate")
	test("--rate 9 --seed 2 http://a/", 22, "--seed: found without --arrivals poisson")
	test("--rate 9 --arrivals poisson --seed 0 http://a/", 22, `found "0"; allowed: whole numbers`)
	test("--rate 9 --arrivals poisson --seed 9007199254740992 http://a/", 22, "from 1 to 90071")
	test("-E /no/such/file https://a/", 1,
		"Could not use the client certificate: open /no/such/file")
	test("-p /no/such/file http://a/", 1,
		"ab: Could not open POST data file (/no/such/file): no such file or directory")

	test("-X proxy:1 http://a/", 22, "-X is a flag of ApacheBench that this ab does not have")
	test("-w http://a/", 22, "-w is a flag of ApacheBench that this ab does not have")
	test("-kw http://a/", 22, "-w is a flag of ApacheBench")
	test("-Y http://a/", 22, "ab: illegal option -- Y")
	test("--nonsense http://a/", 22, "ab: illegal option -- nonsense")
}

func TestRequestBytes(t *testing.T) {
	body := filepath.Join(t.TempDir(), "body")
	if err := os.WriteFile(body, []byte("a=b"), 0o644); err != nil {
		t.Fatal(err)
	}
	test := func(want string, args ...string) {
		t.Helper()
		c, err := parse(args)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(requestBytes(c.options)); got != want {
			t.Errorf("%v: request\n%q, want\n%q", args, got, want)
		}
	}
	const rest = "User-Agent: ApacheBench/2.3\r\nAccept: */*\r\n\r\n"
	const length = "Content-length: 3\r\n"
	const plain = length + "Content-type: text/plain\r\n"

	test("GET / HTTP/1.0\r\nHost: 127.0.0.1:45000\r\n"+rest, "http://127.0.0.1:45000/")
	test("GET /a?b HTTP/1.0\r\nHost: a\r\n"+rest, "http://a:80/a?b")
	test("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\nHost: [::1]:8\r\n"+rest,
		"-k", "http://[::1]:8/")
	test("HEAD / HTTP/1.0\r\nHost: a\r\n"+rest, "-i", "http://a/")
	test("GET / HTTP/1.0\r\nX: y\r\nuser-agent: me\r\nHost: a\r\nAccept: */*\r\n\r\n",
		"-H", "X: y", "-H", "user-agent: me", "http://a/")

	test("POST / HTTP/1.0\r\n"+plain+"Host: a\r\n"+rest+"a=b", "-p", body, "http://a/")
	test("PATCH / HTTP/1.0\r\n"+length+"Content-type: x/y\r\nHost: a\r\n"+rest+"a=b",
		"-p", body, "-T", "x/y", "-m", "PATCH", "http://a/")
	test("PUT / HTTP/1.0\r\nConnection: Keep-Alive\r\nCookie: a=1; b=2\r\n"+
		"Authorization: Basic dTpwOng=\r\n"+plain+"Host: a\r\n"+rest+"a=b",
		"-k", "-C", "a=1", "-C", "b=2", "-A", "u:p:x", "-u", body, "http://a/")

	test("GET / HTTP/1.1\r\nConnection: close\r\nHost: a\r\n"+rest, "--http1.1", "http://a/")
	test("GET / HTTP/1.1\r\nHost: a:80\r\n"+rest, "--http1.1", "-k", "https://a:80/")
}

// With --env the request has the values of variables, and nothing else has: no text, no JSON, no
// error.
func TestEnvironment(t *testing.T) {
	t.Setenv("LABBOOK_TEST_TOKEN", "s3cret")
	t.Setenv("LABBOOK_TEST_LINES", "s3cret\r\nX-Smuggled: yes")
	s := startServer(t, respond(good))
	url := s.url() + "${PATH}?a=${LABBOOK_TEST_TOKEN}&b=$${c}"

	r, report := abJSON(t, "--env", "-v", "4", "-n", "2",
		"-H", "Authorization: Bearer ${LABBOOK_TEST_TOKEN}", url)
	want := "GET /${PATH}?a=s3cret&b=${c} HTTP/1.0\r\nAuthorization: Bearer s3cret\r\nHost: " +
		s.address + "\r\nUser-Agent: ApacheBench/2.3\r\nAccept: */*\r\n\r\n"
	if got := s.requests(); r.code != 0 || len(got) != 2 || got[0] != want {
		t.Errorf("code %d, %s\nthe server received\n%q, want\n%q", r.code, r.stderr, got, want)
	}
	if text := fmt.Sprint(r, report); strings.Contains(text, "s3cret") ||
		!strings.Contains(text, "Authorization: Bearer ${LABBOOK_TEST_TOKEN}") {
		t.Errorf("a value is shown, or no name:\n%s", text)
	}

	test := func(want string, args ...string) {
		t.Helper()
		r := ab(t, append([]string{"--env"}, args...)...)
		if r.code != exitUsage || !strings.HasPrefix(r.stderr, "ab: --env: "+want) ||
			strings.Contains(r.stderr+r.stdout, "s3cret") {
			t.Errorf("%q: code %d, %.200q, want %q", args, r.code, r.stderr, want)
		}
	}
	test("the environment variable LABBOOK_TEST_UNSET is not set",
		"-H", "A: ${LABBOOK_TEST_UNSET}", s.url())
	test("the header A has a variable whose value is not one line",
		"-H", "A: ${LABBOOK_TEST_LINES}", s.url())
	test("the query has a variable whose value a URL cannot have",
		s.url()+"?${LABBOOK_TEST_LINES}")
	test(`found "${" without a name`, "-H", "A: ${", s.url())

	// Without --env it is text like any other, as for ab.
	ab(t, "-H", "A: ${LABBOOK_TEST_TOKEN}", s.url())
	if got := s.requests(); !strings.Contains(got[2], "A: ${LABBOOK_TEST_TOKEN}\r\n") {
		t.Errorf("without --env, the server received %q", got[2])
	}
}

func TestRequestTooLong(t *testing.T) {
	r := ab(t, "-H", "X: "+strings.Repeat("y", 9000), "http://127.0.0.1:1/")
	if r.code != 1 || r.stderr != "Request too long\n\n" {
		t.Errorf("code %d, %q, want 1 and ab's words", r.code, r.stderr)
	}
}

func TestTexts(t *testing.T) {
	if r := ab(t, "-V"); r.code != 0 || !strings.HasPrefix(r.stdout, "This is labbook ab") {
		t.Errorf("-V: code %d, %q", r.code, r.stdout)
	}
	if r := ab(t, "-h"); r.code != 22 || !strings.HasPrefix(r.stderr, "Usage: labbook ab") {
		t.Errorf("-h: code %d, %q", r.code, r.stderr)
	}
	r := ab(t, "http://no-such-host.invalid/")
	if r.code != 50 || !strings.Contains(r.stderr, "Name or service not known") {
		t.Errorf("unknown host: code %d, %q", r.code, r.stderr)
	}
}
