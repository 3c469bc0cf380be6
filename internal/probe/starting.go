package probe

import "net/http"

// StillStarting reports whether an answer's status says that the server is not ready yet, where
// another question may get another answer: a server error that the experiment does not expect. Any
// other status is the server's answer, expected or not. So is 505: another question would be in the
// same version of HTTP.
func StillStarting(status, want int) bool {
	final := status == http.StatusHTTPVersionNotSupported
	return status/100 == 5 && !final && !Expected(status, want)
}
