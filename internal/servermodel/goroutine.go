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

// serveGoroutine is the model "goroutine": net/http as people use it. Every connection has a
// goroutine, which waits in read and write like a thread. The runtime runs all goroutines on few
// threads, and asks the system which sockets are ready for all of them together.
//
//   - What blocks: a goroutine, which occupies no thread.
//   - What is shared: the runtime's scheduler, its poller and its garbage collector.
//   - What a slow request does to others: its computing takes a share of the cores; its waiting
//     costs nothing.
//   - What a connection costs: a descriptor, a goroutine's stack, and net/http's two buffers of
//     4 KB.
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
	server := s.httpServer()
	ended := make(chan error, 1)
	go func() { // ends with Shutdown or Close
		ended <- server.Serve(netutil.LimitListener(listener, s.maxConns))
	}()
	config.Ready(listener.Addr())
	select {
	case err := <-ended:
		return errors.Join(err, server.Close())
	case <-ctx.Done():
	}

	s.stopping.Store(true)
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.timeouts.grace)
	defer cancel()
	if server.Shutdown(grace) != nil { // the grace is over
		_ = server.Close() // an error of closing a connection does not matter
	}
	<-ended
	return nil
}

func (s *service) httpServer() *http.Server {
	return &http.Server{
		Handler:           s,
		ReadHeaderTimeout: s.timeouts.receive,
		ReadTimeout:       s.timeouts.receive,
		WriteTimeout:      s.timeouts.send + s.work.Wait + s.work.CPU,
		IdleTimeout:       s.timeouts.idle,
		MaxHeaderBytes:    maxHeader - netHTTPExtra,
		ErrorLog:          log.New(io.Discard, "", 0), // it reports every client that misbehaves
	}
}

// netHTTPExtra is how many bytes of a header net/http reads beyond MaxHeaderBytes.
const netHTTPExtra = 4096

// ServeHTTP answers as every model does.
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
	s.setHeader(w, r, len(s.text))
	if !r.ProtoAtLeast(1, 1) {
		w.Header()["Content-Type"] = nil // see appendOK
	}
	_, _ = w.Write(s.text) // fails only if the client is gone
}

// skipBody reads a request's body to its end. It returns the status of an error, or 0.
func skipBody(w http.ResponseWriter, r *http.Request) (status int) {
	if r.ContentLength > maxBody {
		return http.StatusRequestEntityTooLarge
	}
	_, err := io.Copy(io.Discard, http.MaxBytesReader(w, r.Body, maxBody))
	if err == nil {
		return 0
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusBadRequest
}

// fail answers with an error. It ends the connection if the request was not read to its end.
func (s *service) fail(w http.ResponseWriter, r *http.Request, status int) {
	text := errorText(status)
	if status == http.StatusBadRequest || status == http.StatusRequestEntityTooLarge {
		r.Close = true
	}
	s.setHeader(w, r, len(text))
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text) // fails only if the client is gone
}

// setHeader sets the fields that every answer has. By itself, net/http omits "close" in HTTP/1.0
// and "keep-alive" in HTTP/1.1.
func (s *service) setHeader(w http.ResponseWriter, r *http.Request, length int) {
	h := w.Header()
	if r.Close || s.stopping.Load() || r.ProtoMinor == 0 && !wantsKeepAlive(r) {
		h.Set("Connection", "close")
	} else {
		h.Set("Connection", "keep-alive")
	}
	h.Set("Server", serverField)
	h.Set("Content-Type", contentType)
	h.Set("Content-Length", strconv.Itoa(length))
}

// wantsKeepAlive reports whether an HTTP/1.0 client wants to keep its connection.
func wantsKeepAlive(r *http.Request) bool {
	var f fields
	for _, value := range r.Header["Connection"] {
		f.addConnection([]byte(value))
	}
	return f.keepAlive && !f.close
}
