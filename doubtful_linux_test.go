package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
)

// shortenQueue makes the system let only two connections wait until they are accepted: one more
// than the backlog.
func shortenQueue(listener *net.TCPListener) {
	raw, err := listener.SyscallConn()
	if err == nil {
		err = errors.Join(raw.Control(func(fd uintptr) { err = syscall.Listen(int(fd), 1) }), err)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
