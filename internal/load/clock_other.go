//go:build !linux

package load

// monotonic returns no time: Go's clock need not be one that all programs of a machine share.
func monotonic() (nanoseconds int64, ok bool) { return 0, false }
