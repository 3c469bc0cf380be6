package record

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// usage returns a usage with every field set.
func usage() *Usage {
	held := func(threads, descriptors int) *Held {
		return &Held{
			Processes:      2,
			Threads:        threads,
			Descriptors:    &descriptors,
			ResidentBytes:  new(int64(6 << 20)),
			AnonymousBytes: new(int64(1 << 20)),
		}
	}
	return &Usage{
		CPUSeconds:      new(0.25),
		UserSeconds:     new(0.125),
		SystemSeconds:   new(0.125),
		WatchedSeconds:  new(0.2),
		QuietSeconds:    new(0.05),
		QuietCPUSeconds: new(0.0),
		Later:           []Interval{{Seconds: 0.05, CPUSeconds: 0.01}, {Seconds: 0.05}},
		PeakMemoryBytes: new(int64(7 << 20)),
		Before:          held(5, 9),
		LoadEnd:         held(8, 12),
		After:           held(5, 9),
		Life:            account(),
	}
}

func account() *Account {
	return &Account{
		WallSeconds:         1,
		UserSeconds:         0.5,
		SystemSeconds:       0.25,
		VoluntarySwitches:   new(int64(1000)),
		InvoluntarySwitches: new(int64(0)),
	}
}

func TestUsageIsRead(t *testing.T) {
	dir := t.TempDir()
	whole, part, none := result(1, 1, 1), result(2, 1, 2), result(3, 2, 1)
	whole.Usage, whole.Load.Process, whole.Warmup.Process = usage(), account(), account()
	part.Usage = &Usage{Life: &Account{WallSeconds: 1}} // all that some systems report
	write(t, dir, whole, part, none)
	rec, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Result{whole, part, none}, rec.Results); diff != "" || rec.Damaged != 0 {
		t.Errorf("%d damaged, results differ (-written +read):\n%s", rec.Damaged, diff)
	}
	data, err := os.ReadFile(filepath.Join(dir, FileName))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(data), "\n")
	for _, key := range []string{`"quiet_cpu_seconds":0,`, `"involuntary_switches":0`} {
		if !strings.Contains(lines[1], key) {
			t.Errorf("a measured zero is not in the record: %s", key)
		}
	}
	for _, key := range []string{"cpu_seconds", "descriptors", "anonymous", "voluntary_switches"} {
		if strings.Contains(lines[2], key) {
			t.Errorf("an unknown value is in the record: %s", key)
		}
	}
	if strings.Contains(lines[3], "usage") || strings.Contains(lines[3], `"process"`) {
		t.Errorf("a trial without usage has some in the record: %s", lines[3])
	}
}

func TestImpossibleUsageIsDamage(t *testing.T) {
	header, err := json.Marshal(header())
	if err != nil {
		t.Fatal(err)
	}
	test := func(name string, change func(*Usage), damaged int) {
		t.Helper()
		r := result(1, 1, 1)
		r.Usage = usage()
		change(r.Usage)
		line, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		rec, err := Decode(strings.NewReader(string(header) + "\n" + string(line) + "\n"))
		if err != nil || rec.Damaged != damaged || len(rec.Results) != 1-damaged {
			t.Errorf("%s: %v, %d damaged, want %d", name, err, rec.Damaged, damaged)
		}
	}
	test("valid", func(*Usage) {}, 0)
	test("nothing is known", func(u *Usage) { *u = Usage{} }, 0)
	test("negative CPU", func(u *Usage) { u.CPUSeconds = new(-0.1) }, 1)
	test("a century of CPU", func(u *Usage) { u.SystemSeconds = new(3.2e9) }, 1)
	test("user time without system time", func(u *Usage) { u.UserSeconds = nil }, 1)
	test("negative quiet", func(u *Usage) { u.QuietSeconds = new(-0.05) }, 1)
	test("CPU time without an interval", func(u *Usage) { u.QuietSeconds = nil }, 1)
	test("CPU time in an interval of zero", func(u *Usage) { u.QuietSeconds = new(0.0) }, 1)
	test("negative memory", func(u *Usage) { u.PeakMemoryBytes = new(int64(-1)) }, 1)
	test("memory of no machine", func(u *Usage) { u.PeakMemoryBytes = new(int64(1 << 60)) }, 1)
	test("no process", func(u *Usage) { u.Before.Processes = 0 }, 1)
	test("a process without a thread", func(u *Usage) { u.LoadEnd.Threads = 1 }, 1)
	test("negative descriptors", func(u *Usage) { u.After.Descriptors = new(-1) }, 1)
	test("negative resident memory", func(u *Usage) { u.Before.ResidentBytes = new(int64(-1)) }, 1)
	test("anonymous memory of no machine",
		func(u *Usage) { u.After.AnonymousBytes = new(int64(1 << 60)) }, 1)
	test("negative switches", func(u *Usage) { u.Life.VoluntarySwitches = new(int64(-1)) }, 1)
	test("negative life", func(u *Usage) { u.Life.WallSeconds = -1 }, 1)
}

func TestAnonymousPeak(t *testing.T) {
	held := func(bytes int64) *Held { return &Held{AnonymousBytes: &bytes} }
	test := func(u *Usage, want int64, wantOK bool) {
		t.Helper()
		if got, ok := u.AnonymousPeak(); got != want || ok != wantOK {
			t.Errorf("AnonymousPeak() = %d, %v, want %d, %v", got, ok, want, wantOK)
		}
	}
	test(&Usage{Before: held(1), LoadEnd: held(3), After: held(2)}, 3, true)
	test(&Usage{Before: held(4), LoadEnd: held(3)}, 4, true)
	test(&Usage{Before: &Held{}, LoadEnd: held(3), After: held(5)}, 5, true)
	test(&Usage{Before: held(1), LoadEnd: &Held{}, After: held(2)}, 0, false)
	test(&Usage{Before: held(1)}, 0, false)
	test(nil, 0, false)
}

func TestImpossibleProcessOfABIsInvalid(t *testing.T) {
	test := func(name string, call *Call, want bool) {
		t.Helper()
		if got := call.valid(); got != want {
			t.Errorf("%s: valid = %v, want %v", name, got, want)
		}
	}
	test("no call", nil, true)
	test("unknown process", &Call{}, true)
	test("valid", &Call{Process: account()}, true)
	test("negative", &Call{Process: &Account{UserSeconds: -1}}, false)
}
