package machine

import (
	"crypto/sha256"
	"encoding/hex"

	"labbook.example/labbook/internal/record"
)

// ID returns a name by which two processes tell whether they are on one machine, and two records
// whether one machine measured both, without telling which one it is: a hash. It is empty where the
// system tells nothing.
//
// It is that of the random number which the kernel drew as it started (random(4)), so that it is
// another one after a reboot: containers share it exactly if they share a kernel and its cores.
// What identifies the installation (machine-id(5)) is the same in copies of one disk image, and may
// differ between containers of one machine. It counts only where the kernel has no such number.
func ID() string {
	return idOf(
		firstLine("/proc/sys/kernel/random/boot_id"),
		bootSession(),
		firstLine("/etc/machine-id"),
	)
}

// idOf returns the hash of the first text that is known; "" if none is.
func idOf(texts ...string) string {
	for _, text := range texts {
		if text == "" {
			continue
		}
		// Among other hashes of the same number, this one is ours alone.
		sum := sha256.Sum256([]byte("labbook machine\n" + text))

		const enough = 8 // bytes: two of a million machines share them once in some 10^7 farms
		return hex.EncodeToString(sum[:enough])
	}
	return ""
}

// DescribeOne returns what the header of a record has of this machine as one of several. The name
// is not known here, nor how the machine is reached. User and host are included only if identify is
// true.
func DescribeOne(identify bool) record.Machine {
	_, online := CPUs()
	return record.Machine{
		ID:          ID(),
		Environment: Describe(identify),
		OnlineCPUs:  len(online),
	}
}
