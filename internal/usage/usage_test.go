package usage

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/golden"
)

// sample is a tree of commands with all that a help can have.
func sample() *cobra.Command {
	done := func(*cobra.Command, []string) {}
	root := &cobra.Command{
		Use:     "sample [flags] file",
		Version: "1",
		Short:   "a program for a test",
		Long: "Reads a file,\nand writes another one that has more lines than anybody would read " +
			"at once.\n\n  first  is a name, with more to say of it than fits into one line\n" +
			"  other  is one as well",
		Example: "  sample file                   read it\n" +
			"  sample file --rounds 3 --quiet   read it three times, and say nothing",
		Args: Spec,
		Run:  done,
	}
	add := func(use, short string, args cobra.PositionalArgs) *cobra.Command {
		c := &cobra.Command{Use: use, Short: short, Run: done}
		c.Args = args
		root.AddCommand(c)
		return c
	}
	add("unlisted", "do what no group names", nil)
	add("check file", "look before a run", Spec)
	add("run file", "read it", Spec)
	add("report folder", "draw it", Folder)
	add("guard", "not shown", nil).Hidden = true
	serve := add("serve model", "serve", OneOf("model", []string{"async", "thread"}))

	root.Flags().Int("rounds", 0, "read it `N` times")
	root.Flags().Bool("quiet", false, "say nothing")
	root.Flags().Bool("secret", false, "not shown")
	_ = root.Flags().MarkHidden("secret") // it exists
	serve.Flags().String("live", "", "show it at an `address`")
	serve.Flags().Lookup("live").NoOptDefVal = "127.0.0.1:0"
	serve.PreRunE = func(c *cobra.Command, _ []string) error { return NotNegative(c, "wait") }
	const wait = "how long to wait, which is a long text for a narrow column"
	serve.Flags().Duration("wait", time.Second, wait)
	Set(root)
	return root
}

func TestHelp(t *testing.T) {
	for _, columns := range []int{60, 100} {
		var all strings.Builder
		for _, name := range []string{"", "serve"} {
			root := sample()
			root.InitDefaultHelpCmd()
			c, _, err := root.Find(strings.Fields(name))
			if err != nil {
				t.Fatal(err)
			}
			help{&all, columns}.of(c)
			fmt.Fprintln(&all, "--")
		}
		golden.Compare(t, fmt.Sprintf("testdata/help%d.txt", columns), all.String())
		for line := range strings.Lines(all.String()) {
			if width := len([]rune(line)) - 1; width > columns {
				t.Errorf("%d columns of %d: %s", width, columns, line)
			}
		}
	}
}

func TestErrors(t *testing.T) {
	t.Chdir("testdata")
	test := func(line, want, wantHint string) {
		t.Helper()
		root := sample()
		root.SetArgs(strings.Fields(line))
		err := root.Execute()
		code, hint := failure.CodeAndHint(err)
		if err == nil || code != failure.ExitUsage {
			t.Errorf("sample %s: error %v with code %d, want code %d", line, err, code,
				failure.ExitUsage)
			return
		}
		if err.Error() != want || hint != wantHint {
			const format = "sample %s:\n got %s\nhint %s\nwant %s\nhint %s"
			t.Errorf(format, line, err, hint, want, wantHint)
		}
	}
	const help, serveHelp = "sample --help shows what is possible",
		"sample serve --help shows what is possible"

	test("", "name an experiment file: found no argument; allowed: 1", help)
	test("help60.txt help100.txt", `name an experiment file: found 2 arguments, "help60.txt", `+
		`"help100.txt"; allowed: 1`, help)
	test("chekc help60.txt", `"chekc" is neither a file nor a command; did you mean "check"?`, help)
	test("helpp", `"helpp" is neither a file nor a command; did you mean "help"?`, help)
	const checkPath = "check the path; labbook init writes a commented experiment.toml to " +
		"start from"
	test("check help6.txt", `help6.txt: no such file; did you mean "help60.txt"?`, checkPath)
	test("check zzz", "zzz: no such file", checkPath)
	const finished = "name the output folder of a finished run"
	test("report ../testdat", `../testdat: no such folder; did you mean "../testdata"?`, finished)
	test("report help60.txt", "help60.txt: found a file; allowed: an output folder", finished)
	test("report", "name an output folder: found no argument; allowed: 1", "sample report --help "+
		"shows what is possible")
	test("help nonsense", `unknown command "nonsense"; allowed: run, check, report, serve, `+
		`completion, help, unlisted`, help)
	test("help repotr", `unknown command "repotr"; allowed: run, check, report, serve, `+
		`completion, help, unlisted; did you mean "report"?`, help)

	test("serve thraed", `unknown model "thraed"; allowed: async, thread; did you mean "thread"?`,
		serveHelp)
	test("serve", "name a model: found no argument; allowed: async, thread", serveHelp)
	test("serve thread --live 127.0.0.1:80", `name a model: found 2 arguments, "thread", `+
		`"127.0.0.1:80"; allowed: 1; with a value, --live is written --live=address`, serveHelp)
	test("serve thread --wait=-1s", "--wait: found -1s; allowed: 0 and more", serveHelp)

	test("--rounds x", `--rounds: found "x"; allowed: a whole number`, help)
	test("--rounds", "--rounds: found no value; allowed: --rounds N", help)
	test("--quiet=maybe", `--quiet: found "maybe"; allowed: true or false, or no value`, help)
	test("serve --wait 5", `--wait: found "5"; allowed: a time with its unit, such as 5ms or 1.5s`,
		serveHelp)
	test("serve --quite", "unknown flag: --quite", serveHelp)
	test("--quite", `unknown flag: --quite; did you mean "--quiet"?`, help)
	test("--secre", "unknown flag: --secre", help)
	test("--wait=5s", "unknown flag: --wait; it is a flag of sample serve, not of sample", help)
	test("serve -x", "unknown flag: -x; allowed: flags with two hyphens, and -h for --help",
		serveHelp)
}
