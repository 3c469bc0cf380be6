package machine

import (
	"regexp"
	"runtime"
	"strings"
	"testing"
)

func TestIDTellsMachinesApart(t *testing.T) {
	const boot, otherBoot = "5e0c9a0e-8a0a-4f0e-9a52-0d4b7a7a2f11", "f3f3e1a2-11c4-4c43-8f0c-6d5d2a"
	const image, otherImage = "5d41402abc4b2a76", "7d793037"

	id := idOf(boot, "", image)
	if !regexp.MustCompile(`^[0-9a-f]{16}$`).MatchString(id) || strings.Contains(id, boot[:8]) {
		t.Errorf("the ID is %q, want 16 hex digits that do not show %q", id, boot)
	}
	if idOf(boot, "", image) != id {
		t.Error("the same machine has two IDs")
	}
	if idOf(otherBoot, "", image) == id {
		t.Error("two copies of one disk image have the same ID")
	}
	if idOf(boot, "", otherImage) != id || idOf(boot, "", "") != id {
		t.Error("two containers of one machine have two IDs")
	}
	if idOf("", "", image) == idOf("", "", otherImage) {
		t.Error("without the kernel's number, two installations have the same ID")
	}
	if got := idOf("", "", ""); got != "" {
		t.Errorf("where nothing is known, the ID is %q, want none", got)
	}
	if runtime.GOOS == "linux" && ID() == "" {
		t.Error("this Linux machine has no ID")
	}
}

func TestDescribeOne(t *testing.T) {
	m := DescribeOne(false)
	if m.ID != ID() || m.Environment.Cores < 1 || m.Name != "" || m.Environment.Host != "" {
		t.Errorf("%+v", m)
	}
	if m.OnlineCPUs != 0 && m.OnlineCPUs < m.Environment.Cores {
		t.Errorf("%d cores of %d that are online", m.Environment.Cores, m.OnlineCPUs)
	}
}
