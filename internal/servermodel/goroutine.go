package servermodel

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"time"

	"golang.org/x/net/netutil"
)

// The model "goroutine": net/http as people use it. Every connection has a goroutine, which waits
// in read and write like a thread; the runtime runs them all on few threads, and asks the system
// for all of them together which sockets are ready.
//
//   - What blocks: a goroutine, which costs no thread.
//   - What is shared: the runtime's scheduler, its poller, and its garbage collector.
//   - What a slow request does to others: its computing takes a share of the cores; its waiting nothing.
//   - What a connection costs: a descriptor, a goroutine's stack, and net/http's two buffers of 4 KB.
func serveGoroutine(ctx context.Context, config Config) error {
	where, err := Resolve(config.Address)
	if err != nil {
		return err
	}
	listener, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(where))
	if err != nil {
		return err
	}
	s := newService(config)
	server := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: s.patience.receive,
		ReadTimeout:       s.patience.receive,
		WriteTimeout:      s.patience.send + config.Work.Wait + config.Work.CPU,
		IdleTimeout:       s.patience.idle,
		MaxHeaderBytes:    maxHeader - netHTTPSlop,
		ErrorLog:          log.New(io.Discard, "", 0), // it tells of every client that misbehaves
	}
	ended := make(chan error, 1)
	go func() { // ends with Shutdown or Close
		ended <- server.Serve(netutil.LimitListener(listener, s.most))
	}()
	config.Ready(listener.Addr())
	select {
	case err := <-ended:
		return errors.Join(err, server.Close())
	case <-ctx.Done():
	}
	s.stopping.Store(true)
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.patience.grace)
	defer cancel()
	if server.Shutdown(grace) != nil { // the grace is over
		_ = server.Close() // what it closes are sockets whose time is over
	}
	<-ended
	return nil
}

// netHTTPSlop is what net/http reads of a header beyond MaxHeaderBytes.
const netHTTPSlop = 4096

// ServeHTTP answers what every model answers.
func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if status := skipBody(w, r); status != 0 {
		s.fail(w, r, status)
		return
	}
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		w.Header().Set("Allow", allowField)
		s.fail(w, r, http.StatusMethodNotAllowed)
		return
	case r.URL.Path != "/":
		s.fail(w, r, http.StatusNotFound)
		return
	}
	if s.turns > 0 {
		compute(s.turns)
	}
	time.Sleep(s.work.Wait)
	s.header(w, r, len(s.text))
	if !r.ProtoAtLeast(1, 1) {
		w.Header()["Content-Type"] = nil // the 122 bytes have none
	}
	_, _ = w.Write(s.text) // a client that is gone needs no answer
}

// skipBody reads a request's body to its end; the status is that of an error.
func skipBody(w http.ResponseWriter, r *http.Request) (status int) {
	if r.ContentLength > maxBody {
		return http.StatusRequestEntityTooLarge
	}
	_, err := io.Copy(io.Discard, http.MaxBytesReader(w, r.Body, maxBody))
	var tooGreat *http.MaxBytesError
	switch {
	case err == nil:
		return 0
	case errors.As(err, &tooGreat):
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusBadRequest
}

// fail answers with an error, and ends the connection if the request could not be read to its end.
func (s *service) fail(w http.ResponseWriter, r *http.Request, status int) {
	text := errorText(status)
	if status == http.StatusBadRequest || status == http.StatusRequestEntityTooLarge {
		r.Close = true
	}
	s.header(w, r, len(text))
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text) // a client that is gone needs no answer
}

// header sets the fields that every answer has. net/http leaves "close" out of HTTP/1.0 answers and
// "keep-alive" out of HTTP/1.1 ones unless it is told.
func (s *service) header(w http.ResponseWriter, r *http.Request, length int) {
	h := w.Header()
	if r.Close || s.stopping.Load() || r.ProtoMinor == 0 && !persistent(r) {
		h.Set("Connection", "close")
	} else {
		h.Set("Connection", "keep-alive")
	}
	h.Set("Server", serverField)
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(length))
}

// persistent reports whether a HTTP/1.0 client wants its connection to stay.
func persistent(r *http.Request) bool {
	var f fields
	for _, value := range r.Header["Connection"] {
		f.takeConnection([]byte(value))
	}
	return f.persistent && !f.close
}
