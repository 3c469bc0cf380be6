package load

import (
	"crypto/tls"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"
)

// Options is one call of ab, as its flags say it.
type Options struct {
	Requests    int           // -n; of an open loop: arrivals
	Concurrency int           // -c: connections at a time
	Limit       time.Duration // -t; 0: none
	Timeout     time.Duration // -s: the longest that a request may take
	KeepAlive   bool          // -k
	Quiet       bool          // -q
	Resilient   bool          // -r: goes on after an answer that broke off
	AnyLength   bool          // -l
	Verbosity   int           // -v
	CSV         string        // -e: file for the percentiles; "": none
	Gnuplot     string        // -g: file for every request; "": none
	NoTable     bool          // -d
	NoSpread    bool          // -S

	TLS         bool   // of the URL: https
	Host        string // of the URL, without port and brackets
	Port        int    // of the URL, its scheme's if it has none
	Path        string // of the URL, with its query, as it was typed
	Method      string
	ContentType string     // -T
	Headers     []string   // -H: lines
	Credentials []string   // -C and -A: lines
	Body        []byte     // -p or -u; nil: none
	Window      int        // -b: of the sockets' buffers, bytes; 0: the system's
	Bind        netip.Addr // -B: the address that connections come from; invalid: the system's choice

	NoServerName bool              // -I: TLS without the server's name
	Certificates []tls.Certificate // -E: ours

	JSON    string  // --json: file for everything; "": none
	HTTP11  bool    // --http1.1
	Threads int     // --threads: loops, each on a thread of its own
	Rate    float64 // --rate: arrivals a second of an open loop; 0: a closed loop
}

// cores is how many cores the load may use.
func (o *Options) cores() int {
	if o.TLS {
		return runtime.GOMAXPROCS(0)
	}
	return o.Threads
}

// The exit codes of ab, as far as they are not numbers of system errors.
const (
	exitStopped     = 1  // interrupted, or a file or a number that cannot be
	exitResolver    = 50 // the host's name is not known
	exitUsage       = 22 // EINVAL
	exitDescriptors = 24 // EMFILE
)

// refused is an error with the exit code that ab has for it.
type refused struct {
	text  string
	code  int
	usage bool // the usage follows
}

func (r *refused) Error() string { return r.text }

func usage(format string, args ...any) error {
	return &refused{"ab: " + fmt.Sprintf(format, args...), exitUsage, true}
}

// command is what the flags ask for: a load, or one of two texts.
type command struct {
	Options
	version, help bool
}

// raw is what some flags say, before it is understood.
type raw struct {
	post, put, method, bind, credentials, certificate string
	cookies                                           []string
	head                                              bool
}

// parse reads the arguments after "labbook ab". A flag of the real ab that is not here is refused
// by its name.
func parse(args []string) (*command, error) {
	c := &command{}
	var r raw
	flags := pflag.NewFlagSet("ab", pflag.ContinueOnError)
	flags.SetInterspersed(false)
	flags.Usage = func() {}
	c.declare(flags, &r)
	if err := flags.Parse(args); err != nil {
		return nil, flagError(err)
	}
	if c.version || c.help {
		return c, nil
	}
	if flags.NArg() != 1 {
		return nil, usage("wrong number of arguments")
	}
	if c.Rate > 0 {
		c.openLoop(flags.Changed("concurrency"), flags.Changed("requests"))
	}
	if c.Requests < 1 {
		return nil, &refused{"Invalid number of requests\n", exitStopped, false}
	}
	if c.Concurrency < 1 || c.Concurrency > maxConcurrency {
		return nil, usage("Invalid Concurrency [Range 1..%d]", maxConcurrency)
	}
	if c.Concurrency > c.Requests {
		return nil, usage("Cannot use concurrency level greater than total number of requests")
	}
	if err := c.understand(r); err != nil {
		return nil, err
	}
	return c, c.target(flags.Arg(0))
}

// maxConcurrency is ab's limit.
const maxConcurrency = 20000

// connectionsByDefault are the most connections of an open loop: enough to keep the rate of most
// servers, few enough for most limits of descriptors.
const connectionsByDefault = 1000

// openLoop fills in what --rate leaves open: as many requests as arrive within -t, and connections
// enough.
func (c *command) openLoop(connections, requests bool) {
	if c.Limit > 0 && !requests {
		c.Requests = int(max(1, math.Ceil(c.Rate*c.Limit.Seconds())))
	}
	if !connections {
		c.Concurrency = max(1, min(connectionsByDefault, c.Requests))
	}
}

func (c *command) declare(flags *pflag.FlagSet, r *raw) {
	flags.IntVarP(&c.Requests, "requests", "n", 1, "")
	flags.IntVarP(&c.Concurrency, "concurrency", "c", 1, "")
	flags.FuncP("timelimit", "t", "", func(value string) error {
		c.Requests = 50000 // as ab: a -n that comes later has the last word
		return seconds(value, &c.Limit)
	})
	c.Timeout = 30 * time.Second
	flags.FuncP("timeout", "s", "", func(value string) error { return seconds(value, &c.Timeout) })
	flags.FuncP(
		"window",
		"b",
		"",
		func(value string) error { return wholeNumber(value, 1, 1<<30, &c.Window) },
	)
	flags.StringVarP(&r.bind, "bind", "B", "", "")
	flags.BoolVarP(&c.KeepAlive, "keepalive", "k", false, "")
	flags.BoolVarP(&c.Quiet, "quiet", "q", false, "")
	flags.BoolVarP(&c.Resilient, "resilient", "r", false, "")
	flags.BoolVarP(&c.AnyLength, "any-length", "l", false, "")
	flags.IntVarP(&c.Verbosity, "verbosity", "v", 0, "")
	flags.StringVarP(&c.CSV, "csv", "e", "", "")
	flags.StringVarP(&c.Gnuplot, "gnuplot", "g", "", "")
	flags.StringVarP(&r.post, "post", "p", "", "")
	flags.StringVarP(&r.put, "put", "u", "", "")
	flags.StringVarP(&c.ContentType, "content-type", "T", "text/plain", "")
	flags.StringVarP(&r.method, "method", "m", "", "")
	flags.BoolVarP(&r.head, "head", "i", false, "")
	flags.StringArrayVarP(&c.Headers, "header", "H", nil, "")
	flags.StringArrayVarP(&r.cookies, "cookie", "C", nil, "")
	flags.StringVarP(&r.credentials, "credentials", "A", "", "")
	flags.BoolVarP(&c.NoServerName, "no-server-name", "I", false, "")
	flags.StringVarP(&r.certificate, "certificate", "E", "", "")
	flags.BoolVarP(&c.NoTable, "no-percentiles", "d", false, "")
	flags.BoolVarP(&c.NoSpread, "no-spread", "S", false, "")
	flags.BoolVarP(&c.version, "version", "V", false, "")
	flags.BoolVarP(&c.help, "help", "h", false, "")
	flags.StringVar(&c.JSON, "json", "", "")
	flags.BoolVar(&c.HTTP11, "http1.1", false, "")
	c.Threads = 1
	flags.Func(
		"threads",
		"",
		func(value string) error { return wholeNumber(value, 1, maxThreads, &c.Threads) },
	)
	flags.Func("rate", "", func(value string) error {
		var err error
		c.Rate, err = strconv.ParseFloat(value, 64)
		if err != nil || !(c.Rate >= minRate && c.Rate <= maxRate) {
			return fmt.Errorf(
				"found %q; allowed: requests a second, from %v to %d",
				value,
				minRate,
				maxRate,
			)
		}
		return nil
	})
}

const (
	maxThreads = 256
	minRate    = 0.001
	maxRate    = 10_000_000
)

func seconds(value string, place *time.Duration) error {
	var n int
	err := wholeNumber(value, 1, 1_000_000, &n)
	*place = time.Duration(n) * time.Second
	return err
}

// wholeNumber reads a whole number within limits.
func wholeNumber(value string, low, high int, place *int) error {
	n, err := strconv.Atoi(value)
	if err != nil || n < low || n > high {
		return fmt.Errorf("found %q; allowed: whole numbers from %d to %d", value, low, high)
	}
	*place = n
	return nil
}

// flagError says what is wrong with a flag in ab's words, or that only the real ab has it.
func flagError(err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return usage("%v", err)
	}
	name := unknown.GetSpecifiedName()
	if len(name) == 1 && strings.Contains(onlyReal, name) {
		return &refused{
			fmt.Sprintf("labbook ab: -%s is a flag of ApacheBench that this ab does not have: "+
				"use the real ab (Debian: apt-get install apache2-utils)", name),
			exitUsage,
			false,
		}
	}
	return usage("illegal option -- %s", name)
}
