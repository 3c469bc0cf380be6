package machine

import (
	"golang.org/x/sys/unix"

	"labbook.example/labbook/internal/record"
)

// describeSystem adds what macOS tells through sysctl.
func describeSystem(env *record.Environment) {
	env.Kernel, _ = unix.Sysctl("kern.osrelease") // absent if unknown
	env.CPU, _ = unix.Sysctl("machdep.cpu.brand_string")
	if bytes, err := unix.SysctlUint64("hw.memsize"); err == nil {
		env.MemoryBytes = int64(bytes)
	}
	if product, err := unix.Sysctl("kern.osproductversion"); err == nil {
		env.Distribution = "macOS " + product
	}
}

// bootSession returns the random number of the time since the system was started, "" if unknown.
func bootSession() string {
	session, _ := unix.Sysctl("kern.bootsessionuuid")
	return session
}
