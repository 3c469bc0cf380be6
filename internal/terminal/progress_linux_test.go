package terminal

import (
	"errors"
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
	t.Setenv("NO_COLOR", "1")
	got := onTerminal(t, 30, func(out io.Writer) {
		run := twelve()
		run.Experiment.Title = "Two servers that wait in different ways"
		run.Generators = "ab 2.3 (apache2-utils 2.4.71-1~deb12u1)"
		run.Resumed = "resuming at trial 5 of 12, run 2"
		NewProgress(out, false, run)
	})
	const want = "Two servers that wait in\ndifferent ways\n3 servers\n" +
		"load by ab 2.3 (apache2-utils\n2.4.71-1~deb12u1)\nresuming at trial 5 of 12, run\n2\n"
	if got != want {
		t.Errorf("printed\n%q, want\n%q", got, want)
	}
}

// Styles are for terminals that have them, and for people who want them.
func TestStyles(t *testing.T) {
	test := func(term, noColor string, want bool) {
		t.Helper()
		t.Setenv("TERM", term)
		t.Setenv("NO_COLOR", noColor)
		got := onTerminal(t, 80, func(out io.Writer) {
			PrintError(out, errors.New("disk full"), "make room")
			if line := newLine(out); (line == nil) != (term == "dumb") {
				t.Errorf("TERM=%s: a line %v", term, line)
			}
		})
		if styled := strings.Contains(got, "\x1b["); styled != want {
			t.Errorf("TERM=%s NO_COLOR=%s: printed %q", term, noColor, got)
		}
	}
	test("xterm", "", true)
	test("xterm", "1", false)
	test("dumb", "", false)
}
