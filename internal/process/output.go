package process

import (
	"bytes"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// TailBytes is how much a TailBuffer keeps: a stack trace fits, a flood does not.
const TailBytes = 4096

// TailBuffer keeps the end of what is written to it. Several goroutines may use it at once.
type TailBuffer struct {
	mu   sync.Mutex
	data []byte
	cut  bool // there was more
}

// Write keeps the end of p and of what was there before; it never fails.
func (t *TailBuffer) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()

	t.cut = t.cut || len(t.data)+len(p) > TailBytes
	t.data = append(t.data, p[max(0, len(p)-TailBytes):]...)
	if over := len(t.data) - TailBytes; over > 0 {
		t.data = append(t.data[:0], t.data[over:]...)
	}
	return len(p), nil
}

// String returns what was kept, as valid text and without the white space around it. It begins with
// "…" if there was more.
func (t *TailBuffer) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.cut {
		return validText(t.data)
	}
	kept := t.data
	for len(kept) > 0 && !utf8.RuneStart(kept[0]) { // of a character that was cut
		kept = kept[1:]
	}
	return "…" + validText(kept)
}

func validText(data []byte) string {
	return strings.TrimSpace(strings.ToValidUTF8(string(data), "�"))
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

// maxTimedLines is how many line ends a TimedBuffer notes. ab writes about a dozen.
const maxTimedLines = 1000

// TimedBuffer is a HeadBuffer that also notes when each of the first lines was complete.
type TimedBuffer struct {
	HeadBuffer
	Since time.Time
	ends  []time.Duration
}

// Write keeps what still fits, and notes the time of each line end; it never fails.
func (b *TimedBuffer) Write(p []byte) (int, error) {
	now := time.Since(b.Since)
	for range bytes.Count(p, []byte{'\n'}) {
		if len(b.ends) < maxTimedLines {
			b.ends = append(b.ends, now)
		}
	}
	return b.HeadBuffer.Write(p)
}

// Ends returns how long after Since each of the first lines was complete.
func (b *TimedBuffer) Ends() []time.Duration { return b.ends }
