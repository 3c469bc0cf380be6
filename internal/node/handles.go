package node

import (
	"errors"
	"fmt"
	"sync"
)

// handles are what a node keeps for a run, by the number by which the run names it. The zero value
// is empty.
type handles[T any] struct {
	mu     sync.Mutex
	last   uint64
	all    map[uint64]T
	closed bool
}

// add keeps something, and returns its number, which is not 0. An error means that the node ends.
func (h *handles[T]) add(one T) (uint64, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return 0, errors.New("this node ends")
	}
	if h.all == nil {
		h.all = map[uint64]T{}
	}
	h.last++
	h.all[h.last] = one
	return h.last, nil
}

// get returns what has a number.
func (h *handles[T]) get(id uint64) (T, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	one, ok := h.all[id]
	if !ok {
		return one, fmt.Errorf("found the number %d; allowed: one that is in use", id)
	}
	return one, nil
}

// take is get, and forgets it.
func (h *handles[T]) take(id uint64) (T, error) {
	one, err := h.get(id)
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.all, id)
	return one, err
}

// close returns all that is kept. Nothing can be added any more.
func (h *handles[T]) close() []T {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	var all []T
	for _, one := range h.all {
		all = append(all, one)
	}
	return all
}
