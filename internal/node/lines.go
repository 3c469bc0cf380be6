package node

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
)

const (
	// maxPreamble is how much may come before a greeting.
	maxPreamble = 64 << 10
	// maxMessage is how long a message may be. A load's answer with all its windows has some
	// hundred kilobytes, a request body at most as much as a spec allows.
	maxMessage = 64 << 20
)

var (
	errTooLong = fmt.Errorf("a message is longer than %d MiB", maxMessage>>20)
	errCut     = errors.New("a message ends in the middle")
)

// lines reads messages, one per line. It hands on complete lines alone, so that what reads from it
// never holds more than the longest message; empty lines are left out.
type lines struct {
	from  *bufio.Reader
	heard func() // is called whenever something arrives; may be nil
	max   int
	buf   []byte
	rest  []byte // of a complete line, not handed on yet
}

func newLines(from io.Reader, heard func()) *lines {
	return &lines{from: bufio.NewReaderSize(from, 1<<16), heard: heard, max: maxMessage}
}

// Read implements io.Reader.
func (l *lines) Read(p []byte) (int, error) {
	for len(l.rest) == 0 {
		line, err := l.next()
		if err != nil {
			return 0, err
		}
		if len(bytes.TrimSpace(line)) > 0 {
			l.rest = line
		}
	}
	n := copy(p, l.rest)
	l.rest = l.rest[n:]
	return n, nil
}

// maxKept is how large a buffer is kept for the next line.
const maxKept = 1 << 20

// next returns the next line with its end. It is valid until the next call.
func (l *lines) next() ([]byte, error) {
	if cap(l.buf) > maxKept {
		l.buf = nil
	}
	l.buf = l.buf[:0]
	for {
		part, err := l.from.ReadSlice('\n')
		if len(part) > 0 && l.heard != nil {
			l.heard()
		}
		l.buf = append(l.buf, part...)
		switch {
		case len(l.buf) > l.max:
			return nil, errTooLong
		case err == nil:
			return l.buf, nil
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && len(bytes.TrimSpace(l.buf)) > 0:
			return nil, errCut
		default:
			return nil, err
		}
	}
}

// skipTo returns the first line that begins with a word, without the word. skipped is what came
// before it, which together with that line may have max bytes.
func (l *lines) skipTo(word string, max int) (line, skipped []byte, err error) {
	defer func(usual int) { l.max = usual }(l.max)
	for {
		l.max = max - len(skipped)
		line, err := l.next()
		if err != nil {
			skipped = append(skipped, l.buf...)
			return nil, skipped[:min(len(skipped), max)], err
		}
		if rest, ok := bytes.CutPrefix(line, []byte(word)); ok {
			return bytes.Clone(rest), skipped, nil
		}
		skipped = append(skipped, line...)
	}
}
