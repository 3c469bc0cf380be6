package servermodel

// isToken reports whether s is a token, as methods and field names are (RFC 9110, 5.6.2).
func isToken(s []byte) bool {
	for _, c := range s {
		if !tokenBytes[c] {
			return false
		}
	}
	return len(s) > 0
}

var tokenBytes = byteSet(
	"!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
)

// isHost reports whether all bytes of s are allowed in a host with a port (RFC 3986, 3.2.2). Empty
// is allowed.
func isHost(s []byte) bool {
	for _, c := range s {
		if !hostBytes[c] {
			return false
		}
	}
	return true
}

var hostBytes = byteSet(
	"!$%&'()*+,-.0123456789:;=ABCDEFGHIJKLMNOPQRSTUVWXYZ[]_abcdefghijklmnopqrstuvwxyz~",
)

func byteSet(members string) (set [256]bool) {
	for _, c := range []byte(members) {
		set[c] = true
	}
	return set
}

// isFieldValue reports whether s has no control character except tabs. A bare CR is one.
func isFieldValue(s []byte) bool {
	for _, c := range s {
		if isControl(c) {
			return false
		}
	}
	return true
}

// isControl reports whether c is a control character other than a tab.
func isControl(c byte) bool { return c < ' ' && c != '\t' || c == 0x7f }

// trim returns s without the spaces and tabs around it.
func trim(s []byte) []byte {
	for len(s) > 0 && (s[0] == ' ' || s[0] == '\t') {
		s = s[1:]
	}
	for len(s) > 0 && (s[len(s)-1] == ' ' || s[len(s)-1] == '\t') {
		s = s[:len(s)-1]
	}
	return s
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func isDigits(s []byte) bool {
	for _, c := range s {
		if !isDigit(c) {
			return false
		}
	}
	return len(s) > 0
}
