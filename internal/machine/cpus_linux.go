package machine

import (
	"golang.org/x/sys/unix"

	"labbook/internal/cpuset"
)

// CPUs returns the CPUs that this process may use, and all that are online. The second set is the
// first where the system does not tell.
func CPUs() (usable, online cpuset.Set) {
	var mask unix.CPUSet
	if err := unix.SchedGetaffinity(0, &mask); err != nil { // more than 1024 CPUs
		return nil, nil
	}
	for cpu := range cpuset.Max + 1 {
		if mask.IsSet(cpu) {
			usable = append(usable, cpu)
		}
	}

	online, err := cpuset.Parse(firstLine("/sys/devices/system/cpu/online"))
	if err != nil {
		online = usable
	}
	return usable, online
}
