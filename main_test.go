package main

import (
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/spf13/pflag"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/node"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/servermodel"
	"labbook.example/labbook/internal/spec"
)

// The test binary plays every role that labbook plays. Scripts start it as "labbook", a run finds
// it as "ab" if a story has put it on PATH, and the code under test starts it with a role as its
// first argument.
func TestMain(m *testing.M) {
	if os.Getenv(fastWatch) != "" {
		quietBefore = time.Millisecond
		idleWindow = 5 * time.Millisecond
	}
	if os.Getenv(longWatch) != "" {
		idleWindow = 500 * time.Millisecond
	}
	if os.Getenv(shortLease) != "" {
		node.Hurry(2)
	}
	if name := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe"); name == "ab" {
		awaitRelease()
		os.Exit(fakeAB(os.Args[1:]))
	}
	if len(os.Args) > 1 && slices.Contains(roles, os.Args[1]) {
		if os.Args[1] == "ab" {
			awaitRelease()
			if makesUp(os.Args) {
				os.Exit(makeUpLoad(os.Args))
			}
		}
		main()
	}

	// Stories mostly wait, so more of them run at a time than there are cores. A flag on the
	// command line outranks this one, since it is read later.
	if err := flag.Set("test.parallel", strconv.Itoa(2*runtime.GOMAXPROCS(0))); err != nil {
		panic(err)
	}
	testscript.Main(m, map[string]func(){
		"labbook":   main,
		"recorder":  recorder,
		"oddserver": oddServer,
		"container": container,
		"strange":   strange,
		"doubtful":  doubtful,

		"faultlauncher": faultLauncher,
	})
}

// roles are the commands with which labbook starts itself.
var roles = []string{"serve", "ab", process.GuardCommand, node.Command}

// fastWatch is an environment variable that shortens the two intervals in which a run does nothing
// but watch: the machine before the first trial, and each server after its load. Most stories need
// neither, and there are hundreds of them. The shipped program does not know the variable.
const fastWatch = "LABBOOK_TEST_FAST_WATCH"

// longWatch is an environment variable that makes each server be watched for ten times as long as
// by the shipped program, for the stories of servers that never rest: on a busy machine they do not
// have a turn in each of the shipped intervals.
const longWatch = "LABBOOK_TEST_LONG_WATCH"

// shortLease is an environment variable that makes a run and its nodes lose each other twice as
// soon, for the stories that wait for it. The shipped program does not know it either.
const shortLease = "LABBOOK_TEST_SHORT_LEASE"

// fakeAB plays ab. It prints the captured output that FAKE_AB_FILE names, after the time that the
// load took by it, or makes a real load. A warm-up, which has no -e, is always real. With
// FAKE_AB_SLOWER each output tells of a slower load than the one before: see slower.
func fakeAB(args []string) int {
	if slices.Contains(args, "-V") {
		fmt.Println("This is ApacheBench, Version 2.3 <$Revision: fake $>")
		return 0
	}
	file := os.Getenv("FAKE_AB_FILE")
	if file == "" || !slices.Contains(args, "-e") {
		return execute(append([]string{"ab"}, args...), os.Stdout, os.Stderr)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	// A capture holds standard output, then a line "-- stderr --", then standard error.
	stdout, stderr, _ := strings.Cut(string(data), "-- stderr --\n")
	stdout = slower(stdout, args[len(args)-1])
	if found := timeTaken.FindStringSubmatch(stdout); found != nil {
		took, _ := time.ParseDuration(found[1] + "s")
		time.Sleep(took) // or it would have used more CPU time than its load took
	}
	io.WriteString(os.Stdout, stdout)
	io.WriteString(os.Stderr, stderr)
	var code int
	fmt.Sscan(os.Getenv("FAKE_AB_CODE"), &code)
	return code
}

var timeTaken = regexp.MustCompile(`(?m)^Time taken for tests: +([0-9.]+) seconds$`)

// slower makes an output of ab one of a server that gets slower: FAKE_AB_SLOWER is a part of the
// server's URL and a factor, by which each load of it takes longer than the one before. What is
// then found in a record does not depend on how busy the machine is.
func slower(output, url string) string {
	part, by, _ := strings.Cut(os.Getenv("FAKE_AB_SLOWER"), " ")
	if part == "" || !strings.Contains(url, part) {
		return output
	}
	name := "calls-" + strings.NewReplacer("/", "", ":", "").Replace(url)
	calls := filepath.Join(os.TempDir(), name)
	earlier, _ := os.ReadFile(calls) // there is none before the first call
	if err := os.WriteFile(calls, append(earlier, '.'), 0o644); err != nil {
		return err.Error()
	}

	var each float64
	fmt.Sscan(by, &each)
	factor := math.Pow(each, float64(len(earlier)))
	return abTimes.ReplaceAllStringFunc(output, func(line string) string {
		words := strings.Fields(line)
		for i, word := range words {
			_, digits, _ := strings.Cut(word, ".")
			n, err := strconv.ParseFloat(word, 64)
			switch {
			case err != nil:
			case strings.HasPrefix(line, "Requests"), strings.HasPrefix(line, "Transfer"):
				words[i] = strconv.FormatFloat(n/factor, 'f', len(digits), 64)
			default:
				words[i] = strconv.FormatFloat(n*factor, 'f', len(digits), 64)
			}
		}
		return strings.Join(words, " ")
	})
}

// abTimes are the lines of ab's output that tell how long something took.
var abTimes = regexp.MustCompile(
	`(?m)^(Time|Requests per|Transfer|Connect:|Processing:|Waiting:|Total:| +[0-9]+%).*$`)

// Package spec lists the models with what each can be configured to do. The models agree.
func TestModelsOfTheSpecExist(t *testing.T) {
	if !slices.Equal(spec.Models, servermodel.Names()) {
		t.Errorf("spec.Models = %v, want %v", spec.Models, servermodel.Names())
	}
	for _, model := range servermodel.Names() {
		test := func(what string, listed bool, config servermodel.Config) {
			t.Helper()
			config.Address = "127.0.0.1:0"
			if err := servermodel.Check(model, config); (err == nil) != listed {
				t.Errorf("%s with %s: %v, but the spec allows it: %v", model, what, err, listed)
			}
		}
		test("workers", slices.Contains(spec.WorkerModels, model), servermodel.Config{Workers: 1})
		test("blocking work", slices.Contains(spec.LoopModels, model),
			servermodel.Config{Work: servermodel.Work{Blocking: true}})
	}
}

func TestExecuteNamesTheErrorOnce(t *testing.T) {
	var stdout, stderr strings.Builder
	if code := execute([]string{"no-such-file.toml"}, &stdout, &stderr); code != failure.ExitUsage {
		t.Errorf("exit code %d, want %d", code, failure.ExitUsage)
	}
	n := strings.Count(stderr.String(), "labbook: ")
	if n != 1 || !strings.Contains(stderr.String(), "hint: ") {
		t.Errorf("standard error %q has %d errors, want one, with a hint", stderr.String(), n)
	}
	if stdout.Len() > 0 {
		t.Errorf("standard output %q, want none", stdout.String())
	}
}

// A shell is told which words may come next, or that none can be known, for the arguments of each
// command and for the value of each flag. internal/complete has the tables.
func TestEveryWordIsCompleted(t *testing.T) {
	root := commandLine(io.Discard, io.Discard)
	for _, c := range append(root.Commands(), root) {
		if c.Hidden || c.DisableFlagParsing {
			continue
		}
		if c.ValidArgsFunction == nil {
			t.Errorf("%s: nothing completes its arguments", c.CommandPath())
		}
		c.Flags().VisitAll(func(f *pflag.Flag) {
			_, found := c.GetFlagCompletionFunc(f.Name)
			if takesValue := f.NoOptDefVal == "" || f.Value.Type() != "bool"; !found && takesValue {
				t.Errorf("%s --%s: nothing completes its value", c.CommandPath(), f.Name)
			}
		})
	}
}
