package machine

import "runtime/debug"

// Version returns the version of this program as the Go toolchain stamped it. It is "(devel)" for a
// program that was never released.
func Version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
