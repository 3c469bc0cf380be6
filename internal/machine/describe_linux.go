package machine

import (
	"syscall"

	"labbook.example/labbook/internal/record"
)

// describeSystem adds what Linux tells in /proc, /sys and /etc, and our limit of open files.
func describeSystem(env *record.Environment) {
	Root("/").describe(env)
	var limit syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit) == nil {
		env.DescriptorLimit = limit.Cur
	}
}

// bootSession returns nothing: Linux tells it in a file.
func bootSession() string { return "" }
