//go:build unix

package node

import (
	"bytes"
	"errors"
	"io"
	"testing"
	"testing/iotest"
)

// Of any bytes the complete lines with content are handed on, as they are, up to the first that is
// too long.
func FuzzLines(f *testing.F) {
	f.Add([]byte("one\n\n \r\ntwo\r\nthree"), 10)
	f.Add([]byte("0123456789\n0123456789a\n"), 11)
	f.Add([]byte{}, 1)
	f.Fuzz(func(t *testing.T, input []byte, max int) {
		if max < 1 || max > 1<<20 {
			return
		}
		var want []byte
		wantErr := io.EOF
		for line := range bytes.Lines(input) {
			if len(line) > max {
				wantErr = errTooLong
				break
			}
			blank := len(bytes.TrimSpace(line)) == 0
			if !bytes.HasSuffix(line, []byte("\n")) {
				if !blank {
					wantErr = errCut
				}
				break
			}
			if !blank {
				want = append(want, line...)
			}
		}

		l := newLines(iotest.OneByteReader(bytes.NewReader(input)), nil)
		l.max = max
		var got []byte
		var err error
		for err == nil {
			var n int
			part := make([]byte, 7)
			n, err = l.Read(part)
			got = append(got, part[:n]...)
		}
		if !bytes.Equal(got, want) || !errors.Is(err, wantErr) {
			t.Errorf("read %q and %v, want %q and %v", got, err, want, wantErr)
		}
	})
}

// Whatever a launcher prints, what is kept of it is bounded, and what comes behind a greeting is
// not touched.
func FuzzGreeting(f *testing.F) {
	f.Add([]byte(word + "{}\nrest\n"))
	f.Add([]byte("Welcome\n" + word + `{"labbook":"v1","program":{"sha256":"1"}}` + "\n"))
	f.Add([]byte(word))
	f.Fuzz(func(t *testing.T, input []byte) {
		l := newLines(bytes.NewReader(input), nil)
		g, skipped, err := awaitGreeting(l)
		if len(skipped) > maxPreamble {
			t.Errorf("%d bytes are kept", len(skipped))
		}
		if err != nil {
			_ = quoting(err, skipped).Error()
			return
		}
		if refused := ownGreeting(0).check(g); refused != nil && len(refused.Error()) > 1000 {
			t.Errorf("the refusal has %d bytes", len(refused.Error()))
		}
		if l.max != maxMessage {
			t.Errorf("further lines may have %d bytes", l.max)
		}
	})
}
