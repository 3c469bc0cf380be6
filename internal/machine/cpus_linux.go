package machine

import (
	"golang.org/x/sys/unix"

	"labbook.example/labbook/internal/cpuset"
)

// CPUs returns the CPUs that this process may use, and all that are online. The second set is the
// first where the system does not tell.
func CPUs() (usable, online cpuset.Set) {
	const ourselves = 0
	if usable = CPUsOf(ourselves); usable == nil {
		return nil, nil
	}
	online, err := cpuset.Parse(firstLine("/sys/devices/system/cpu/online"))
	if err != nil {
		online = usable
	}
	return usable, online
}

// CPUsOf returns the CPUs that a process may use, nil if it is gone or the system does not tell.
func CPUsOf(pid int) cpuset.Set {
	var mask unix.CPUSet
	if err := unix.SchedGetaffinity(pid, &mask); err != nil { // also if there are more than 1024
		return nil
	}
	var usable cpuset.Set
	for cpu := range cpuset.Max + 1 {
		if mask.IsSet(cpu) {
			usable = append(usable, cpu)
		}
	}
	return usable
}
