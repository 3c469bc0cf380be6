package machine

import (
	"bufio"
	"fmt"
	"net/netip"
	"os"
	"strings"

	"golang.org/x/sys/unix"

	"labbook.example/labbook/internal/poll"
)

// reserve binds a socket with SO_REUSEADDR to the address and never listens. The kernel then gives
// the port to no client socket, and a server that also sets SO_REUSEADDR can bind it and listen.
func reserve(address netip.AddrPort) (reservation, error) {
	fd, err := unix.Socket(poll.Family(address), unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return reservation{}, err
	}

	err = unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1)
	if err == nil {
		err = unix.Bind(fd, poll.Sockaddr(address))
	}
	if err != nil {
		unix.Close(fd)
		return reservation{}, err
	}
	return reservation{func() { unix.Close(fd) }}, nil
}

// owner returns the process that has the port, such as "nginx (pid 12)", or "" if the system does
// not tell.
func owner(address netip.AddrPort) string {
	var inodes []string
	for _, row := range socketRows(address.Port()) {
		if row.inode != noInode {
			inodes = append(inodes, row.inode)
		}
	}
	if len(inodes) == 0 {
		return ""
	}
	return holder(inodes).String()
}

// onlyTimeWait reports whether the port is occupied by closed connections and nothing else.
func onlyTimeWait(address netip.AddrPort) bool {
	rows := socketRows(address.Port())
	for _, row := range rows {
		if row.state != timeWait {
			return false
		}
	}
	return len(rows) > 0
}

const (
	// timeWait is the code in /proc/net/tcp for a closed connection that is kept for a minute, so
	// that its late segments reach no other.
	timeWait = "06"
	// noInode is the inode of a socket that belongs to no process any more.
	noInode = "0"
)

// socketRow is one line of /proc/net/tcp.
type socketRow struct {
	state string // in hex
	inode string // as in the links of /proc/PID/fd
}

// socketRows returns the sockets with a local port. A row is "sl local rem st … inode …", where
// local is "0100007F:AFC8": the port is in big-endian hex.
func socketRows(port uint16) []socketRow {
	suffix := fmt.Sprintf(":%04X", port)
	var found []socketRow
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		file, err := os.Open(table)
		if err != nil {
			continue
		}
		for rows := bufio.NewScanner(file); rows.Scan(); {
			fields := strings.Fields(rows.Text())
			if len(fields) > 9 && strings.HasSuffix(fields[1], suffix) {
				found = append(found, socketRow{state: fields[3], inode: fields[9]})
			}
		}
		_ = file.Close() // it was only read
	}
	return found
}
