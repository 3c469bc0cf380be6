package machine

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/cpuset"
	"labbook.example/labbook/internal/record"
)

// fakeRoot returns a folder with files, by their paths.
func fakeRoot(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	writeFiles(t, root, files)
	return root
}

func writeFiles(t *testing.T, root string, files map[string]string) {
	t.Helper()
	for path, text := range files {
		file := filepath.Join(root, filepath.FromSlash(path))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// Lines of /proc/self/mountinfo.
const (
	mountRoot    = "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw\n"
	mountV2      = "41 31 0:38 / /sys/fs/cgroup rw,relatime shared:9 - cgroup2 cgroup2 rw\n"
	mountCPU     = "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
	mountMemory  = "35 31 0:31 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
	mountUnified = "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
	mountDocker  = "32 31 0:29 /docker/12 /sys/fs/cgroup/cpu ro - cgroup cgroup rw,cpu\n"
	processV1    = "9:name=systemd:/\n4:memory:/m\n1:cpu,cpuacct:/a/b\n0::/\n" // of cgroup
	mountBlank   = `41 31 0:38 / /run/a\040b rw - cgroup2 cgroup2 rw` + "\n"
)

// testLimits wants the limits of a process in some groups.
func testLimits(t *testing.T, name string, files map[string]string, cores float64, memory int64) {
	t.Helper()
	groups := readCgroupTrees(fakeRoot(t, files))
	if got := cpuQuota(groups.folders("self", "cpu")); got != cores {
		t.Errorf("%s: %v cores, want %v", name, got, cores)
	}
	if got := memoryLimit(groups.folders("self", "memory")); got != memory {
		t.Errorf("%s: %d bytes, want %d", name, got, memory)
	}
}

func TestLimitsOfGroups(t *testing.T) {
	test := func(name string, files map[string]string, cores float64, memory int64) {
		t.Helper()
		testLimits(t, name, files, cores, memory)
	}
	test("nothing is mounted", nil, 0, 0)
	test("version 2, the limit of a group above", map[string]string{
		"proc/self/mountinfo":                  mountRoot + mountV2,
		"proc/self/cgroup":                     "0::/a/b/c\n",
		"sys/fs/cgroup/a/cpu.max":              "150000 100000\n",
		"sys/fs/cgroup/a/memory.max":           "max\n",
		"sys/fs/cgroup/a/b/cpu.max":            "max 100000\n",
		"sys/fs/cgroup/a/b/memory.max":         "1073741824\n",
		"sys/fs/cgroup/a/b/c/cpu.max":          "400000 100000\n",
		"sys/fs/cgroup/a/b/c/memory.max":       "2147483648\n",
		"sys/fs/cgroup/other/cpu.max":          "1000 100000\n",
		"sys/fs/cgroup/a/b/c/below/cpu.max":    "1000 100000\n",
		"sys/fs/cgroup/a/b/c/below/memory.max": "4096\n",
	}, 1.5, 1<<30)
	test("version 2 in a container of its own", map[string]string{
		"proc/self/mountinfo":      mountV2,
		"proc/self/cgroup":         "0::/\n",
		"sys/fs/cgroup/cpu.max":    "50000 100000\n",
		"sys/fs/cgroup/memory.max": "4096\n",
	}, 0.5, 4096)
	test("a name with a blank and a colon", map[string]string{
		"proc/self/mountinfo":     mountBlank,
		"proc/self/cgroup":        "0::/x y:z\n",
		"run/a b/x y:z/cpu.max":   "30000 100000\n",
		"run/a b/x y/cpu.max":     "10000 100000\n",
		"run/a b/cpu.max.d/thing": "1\n",
	}, 0.3, 0)
	test("numbers that cannot be", map[string]string{
		"proc/self/mountinfo":        mountV2,
		"proc/self/cgroup":           "0::/a/b\n",
		"sys/fs/cgroup/a/cpu.max":    "1 0\n",
		"sys/fs/cgroup/a/memory.max": "-1\n",
		"sys/fs/cgroup/a/b/cpu.max":  "NaN x\n",
	}, 0, 0)
}

func TestLimitsOfVersion1(t *testing.T) {
	test := func(name string, files map[string]string, cores float64, memory int64) {
		t.Helper()
		testLimits(t, name, files, cores, memory)
	}
	test("version 1, a tree for each controller", map[string]string{
		"proc/self/mountinfo":                             mountRoot + mountMemory + mountCPU,
		"proc/self/cgroup":                                processV1,
		"sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us":    "200000\n",
		"sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us":   "100000\n",
		"sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_quota_us":  "-1\n",
		"sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_period_us": "100000\n",
		"sys/fs/cgroup/memory/memory.limit_in_bytes":      "9223372036854771712\n",
		"sys/fs/cgroup/memory/m/memory.limit_in_bytes":    "8192\n",
	}, 2, 8192)
	test("version 1 in a container that sees its own group as the top", map[string]string{
		"proc/self/mountinfo":                 mountDocker,
		"proc/self/cgroup":                    "1:cpu:/docker/12\n",
		"sys/fs/cgroup/cpu/cpu.cfs_quota_us":  "25000\n",
		"sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
	}, 0.25, 0)
	test("a group that the mount does not show", map[string]string{
		"proc/self/mountinfo":                 mountDocker,
		"proc/self/cgroup":                    "1:cpu:/docker/123\n",
		"sys/fs/cgroup/cpu/cpu.cfs_quota_us":  "25000\n",
		"sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
	}, 0, 0)
	test("a group outside of the namespace", map[string]string{
		"proc/self/mountinfo":   mountV2,
		"proc/self/cgroup":      "0::/../other\n",
		"sys/fs/cgroup/cpu.max": "25000 100000\n",
	}, 0, 0)
	test("both versions, the limit is in the older", map[string]string{
		"proc/self/mountinfo":                           mountUnified + mountCPU,
		"proc/self/cgroup":                              "1:cpu,cpuacct:/a\n0::/session\n",
		"sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us":  "10000\n",
		"sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us": "20000\n",
		"sys/fs/cgroup/unified/session/cpu.stat":        "usage_usec 1\n",
	}, 0.5, 0)
}

// The counters of a load are those of all groups of each side, and only what they gained meanwhile.
func TestMeter(t *testing.T) {
	root := fakeRoot(t, map[string]string{
		"proc/self/mountinfo": mountV2,
		"proc/10/cgroup":      "0::/ours\n",
		"proc/20/cgroup":      "0::/pod/server\n",
		"proc/21/cgroup":      "0::/pod/worker\n",
		"proc/stat": "cpu  100 0 0 300 0 0 0 4 0 0\n" +
			"cpu0 40 0 0 100 0 0 0 1\ncpu1 50 0 0 100 0 0 0 2\ncpu10 10 0 0 100 0 0 0 1\nintr 5\n",
		"sys/fs/cgroup/ours/cpu.stat":       "usage_usec 5\nnr_throttled 7\nthrottled_usec 9\n",
		"sys/fs/cgroup/pod/cpu.max":         "50000 100000\n",
		"sys/fs/cgroup/pod/cpu.stat":        "nr_throttled 1\nthrottled_usec 1000000\n",
		"sys/fs/cgroup/pod/server/cpu.stat": "nr_throttled 2\nthrottled_usec 0\n",
		"sys/fs/cgroup/pod/worker/cpu.stat": "nr_throttled 3\nthrottled_usec 0\n",
	})
	m := startMeter(root, 10, BothClocks, cpuset.Of(0, 10), []int{20, 21})
	writeFiles(t, root, map[string]string{
		"proc/stat": "cpu  160 0 0 340 0 0 0 4 0 0\n" +
			"cpu0 60 0 0 110 0 0 0 1\ncpu1 70 0 0 110 0 0 0 2\ncpu10 30 0 0 120 0 0 0 1\nintr 5\n",
		"sys/fs/cgroup/pod/cpu.stat":        "nr_throttled 5\nthrottled_usec 1500000\n",
		"sys/fs/cgroup/pod/worker/cpu.stat": "nr_throttled 4\nthrottled_usec 250000\n",
	})
	var got record.Result
	m.stop(root, &got)

	want := record.Result{
		Host:     &record.Ticks{Busy: 60, All: 100},
		HostCPUs: &record.Ticks{Busy: 40, All: 70},
		Quotas: &record.Quotas{
			Generator: &record.Quota{},
			Server:    &record.Quota{Cores: 0.5, ThrottledPeriods: 5, ThrottledSeconds: 0.75},
		},
	}
	got.LoadAverage, got.ClockStepSeconds = "", nil
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what the machine did (-want +got):\n%s", diff)
	}
}

// Version 1 counts nanoseconds.
func TestMeterOfVersion1(t *testing.T) {
	stat := "sys/fs/cgroup/cpu,cpuacct/a/cpu.stat"
	root := fakeRoot(t, map[string]string{
		"proc/self/mountinfo": mountCPU,
		"proc/10/cgroup":      "1:cpu,cpuacct:/a\n",
		stat:                  "nr_periods 9\nnr_throttled 2\nthrottled_time 100000000\n",
	})
	m := startMeter(root, 10, BothClocks, nil, nil)
	writeFiles(t, root, map[string]string{
		stat: "nr_periods 19\nnr_throttled 4\nthrottled_time 350000000\n",
	})
	var got record.Result
	m.stop(root, &got)

	want := &record.Quotas{
		Generator: &record.Quota{ThrottledPeriods: 2, ThrottledSeconds: 0.25},
	}
	if diff := cmp.Diff(want, got.Quotas); diff != "" || got.HostCPUs != nil {
		t.Errorf("quotas (-want +got):\n%s%+v", diff, got.HostCPUs)
	}
}

// A group that is gone, made anew, or never told anything is unknown, not zero.
func TestMeterOfUnknownGroups(t *testing.T) {
	test := func(name, before, after string) {
		t.Helper()
		root := fakeRoot(t, map[string]string{
			"proc/self/mountinfo":      mountV2,
			"proc/10/cgroup":           "0::/a\n",
			"sys/fs/cgroup/a/cpu.stat": before,
		})
		m := startMeter(root, 10, BothClocks, nil, []int{999})
		writeFiles(t, root, map[string]string{"sys/fs/cgroup/a/cpu.stat": after})
		var got record.Result
		m.stop(root, &got)
		if got.Quotas != nil {
			t.Errorf("%s: %+v, want nothing", name, got.Quotas.Generator)
		}
	}
	test("silent", "", "")
	test("gone", "nr_throttled 5\n", "")
	test("made anew", "nr_throttled 5\n", "nr_throttled 2\n")
	test("new", "", "nr_throttled 2\n")
}

func TestTicksOf(t *testing.T) {
	const stat = "cpu  9 9 9 9 9 9 9 9\ncpu0 1 0 0 9 0 0 0 0\ncpu1 2 0 0 8 0 0 0 1\nctxt 5\n"
	test := func(cpus cpuset.Set, want *record.Ticks) {
		t.Helper()
		if diff := cmp.Diff(want, ticksOf(stat, cpus)); diff != "" {
			t.Errorf("ticks of %v (-want +got):\n%s", cpus, diff)
		}
	}
	test(nil, nil)
	test(cpuset.Of(0), &record.Ticks{Busy: 1, All: 10})
	test(cpuset.Of(0, 1), &record.Ticks{Busy: 4, Steal: 1, All: 21})
	test(cpuset.Of(0, 2), nil)
}

func FuzzParseMount(f *testing.F) {
	for _, line := range []string{
		mountRoot,
		mountV2,
		mountDocker,
		mountBlank,
		"0 0 0 0 .. - cgroup 0 0",
		"0 0 0 / /../a - cgroup 0 0",
		" - ",
		"",
	} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		tree, ok := parseMount(line)
		if !ok {
			return
		}
		for _, folder := range (cgroupTrees{root: "/r"}).upwards(tree, tree.top) {
			if !strings.HasPrefix(folder, "/r") {
				t.Errorf("%q has the folder %q", line, folder)
			}
		}
	})
}
