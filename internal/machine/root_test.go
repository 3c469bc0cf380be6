package machine

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/record"
)

func TestDescribeHardware(t *testing.T) {
	test := func(name string, files map[string]string, want record.Environment) {
		t.Helper()
		var env record.Environment
		Root(fakeRoot(t, files)).describeHardware(&env)
		if diff := cmp.Diff(want, env); diff != "" {
			t.Errorf("%s: environment differs (-want +got):\n%s", name, diff)
		}
	}

	test("a limited virtual machine", map[string]string{
		"sys/devices/system/cpu/smt/active":                    "1\n",
		"sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "powersave\n",
		"sys/devices/system/cpu/intel_pstate/no_turbo":         "0\n",
		"sys/class/dmi/id/sys_vendor":                          "Some Maker\n",
		"sys/class/dmi/id/product_name":                        "Box 9\n",
		"proc/self/mountinfo":                                  mountV2,
		"proc/self/cgroup":                                     "0::/user.slice/session\n",
		"sys/fs/cgroup/user.slice/cpu.max":                     "150000 100000\n",
		"sys/fs/cgroup/user.slice/session/memory.max":          "1073741824\n",
	}, record.Environment{
		SMT:         "on",
		Governor:    "powersave",
		Turbo:       "on",
		Machine:     "Some Maker Box 9",
		CPULimit:    "1.50 cores",
		MemoryLimit: "1073741824",
	})
	test("an unlimited one without turbo", map[string]string{
		"sys/devices/system/cpu/smt/active":    "0\n",
		"sys/devices/system/cpu/cpufreq/boost": "0\n",
		"proc/self/mountinfo":                  mountV2,
		"proc/self/cgroup":                     "0::/\n",
		"sys/fs/cgroup/cpu.max":                "max 100000\n",
		"sys/fs/cgroup/memory.max":             "max\n",
	}, record.Environment{SMT: "off", Turbo: "off"})
	test("an empty system", nil, record.Environment{})
}
