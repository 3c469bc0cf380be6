package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"labbook/internal/record"
)

func TestParseTicks(t *testing.T) {
	test := func(line string, want *record.Ticks) {
		t.Helper()
		if diff := cmp.Diff(want, parseTicks(line)); diff != "" {
			t.Errorf("parseTicks(%q) differs (-want +got):\n%s", line, diff)
		}
	}
	// user nice system idle iowait irq softirq steal guest guest_nice; guest's are in user's
	// already.
	test("cpu  10 1 20 60 3 2 3 1 5 0", &record.Ticks{Busy: 37, Steal: 1, All: 100})
	test("cpu  10 1 20 60", nil)
	test("cpu0 10 1 20 60 3 2 3 1", nil)
	test("cpu  10 1 20 x 3 2 3 1", nil)
	test("cpu  10 1 20 -60 3 2 3 1", nil)
	test("", nil)
}

func TestTicksSince(t *testing.T) {
	a, b := &record.Ticks{Busy: 10, Steal: 1, All: 100}, &record.Ticks{Busy: 25, Steal: 3, All: 120}
	if diff := cmp.Diff(&record.Ticks{Busy: 15, Steal: 2, All: 20}, ticksSince(a, b)); diff != "" {
		t.Errorf("ticks differ (-want +got):\n%s", diff)
	}
	unknown := []*record.Ticks{
		ticksSince(b, a),
		ticksSince(nil, b),
		ticksSince(a, nil),
		ticksSince(a, a),
	}
	for _, none := range unknown {
		if none != nil {
			t.Errorf("ticks %+v where none can be told", none)
		}
	}
}

func TestTimeWaits(t *testing.T) {
	got := timeWaits(
		"sockets: used 90\nTCP: inuse 5 orphan 0 tw 12 alloc 7 mem 1\nUDP: inuse 1 mem 0\n",
	)
	if got == nil || *got != 12 {
		t.Errorf("timeWaits = %v, want 12", got)
	}
	if got := timeWaits("UDP: inuse 1 tw 3\n"); got != nil {
		t.Errorf("timeWaits without TCP = %v, want nothing", *got)
	}
}

func TestDescribeHardware(t *testing.T) {
	root := t.TempDir()
	for path, text := range map[string]string{
		"sys/devices/system/cpu/smt/active":                    "1\n",
		"sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "powersave\n",
		"sys/devices/system/cpu/intel_pstate/no_turbo":         "0\n",
		"sys/class/dmi/id/sys_vendor":                          "Some Maker\n",
		"sys/class/dmi/id/product_name":                        "Box 9\n",
		"sys/fs/cgroup/cpu.max":                                "150000 100000\n",
		"sys/fs/cgroup/memory.max":                             "1073741824\n",
	} {
		if err := os.MkdirAll(filepath.Join(root, filepath.Dir(path)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(root, path), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var env record.Environment
	describeHardware(&env, root)
	want := record.Environment{
		SMT:         "on",
		Governor:    "powersave",
		Turbo:       "on",
		Machine:     "Some Maker Box 9",
		CPULimit:    "1.50 cores",
		MemoryLimit: "1073741824",
	}
	if diff := cmp.Diff(want, env); diff != "" {
		t.Errorf("environment differs (-want +got):\n%s", diff)
	}
	env = record.Environment{}
	describeHardware(&env, t.TempDir())
	if diff := cmp.Diff(record.Environment{}, env); diff != "" {
		t.Errorf("of an empty system something is known:\n%s", diff)
	}
	limits := map[string]string{"max 100000": "", "": "", "50000 100000": "0.50 cores", "1 0": ""}
	for text, want := range limits {
		if got := cpuLimit(text); got != want {
			t.Errorf("cpuLimit(%q) = %q, want %q", text, got, want)
		}
	}
}

// TestWatchHostEndsWithItsContext does not wait for the machine when nobody does.
func TestWatchHostEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var env record.Environment
	watchHost(ctx, &env)
	if env.BusyBefore != nil && (*env.BusyBefore < 0 || *env.BusyBefore > 1) {
		t.Errorf("busy before: %v, want a share", *env.BusyBefore)
	}
}
