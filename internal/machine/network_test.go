package machine

import (
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/record"
)

const netDev = `Inter-|   Receive                            |  Transmit
 face |bytes packets errs drop fifo frame multicast|bytes packets errs drop fifo colls carrier
    lo:  900       9    0    0    0     0 0 0   900      9    0    0    0     0       0 0
  eth0: 1000      10    0    1    0     0 0 3  5000     50    0    2    0     0       0 0
eth0.7:1000 10 0 1 0 0 0 3 5000 50 0 2 0 0 0 0
`

const netSnmp = `Ip: Forwarding DefaultTTL
Ip: 2 64
Tcp: RtoAlgorithm MaxConn InSegs OutSegs RetransSegs
Tcp: 1 -1 700 800 9
Udp: InDatagrams
Udp: 3
`

const netStat = `TcpExt: SyncookiesSent ListenOverflows ListenDrops
TcpExt: 0 4 5
IpExt: InNoRoutes
IpExt: 0
`

func networkRoot(t *testing.T) string {
	return fakeRoot(t, map[string]string{
		"proc/net/dev":                         netDev,
		"proc/net/snmp":                        netSnmp,
		"proc/net/netstat":                     netStat,
		"proc/stat":                            "cpu  10 0 20 500 3 40 60 7 0 0\ncpu0 1 2\n",
		"sys/class/net/lo/ifindex":             "1\n",
		"sys/class/net/eth0/speed":             "1000\n",
		"sys/class/net/eth0/device/vendor":     "0x8086\n",
		"sys/class/net/eth0.7/speed":           "1000\n",
		"sys/class/net/eth0.7/lower_eth0/mtu":  "1500\n",
		"sys/class/net/tun0/speed":             "10\n",
		"sys/class/net/virtio/speed":           "-1\n",
		"sys/class/net/virtio/device/vendor":   "0x1af4\n",
		"sys/class/net/old/speed":              "65535\n",
		"sys/class/net/old/device/vendor":      "0x1af4\n",
		"sys/class/net/circle/speed":           "1000\n",
		"sys/class/net/circle/lower_circle/if": "\n",
	})
}

func TestNetworkMeter(t *testing.T) {
	root := networkRoot(t)
	m := &NetworkMeter{name: "eth0", before: readTraffic(root, "eth0")}
	replace := strings.NewReplacer(
		"1000      10    0    1", "4000      30    0    2",
		"5000     50    0    2", "9000     80    0    2",
	)
	writeFiles(t, root, map[string]string{
		"proc/net/dev":     replace.Replace(netDev),
		"proc/net/snmp":    strings.Replace(netSnmp, "800 9", "860 10", 1),
		"proc/net/netstat": strings.Replace(netStat, "0 4 5", "0 11 12", 1),
		"proc/stat":        "cpu  10 0 20 600 3 45 80 7 0 0\n",
	})
	want := &record.Network{
		Seconds:               2,
		BitsPerSecond:         new(int64(1e9)),
		ReceivedBytes:         new(int64(3000)),
		SentBytes:             new(int64(4000)),
		ReceivedPackets:       new(int64(20)),
		SentPackets:           new(int64(30)),
		Dropped:               new(int64(1)),
		SentSegments:          new(int64(60)),
		RetransmittedSegments: new(int64(1)),
		InterruptSeconds:      new(0.25),
		ListenOverflows:       new(int64(7)),
	}
	if diff := cmp.Diff(want, m.stop(root, 2*time.Second)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	// An interface that was made anew counts from zero, and TCP goes on.
	writeFiles(t, root, map[string]string{
		"proc/net/dev": strings.ReplaceAll(netDev, "1000", "100"),
	})
	got := m.stop(root, time.Second)
	if got.ReceivedBytes != nil || got.SentSegments == nil {
		t.Errorf("a counter that went backwards: %+v", got)
	}
}

// What the system does not tell is absent, and so is a network of which it tells nothing.
func TestNetworkThatIsNotKnown(t *testing.T) {
	root := networkRoot(t)
	stop := func(root, name string) *record.Network {
		m := &NetworkMeter{name: name, before: readTraffic(root, name)}
		return m.stop(root, time.Second)
	}
	if got := stop(t.TempDir(), "eth0"); got != nil {
		t.Errorf("a system that tells nothing: %+v", got)
	}
	for _, name := range []string{"", "eth1", "eth"} {
		got := stop(root, name)
		if got == nil || got.ReceivedBytes != nil || got.Dropped != nil || got.SentSegments == nil {
			t.Errorf("interface %q: %+v, want the segments alone", name, got)
		}
	}
	if got := stop(root, "lo"); got.BitsPerSecond != nil || got.ReceivedBytes == nil {
		t.Errorf("loopback: %+v, want bytes and no speed", got)
	}
}

func TestSpeedOfInterfaces(t *testing.T) {
	root := networkRoot(t)
	test := func(name string, want int64) {
		t.Helper()
		got := speed(root, name)
		if (got == nil) != (want == 0) || got != nil && *got != want {
			t.Errorf("%s: %v, want %d", name, got, want)
		}
	}
	test("eth0", 1e9)
	test("eth0.7", 1e9) // a VLAN of a device
	test("lo", 0)
	test("tun0", 0) // virtual: the number means nothing
	test("virtio", 0)
	test("old", 0)
	test("circle", 0)
	test("none", 0)
	test("", 0)
}

func TestBrokenCountersAreUnknown(t *testing.T) {
	test := func(text string) {
		t.Helper()
		if got := parseCounter(text, "Tcp:", "OutSegs"); got != nil {
			t.Errorf("%q: %d, want nothing", text, *got)
		}
	}
	test("")
	test("Tcp: OutSegs\n")
	test("Tcp: OutSegs\nTcp:\n")
	test("Tcp: OutSegs\nTcp: x\n")
	test("Tcp: OutSegs\nTcp: -1\n")
	test("Tcp: InSegs\nTcp: 1\n")
	test("Udp: OutSegs\nUdp: 1\n")
	for _, dev := range []string{"eth0: 1 2 3", "eth0: " + strings.Repeat("x ", 16), "eth0"} {
		if got := parseInterface(dev, "eth0"); got != nil {
			t.Errorf("%q: %v, want nothing", dev, got)
		}
	}
}

// The interface of this machine's own addresses is the loopback one, whichever of them it is.
func TestInterfaceOfAddresses(t *testing.T) {
	lo := loopback()
	if lo == "" {
		t.Skip("this machine has no loopback interface")
	}
	own := netip.MustParseAddr("127.0.0.1")
	for _, a := range []netip.Addr{own, netip.MustParseAddr("127.0.0.9")} {
		if got := interfaceTo(a); got != lo {
			t.Errorf("to %v: %q, want %q", a, got, lo)
		}
		if got := interfaceAt(a); got != lo {
			t.Errorf("at %v: %q, want %q", a, got, lo)
		}
	}
	all, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range all {
		prefix := netip.MustParsePrefix(a.String())
		if !prefix.Addr().Is4() || prefix.Addr().IsLoopback() {
			continue
		}
		if got := interfaceTo(prefix.Addr()); got != lo {
			t.Errorf("to its own %v: %q, want %q", prefix, got, lo)
		}
		if got := interfaceAt(prefix.Addr()); got == "" || got == lo {
			t.Errorf("at its own %v: %q", prefix, got)
		}
	}
	if got := interfaceAt(netip.MustParseAddr("192.0.2.1")); got != "" {
		t.Errorf("an address of documentation is at %q", got)
	}
}

// Between two readings, what goes through the loopback interface is counted there.
func TestNetworkOfThisMachine(t *testing.T) {
	if readText("/proc/net/dev") == "" {
		t.Skip("the system has no /proc/net/dev")
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	m := WatchNetworkTo(netip.MustParseAddr("127.0.0.1"))
	conn, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Write(make([]byte, 10_000)); err != nil {
		t.Fatal(err)
	}
	conn.Close()
	n := m.Stop()
	if n == nil || n.Seconds <= 0 || n.BitsPerSecond != nil {
		t.Fatalf("%+v, want what loopback did, without a speed", n)
	}
	if n.SentBytes == nil || *n.SentBytes < 10_000 || *n.ReceivedBytes < 10_000 {
		t.Errorf("%+v, want at least 10,000 bytes each way", n)
	}
}
