//go:build !linux

package process

// cutimeError is for snapshots, which are not taken here.
const cutimeError = 0

// exited reports false: this system does not tell of a process that only its guard waits for.
func exited(int) bool { return false }

// takeSnapshot returns nil: without C, this system does not tell what a living process uses. The
// account of a process that has ended, in record.Usage.Life, is all that is known.
func takeSnapshot(int) *Snapshot { return nil }

// Read reports false, for the same reason.
func Read(int) (Process, bool) { return Process{}, false }
