package servermodel

import (
	"bytes"
	"sync/atomic"
	"time"
)

// service is what all conversations of a server share: the answers, their cost and the timeouts.
// Every model has one, so all models answer alike.
type service struct {
	work     Work
	text     []byte // the body of the path "/"
	turns    int    // of compute, for work.CPU
	timeouts timeouts
	maxConns int

	prebuilt [4]atomic.Pointer[prebuiltAnswer] // per version, without and with keep-alive
	stopping atomic.Bool                       // every answer from now on ends its connection

	// crowded reports whether clients wait because others keep their connections. It is nil if
	// that cannot happen.
	crowded func() bool
}

// timeouts limit how long a connection may take for something before it is closed.
type timeouts struct {
	idle    time.Duration // between two requests
	receive time.Duration // from a request's first byte to its last
	send    time.Duration // for the client to read what is sent
	grace   time.Duration // for requests in progress when the server is told to stop
}

// defaultTimeouts keep dead, slow and malicious clients from staying for ever. The grace is shorter
// than the 1.5 s after which the parent process kills a server.
var defaultTimeouts = timeouts{
	idle:    60 * time.Second,
	receive: 10 * time.Second,
	send:    60 * time.Second,
	grace:   time.Second,
}

func newService(config Config) *service {
	s := &service{
		work:     config.Work,
		text:     []byte(Body),
		timeouts: config.timeouts,
		maxConns: config.maxConns,
	}
	if n := config.Work.Body; n > 0 {
		s.text = bytes.Repeat([]byte(Body), n/len(Body)+1)[:n]
	}
	if config.Work.CPU > 0 {
		s.turns = turnsOf(config.Work.CPU)
	}
	if s.timeouts == (timeouts{}) {
		s.timeouts = defaultTimeouts
	}
	if s.maxConns == 0 {
		s.maxConns = connectionLimit()
	}
	return s
}

// keepsAlive reports whether connections may stay open after the next answer.
func (s *service) keepsAlive() bool {
	return !s.stopping.Load() && (s.crowded == nil || !s.crowded())
}

// wantsWork reports whether a request is one that the experiment is about. Errors cost no work.
func (r *request) wantsWork() bool { return r.get && r.root }
