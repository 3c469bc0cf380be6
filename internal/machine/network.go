package machine

import (
	"math"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"labbook.example/labbook/internal/record"
)

// NetworkMeter reads what the network of this machine does during a load between machines.
type NetworkMeter struct {
	name    string // of the interface; "" if it is not known
	before  traffic
	started time.Time
}

// traffic is what the counters of a network show at one moment. Nil: the system does not tell.
type traffic struct {
	receivedBytes, receivedPackets *int64
	sentBytes, sentPackets         *int64
	receiveDrops, sendDrops        *int64

	sentSegments, sentAgain, overflows *int64

	interrupts *int64 // of all cores together, in ticks
}

// WatchNetworkTo starts a meter of the interface through which this machine reaches an address.
func WatchNetworkTo(address netip.Addr) *NetworkMeter {
	return watch(interfaceTo(address))
}

// WatchNetworkAt starts a meter of the interface that has an address of this machine, at which
// others reach it. What the machine itself sends to the address does not pass there.
func WatchNetworkAt(address netip.Addr) *NetworkMeter {
	return watch(interfaceAt(address))
}

func watch(name string) *NetworkMeter {
	return &NetworkMeter{name: name, before: readTraffic("/", name), started: time.Now()}
}

// Stop returns what the network did since the meter was started; nil if the system tells nothing.
func (m *NetworkMeter) Stop() *record.Network {
	return m.stop("/", time.Since(m.started))
}

func (m *NetworkMeter) stop(root string, elapsed time.Duration) *record.Network {
	before, after := m.before, readTraffic(root, m.name)
	n := record.Network{
		ReceivedBytes:         between(before.receivedBytes, after.receivedBytes),
		SentBytes:             between(before.sentBytes, after.sentBytes),
		ReceivedPackets:       between(before.receivedPackets, after.receivedPackets),
		SentPackets:           between(before.sentPackets, after.sentPackets),
		SentSegments:          between(before.sentSegments, after.sentSegments),
		RetransmittedSegments: between(before.sentAgain, after.sentAgain),
		ListenOverflows:       between(before.overflows, after.overflows),
	}
	received := between(before.receiveDrops, after.receiveDrops)
	sent := between(before.sendDrops, after.sendDrops)
	if received != nil && sent != nil {
		n.Dropped = new(*received + *sent)
	}
	if ticks := between(before.interrupts, after.interrupts); ticks != nil {
		n.InterruptSeconds = new(float64(*ticks) / ticksPerSecond)
	}
	if n == (record.Network{}) || elapsed <= 0 {
		return nil
	}
	n.Seconds = elapsed.Seconds()
	n.BitsPerSecond = speed(root, m.name)
	return &n
}

// ticksPerSecond is how many ticks of /proc/stat a core has: USER_HZ, the same on all systems.
const ticksPerSecond = 100

// between returns how far a counter went; nil if either moment is unknown, or if it went backwards,
// as it does when an interface is made anew.
func between(before, after *int64) *int64 {
	if before == nil || after == nil || *after < *before {
		return nil
	}
	return new(*after - *before)
}

// interfaceTo returns the name of the interface through which this machine reaches an address, ""
// if there is none. An address of its own is reached through the loopback interface.
func interfaceTo(address netip.Addr) string {
	address = address.Unmap()
	// A UDP socket that is connected sends nothing, and has the local address of its route.
	const anyPort = 9
	target := net.UDPAddrFromAddrPort(netip.AddrPortFrom(address, anyPort))
	conn, err := net.DialUDP("udp", nil, target)
	if err != nil {
		return ""
	}
	defer conn.Close()
	local, ok := conn.LocalAddr().(*net.UDPAddr)
	if !ok {
		return ""
	}
	from := local.AddrPort().Addr().Unmap().WithZone("")
	if from == address.WithZone("") {
		return loopback()
	}
	return interfaceAt(from)
}

// interfaceAt returns the name of the interface that has an address, "" if none does.
func interfaceAt(address netip.Addr) string {
	return find(func(i net.Interface) bool {
		addresses, _ := i.Addrs() // none if unknown
		for _, a := range addresses {
			prefix, err := netip.ParsePrefix(a.String())
			if err == nil && prefix.Addr().WithZone("") == address.Unmap().WithZone("") {
				return true
			}
		}
		return i.Flags&net.FlagLoopback != 0 && address.Unmap().IsLoopback()
	})
}

// loopback returns the name of the loopback interface, "" if there is none.
func loopback() string {
	return find(func(i net.Interface) bool { return i.Flags&net.FlagLoopback != 0 })
}

// find returns the name of the first interface that is as wanted, "" if none is.
func find(wanted func(net.Interface) bool) string {
	all, _ := net.Interfaces() // none if unknown
	for _, i := range all {
		if wanted(i) {
			return i.Name
		}
	}
	return ""
}

// readTraffic reads the counters of an interface and those of TCP. The root is "/" outside tests.
func readTraffic(root, name string) traffic {
	t := traffic{}
	read := func(file string) string { return readText(filepath.Join(root, "proc/net", file)) }
	if counters := parseInterface(read("dev"), name); counters != nil {
		t.receivedBytes, t.receivedPackets = &counters[0], &counters[1]
		t.sentBytes, t.sentPackets = &counters[8], &counters[9]
		t.receiveDrops, t.sendDrops = &counters[3], &counters[11]
	}
	snmp := read("snmp")
	t.sentSegments = parseCounter(snmp, "Tcp:", "OutSegs")
	t.sentAgain = parseCounter(snmp, "Tcp:", "RetransSegs")
	t.overflows = parseCounter(read("netstat"), "TcpExt:", "ListenOverflows")
	t.interrupts = parseInterrupts(firstLine(filepath.Join(root, "proc/stat")))
	return t
}

// parseInterface reads the line of an interface in /proc/net/dev: its name with a colon, eight
// numbers of what it received (bytes, packets, errors, drops, …), and eight of what it sent. It
// returns nil if there is no such line.
func parseInterface(dev, name string) []int64 {
	const numbers = 16
	for line := range strings.Lines(dev) {
		its, rest, found := strings.Cut(line, ":")
		fields := strings.Fields(rest)
		if !found || strings.TrimSpace(its) != name || len(fields) < numbers {
			continue
		}
		counters := make([]int64, numbers)
		for i := range counters {
			n, err := strconv.ParseInt(fields[i], 10, 64)
			if err != nil || n < 0 {
				return nil
			}
			counters[i] = n
		}
		return counters
	}
	return nil
}

// parseCounter reads a number of /proc/net/snmp or netstat, where a line of names is followed by
// one of numbers: "Tcp: RtoAlgorithm RtoMin …", "Tcp: 1 200 …". It returns nil if there is none.
func parseCounter(text, group, name string) *int64 {
	var names []string
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0 || fields[0] != group:
		case names == nil:
			names = fields
		default:
			for i := 1; i < min(len(names), len(fields)); i++ {
				n, err := strconv.ParseInt(fields[i], 10, 64)
				if names[i] == name && err == nil && n >= 0 {
					return &n
				}
			}
			return nil
		}
	}
	return nil
}

// parseInterrupts reads the ticks of interrupts and of what they put off, the sixth and the seventh
// number of the first line of /proc/stat. It returns nil for any other line.
func parseInterrupts(line string) *int64 {
	const interrupts, putOff = 6, 7
	fields := strings.Fields(line)
	if parseTicks(line) == nil { // so that all of them are numbers
		return nil
	}
	sum := int64(0)
	for _, field := range []string{fields[interrupts], fields[putOff]} {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return nil
		}
		sum += n
	}
	return &sum
}

// speed returns the speed of an interface in bits per second, nil if it has none. A virtual
// interface may name any speed, such as 10 Mbit/s of a tunnel. It is believed only of one that is a
// device, or that is made of such.
func speed(root, name string) *int64 {
	if name == "" || !isDevice(root, name, 0) {
		return nil
	}
	text := firstLine(filepath.Join(root, "sys/class/net", name, "speed"))
	megabits, err := strconv.ParseInt(text, 10, 32)
	// Older drivers write the largest number of 16 bits where they know nothing.
	if err != nil || megabits <= 0 || megabits == math.MaxUint16 {
		return nil
	}
	return new(megabits * 1e6)
}

// isDevice reports whether an interface is a device, or made of one, as a bond or a VLAN is.
func isDevice(root, name string, depth int) bool {
	const deepest = 4 // a VLAN of a bridge of a bond of devices

	entries, _ := os.ReadDir(filepath.Join(root, "sys/class/net", name)) // none if unknown
	for _, e := range entries {
		if e.Name() == "device" {
			return true
		}
		lower, found := strings.CutPrefix(e.Name(), "lower_")
		if found && depth < deepest && isDevice(root, lower, depth+1) {
			return true
		}
	}
	return false
}
