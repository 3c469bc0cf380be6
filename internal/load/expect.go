package load

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"os"
	"strconv"
)

// Expect is what every response must be. Its zero value expects nothing.
type Expect struct {
	Status int    // 100 to 999, or Any2xx; 0: any status
	Text   []byte // that the body contains; nil: any body
	SHA256 []byte // of the body, 32 bytes; nil: any body
}

// Any2xx is the Status of an Expect that allows 200 to 299.
const Any2xx = 2

// What can be wrong with a response that is complete and came in time.
var (
	errStatus = errors.New("status")
	errBody   = errors.New("body")
)

// any reports whether anything is expected.
func (x Expect) any() bool { return x.Status != 0 || x.body() }

// body reports whether something is expected of the body.
func (x Expect) body() bool { return x.Text != nil || x.SHA256 != nil }

// hasStatus reports whether a status is as expected.
func (x Expect) hasStatus(status int) bool {
	switch x.Status {
	case 0:
		return true
	case Any2xx:
		return status/100 == 2
	}
	return status == x.Status
}

// BodyCheck looks at one body after the other, in pieces of any size, and allocates nothing while
// it does. It keeps fewer bytes of a body than the expected text has.
type BodyCheck struct {
	text   []byte // nil: none is looked for
	found  bool
	window []byte // the last bytes so far, fewer than text has; room for as many more

	digest  []byte    // nil: none is compared
	hash    hash.Hash // nil: as digest
	sum     [sha256.Size]byte
	spoiled bool
}

// NewBodyCheck returns a check of bodies, nil if nothing is expected of them.
func NewBodyCheck(x Expect) *BodyCheck {
	if !x.body() {
		return nil
	}
	c := &BodyCheck{text: x.Text, digest: x.SHA256}
	if c.text != nil {
		c.window = make([]byte, 0, 2*len(c.text))
	}
	if c.digest != nil {
		c.hash = sha256.New()
	}
	c.Reset()
	return c
}

// Reset prepares the check for the next body.
func (c *BodyCheck) Reset() {
	c.found = c.text == nil
	c.window = c.window[:0]
	c.spoiled = false
	if c.hash != nil {
		c.hash.Reset()
	}
}

// Write looks at the next bytes of a body. It never fails.
func (c *BodyCheck) Write(data []byte) (int, error) {
	if c.hash != nil {
		c.hash.Write(data)
	}
	if !c.found {
		c.search(data)
	}
	return len(data), nil
}

// search looks for the text in the next bytes, and across the end of the bytes before them.
func (c *BodyCheck) search(data []byte) {
	keep := len(c.text) - 1
	before := len(c.window)
	c.window = append(c.window, data[:min(len(data), keep)]...)
	c.found = before > 0 && bytes.Contains(c.window, c.text) || bytes.Contains(data, c.text)

	last := c.window
	if len(data) > keep {
		last = data
	}
	last = last[max(0, len(last)-keep):]
	c.window = c.window[:copy(c.window[:cap(c.window)], last)]
}

// spoil makes the body an unexpected one: it cannot be read.
func (c *BodyCheck) spoil() { c.spoiled = true }

// OK reports whether the body so far is as expected.
func (c *BodyCheck) OK() bool {
	if c.spoiled || !c.found {
		return false
	}
	return c.hash == nil || bytes.Equal(c.hash.Sum(c.sum[:0]), c.digest)
}

// judge returns what is wrong with a complete response, nil if it is good. What is expected comes
// before the length: a response that is not as expected may have a length of its own, and is not
// the document whose length the others must have.
func (e *engine) judge(r *response) error {
	switch {
	case e.expects && !e.options.Expect.hasStatus(r.header.status):
		return errStatus
	case r.check != nil && !r.check.OK():
		return errBody
	case !e.hasExpectedLength(r):
		return errLength
	}
	return nil
}

// unexpectedWarning returns a warning if responses were not as expected, and "" otherwise. The text
// of the report is ab's, which has no line for them.
func (r *result) unexpectedWarning() string {
	t := r.counts
	if t.unexpected == 0 {
		return ""
	}
	return fmt.Sprintf("WARNING: %d of %d answers were not as expected\n",
		t.unexpected, t.complete())
}

// maxExpectText limits the text that bodies are searched for: each connection keeps as many bytes.
const maxExpectText = 4096

// setExpect sets what responses must be.
func (o *Options) setExpect(raw rawFlags) error {
	if raw.expectBody != "" {
		text, err := os.ReadFile(raw.expectBody)
		if err != nil {
			return refuse(exitStopped, "labbook ab: --expect-body: %v", err)
		}
		if len(text) == 0 || len(text) > maxExpectText {
			return usageErrorf("--expect-body: found a file of %d bytes; allowed: 1 to %d",
				len(text), maxExpectText)
		}
		o.Expect.Text = text
	}
	if o.Expect.body() && o.Method == "HEAD" {
		return usageErrorf("found an expected body with HEAD, whose answers have none; " +
			"allowed: with another method")
	}
	return nil
}

// parseStatus parses the value of --expect-status.
func parseStatus(value string, to *int) error {
	if value == "2xx" {
		*to = Any2xx
		return nil
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 100 || n > 999 {
		return fmt.Errorf("found %q; allowed: 2xx, or a status from 100 to 999", value)
	}
	*to = n
	return nil
}

// parseDigest parses the value of --expect-sha256.
func parseDigest(value string, to *[]byte) error {
	digest, err := hex.DecodeString(value)
	if err != nil || len(digest) != sha256.Size {
		return fmt.Errorf("found %q; allowed: the 64 digits of a SHA-256 in hex", value)
	}
	*to = digest
	return nil
}

// describe sets the fields of a call that say what is expected.
func (x Expect) describe(call *jsonCall) {
	switch x.Status {
	case 0:
	case Any2xx:
		call.ExpectStatus = "2xx"
	default:
		call.ExpectStatus = strconv.Itoa(x.Status)
	}
	call.ExpectTextBytes = len(x.Text)
	call.ExpectSHA256 = hex.EncodeToString(x.SHA256)
}
