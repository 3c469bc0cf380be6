package cluster

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"regexp"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// Fault is a launcher that fails as it is told: "[flags] program args". It has the Host start the
// program, and relays between the two line by line. At the first line that it is told to look for
// it fails, once.
type Fault struct {
	before string        // text to be printed before all else
	flood  int           // KiB of garbage after that
	at     string        // a text in a line; what happens happens when that has passed
	nth    int           // of these lines
	do     string        // what happens, see actions; "": nothing
	code   int           // of an exit
	words  string        // on standard error, before an exit
	delay  time.Duration // of each line
	by     time.Duration // that the clock is shifted
	field  string        // of an answer, which is shifted
	keep   bool          // the program's input stays open when the launcher is gone
	deaf   bool          // the end of our input is not passed on, nor does SIGTERM end us

	out io.Writer
	err io.Writer
	end func(code int)

	mu    sync.Mutex // is held while a line passes; guards what follows
	seen  int
	armed bool // the action is due at the next line from the program
	over  bool // nothing passes any more
}

// actions are what may happen, with what each does.
var actions = map[string]string{
	"exit":   "end with a code and words",
	"kill":   "end by SIGKILL",
	"freeze": "relay nothing any more",
	"drop":   "swallow the next line from the program",
	"cut":    "break off in the middle of the next line from the program",
	"garble": "print garbage instead of the next line from the program",
	"spill":  "print a megabyte of garbage before the next line from the program",
	"shift":  "shift the clock in all lines from the program that follow",
}

// Launch is the main function of a Fault: its arguments are those of a command line, and its exit
// code is returned. Without an action it is a sound launcher.
func Launch(args []string, in io.Reader, out, words io.Writer) int {
	f := &Fault{out: out, err: words}
	flags := flag.NewFlagSet("faultlauncher", flag.ContinueOnError)
	flags.SetOutput(words)
	flags.StringVar(&f.before, "before", "", "text to print first, quoted as in Go")
	flags.IntVar(&f.flood, "flood", 0, "KiB of garbage to print first")
	flags.StringVar(&f.at, "at", "", "text of the line at which it fails; none: at once")
	flags.IntVar(&f.nth, "nth", 1, "which of these lines")
	flags.StringVar(&f.do, "do", "", "what happens")
	flags.IntVar(&f.code, "code", 1, "exit code")
	flags.StringVar(&f.words, "words", "", "last words")
	flags.DurationVar(&f.delay, "delay", 0, "delay of each line")
	flags.DurationVar(&f.by, "by", 0, "what a clock is shifted by")
	flags.StringVar(&f.field, "field", "monotonic_ns", "field of an answer with that clock")
	flags.BoolVar(&f.keep, "keep", false, "keep the program's input open when the launcher is gone")
	flags.BoolVar(&f.deaf, "deaf", false, "pass on no end of the input, and ignore SIGTERM")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if f.do != "" && actions[f.do] == "" || flags.NArg() == 0 {
		const usage = "usage: faultlauncher [flags] program args; the actions are %v\n"
		fmt.Fprintf(words, usage, actions)
		return 2
	}
	return f.run(flags.Args(), in)
}

// run relays until the program or the launcher ends.
func (f *Fault) run(argv []string, in io.Reader) int {
	if f.deaf {
		signal.Ignore(syscall.SIGTERM)
	}
	ended := make(chan int, 3) // by the program, the host or an action
	f.end = func(code int) { ended <- code }
	text, err := strconv.Unquote(`"` + f.before + `"`)
	if err != nil {
		fmt.Fprintln(f.err, err)
		return 2
	}
	_, _ = io.WriteString(f.out, text) // the run may have gone
	_, _ = f.out.Write(garbage(f.flood << 10))
	if f.at == "" && f.do != "" {
		f.act()
	}

	if f.over { // nothing starts behind a launcher that has failed
		return <-ended
	}
	to, answers, err := askHost(argv, f.keep)
	if err != nil {
		fmt.Fprintln(f.err, err)
		return 1
	}
	defer to.Close()
	go f.relayInput(in, to) // ends with the input, at the latest with the process

	lines, program := io.Pipe()
	passed := make(chan struct{})
	go func() { // ends with the program
		defer close(passed)
		f.relayOutput(lines)
	}()
	go func() { // ends with the program
		for {
			var s said
			if err := answers.Decode(&s); err != nil {
				f.end(1) // the host is gone
				return
			}
			_, _ = f.err.Write(s.Err)
			_, _ = program.Write(s.Out)
			if s.Exit != nil {
				program.Close()
				<-passed
				f.end(*s.Exit)
				return
			}
		}
	}()
	return <-ended
}

// relayInput passes on what the run asks, and its end.
func (f *Fault) relayInput(in io.Reader, to *net.UnixConn) {
	from := bufio.NewReader(in)
	for {
		line, err := from.ReadBytes('\n')
		if len(line) > 0 {
			f.pass(line, func() { _, _ = to.Write(line) })
		}
		if err != nil {
			break
		}
	}
	if !f.deaf {
		f.pass(nil, func() { _ = to.CloseWrite() }) // the program may have ended
	}
}

// relayOutput passes on what the program answers.
func (f *Fault) relayOutput(answers io.Reader) {
	from := bufio.NewReader(answers)
	for {
		line, err := from.ReadBytes('\n')
		if len(line) > 0 {
			f.pass(line, func() { f.answer(line) })
		}
		if err != nil {
			return
		}
	}
}

// pass passes a line on, and fails if that is the line at which the launcher is to fail. It never
// returns after a failure that ends all passing.
func (f *Fault) pass(line []byte, on func()) {
	time.Sleep(f.delay)
	f.mu.Lock()
	defer func() {
		over := f.over
		f.mu.Unlock()
		if over {
			select {}
		}
	}()
	if f.over {
		return
	}
	on()
	if f.do != "" && f.at != "" && bytes.Contains(line, []byte(f.at)) {
		if f.seen++; f.seen == f.nth {
			f.act()
		}
	}
}

// act does what is to happen.
func (f *Fault) act() {
	switch f.do {
	case "exit":
		if f.words != "" {
			fmt.Fprintln(f.err, f.words)
		}
		f.over = true
		f.end(f.code)
	case "kill":
		f.over = true
		kill(os.Getpid())
	case "freeze":
		f.over = true
	default:
		f.armed = true
	}
}

// answer writes a line from the program, or what becomes of it. It is called by pass.
func (f *Fault) answer(line []byte) {
	if f.armed {
		f.armed = f.do == "shift"
		switch f.do {
		case "drop":
			return
		case "garble":
			line = garbage(len(line))
		case "spill":
			_, _ = f.out.Write(garbage(1 << 20))
		case "shift":
			line = f.shifted(line)
		case "cut":
			_, _ = f.out.Write(line[:len(line)/2])
			f.over = true
			f.end(0)
			return
		}
	}
	_, _ = f.out.Write(line) // the run may have gone
}

// shifted returns a line with another time in it.
func (f *Fault) shifted(line []byte) []byte {
	clock := regexp.MustCompile(`("` + regexp.QuoteMeta(f.field) + `":)(-?[0-9]+)`)
	return clock.ReplaceAllFunc(line, func(found []byte) []byte {
		parts := clock.FindSubmatch(found)
		at, _ := strconv.ParseInt(string(parts[2]), 10, 64) // it is a number
		return strconv.AppendInt(bytes.Clone(parts[1]), at+int64(f.by), 10)
	})
}

// garbage returns so many bytes that are neither JSON nor text, in short lines.
func garbage(n int) []byte {
	line := []byte("\x00\xff{\"\x1b[31m]}garbage\n")
	return bytes.Repeat(line, n/len(line)+1)[:n]
}
