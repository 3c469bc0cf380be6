package doctor

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"golang.org/x/sys/unix"
)

// asOther calls f as a user whom the modes of folders bind. Root becomes one in a thread of its
// own, which ends with f. The folder is a t.TempDir, which others may enter then.
func asOther(t *testing.T, folder string, f func()) {
	t.Helper()
	if os.Getuid() != 0 {
		f()
		return
	}
	for _, dir := range []string{folder, filepath.Dir(folder)} {
		if err := os.Chmod(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	const nobody = 65534
	ended := make(chan error)
	go func() {
		runtime.LockOSThread() // and never unlocked, so that the thread is not used again
		// Not unix.Setresuid, which changes all threads.
		_, _, failed := unix.RawSyscall(unix.SYS_SETRESUID, nobody, nobody, nobody)
		if failed != 0 {
			ended <- failed
			return
		}
		f()
		ended <- nil
	}()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
}
