//go:build unix

package process

import (
	"io"
	"os"
	"sync"
	"time"
)

// pipes are the ways of a child's input and outputs.
type pipes struct {
	child   []*os.File // the ends that the child gets
	numbers []int      // the descriptors that they are there
	ours    []*os.File // what remains open on our side
	input   *os.File   // the one of them that the child reads from; nil if there is none
	copied  sync.WaitGroup
}

// newPipes makes the pipes of a child: of its outputs that somebody wants, and of its input if that
// stays open. Two outputs that go to the same writer are one pipe, so that their order is kept.
func (c Command) newPipes() (*pipes, error) {
	p := &pipes{}
	if c.OpenStdin || c.PipeStdin {
		r, w, err := os.Pipe()
		if err != nil {
			return nil, err
		}
		p.give(0, r)
		p.ours = append(p.ours, w)
		p.input = w
	}

	err := p.collect(1, c.Stdout)
	switch {
	case err != nil:
	case c.Stdout != nil && same(c.Stdout, c.Stderr):
		p.give(2, p.child[len(p.child)-1])
	default:
		err = p.collect(2, c.Stderr)
	}
	if err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func (p *pipes) give(number int, file *os.File) {
	p.child = append(p.child, file)
	p.numbers = append(p.numbers, number)
}

// collect copies what the child writes on a descriptor to a writer, if there is one.
func (p *pipes) collect(number int, to io.Writer) error {
	if to == nil {
		return nil
	}
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	p.give(number, w)
	p.ours = append(p.ours, r)
	p.copied.Go(func() { // ends with the last holder of the pipe, at the latest with close
		_, _ = io.Copy(to, r)
	})
	return nil
}

// same reports whether two writers are one.
func same(a, b io.Writer) bool {
	defer func() { _ = recover() }() // values that cannot be compared are not the same
	return a == b
}

// handOver closes the ends that the child now has.
func (p *pipes) handOver() {
	closeAll(p.child...)
	p.child = nil
}

// finish waits until what the child wrote has been read, and closes the pipes. What the child has
// started may still hold them, but not for longer than outputDelay.
func (p *pipes) finish() {
	late := time.AfterFunc(outputDelay, func() { closeAll(p.ours...) })
	p.copied.Wait()
	late.Stop()
	closeAll(p.ours...)
}

// close gives the pipes up.
func (p *pipes) close() {
	p.handOver()
	closeAll(p.ours...)
	p.copied.Wait()
}

func closeAll(files ...*os.File) {
	for _, file := range files {
		_ = file.Close() // a pipe has nothing to write back; it may be closed already
	}
}
