package probe

import (
	"net"

	"golang.org/x/sys/unix"
)

// acknowledgeAtOnce makes the system acknowledge what comes next without the delay of up to 40 ms
// by which it usually waits for data to send along. A server that sends a header and then a body,
// without TCP_NODELAY, waits for that acknowledgement. So an answer that is late only in a load is
// late for this reason, and one that is late here too is the server's.
func acknowledgeAtOnce(conn net.Conn) {
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return
	}
	_ = raw.Control(func(fd uintptr) { // without it, an answer may be late: no doubt is then raised
		_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_QUICKACK, 1)
	})
}
