package main

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
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

// handOver starts a process in a session of its own that accepts the connections of the listener.
func handOver(listener *net.TCPListener) {
	file, err := listener.File()
	if err == nil {
		worker := exec.Command("doubtful", os.Args[1], "handed")
		worker.ExtraFiles = []*os.File{file}
		worker.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
		err = worker.Start()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
