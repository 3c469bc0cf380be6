package cluster

import (
	"os/exec"
	"runtime"
	"syscall"
)

// startHere starts a command that the kernel kills when the calling goroutine ends, or the whole
// process does.
func startHere(cmd *exec.Cmd) error {
	runtime.LockOSThread() // until the goroutine ends
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return cmd.Start()
}
