package process

import (
	"strings"
	"sync"
)

// TailBytes is how much a TailBuffer keeps: a stack trace fits, a flood does not.
const TailBytes = 4096

// TailBuffer keeps the end of what is written to it. Several goroutines may use it at once.
type TailBuffer struct {
	mu   sync.Mutex
	data []byte
}

// Write keeps the end of p and of what was there before; it never fails.
func (t *TailBuffer) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()

	t.data = append(t.data, p[max(0, len(p)-TailBytes):]...)
	if over := len(t.data) - TailBytes; over > 0 {
		t.data = append(t.data[:0], t.data[over:]...)
	}
	return len(p), nil
}

// String returns what was kept, as valid text and without the white space around it.
func (t *TailBuffer) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return strings.TrimSpace(strings.ToValidUTF8(string(t.data), "�"))
}

// HeadBytes is how much a HeadBuffer keeps. ab's report is a few kilobytes.
const HeadBytes = 1 << 20

// HeadBuffer keeps the beginning of what is written to it and drops the rest, so a program that
// writes without end cannot fill our memory.
type HeadBuffer struct {
	data []byte
}

// Write keeps what still fits; it never fails.
func (h *HeadBuffer) Write(p []byte) (int, error) {
	h.data = append(h.data, p[:min(len(p), HeadBytes-len(h.data))]...)
	return len(p), nil
}

// String returns what was kept, as valid text.
func (h *HeadBuffer) String() string { return strings.ToValidUTF8(string(h.data), "�") }
