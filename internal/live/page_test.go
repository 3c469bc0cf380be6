package live

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"labbook.example/labbook/report"
)

// clock is a time that only a test moves.
type clock struct {
	at    time.Time
	asked chan struct{} // gets a value when the time is asked for, unless it has one
}

func (c *clock) now() time.Time {
	select {
	case c.asked <- struct{}{}:
	default:
	}
	return c.at
}

// testPage returns a page at port 8080 that shows a drawing, and its clock.
func testPage(next next) (*page, *clock) {
	c := &clock{
		at:    time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC),
		asked: make(chan struct{}, 1),
	}
	p := newPage(8080, c.now)
	p.show(drawing("one"), next)
	return p, c
}

func drawing(text string) report.Live {
	return report.Live{
		Page:    []byte("page " + text),
		Paused:  []byte("paused " + text),
		Results: []byte("results " + text),
	}
}

// ask sends a request to a handler and returns its answer.
func ask(p *page, method, target, host, referer string) *http.Response {
	return askOn(context.Background(), p, method, target, host, referer)
}

// askOn does it on a connection, whose context noteSeen has made.
func askOn(
	connection context.Context, p *page, method, target, host, referer string,
) *http.Response {
	r := httptest.NewRequest(method, target, nil)
	r = r.WithContext(connection)
	r.Host = host
	if referer != "" {
		r.Header.Set("Referer", referer)
	}
	w := httptest.NewRecorder()
	p.ServeHTTP(w, r)
	return w.Result()
}

// Only GET and HEAD of two paths are answered, and only by the names of this machine's loopback.
func TestWhatIsAnswered(t *testing.T) {
	p, _ := testPage(next{after: time.Minute})
	for _, test := range []struct {
		method, path, host string
		status             int
		body               string
	}{
		{"GET", "/", "127.0.0.1:8080", 200, "page one"},
		{"GET", "/", "localhost:8080", 200, "page one"},
		{"GET", "/", "[::1]:8080", 200, "page one"},
		{"GET", "/?pause", "127.0.0.1:8080", 200, "paused one"},
		{"GET", "/results.json", "127.0.0.1:8080", 200, "results one"},
		{"HEAD", "/", "127.0.0.1:8080", 200, ""},
		{"HEAD", "/results.json", "127.0.0.1:8080", 200, ""},
		{"GET", "/", "127.0.0.1", 403, ""},
		{"GET", "/", "127.0.0.1:8081", 403, ""},
		{"GET", "/", "evil.example:8080", 403, ""},
		{"GET", "/results.json", "127.0.0.1.evil.example:8080", 403, ""},
		{"GET", "/", "", 403, ""},
		{"POST", "/", "evil.example:8080", 403, ""},
		{"POST", "/", "127.0.0.1:8080", 405, ""},
		{"OPTIONS", "/", "127.0.0.1:8080", 405, ""},
		{"GET", "/report.html", "127.0.0.1:8080", 404, ""},
		{"GET", "//", "127.0.0.1:8080", 404, ""},
		{"GET", "/../results.json", "127.0.0.1:8080", 404, ""},
	} {
		answer := ask(p, test.method, test.path, test.host, "")
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		what := test.method + " " + test.path + " of " + test.host
		if answer.StatusCode != test.status || !strings.Contains(string(body), test.body) {
			t.Errorf("%s: %s, %s", what, answer.Status, body)
		}
		for name, want := range map[string]string{
			"Cache-Control":               "no-store",
			"X-Content-Type-Options":      "nosniff",
			"Access-Control-Allow-Origin": "",
		} {
			if got := answer.Header.Get(name); got != want {
				t.Errorf("%s: %s: %q, want %q", what, name, got, want)
			}
		}
	}
}

// Port 80 is left out by browsers.
func TestPort80(t *testing.T) {
	p := newPage(80, time.Now)
	if answer := ask(p, "HEAD", "/", "localhost", ""); answer.StatusCode != 200 {
		t.Error(answer.Status)
	}
}

// The page asks to be fetched again shortly before the next drawing, the paused and the last one
// never.
func TestRefresh(t *testing.T) {
	p, c := testPage(next{after: 100 * time.Second})
	refresh := func(path, want string) {
		t.Helper()
		got := ask(p, "GET", path, "localhost:8080", "").Header.Get("Refresh")
		if got != want {
			t.Errorf("Refresh: %q, want %q", got, want)
		}
	}
	refresh("/", "80")
	refresh("/?pause", "")
	refresh("/results.json", "")
	c.at = c.at.Add(30 * time.Second)
	refresh("/", "50")
	c.at = c.at.Add(time.Hour)
	refresh("/", "1")
	p.expect(next{after: 100 * time.Second, last: true})
	refresh("/", "50")
	p.show(drawing("last"), next{})
	refresh("/", "")
}

// A browser that has the page and comes back early waits for the next drawing, also for that of the
// end; others do not wait.
func TestComesBackEarly(t *testing.T) {
	const own = "http://localhost:8080/"
	p, c := testPage(next{after: 100 * time.Second})
	connection := noteSeen(t.Context(), nil)
	body := func(referer, path string) string {
		var text strings.Builder
		answer := askOn(connection, p, "GET", path, "localhost:8080", referer)
		if err := answer.Write(&text); err != nil {
			t.Error(err)
		}
		return text.String()
	}
	now := func(referer, path string) {
		t.Helper()
		if got := body(referer, path); !strings.Contains(got, "one") {
			t.Errorf("%s from %q: %s", path, referer, got)
		}
	}
	now(own, "/") // it would wait too long
	c.at = c.at.Add(90 * time.Second)
	now("", "/")
	now("https://evil.example/", "/")
	now(own+"?pause", "/") // who follows it again wants to see it
	now(own, "/?pause")
	now(own, "/results.json")
	used := connection
	connection = noteSeen(t.Context(), nil)
	now(own, "/") // it may have an older drawing
	connection = used

	for _, next := range []struct {
		text string
		show func()
	}{
		{"two", func() { p.show(drawing("two"), next{after: time.Millisecond}) }},
		{"two", func() { p.end() }},
	} {
		answers := make(chan string)
		select {
		case <-c.asked: // before
		default:
		}
		go func() { answers <- body(own, "/") }()
		<-c.asked // it has the lock, and looks whether the next drawing is near
		next.show()
		if got := <-answers; !strings.Contains(got, next.text) {
			t.Errorf("got %s, want %s", got, next.text)
		}
	}
}

// Before the first round is complete there are no results.
func TestNoResultsYet(t *testing.T) {
	p, _ := testPage(next{after: 100 * time.Second})
	p.show(report.Live{Page: []byte("wait"), Paused: []byte("wait")}, next{after: 10 * time.Second})
	answer := ask(p, "GET", "/results.json", "localhost:8080", "")
	if answer.StatusCode != 503 || answer.Header.Get("Retry-After") != "8" {
		t.Errorf("%s, Retry-After %q", answer.Status, answer.Header.Get("Retry-After"))
	}
}
