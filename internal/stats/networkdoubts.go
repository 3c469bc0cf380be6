package stats

import (
	"slices"

	"labbook.example/labbook/internal/record"
)

// networkDoubts returns what the network between server and generators did to a cell's loads. On
// one machine there is none.
func networkDoubts(rec *record.Record, cell Cell) []Doubt {
	if len(cell.stations) < 2 {
		return nil
	}
	worst := worstMachines{cell: cell}
	for i := range cell.stations {
		boundNetwork(&worst, &cell.stations[i])
	}
	for i := range cell.stations {
		if s := &cell.stations[i]; !s.server {
			farAway(&worst, s, rec)
		}
	}
	return worst.doubts()
}

// boundNetwork finds out whether the network of a machine was used up: its interface by its speed,
// or else the way behind it, where packets are lost and have to be sent again.
func boundNetwork(worst *worstMachines, s *station) {
	var shares []float64
	full := 0
	var packets, dropped, segments, again int64
	for _, t := range s.trials {
		n := t.network
		if n == nil {
			continue
		}
		if share, ok := n.Share(); ok {
			shares = append(shares, share)
			if share > maxInterface {
				full++
			}
		}
		if n.Dropped != nil && n.ReceivedPackets != nil && n.SentPackets != nil {
			packets += *n.ReceivedPackets + *n.SentPackets
			dropped += *n.Dropped
		}
		if n.SentSegments != nil && n.RetransmittedSegments != nil {
			segments += *n.SentSegments
			again += *n.RetransmittedSegments
		}
	}

	// The interface's speed is the plainest reason, and outranks the others.
	const first, second = 2, 1
	clean := worst.cell.Clean()
	if share := medianOfAll(shares); share > maxInterface {
		worst.add(s, NetworkBound, first+share, full, InterfaceUse(share))
	}
	if share := float64(dropped) / float64(max(packets, 1)); share > maxDropped {
		worst.add(s, NetworkBound, second+share, clean, InterfaceDrops(share))
	}
	// Where a listener's queue was full, a generator has to send its SYN again: that is Backlog.
	fullQueue := worst.cell.dropping > 0 && !s.server
	if share := float64(again) / float64(max(segments, 1)); share > maxSentAgain && !fullQueue {
		worst.add(s, NetworkBound, share, clean, SentAgain(share))
	}
}

// LimitedBy returns what limited a metric of a cell's load from outside, so that its server may be
// faster than was measured: a generator that was busy all the time or sent requests late, or else
// an interface that was full; "" if neither was. Packets that are lost make a load slower, but are
// no limit.
func (c Cell) LimitedBy(metric *Metric) Code {
	if slices.Contains(c.Notes, GeneratorBound) || c.lateFor(metric) {
		return GeneratorBound
	}
	if slices.ContainsFunc(c.doubts, isFullInterface) {
		return NetworkBound
	}
	return ""
}

// isFullInterface reports whether a doubt is that an interface between the machines was full.
func isFullInterface(d Doubt) bool {
	_, ok := Unwrapped(d.Evidence).(InterfaceUse)
	return ok && d.Code == NetworkBound
}

// farAway finds out whether much of a generator's response times was the network's. The shortest
// time in which it connected is about one round trip: the kernel of the server's machine answers,
// whatever the server does. A request takes another one, and with a connection of its own that
// first one as well. By TLS, a connection takes more round trips and time to compute, so that
// nothing is known of the network.
func farAway(worst *worstMachines, s *station, rec *record.Record) {
	server, _ := rec.Experiment.Server(worst.cell.Server)
	byName := map[string]*path{}
	var names []string
	for _, t := range s.trials {
		m := t.of.Measurement()
		if m.TLSProtocol != "" || server.TLS {
			return
		}
		for _, p := range t.parts {
			if p.ConnectMinMS == nil || p.P50MS == nil {
				continue
			}
			if byName[p.String()] == nil {
				byName[p.String()] = &path{trips: 2}
				names = append(names, p.String())
			}
			if m.KeepAlive {
				byName[p.String()].trips = 1
			}
			byName[p.String()].add(*p.ConnectMinMS, *p.P50MS)
		}
	}
	for _, name := range names {
		p := byName[name]
		if share := medianOfAll(p.shares); share > maxPath {
			worst.addNamed(name, Far, share, p.count, RoundTrip{
				MS:       medianOfAll(p.connects),
				Trips:    p.trips,
				MedianMS: medianOfAll(p.medians),
			})
		}
	}
}

// path is the way of a generator to the server, in some trials.
type path struct {
	trips                     int // of one request
	connects, medians, shares []float64
	count                     int // trials in which the share was too large
}

func (p *path) add(connect, median float64) {
	share := 1.0
	if median > 0 {
		share = min(1, float64(p.trips)*connect/median)
	}
	p.connects, p.medians = append(p.connects, connect), append(p.medians, median)
	p.shares = append(p.shares, share)
	if share > maxPath {
		p.count++
	}
}
