package terminal

import (
	"fmt"
	"io"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// onTerminal returns what a function prints on a terminal with so many columns.
func onTerminal(t *testing.T, columns uint16, prints func(io.Writer)) string {
	t.Helper()
	ours, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("there are no pseudo terminals here: ", err)
	}
	defer ours.Close()
	fd := int(ours.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	size := &unix.Winsize{Row: 24, Col: columns}
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, size); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("there are no pseudo terminals here: ", err)
	}

	prints(file)
	file.Close()
	var printed strings.Builder
	_, _ = io.Copy(&printed, ours) // ends with an error once the other end is closed
	return strings.ReplaceAll(printed.String(), "\r\n", "\n")
}

// On a narrow terminal, the lines before the first trial are wrapped at words, too.
func TestSummaryIsWrapped(t *testing.T) {
	got := onTerminal(t, 30, func(out io.Writer) {
		NewProgress(out, false, Summary{
			Title:      "Two servers that wait in different ways",
			Size:       "1 server",
			Generators: "ab 2.3 (apache2-utils 2.4.71-1~deb12u1)",
			Resumed:    "resuming at trial 5 of 12, run 2",
			Remaining:  8,
		})
	})
	const want = "Two servers that wait in\ndifferent ways\n1 server\n" +
		"load by ab 2.3 (apache2-utils\n2.4.71-1~deb12u1)\nresuming at trial 5 of 12, run\n2\n"
	if !strings.HasPrefix(got, want) {
		t.Errorf("printed\n%q, want it to begin with\n%q", got, want)
	}
}
