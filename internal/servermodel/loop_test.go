//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package servermodel

import (
	"io"
	"net"
	"testing"

	"labbook.example/labbook/internal/poll"
)

// A loop that could not watch its listener again, for example because memory ran out, must not
// believe that it does.
func TestFailedAcceptingIsTriedAgain(t *testing.T) {
	listener, address, err := listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l, err := newLoop(listener, 1, newService(Config{}), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	defer l.close()
	if err := l.setAccepting(false); err != nil {
		t.Fatal(err)
	}

	l.listener = noListener // makes the next change fail
	if err := l.setAccepting(true); err == nil {
		t.Fatal("watching a closed descriptor: no error")
	}
	l.listener = listener
	if err := l.setAccepting(true); err != nil {
		t.Fatal(err)
	}

	conn, err := net.Dial("tcp", address.String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	events := make([]poll.Event, 1)
	n, err := l.poller.Wait(events, clientDeadline)
	if n != 1 || err != nil || events[0].FD != listener {
		t.Errorf("Wait = %d events, %v, want one for the listener", n, err)
	}
}
