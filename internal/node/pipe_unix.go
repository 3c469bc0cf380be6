//go:build unix

package node

import (
	"os"
	"os/signal"
	"syscall"
)

// outliveReader makes the end of what reads our output an error of writing, not our end, so that
// what we have started ends first. A signal that is ignored would also be ignored by what we start;
// one that is handled is not.
func outliveReader() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }
