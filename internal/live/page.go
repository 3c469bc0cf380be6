package live

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	"labbook.example/labbook/report"
)

// page is what is served: bytes that were drawn before anybody asked for them. It is safe for
// concurrent use.
type page struct {
	hosts []string // that a browser on this machine may have asked for, with the port
	now   func() time.Time

	mu      sync.Mutex
	drawn   report.Live
	number  int           // of the drawing, from 1
	due     time.Time     // when the next drawing is expected; zero: none follows
	early   time.Duration // before that, a client may wait for it
	changed chan struct{} // closed by the next drawing, and by the end
}

func newPage(port uint16, now func() time.Time) *page {
	number := strconv.Itoa(int(port))
	p := &page{
		now:     now,
		number:  1,
		changed: make(chan struct{}),
	}
	for _, host := range []string{"localhost", "127.0.0.1", "[::1]"} {
		p.hosts = append(p.hosts, host+":"+number)
		if port == 80 {
			p.hosts = append(p.hosts, host) // browsers leave out this port
		}
	}
	return p
}

// show puts a drawing in the place of the last one, and answers those who wait for it. The next one
// is expected as said.
func (p *page) show(drawn report.Live, next next) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drawn = drawn
	p.number++
	p.schedule(next)
	close(p.changed)
	p.changed = make(chan struct{})
}

// expect corrects when the next drawing is expected.
func (p *page) expect(next next) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.schedule(next)
}

// next is when the next drawing is expected; its zero value: none follows.
type next struct {
	after time.Duration
	last  bool
}

// schedule needs the lock.
func (p *page) schedule(next next) {
	p.due, p.early = time.Time{}, 0
	if next.after <= 0 {
		return
	}
	share := earlyShare
	if next.last {
		share = lastShare
	}
	p.due = p.now().Add(next.after)
	p.early = max(time.Second, time.Duration(share*float64(next.after)))
}

// end answers those who wait, with the last drawing. None follows.
func (p *page) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.schedule(next{})
	close(p.changed)
	p.changed = make(chan struct{})
}

const (
	// earlyShare is which part of the time between two drawings a client asks before the second,
	// and waits for it: so it paints when nothing is loaded. lastShare is that of the last one,
	// after which the process ends, and which may come sooner than was expected.
	earlyShare = 0.2
	lastShare  = 0.5
	// maxWait is how long a client waits for a drawing. Browsers wait for minutes.
	maxWait = 2 * time.Minute
	// maxWrite is how long a client may take to read a page.
	maxWrite = 10 * time.Second
)

// ServeHTTP answers GET and HEAD of the page and of results.json. A name other than those of the
// loopback is refused: a page elsewhere may have bound one to 127.0.0.1 (DNS rebinding).
func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy",
		"default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "same-origin")
	switch {
	case !slices.Contains(p.hosts, r.Host):
		p.refuse(w, http.StatusForbidden, "this page is for localhost and 127.0.0.1 alone")
	case r.URL.Path != "/" && r.URL.Path != "/results.json":
		p.refuse(w, http.StatusNotFound, "there are only / and /results.json")
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		h.Set("Allow", "GET, HEAD")
		p.refuse(w, http.StatusMethodNotAllowed, "only GET and HEAD are answered")
	case r.URL.Path == "/results.json":
		p.results(w, r)
	default:
		p.html(w, r)
	}
}

func (p *page) refuse(w http.ResponseWriter, status int, text string) {
	p.limitWrite(w)
	http.Error(w, text, status)
}

// limitWrite bounds how long the answer that follows may take.
func (p *page) limitWrite(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(maxWrite)) // a recorder: none
}

func (p *page) results(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	drawn, wait := p.drawn, p.refresh()
	p.mu.Unlock()
	if drawn.Results == nil {
		if wait > 0 {
			w.Header().Set("Retry-After", strconv.Itoa(wait))
		}
		p.refuse(w, http.StatusServiceUnavailable, "no round is complete yet")
		return
	}
	w.Header().Set("Content-Type", "application/json")
	p.write(w, r, drawn.Results)
}

func (p *page) html(w http.ResponseWriter, r *http.Request) {
	paused := r.URL.RawQuery == "pause"
	if !paused && r.Method == http.MethodGet {
		p.await(r)
	}
	p.mu.Lock()
	drawn, refresh := p.drawn, p.refresh()
	if seen := seenBy(r); seen != nil && r.Method == http.MethodGet {
		*seen = p.number
	}
	p.mu.Unlock()

	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if paused {
		p.write(w, r, drawn.Paused)
		return
	}
	if refresh > 0 {
		w.Header().Set("Refresh", strconv.Itoa(refresh))
	}
	p.write(w, r, drawn.Page)
}

// refresh returns after how many seconds a client should ask again; 0: not at all. It needs the
// lock.
func (p *page) refresh() int {
	if p.due.IsZero() {
		return 0
	}
	left := p.due.Add(-p.early).Sub(p.now())
	return max(1, int(left/time.Second))
}

// await waits for the next drawing, if the client has the present one and the next is near.
func (p *page) await(r *http.Request) {
	p.mu.Lock()
	changed := p.changed
	near := !p.due.IsZero() && !p.now().Before(p.due.Add(-p.early-time.Second))
	seen := seenBy(r)
	isSeen := seen != nil && *seen == p.number
	p.mu.Unlock()
	if !near || !isSeen || !p.isOwn(r) {
		return
	}
	timer := time.NewTimer(maxWait)
	defer timer.Stop()
	select {
	case <-changed:
	case <-timer.C:
	case <-r.Context().Done():
	}
}

// seenKey is the key of the number of the drawing that was last sent on a connection, in the
// context of its requests: an *int, which the lock of the page guards.
type seenKey struct{}

// noteSeen is for http.Server.ConnContext.
func noteSeen(ctx context.Context, _ net.Conn) context.Context {
	return context.WithValue(ctx, seenKey{}, new(int))
}

// seenBy returns the number of the drawing that the client has; nil if that is not known.
func seenBy(r *http.Request) *int {
	seen, _ := r.Context().Value(seenKey{}).(*int)
	return seen
}

// isOwn reports whether the client comes from the page, as a browser does that refreshes it.
func (p *page) isOwn(r *http.Request) bool {
	from, err := url.Parse(r.Referer())
	return err == nil && slices.Contains(p.hosts, from.Host) && from.RawQuery != "pause"
}

func (p *page) write(w http.ResponseWriter, r *http.Request, data []byte) {
	p.limitWrite(w)
	w.Header().Set("Content-Length", strconv.Itoa(len(data)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(data) // who has gone needs no page
	}
}
