package probe

import (
	"context"
	"errors"
	"net/http"
	"os"

	"labbook.example/labbook/internal/spec"
)

// StillStarting reports whether an answer's status says that the server is not ready yet, where
// another question may get another answer: a server error that the experiment does not expect. Any
// other status is the server's answer, expected or not. So is 505: another question would be in the
// same version of HTTP.
func StillStarting(status int, want spec.Expect) bool {
	final := status == http.StatusHTTPVersionNotSupported
	return status/100 == 5 && !final && !want.HasStatus(status)
}

// TimedOut reports whether a question has no answer because its time was over. Unlike a refused
// connection, that says nothing about the server.
func TimedOut(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded)
}
