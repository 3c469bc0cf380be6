//go:build linux || darwin

package doctor

import "golang.org/x/sys/unix"

// freeBytes returns how much this user may still write into the file system of a folder.
func freeBytes(folder string) (free int64, ok bool) {
	var s unix.Statfs_t
	if unix.Statfs(folder, &s) != nil {
		return 0, false
	}
	return int64(s.Bavail) * int64(s.Bsize), true
}

// canMakeFiles returns an error if this user cannot make files in a folder.
func canMakeFiles(folder string) error { return unix.Access(folder, unix.W_OK|unix.X_OK) }
