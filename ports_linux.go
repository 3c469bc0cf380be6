package main

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// holdPort binds a socket with SO_REUSEADDR to the address and never listens. The kernel then gives
// the port to no client socket, and a server that sets SO_REUSEADDR too can bind and listen beside
// it.
func holdPort(address netip.AddrPort) (hold, error) {
	family := unix.AF_INET6
	if address.Addr().Is4() {
		family = unix.AF_INET
	}
	fd, err := unix.Socket(family, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return hold{}, err
	}
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); err != nil {
		unix.Close(fd)
		return hold{}, err
	}
	if err := unix.Bind(fd, sockaddr(address)); err != nil {
		unix.Close(fd)
		return hold{}, err
	}
	return hold{func() { unix.Close(fd) }}, nil
}

func sockaddr(address netip.AddrPort) unix.Sockaddr {
	if address.Addr().Is4() {
		return &unix.SockaddrInet4{Port: int(address.Port()), Addr: address.Addr().As4()}
	}
	return &unix.SockaddrInet6{Port: int(address.Port()), Addr: address.Addr().As16()}
}

// holder names the process that has the port, as "nginx (pid 12)", or "" where the system does not tell us.
func holder(address netip.AddrPort) string {
	inodes := append(
		socketInodes("/proc/net/tcp", address.Port()),
		socketInodes("/proc/net/tcp6", address.Port())...)
	if len(inodes) == 0 {
		return ""
	}
	descriptors, _ := filepath.Glob("/proc/[0-9]*/fd/*") // the pattern is a constant and well formed
	for _, path := range descriptors {
		target, err := os.Readlink(path)
		if err != nil || !slices.Contains(inodes, target) {
			continue
		}
		pid := strings.Split(path, "/")[2]
		name, err := os.ReadFile("/proc/" + pid + "/comm")
		if err != nil {
			continue
		}
		return fmt.Sprintf("%s (pid %s)", strings.TrimSpace(string(name)), pid)
	}
	return ""
}

// socketInodes gives the sockets with that local port, as /proc names them in a process's fd folder. A row
// is "sl local rem st … inode …", with "0100007F:AFC8" as local: the port is in big-endian hex.
func socketInodes(table string, port uint16) []string {
	file, err := os.Open(table)
	if err != nil {
		return nil
	}
	defer file.Close()
	want := ":" + strings.ToUpper(hex.EncodeToString([]byte{byte(port >> 8), byte(port)}))
	var inodes []string
	for rows := bufio.NewScanner(file); rows.Scan(); {
		fields := strings.Fields(rows.Text())
		if len(fields) > 9 && strings.HasSuffix(fields[1], want) && fields[9] != "0" {
			inodes = append(inodes, "socket:["+fields[9]+"]")
		}
	}
	return inodes
}
