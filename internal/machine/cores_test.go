package machine

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/cpuset"
)

func TestCores(t *testing.T) {
	test := func(name string, siblings map[int]string, usable cpuset.Set, want ...cpuset.Set) {
		t.Helper()
		files := map[string]string{}
		for cpu, list := range siblings {
			path := fmt.Sprintf("sys/devices/system/cpu/cpu%d/topology/thread_siblings_list", cpu)
			files[path] = list + "\n"
		}
		if diff := cmp.Diff(want, coresOf(fakeRoot(t, files), usable)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	test("nothing is known", nil, cpuset.Of(0, 1))
	test("a thread each", map[int]string{0: "0", 1: "1"}, cpuset.Of(0, 1),
		cpuset.Of(0), cpuset.Of(1))
	threads := map[int]string{0: "0,2", 1: "1,3", 2: "0,2", 3: "1,3"}
	test("two threads each", threads, cpuset.Of(0, 1, 2, 3), cpuset.Of(0, 2), cpuset.Of(1, 3))
	test("a half of them is not ours", threads, cpuset.Of(2, 3), cpuset.Of(2), cpuset.Of(3))
	test("one is unknown", map[int]string{0: "0"}, cpuset.Of(0, 1))
}
