//go:build !linux

package main

import "net"

// shortenQueue does nothing: what a queue drops is only known on Linux.
func shortenQueue(*net.TCPListener) {}

// handOver is only for Linux, as is the story that uses it.
func handOver(*net.TCPListener) {}
