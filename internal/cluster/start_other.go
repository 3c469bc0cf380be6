//go:build !linux

package cluster

import "os/exec"

// startHere starts a command.
func startHere(cmd *exec.Cmd) error { return cmd.Start() }
