package spec

import (
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
)

// Expect is what every answer of a server must be.
type Expect struct {
	Status int    // 100 to 599; 0 means any 2xx
	Text   string // that the body contains; "" if none is asked for
	SHA256 string // of the body, 64 digits in hex, in small letters; "" if none is asked for
}

// HasBody reports whether the body matters.
func (x Expect) HasBody() bool { return x.Text != "" || x.SHA256 != "" }

// HasStatus reports whether a status is as expected.
func (x Expect) HasStatus(status int) bool {
	if x.Status == 0 {
		return status/100 == 2
	}
	return status == x.Status
}

// StatusText returns the expected status, as people read it: "any 2xx".
func (x Expect) StatusText() string {
	if x.Status == 0 {
		return "any 2xx"
	}
	return strconv.Itoa(x.Status)
}

// Unseen returns what the real ab cannot see of an answer that is to be as expected, "" if it sees
// all: it counts answers outside 2xx, and tells neither statuses nor bodies apart.
func (x Expect) Unseen() string {
	switch {
	case x.HasBody():
		return "ab does not check bodies"
	case x.Status != 0:
		return "ab only distinguishes 2xx from all other statuses"
	}
	return ""
}

// maxExpectText is how many bytes the text of expect_body may have: the embedded ab keeps as many
// of each connection's answer.
const maxExpectText = 4000

// digestPrefix begins an expect_body that is the digest of the body.
const digestPrefix = "sha256:"

// expectBody reads what the body of every answer must be.
func (t *table) expectBody() (x Expect) {
	const allowed = `text that the body contains, or "sha256:" with the 64 digits of its SHA-256`
	text, ok := t.stringOf("expect_body", allowed)
	switch {
	case !ok:
		return x
	case text == "":
		t.refuse("expect_body", "found an empty string, which every body contains; allowed: %s",
			allowed)
		return x
	case len(text) > maxExpectText:
		t.refuse("expect_body", "found %d bytes; allowed: text of at most %d bytes, or "+
			`"sha256:" with the 64 digits of the body's SHA-256`, len(text), maxExpectText)
		return x
	}

	lower := strings.ToLower(text)
	digest, isDigest := strings.CutPrefix(lower, digestPrefix)
	if !isDigest {
		x.Text = text
		return x
	}
	if raw, err := hex.DecodeString(digest); err != nil || len(raw) != 32 {
		t.refuse("expect_body", "found %s, whose %d characters after the colon are no SHA-256; "+
			"allowed: 64 digits in hex, as sha256sum prints them", showValue(text), len(digest))
		return x
	}
	x.SHA256 = digest
	return x
}

// expect returns what the answers of a server to its request must be: what its table says, and what
// the others say besides, the nearest first.
func (server asked) expect(r Request, others ...asked) Expect {
	all := append([]asked{server}, others...)
	status, body := all[firstWith("expect_status", all)], all[firstWith("expect_body", all)]
	x := body.expected
	x.Status = status.expected.Status

	switch {
	case !x.HasBody():
	case r.Method == http.MethodHead:
		body.refuseOnce("expect_body", "found with the method \"HEAD\", whose answers have no "+
			"body; allowed: with another method")
	case x.Status == http.StatusNoContent, x.Status == http.StatusNotModified:
		body.refuseOnce("expect_body", "found with expect_status = %d on line %d, whose answers "+
			"have no body; allowed: with another status", x.Status, status.line("expect_status"))
	}
	return x
}

// String returns what is expected, as people read it: `302`, `any 2xx, a body with "ready"`.
func (x Expect) String() string {
	text := x.StatusText()
	switch {
	case x.Text != "":
		text += ", a body with " + showValue(x.Text)
	case x.SHA256 != "":
		text += ", a body with the SHA-256 " + x.SHA256
	}
	return text
}
