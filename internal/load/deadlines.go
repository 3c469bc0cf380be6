//go:build linux || darwin || dragonfly || freebsd || netbsd || openbsd

package load

// deadlines is a queue of the connections with a request, ordered by when their requests were due.
// All requests may take equally long, so this is the order of their deadlines too. The queue is
// linked through the connections, so that adding and removing allocates nothing.
type deadlines struct {
	first, last *conn
}

// add adds a connection whose request is due last.
func (d *deadlines) add(c *conn) {
	c.earlier = d.last
	c.later = nil
	if d.last == nil {
		d.first = c
	} else {
		d.last.later = c
	}
	d.last = c
}

// remove removes a connection that is in the queue.
func (d *deadlines) remove(c *conn) {
	if c.earlier == nil {
		d.first = c.later
	} else {
		c.earlier.later = c.later
	}
	if c.later == nil {
		d.last = c.earlier
	} else {
		c.later.earlier = c.earlier
	}
}
