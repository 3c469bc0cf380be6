package load

import (
	"crypto/tls"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"labbook.example/labbook/internal/poisson"
	"labbook.example/labbook/internal/variable"
)

// Options is one call of ab, as its flags describe it.
type Options struct {
	Requests    int           // -n; in an open loop: arrivals
	Concurrency int           // -c: connections at a time
	Limit       time.Duration // -t: of the whole load; 0: none
	Timeout     time.Duration // -s: of one request
	KeepAlive   bool          // -k
	Quiet       bool          // -q
	Resilient   bool          // -r: the load goes on after an error on a connection
	AnyLength   bool          // -l: bodies may differ in length
	Verbosity   int           // -v
	CSV         string        // -e: file for the percentiles; "": none
	Gnuplot     string        // -g: file with a row per request; "": none
	NoTable     bool          // -d
	NoSpread    bool          // -S

	TLS         bool   // the scheme is https
	Host        string // of the URL, without port and brackets
	Port        int    // of the URL, or of its scheme
	Path        string // of the URL, with its query, as typed
	Method      string
	ContentType string     // -T
	Headers     []string   // -H: lines
	Credentials []string   // -C and -A: lines
	Body        []byte     // -p or -u; nil: none
	Window      int        // -b: socket buffers, in bytes; 0: the system's default
	Bind        netip.Addr // -B: local address of connections; invalid: the system's choice

	NoServerName bool              // -I: TLS without the server's name
	Certificates []tls.Certificate // -E: client certificates

	Expect Expect // --expect-status, --expect-body, --expect-sha256

	JSON    string // --json: file for everything measured; "": none
	Summary string // --summary: file for its counts; "": none
	HTTP11  bool   // --http1.1

	// Environment gives ${NAME} in Headers and in the query of Path its value (--env). What is
	// printed and written keeps the name. nil: such text is sent as it is.
	Environment variable.Lookup

	Threads int     // --threads: loops, each on a thread of its own
	Rate    float64 // --rate: arrivals per second of an open loop; 0: a closed loop

	Arrivals Arrivals // --arrivals: how those of an open loop are spaced
	Seed     uint64   // --seed: of random arrivals, from 1; 0 if there are none

	// Of a load that several generators make together:
	StartAt int64  // --start-at: when, by CLOCK_MONOTONIC in nanoseconds; 0: at once
	Share   Share  // --share: of the arrivals of an open loop
	Tally   string // --tally: file from which Join makes one load of all; "": none
}

// cores returns the number of cores that the load may use.
func (o *Options) cores() int {
	if o.TLS {
		return runtime.GOMAXPROCS(0)
	}
	return o.Threads
}

// The exit codes of ab that are not numbers of system errors.
const (
	exitStopped     = 1  // interrupted, or a file or number that cannot be used
	exitResolver    = 50 // the host's name is not known
	exitUsage       = 22 // EINVAL
	exitDescriptors = 24 // EMFILE
)

// usageError is a command line that cannot be run, with ab's exit code for it.
type usageError struct {
	text      string
	code      int
	showUsage bool // the usage is printed after the text
}

func (e *usageError) Error() string { return e.text }

func usageErrorf(format string, args ...any) error {
	return &usageError{
		text:      "ab: " + fmt.Sprintf(format, args...),
		code:      exitUsage,
		showUsage: true,
	}
}

// refuse returns an error without the usage.
func refuse(code int, format string, args ...any) error {
	return &usageError{text: fmt.Sprintf(format, args...), code: code}
}

// command is what a command line asks for: a load, or one of two texts.
type command struct {
	options       Options
	version, help bool
}

// rawFlags holds the flags whose values need more than parsing.
type rawFlags struct {
	post, put, method string
	head              bool
	bind              string
	credentials       string
	cookies           []string
	environment       bool
	certificate       string
	expectBody        string
}

// parse parses the arguments after "labbook ab".
func parse(args []string) (*command, error) {
	c := &command{}
	o := &c.options
	var raw rawFlags
	flags := pflag.NewFlagSet("ab", pflag.ContinueOnError)
	flags.SetInterspersed(false)
	flags.Usage = func() {}
	c.declareFlags(flags, &raw)
	if err := flags.Parse(args); err != nil {
		return nil, flagError(err)
	}
	if c.version || c.help {
		return c, nil
	}
	if flags.NArg() != 1 {
		return nil, usageErrorf("wrong number of arguments")
	}

	if err := o.checkOpenLoop(flags.Changed); err != nil {
		return nil, err
	}
	if o.Rate > 0 {
		o.completeOpenLoop(flags.Changed)
	}
	if o.Requests < 1 {
		return nil, refuse(exitStopped, "Invalid number of requests\n")
	}
	if o.Concurrency < 1 || o.Concurrency > maxConcurrency {
		return nil, usageErrorf("Invalid Concurrency [Range 1..%d]", maxConcurrency)
	}
	if o.Concurrency > o.Requests {
		return nil, usageErrorf(
			"Cannot use concurrency level greater than total number of requests")
	}
	if err := o.interpret(raw); err != nil {
		return nil, err
	}
	if err := o.parseURL(flags.Arg(0)); err != nil {
		return nil, err
	}

	if raw.environment {
		o.Environment = os.LookupEnv
	}
	if _, err := o.withValues(); err != nil {
		return nil, usageErrorf("--env: %v", err)
	}
	return c, nil
}

// maxConcurrency is ab's limit.
const maxConcurrency = 20000

// defaultConnections is the maximum number of connections of an open loop without -c: enough for
// most servers to keep up, and below most limits of descriptors.
const defaultConnections = 1000

// checkOpenLoop refuses the flags of an open loop in a closed one, and a seed of even arrivals.
func (o *Options) checkOpenLoop(given func(flag string) bool) error {
	switch {
	case o.Share.Of > 0 && o.Rate == 0:
		return usageErrorf("--share: found without --rate; allowed: with it, because a " +
			"closed loop has no arrivals to be shared: -n and -c are its share")
	case given("arrivals") && o.Rate == 0:
		return usageErrorf("--arrivals: found without --rate; allowed: with it, because a " +
			"closed loop has no arrivals: it sends a request after an answer")
	case given("seed") && o.Arrivals != PoissonArrivals:
		return usageErrorf("--seed: found without --arrivals poisson; allowed: with it, because " +
			"nothing else is random")
	}
	return nil
}

// completeOpenLoop sets what --rate leaves open: the requests that arrive within -t, enough
// connections for them, and the seed of random arrivals.
func (o *Options) completeOpenLoop(given func(flag string) bool) {
	if o.Limit > 0 && !given("requests") {
		o.Requests = o.Share.own(int(max(1, math.Ceil(o.Rate*o.Limit.Seconds()))))
	}
	if !given("concurrency") {
		o.Concurrency = max(1, min(defaultConnections, o.Requests))
	}
	if o.Arrivals == PoissonArrivals && !given("seed") {
		o.Seed = defaultSeed
	}
}

// defaultSeed is the seed of random arrivals.
const defaultSeed = 1

// Ranges of flags.
const (
	maxThreads = 256
	maxSeconds = 1_000_000
	maxWindow  = 1 << 30 // bytes
	minRate    = 0.001   // requests per second
	maxRate    = 10_000_000
)

// declareFlags declares all flags. The long names are not documented; pflag needs them.
func (c *command) declareFlags(flags *pflag.FlagSet, raw *rawFlags) {
	o := &c.options
	o.Timeout = 30 * time.Second
	o.Threads = 1

	flags.IntVarP(&o.Requests, "requests", "n", 1, "")
	flags.IntVarP(&o.Concurrency, "concurrency", "c", 1, "")
	flags.FuncP("timelimit", "t", "", func(value string) error {
		o.Requests = 50000 // as in ab: only a later -n overrides it
		return parseSeconds(value, &o.Limit)
	})
	flags.FuncP("timeout", "s", "", func(value string) error {
		return parseSeconds(value, &o.Timeout)
	})
	flags.FuncP("window", "b", "", func(value string) error {
		return parseInt(value, 1, maxWindow, &o.Window)
	})
	flags.StringVarP(&raw.bind, "bind", "B", "", "")
	flags.BoolVarP(&o.KeepAlive, "keepalive", "k", false, "")
	flags.BoolVarP(&o.Quiet, "quiet", "q", false, "")
	flags.BoolVarP(&o.Resilient, "resilient", "r", false, "")
	flags.BoolVarP(&o.AnyLength, "any-length", "l", false, "")
	flags.IntVarP(&o.Verbosity, "verbosity", "v", 0, "")
	flags.StringVarP(&o.CSV, "csv", "e", "", "")
	flags.StringVarP(&o.Gnuplot, "gnuplot", "g", "", "")
	flags.BoolVarP(&o.NoTable, "no-percentiles", "d", false, "")
	flags.BoolVarP(&o.NoSpread, "no-spread", "S", false, "")

	flags.StringVarP(&raw.post, "post", "p", "", "")
	flags.StringVarP(&raw.put, "put", "u", "", "")
	flags.StringVarP(&o.ContentType, "content-type", "T", "text/plain", "")
	flags.StringVarP(&raw.method, "method", "m", "", "")
	flags.BoolVarP(&raw.head, "head", "i", false, "")
	flags.StringArrayVarP(&o.Headers, "header", "H", nil, "")
	flags.StringArrayVarP(&raw.cookies, "cookie", "C", nil, "")
	flags.StringVarP(&raw.credentials, "credentials", "A", "", "")
	flags.BoolVarP(&o.NoServerName, "no-server-name", "I", false, "")
	flags.StringVarP(&raw.certificate, "certificate", "E", "", "")
	flags.BoolVarP(&c.version, "version", "V", false, "")
	flags.BoolVarP(&c.help, "help", "h", false, "")

	o.declareOwnFlags(flags, raw)
}

// declareOwnFlags declares the flags that ab does not have.
func (o *Options) declareOwnFlags(flags *pflag.FlagSet, raw *rawFlags) {
	flags.StringVar(&o.JSON, "json", "", "")
	flags.StringVar(&o.Summary, "summary", "", "")
	flags.BoolVar(&o.HTTP11, "http1.1", false, "")
	flags.BoolVar(&raw.environment, "env", false, "")
	flags.Func("expect-status", "", func(value string) error {
		return parseStatus(value, &o.Expect.Status)
	})
	flags.StringVar(&raw.expectBody, "expect-body", "", "")
	flags.Func("expect-sha256", "", func(value string) error {
		return parseDigest(value, &o.Expect.SHA256)
	})
	flags.Func("threads", "", func(value string) error {
		return parseInt(value, 1, maxThreads, &o.Threads)
	})
	flags.Func("rate", "", func(value string) error { return parseRate(value, &o.Rate) })
	flags.Func("arrivals", "", func(value string) error {
		return parseArrivals(value, &o.Arrivals)
	})
	flags.Func("seed", "", func(value string) error { return parseSeed(value, &o.Seed) })
	flags.Func("share", "", func(value string) error { return parseShare(value, &o.Share) })
	flags.Func("start-at", "", func(value string) error { return parseStart(value, &o.StartAt) })
	flags.StringVar(&o.Tally, "tally", "", "")
}

func parseSeconds(value string, to *time.Duration) error {
	var n int
	err := parseInt(value, 1, maxSeconds, &n)
	*to = time.Duration(n) * time.Second
	return err
}

func parseInt(value string, low, high int, to *int) error {
	n, err := strconv.Atoi(value)
	if err != nil || n < low || n > high {
		return fmt.Errorf("found %q; allowed: whole numbers from %d to %d", value, low, high)
	}
	*to = n
	return nil
}

func parseRate(value string, to *float64) error {
	rate, err := strconv.ParseFloat(value, 64)
	inRange := rate >= minRate && rate <= maxRate // false for NaN
	if err != nil || !inRange {
		return fmt.Errorf("found %q; allowed: requests per second, from %v to %d",
			value, minRate, maxRate)
	}
	*to = rate
	return nil
}

func parseSeed(value string, to *uint64) error {
	n, err := strconv.ParseUint(value, 10, 64)
	if err != nil || n < 1 || n > poisson.MaxSeed {
		return fmt.Errorf("found %q; allowed: whole numbers from 1 to %d", value,
			uint64(poisson.MaxSeed))
	}
	*to = n
	return nil
}

// flagError puts an error of pflag into ab's words. A flag that only the real ab has is refused by
// name.
func flagError(err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return usageErrorf("%v", err)
	}
	name := unknown.GetSpecifiedName()
	if len(name) == 1 && strings.Contains(flagsOfABOnly, name) {
		return refuse(exitUsage, "labbook ab: -%s is a flag of ApacheBench that this ab does not "+
			"have: use the real ab (Debian: apt-get install apache2-utils)", name)
	}
	return usageErrorf("illegal option -- %s", name)
}
