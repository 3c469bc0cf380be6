package record

// Network is what the network of a machine did during a load. Bytes, packets and drops are those of
// the interface that carried the load; segments and overflows are those of the whole machine. What
// the system does not tell is absent.
type Network struct {
	Seconds float64 `json:"seconds"` // the time in which all of it happened; above 0

	// BitsPerSecond is the speed of the interface, in each direction. It is nil where none is
	// known: of the loopback interface, of virtual ones, of radio.
	BitsPerSecond *int64 `json:"bits_per_second,omitempty"`

	ReceivedBytes   *int64 `json:"received_bytes,omitempty"`
	SentBytes       *int64 `json:"sent_bytes,omitempty"`
	ReceivedPackets *int64 `json:"received_packets,omitempty"`
	SentPackets     *int64 `json:"sent_packets,omitempty"`
	Dropped         *int64 `json:"dropped,omitempty"` // in both directions, by interface or system

	// Segments of TCP. Those that were sent again are not among SentSegments.
	SentSegments          *int64 `json:"sent_segments,omitempty"`
	RetransmittedSegments *int64 `json:"retransmitted_segments,omitempty"`

	// InterruptSeconds is the time of all cores together in which the kernel served interrupts:
	// work of the network that belongs to no process.
	InterruptSeconds *float64 `json:"interrupt_seconds,omitempty"`

	// ListenOverflows is how often a connection found the accept queue of a listener full.
	ListenOverflows *int64 `json:"listen_overflows,omitempty"`
}

// framing is what a packet takes on an Ethernet besides the bytes that an interface counts: the
// preamble, the check sum and the gap before the next packet, in bytes (IEEE 802.3).
const framing = 8 + 4 + 12

// Share returns the share of its speed that the interface used in its busier direction; false if
// speed or bytes are not known. Where the card joins packets, it is a little too small.
func (n *Network) Share() (float64, bool) {
	if n == nil || n.BitsPerSecond == nil || n.ReceivedBytes == nil || n.SentBytes == nil {
		return 0, false
	}
	onWire := func(bytes, packets *int64) int64 {
		if packets == nil {
			return *bytes
		}
		return *bytes + framing**packets
	}
	busier := max(onWire(n.ReceivedBytes, n.ReceivedPackets), onWire(n.SentBytes, n.SentPackets))
	return 8 * float64(busier) / n.Seconds / float64(*n.BitsPerSecond), true
}

// Retransmitted returns how many TCP segments were sent again for each one sent; false if it is not
// known.
func (n *Network) Retransmitted() (float64, bool) {
	if n == nil || n.RetransmittedSegments == nil || n.SentSegments == nil ||
		*n.SentSegments == 0 {
		return 0, false
	}
	return float64(*n.RetransmittedSegments) / float64(*n.SentSegments), true
}

// maxBits is far beyond any interface, in bits per second.
const maxBits = 1e15

func (n *Network) valid() bool {
	if n == nil {
		return true
	}
	return n.Seconds > 0 && validSeconds(n.Seconds) &&
		(n.BitsPerSecond == nil || *n.BitsPerSecond >= 1 && *n.BitsPerSecond <= maxBits) &&
		validUpTo(maxBytes, n.ReceivedBytes) &&
		validUpTo(maxBytes, n.SentBytes) &&
		validUpTo(maxCount, n.ReceivedPackets) &&
		validUpTo(maxCount, n.SentPackets) &&
		validUpTo(maxCount, n.Dropped) &&
		validUpTo(maxCount, n.SentSegments) &&
		validUpTo(maxCount, n.RetransmittedSegments) &&
		(n.InterruptSeconds == nil || validSeconds(*n.InterruptSeconds)) &&
		validUpTo(maxCount, n.ListenOverflows)
}
