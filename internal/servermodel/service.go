package servermodel

import (
	"bytes"
	"sync/atomic"
	"time"
)

// service is what all conversations of one server share: what is answered, what an answer takes,
// and how patient the server is. Every model has one, so that models answer alike.
type service struct {
	work     Work
	text     []byte                         // the body of the path "/"
	whole    [4]atomic.Pointer[wholeAnswer] // of each version, without and with keep-alive
	turns    int                            // of the computing that work.CPU asks for
	patience patience
	most     int         // connections at a time
	stopping atomic.Bool // answers end their connections from now on
	crowded  func() bool // others wait because connections stay; nil: nobody ever does
}

// patience is how long a connection may take for what it does, before it is closed.
type patience struct {
	idle    time.Duration // between two requests
	receive time.Duration // from a request's first byte to its last
	send    time.Duration // for the client to take what is sent
	grace   time.Duration // for requests that are under way when the server is told to stop
}

// usualPatience keeps dead, slow and malicious peers from staying for ever. The grace is under the
// 1.5 s after which whoever starts a server kills it.
var usualPatience = patience{
	idle:    60 * time.Second,
	receive: 10 * time.Second,
	send:    60 * time.Second,
	grace:   time.Second,
}

func newService(config Config) *service {
	s := &service{work: config.Work, text: []byte(Body), patience: config.patience}
	if n := config.Work.Body; n > 0 {
		s.text = bytes.Repeat([]byte(Body), n/len(Body)+1)[:n]
	}
	if config.Work.CPU > 0 {
		s.turns = turnsOf(config.Work.CPU)
	}
	if s.most = config.most; s.most == 0 {
		s.most = mostConnections()
	}
	if s.patience == (patience{}) {
		s.patience = usualPatience
	}
	return s
}

// keeps reports whether connections may stay open after the next answer.
func (s *service) keeps() bool { return !s.stopping.Load() && (s.crowded == nil || !s.crowded()) }

// worthWork reports whether the request is one of those that the experiment is about: errors cost
// no work.
func (r *request) worthWork() bool { return r.get && r.root }
