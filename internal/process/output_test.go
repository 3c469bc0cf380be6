package process

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestTailKeepsTheEnd(t *testing.T) {
	var tail TailBuffer
	for range 1000 {
		tail.Write([]byte("0123456789"))
	}
	tail.Write([]byte("the end \xff\n"))
	if got := tail.String(); len(got) > TailBytes+6 ||
		!strings.HasPrefix(got, "…") ||
		!strings.HasSuffix(got, "the end �") {
		t.Errorf(
			"tail of %d bytes ends in %q, want … and at most %d bytes and the end",
			len(got),
			got[len(got)-20:],
			TailBytes,
		)
	}

	tail.Write([]byte(strings.Repeat("x", 3*TailBytes)))
	if got := tail.String(); got != "…"+strings.Repeat("x", TailBytes) {
		t.Errorf("tail keeps %d bytes of a long write, want … and %d", len(got), TailBytes)
	}

	var whole TailBuffer
	whole.Write([]byte(strings.Repeat("x", TailBytes)))
	if got := whole.String(); len(got) != TailBytes {
		t.Errorf("tail keeps %d bytes of a write of %d", len(got), TailBytes)
	}
	tail.Write([]byte("é" + strings.Repeat("x", TailBytes-1)))
	if got := tail.String(); !strings.HasPrefix(got, "…x") {
		t.Errorf("after half a character the tail begins with %q, want …x", got[:8])
	}
}

func TestHeadKeepsTheBeginning(t *testing.T) {
	var head HeadBuffer
	for range 3 {
		if n, err := head.Write(make([]byte, HeadBytes)); n != HeadBytes || err != nil {
			t.Errorf("Write = %d, %v, want no error", n, err)
		}
	}
	if len(head.data) != HeadBytes {
		t.Errorf("head keeps %d bytes, want %d", len(head.data), HeadBytes)
	}
}

// The time of a line is that of its end, however it is cut into writes.
func TestTimedBufferNotesLineEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := TimedBuffer{Since: time.Now()}
		for _, text := range []string{"first ", "line\n", "second\nthird\n", "unfinished"} {
			time.Sleep(time.Second)
			b.Write([]byte(text))
		}
		want := []time.Duration{2 * time.Second, 3 * time.Second, 3 * time.Second}
		if !slices.Equal(b.Ends(), want) ||
			b.String() != "first line\nsecond\nthird\nunfinished" {
			t.Errorf("%q ends at %v, want %v", b.String(), b.Ends(), want)
		}
		b.Write([]byte(strings.Repeat("\n", 2*maxTimedLines)))
		if len(b.Ends()) != maxTimedLines {
			t.Errorf("%d line ends are kept, want %d", len(b.Ends()), maxTimedLines)
		}
	})
}
