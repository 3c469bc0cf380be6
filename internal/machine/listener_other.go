//go:build !linux

package machine

// listeners returns nil: this system does not tell.
func listeners(...string) []listener { return nil }

// socketsOf reports false: this system does not tell.
func socketsOf(int) ([]string, bool) { return nil, false }

// holder returns no process: this system does not tell.
func holder([]string) namedProcess { return namedProcess{} }

// inContainer reports false: this system does not tell.
func inContainer(int) bool { return false }
