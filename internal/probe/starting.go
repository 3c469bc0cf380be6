package probe

// StillStarting reports whether an answer's status says that the server is not ready yet, where
// another question may get another answer: a server error that the experiment does not expect. Any
// other status is the server's answer, expected or not.
func StillStarting(status, want int) bool {
	return status/100 == 5 && !Expected(status, want)
}
