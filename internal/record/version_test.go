package record

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A run is not resumed with another version of a server's program. What one of the two runs does
// not know is no difference.
func TestVersionDifferences(t *testing.T) {
	header := func(version string) Header {
		return Header{Versions: []ServerVersion{{Server: "app", Version: version}}}
	}
	test := func(recorded, now Header, want ...string) {
		t.Helper()
		var got []string
		for _, d := range recorded.Differences(now) {
			got = append(got, fmt.Sprint(d))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("differences (-want +got):\n%s", diff)
		}
	}
	test(header("v22.1.0"), header("v22.1.0"))
	test(header("v22.1.0"), header("v22.2.0"),
		`version of server "app": recorded "v22.1.0", now "v22.2.0"`)
	test(Header{}, header("v22.2.0"))
	test(header("v22.1.0"), header(""))
	test(header("v22.1.0"), Header{})
}
