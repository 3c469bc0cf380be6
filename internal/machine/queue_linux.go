package machine

import (
	"encoding/binary"
	"math"
	"net/netip"
	"slices"
	"strconv"
	"syscall"

	"golang.org/x/sys/unix"

	"labbook.example/labbook/internal/record"
)

// AcceptQueue returns the state of the queue of connections that a server has not accepted yet, nil
// if the system does not tell or nothing listens at the address. A server with several listeners
// has the sum of their drops.
func AcceptQueue(address netip.AddrPort) *record.AcceptQueue {
	var queues []queue
	var all []listener
	for _, family := range []uint8{unix.AF_INET, unix.AF_INET6} {
		messages, err := listeningSockets(family)
		if err != nil {
			return nil
		}
		for _, m := range messages {
			if q, ok := parseQueue(m); ok {
				queues = append(queues, q)
				all = append(all, q.listener)
			}
		}
	}

	here := answering(all, address)
	if len(here) == 0 {
		return nil
	}
	sum := record.AcceptQueue{Backlog: math.MaxInt32}
	for _, q := range queues {
		if slices.Contains(here, q.listener) {
			sum.Dropped += q.dropped
			sum.Backlog = min(sum.Backlog, q.backlog)
		}
	}
	return &sum
}

// The kernel's request and answer for sockets, from linux/inet_diag.h.
const (
	sockDiagByFamily   = 20
	diagRequestBytes   = 56 // struct inet_diag_req_v2
	diagMessageBytes   = 72 // struct inet_diag_msg
	diagSocketMemory   = 7  // INET_DIAG_SKMEMINFO
	socketMemoryDrops  = 8  // SK_MEMINFO_DROPS, an index of 32-bit numbers
	stateListening     = 10 // TCP_LISTEN
	maxDiagAnswerBytes = 1 << 20
)

// listeningSockets asks the kernel for all TCP sockets of a family that listen, each with its
// memory statistics. It returns the messages without their netlink headers.
func listeningSockets(family uint8) ([][]byte, error) {
	const kind = unix.SOCK_RAW | unix.SOCK_CLOEXEC
	fd, err := unix.Socket(unix.AF_NETLINK, kind, unix.NETLINK_SOCK_DIAG)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	patience := unix.Timeval{Sec: 1}
	if err := unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &patience); err != nil {
		return nil, err
	}

	const length = unix.NLMSG_HDRLEN + diagRequestBytes
	request := make([]byte, length)
	binary.NativeEndian.PutUint32(request[0:], length)
	binary.NativeEndian.PutUint16(request[4:], sockDiagByFamily)
	binary.NativeEndian.PutUint16(request[6:], unix.NLM_F_REQUEST|unix.NLM_F_DUMP)
	request[16] = family
	request[17] = unix.IPPROTO_TCP
	request[18] = 1 << (diagSocketMemory - 1)
	binary.NativeEndian.PutUint32(request[20:], 1<<stateListening)
	kernel := &unix.SockaddrNetlink{Family: unix.AF_NETLINK}
	if err := unix.Sendto(fd, request, 0, kernel); err != nil {
		return nil, err
	}
	return readDump(fd)
}

// readDump reads an answer of several messages until its end.
func readDump(fd int) ([][]byte, error) {
	var all [][]byte
	for total := 0; total < maxDiagAnswerBytes; {
		buffer := make([]byte, 64<<10)
		n, _, err := unix.Recvfrom(fd, buffer, 0)
		if err != nil {
			return nil, err
		}
		total += n

		messages, err := syscall.ParseNetlinkMessage(buffer[:n])
		if err != nil {
			return nil, err
		}
		for _, m := range messages {
			switch m.Header.Type {
			case unix.NLMSG_DONE:
				return all, nil
			case unix.NLMSG_ERROR:
				return nil, unix.EPROTO
			}
			all = append(all, m.Data)
		}
	}
	return nil, unix.EMSGSIZE
}

// queue is the queue of a listener.
type queue struct {
	listener
	backlog int
	dropped int64
}

// parseQueue reads a struct inet_diag_msg with the attributes that follow it. ok is false if it
// lacks the number of drops.
func parseQueue(m []byte) (q queue, ok bool) {
	if len(m) < diagMessageBytes {
		return queue{}, false
	}
	var ip netip.Addr
	switch m[0] {
	case unix.AF_INET:
		ip = netip.AddrFrom4([4]byte(m[8:12]))
	case unix.AF_INET6:
		ip = netip.AddrFrom16([16]byte(m[8:24])).Unmap()
	}
	q.address = netip.AddrPortFrom(ip, binary.BigEndian.Uint16(m[4:]))
	q.backlog = int(int32(binary.NativeEndian.Uint32(m[60:]))) // idiag_wqueue, of a listener
	q.inode = strconv.FormatUint(uint64(binary.NativeEndian.Uint32(m[68:])), 10)

	for rest := m[diagMessageBytes:]; len(rest) >= unix.SizeofRtAttr; {
		length := int(binary.NativeEndian.Uint16(rest))
		if length < unix.SizeofRtAttr || length > len(rest) {
			return queue{}, false
		}
		data := rest[unix.SizeofRtAttr:length]
		const end = 4 * (socketMemoryDrops + 1)
		if binary.NativeEndian.Uint16(rest[2:]) == diagSocketMemory && len(data) >= end {
			q.dropped = int64(binary.NativeEndian.Uint32(data[end-4:]))
			return q, true
		}
		rest = rest[min(len(rest), (length+3)&^3):]
	}
	return queue{}, false
}
