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

// holder names the process that has the port, as "nginx (pid 12)", or "" where the system does not
// tell us.
func holder(address netip.AddrPort) string {
	var inodes []string
	for _, row := range socketRows(address.Port()) {
		if row.inode != "0" {
			inodes = append(inodes, "socket:["+row.inode+"]")
		}
	}
	if len(inodes) == 0 {
		return ""
	}
	descriptors, _ := filepath.Glob(
		"/proc/[0-9]*/fd/*",
	) // the pattern is a constant and well formed
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

// timeWait is how /proc names the state of a connection that is closed, and only kept so that its
// late segments meet no other.
const timeWait = "06"

// lingers reports whether closed connections have the port, and nothing else.
func lingers(address netip.AddrPort) bool {
	rows := socketRows(address.Port())
	return len(rows) > 0 &&
		!slices.ContainsFunc(rows, func(r socketRow) bool { return r.state != timeWait })
}

// socketRow is a socket as /proc/net/tcp has it.
type socketRow struct {
	state string
	inode string // as /proc names it in a process's fd folder; "0": it is no process's any more
}

// socketRows gives the sockets with that local port. A row is "sl local rem st … inode …", with
// "0100007F:AFC8" as local: the port is in big-endian hex.
func socketRows(port uint16) []socketRow {
	want := ":" + strings.ToUpper(hex.EncodeToString([]byte{byte(port >> 8), byte(port)}))
	var found []socketRow
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		file, err := os.Open(table)
		if err != nil {
			continue
		}
		for rows := bufio.NewScanner(file); rows.Scan(); {
			fields := strings.Fields(rows.Text())
			if len(fields) > 9 && strings.HasSuffix(fields[1], want) {
				found = append(found, socketRow{fields[3], fields[9]})
			}
		}
		_ = file.Close() // it was only read
	}
	return found
}
