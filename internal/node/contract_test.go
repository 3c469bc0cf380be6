//go:build unix

package node

import (
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"labbook.example/labbook/internal/process"
)

// Launchers that keep their contract are measured, all at once; the trouble of each other one is
// named.
func TestCheck(t *testing.T) {
	d := dialer{own: ownGreeting(0), times: patient}
	good := []Launch{{Name: "server"}, here("relayed", os.Args[0], relay)}
	found, err := d.check(t.Context(), good, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	for i, k := range found {
		if k.Name != good[i].Name || k.Start <= 0 || k.Bytes <= 0 || k.Clock.RoundTrip <= 0 {
			t.Errorf("%+v is not measured", k)
		}
		if k.Stayed || k.Known != (runtime.GOOS == "linux") {
			t.Errorf("%v: stayed %v, known %v", k, k.Stayed, k.Known)
		}
	}

	changes := `"$@" | sed -u 's/AAECAwQF/AAECAwQE/'`
	_, err = d.check(t.Context(), []Launch{
		good[0],
		here("clients", "sh", "-c", changes, "sh"),
		here("lost", "false"),
	}, io.Discard)
	const want = `machine "clients": the launcher changes the bytes that it passes on
machine "lost": false ended with exit status 1`
	if err == nil || err.Error() != want {
		t.Errorf("the error is\n%v\nwant\n%s", err, want)
	}
}

// A launcher that does not end with the node is ended.
func TestLauncherThatStays(t *testing.T) {
	at := patient
	at.farewell = 50 * time.Millisecond
	d := dialer{own: ownGreeting(0), times: at}
	stays := here("server", "sh", "-c", `"$@"; exec sleep 1000`, "sh")
	found, err := d.check(t.Context(), []Launch{stays}, io.Discard)
	if err != nil || !found[0].Stayed || !strings.Contains(found[0].String(), "was ended") {
		t.Errorf("%v, %v; want that the launcher was ended", found, err)
	}
}

// A node that outlives the end of its input is seen, however long that takes, up to a limit.
func TestNodeLeftBehind(t *testing.T) {
	left := exec.Command("sleep", "1000")
	if err := left.Start(); err != nil {
		t.Fatal(err)
	}
	p, ok := process.Read(left.Process.Pid)
	if !ok {
		_ = left.Process.Kill()
		t.Skip("this system does not tell whether a process runs")
	}
	first := Process{PID: left.Process.Pid, Start: p.Start}
	c, _ := pair(t, testNode(), patient)

	var k Contract
	err := k.awaitEnd(t.Context(), c, first, time.Now(), time.Millisecond)
	if err == nil || !strings.Contains(err.Error(), "still runs") {
		t.Errorf("%v, want that it still runs", err)
	}
	ended := make(chan error)
	go func() { ended <- k.awaitEnd(t.Context(), c, first, time.Now(), time.Hour) }()
	if err := left.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = left.Wait() // killed
	if err := <-ended; err != nil || !k.Known {
		t.Errorf("%v, known %v; want that it has ended", err, k.Known)
	}

	first.PID = os.Getpid() // the id belongs to another process by now
	again := Contract{}
	if err := again.awaitEnd(t.Context(), c, first, time.Now(), 0); err != nil || again.End != 0 {
		t.Errorf("%v, seen for %v; want that another process is none of it", err, again.End)
	}
}

// The line of a launcher names what its user should know.
func TestContractLine(t *testing.T) {
	k := Contract{
		Launch: Launch{Name: "clients", N: 2, Words: []string{"/usr/bin/ssh", "-T", "gen2"}},
		Start:  588_123_456 * time.Nanosecond,
		Bytes:  12_345_678 * time.Nanosecond,
		Clock:  Clock{RoundTrip: 98_765 * time.Nanosecond},
		Known:  true,
	}
	test := func(want string) {
		t.Helper()
		const begin = `machine "clients" 2: started by ssh in 588ms; 1 MiB there and back in ` +
			`12.3ms, a question in 98.8µs`
		if got := k.String(); got != begin+want {
			t.Errorf("the line is\n%s\nwant\n%s", got, begin+want)
		}
	}
	test("; nothing left behind")
	k.Clock.Wall = -7_321 * time.Millisecond
	test(", its wall clock 7.32s behind ours; nothing left behind")
	k.Clock.Wall, k.End = 0, 20_123*time.Millisecond
	test("; labbook ended there only after 20.1s, by its lease: this launcher does not pass on " +
		"the end of its input")
	k.Known, k.Stayed = false, true
	test("; whether something is left behind is not known; the launcher itself did not end, and " +
		"was ended")
}
