package machine

import (
	"fmt"
	"path/filepath"

	"labbook.example/labbook/internal/cpuset"
)

// Cores returns the CPUs that this process may use, those that are hardware threads of one core
// together. It returns nil if the system does not tell.
func Cores() []cpuset.Set {
	usable, _ := CPUs()
	return coresOf("/", usable)
}

// coresOf is Cores with the root of the file system and the CPUs.
func coresOf(root string, usable cpuset.Set) []cpuset.Set {
	var cores []cpuset.Set
	for _, cpu := range usable {
		topology := fmt.Sprintf("sys/devices/system/cpu/cpu%d/topology", cpu)
		list := firstLine(filepath.Join(root, topology, "thread_siblings_list"))
		threads, err := cpuset.Parse(list)
		if err != nil {
			return nil
		}
		ours := threads.Intersect(usable)
		if len(ours) > 0 && ours[0] == cpu { // each core once, at its first thread
			cores = append(cores, ours)
		}
	}
	return cores
}
