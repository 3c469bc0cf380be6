package doctor

import "golang.org/x/sys/unix"

// canBind reports whether this thread may be bound to CPUs: to those that it has already.
func canBind() bool {
	const ourselves = 0
	var mask unix.CPUSet
	return unix.SchedGetaffinity(ourselves, &mask) == nil &&
		unix.SchedSetaffinity(ourselves, &mask) == nil
}
