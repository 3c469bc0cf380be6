package machine

import (
	"bufio"
	"encoding/binary"
	"encoding/hex"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// The codes of socket states in /proc/net/tcp.
const (
	stateSynReceived = "03"
	stateListen      = "0A"
)

// listeners returns the sockets of some tables that listen for TCP connections.
func listeners(tables ...string) []listener {
	var found []listener
	for _, table := range tables {
		file, err := os.Open(table)
		if err != nil {
			continue
		}
		found = append(found, readListeners(file)...)
		_ = file.Close() // it was only read
	}
	return found
}

// readListeners reads the listeners of a table such as /proc/net/tcp. The kernel writes them first,
// old kernels with half-open connections among them. There may be tens of thousands of closed
// connections after a load, so nothing behind the listeners is read.
func readListeners(table io.Reader) []listener {
	var found []listener
	rows := bufio.NewScanner(table)
	rows.Scan() // the names of the columns
	for rows.Scan() {
		fields := strings.Fields(rows.Text())
		if len(fields) < 10 {
			continue
		}
		switch fields[3] {
		case stateListen:
			if address, ok := parseSocketAddress(fields[1]); ok {
				found = append(found, listener{address, fields[9]})
			}
		case stateSynReceived:
		default:
			return found
		}
	}
	return found
}

// parseSocketAddress parses an address such as "0100007F:AFC8". The port is in big-endian hex. The
// IP address is one or four words of 32 bits, whose bytes are in the order of this machine.
func parseSocketAddress(text string) (netip.AddrPort, bool) {
	host, service, _ := strings.Cut(text, ":")
	port, err := strconv.ParseUint(service, 16, 16)
	if err != nil {
		return netip.AddrPort{}, false
	}
	words, err := hex.DecodeString(host)
	if err != nil || len(words) != 4 && len(words) != 16 {
		return netip.AddrPort{}, false
	}
	for word := words; len(word) > 0; word = word[4:] {
		binary.NativeEndian.PutUint32(word, binary.BigEndian.Uint32(word))
	}
	ip, ok := netip.AddrFromSlice(words)
	return netip.AddrPortFrom(ip.Unmap(), uint16(port)), ok
}

// socketsOf returns the inodes of the sockets that a process has. It reports false if we may not
// read them. A process that is gone has none.
func socketsOf(pid int) (inodes []string, ok bool) {
	folder := "/proc/" + strconv.Itoa(pid) + "/fd"
	entries, err := os.ReadDir(folder)
	if os.IsPermission(err) {
		return nil, false
	}
	for _, entry := range entries {
		link, _ := os.Readlink(filepath.Join(folder, entry.Name())) // closed meanwhile: no socket
		if inode, ok := strings.CutPrefix(link, "socket:["); ok {
			inodes = append(inodes, strings.TrimSuffix(inode, "]"))
		}
	}
	return inodes, true
}

// holder returns a process that has one of some sockets, if we may know.
func holder(inodes []string) namedProcess {
	descriptors, _ := filepath.Glob("/proc/[0-9]*/fd/*") // a constant pattern is well formed
	for _, path := range descriptors {
		link, err := os.Readlink(path)
		if err != nil || !strings.HasPrefix(link, "socket:[") {
			continue
		}
		inode := strings.TrimSuffix(strings.TrimPrefix(link, "socket:["), "]")
		if !slices.Contains(inodes, inode) {
			continue
		}
		folder := strings.Split(path, "/")[2]
		pid, err := strconv.Atoi(folder)
		if name := firstLine("/proc/" + folder + "/comm"); name != "" && err == nil {
			return namedProcess{name, pid}
		}
	}
	return namedProcess{}
}

// inContainer reports whether a process counts its ids in another way than we do, as those in a
// container do.
func inContainer(pid int) bool {
	own, err := os.Readlink("/proc/self/ns/pid")
	its, err2 := os.Readlink("/proc/" + strconv.Itoa(pid) + "/ns/pid")
	return err == nil && err2 == nil && own != its
}
