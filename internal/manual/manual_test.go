package manual

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"labbook.example/labbook/internal/golden"
)

// sample is a tree of commands with all that a page can have, and what man(7) could take for its
// own.
func sample() *cobra.Command {
	root := &cobra.Command{
		Use:     "sample [flags] file",
		Version: "1",
		Short:   "a program for a test",
		Long: "Reads a file - or none.\n.PP is no paragraph here,\n'quoted' is no macro, and " +
			"C:\\new is a folder.\n\n  copy 'this' \"text\" `date` ^ ~\n  .and this\n\n" +
			"Then it ends…",
		Example: "  sample file # reads it\n  sample -x-y",
		Run:     func(*cobra.Command, []string) {},
	}
	alike := &cobra.Command{Use: "alike file", Short: "do the same", Run: root.Run}
	other := &cobra.Command{
		Use:     "other [part]",
		Short:   "do something else",
		Example: "  sample other",
		Run:     root.Run,
	}
	dotted := &cobra.Command{Use: "dotted", Short: ".dot first", Run: root.Run}
	hidden := &cobra.Command{Use: "hidden", Hidden: true, Run: root.Run}
	root.AddCommand(alike, other, dotted, hidden)

	for _, c := range []*cobra.Command{root, alike} {
		c.Flags().String("name", "", "the `name`\\.")
		c.Flags().String("page", "", "an `address`")
		c.Flags().Lookup("page").NoOptDefVal = "127.0.0.1:0"
		c.Flags().BoolP("quiet", "q", false, "'print' nothing")
	}
	other.Flags().Int("rounds", 10, "how many")
	other.Flags().Bool("secret", false, "not shown")
	_ = other.Flags().MarkHidden("secret") // it exists
	return root
}

func TestPage(t *testing.T) {
	page := Page(sample())
	golden.Compare(t, "testdata/sample.1", page)
	if again := Page(sample()); again != page {
		t.Error("the same commands made another page")
	}
	accepts(t, page, "groff", "-man", "-ww", "-z", "-Tutf8")
	lint(t, page)
}

// A reader sees each character that help shows, and can copy it.
func TestPageIsReadAsItIsWritten(t *testing.T) {
	command := need(t, "groff", "-man", "-Tutf8", "-P-cbou")
	command.Stdin = strings.NewReader(Page(sample()))
	shown, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(string(shown)), " ")
	for _, want := range []string{
		"sample - a program for a test",
		"a file - or none. .PP is no paragraph here, 'quoted' is no macro, and C:\\new",
		"copy 'this' \"text\" `date` ^ ~ .and this",
		"Then it ends…",
		"Do the same. Its flags are those of OPTIONS.",
		"--name name the name\\.",
		"--page[=address]",
		"-q, --quiet 'print' nothing",
		"--rounds int how many (default: 10)",
		".dot first.",
		"sample file # reads it",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not show %q:\n%s", want, shown)
		}
	}
}

// need returns a command, and skips the test where there is no such program. Under CI=true there
// is.
func need(t *testing.T, name string, args ...string) *exec.Cmd {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil && os.Getenv("CI") != "true" {
		t.Skipf("no %s here, which reads the page", name)
	}
	return exec.Command(name, args...)
}

// accepts fails the test if a reader of pages has anything to say about one.
func accepts(t *testing.T, page, name string, args ...string) {
	t.Helper()
	command := need(t, name, args...)
	command.Stdin = strings.NewReader(page)
	if said, err := command.CombinedOutput(); err != nil || len(said) > 0 {
		t.Errorf("%s: %v\n%s", name, err, said)
	}
}

// lint asks mandoc as well, where it is installed. A page without a date is the intention, and long
// lines are a matter of style.
func lint(t *testing.T, page string) {
	t.Helper()
	if _, err := exec.LookPath("mandoc"); err != nil {
		t.Log("no mandoc here, which checks the page as well")
		return
	}
	command := exec.Command("mandoc", "-T", "lint", "-W", "warning")
	command.Stdin = strings.NewReader(page)
	said, _ := command.Output() // it ends with the level of what it found
	for line := range strings.Lines(string(said)) {
		if !strings.HasSuffix(line, "WARNING: missing date, using \"\": TH\n") {
			t.Errorf("mandoc: %s", line)
		}
	}
}
