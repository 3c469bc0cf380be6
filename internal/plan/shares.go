package plan

// Share is what one of several generators does of a load that they make together.
type Share struct {
	Connections int // -c
	Requests    int // -n, at least one per connection

	// Number is that of the generator, from 1, and Of how many generators there are. Of an open
	// loop, they say which arrivals are its own.
	Number, Of int
}

// Shares divides a load among generators. Each gets as many of the connections as the others, or
// one more: then it is among the first ones. Where there are fewer connections than generators, the
// last generators get nothing, and no share is returned for them.
//
// In a closed loop the requests are in proportion to the connections, so that all generators end
// about at the same time. In an open loop the k-th arrival, from 0, is of generator 1 + k modulo
// their number.
func Shares(kind Kind, connections, requests, generators int) []Share {
	connections = min(connections, requests)
	of := min(generators, connections)
	shares := make([]Share, of)

	before := 0 // connections of the generators before
	for i := range shares {
		s := &shares[i]
		s.Number, s.Of = i+1, of
		s.Connections = portion(connections, i, of)
		if kind == Rate {
			s.Requests = portion(requests, i, of)
			continue
		}
		after := before + s.Connections
		s.Requests = upTo(requests, after, connections) - upTo(requests, before, connections)
		before = after
	}
	return shares
}

// portion returns how many of n things the i-th of several gets, from 0. The first ones get the
// extra ones.
func portion(n, i, several int) int {
	if i < n%several {
		return n/several + 1
	}
	return n / several
}

// upTo returns how many of n requests the first of some connections make.
func upTo(n, first, connections int) int {
	return int(int64(n) * int64(first) / int64(connections))
}
