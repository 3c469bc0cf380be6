//go:build !linux

package doctor

// canBind returns false: this system binds no process to CPUs.
func canBind() bool { return false }
