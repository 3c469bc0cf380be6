package load

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"
)

// Options is one call of ab, as its flags say it.
type Options struct {
	Requests    int           // -n
	Concurrency int           // -c: connections at a time
	Limit       time.Duration // -t; 0: none
	Timeout     time.Duration // -s: the longest silence of a connection
	KeepAlive   bool          // -k
	Quiet       bool          // -q
	Resilient   bool          // -r: goes on after a connection that failed while receiving
	AnyLength   bool          // -l
	Verbosity   int           // -v
	CSV         string        // -e: file for the percentiles; "": none
	Gnuplot     string        // -g: file for every request; "": none
	Host        string        // of the URL, without port and brackets
	Port        int           // of the URL, 80 if it has none
	Path        string        // of the URL, with its query, as it was typed
	Method      string
	ContentType string // -T
	Headers     []string
	Body        []byte // -p; nil: none
	NoTable     bool   // -d
	NoSpread    bool   // -S
}

// The exit codes of ab, as far as they are not numbers of system errors.
const (
	exitStopped  = 1  // interrupted, or a file or a number that cannot be
	exitResolver = 50 // the host's name is not known
	exitUsage    = 22 // EINVAL
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

// onlyReal are the flags of ab 2.4 that this ab does not have, and what they are for.
const onlyReal = "buBwxyzCAPXIZfE"

const usageText = `Usage: labbook ab [options] http://hostname[:port]/path
Options are ab's:
    -n requests     Number of requests to perform
    -c concurrency  Number of multiple requests to make at a time
    -t timelimit    Seconds to max. to spend on benchmarking
                    This implies -n 50000
    -s timeout      Seconds to max. wait for each response
                    Default is 30 seconds
    -p postfile     File containing data to POST. Remember also to set -T
    -T content-type Content-type header to use for POST data
                    Default is 'text/plain'
    -v verbosity    How much troubleshooting info to print
    -i              Use HEAD instead of GET
    -H attribute    Add Arbitrary header line, eg. 'Accept-Encoding: gzip' (repeatable)
    -V              Print version number and exit
    -k              Use HTTP KeepAlive feature
    -d              Do not show percentiles served table.
    -S              Do not show confidence estimators and warnings.
    -q              Do not show progress when doing more than 150 requests
    -l              Accept variable document length (use this for dynamic pages)
    -g filename     Output collected data to gnuplot format file.
    -e filename     Output CSV file with percentages served
    -r              Don't exit on socket receive errors.
    -m method       Method name
    -h              Display usage information (this message)
`

// command is what the flags ask for: a load, or one of two texts.
type command struct {
	Options
	version, help bool
}

// parse reads the arguments after "labbook ab". A flag of the real ab that is not here is refused
// by its name.
func parse(args []string) (*command, error) {
	c := &command{}
	var postFile, method string
	var head bool
	flags := pflag.NewFlagSet("ab", pflag.ContinueOnError)
	flags.SetInterspersed(false)
	flags.Usage = func() {}
	c.declare(flags, &postFile, &method, &head)
	if err := flags.Parse(args); err != nil {
		return nil, flagError(err)
	}
	if c.version || c.help {
		return c, nil
	}
	if flags.NArg() != 1 {
		return nil, usage("wrong number of arguments")
	}
	if c.Requests < 1 {
		return nil, &refused{"Invalid number of requests", exitStopped, false}
	}
	if c.Concurrency < 1 || c.Concurrency > 20000 {
		return nil, usage("Invalid Concurrency [Range 1..20000]")
	}
	if c.Concurrency > c.Requests {
		return nil, usage("Cannot use concurrency level greater than total number of requests")
	}
	if err := c.chooseMethod(postFile, method, head); err != nil {
		return nil, err
	}
	return c, c.target(flags.Arg(0))
}

func (c *command) declare(flags *pflag.FlagSet, postFile, method *string, head *bool) {
	flags.IntVarP(&c.Requests, "requests", "n", 1, "")
	flags.IntVarP(&c.Concurrency, "concurrency", "c", 1, "")
	flags.FuncP("timelimit", "t", "", func(value string) error {
		c.Requests = 50000 // as ab: a -n that comes later has the last word
		return seconds(value, &c.Limit)
	})
	c.Timeout = 30 * time.Second
	flags.FuncP("timeout", "s", "", func(value string) error { return seconds(value, &c.Timeout) })
	flags.BoolVarP(&c.KeepAlive, "keepalive", "k", false, "")
	flags.BoolVarP(&c.Quiet, "quiet", "q", false, "")
	flags.BoolVarP(&c.Resilient, "resilient", "r", false, "")
	flags.BoolVarP(&c.AnyLength, "any-length", "l", false, "")
	flags.IntVarP(&c.Verbosity, "verbosity", "v", 0, "")
	flags.StringVarP(&c.CSV, "csv", "e", "", "")
	flags.StringVarP(&c.Gnuplot, "gnuplot", "g", "", "")
	flags.StringVarP(postFile, "post", "p", "", "")
	flags.StringVarP(&c.ContentType, "content-type", "T", "text/plain", "")
	flags.StringVarP(method, "method", "m", "", "")
	flags.BoolVarP(head, "head", "i", false, "")
	flags.StringArrayVarP(&c.Headers, "header", "H", nil, "")
	flags.BoolVarP(&c.NoTable, "no-percentiles", "d", false, "")
	flags.BoolVarP(&c.NoSpread, "no-spread", "S", false, "")
	flags.BoolVarP(&c.version, "version", "V", false, "")
	flags.BoolVarP(&c.help, "help", "h", false, "")
}

func seconds(value string, place *time.Duration) error {
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || n > 1_000_000 {
		return fmt.Errorf("found %q; allowed: whole seconds from 1 to 1000000", value)
	}
	*place = time.Duration(n) * time.Second
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
		return &refused{fmt.Sprintf("labbook ab: -%s is a flag of ApacheBench that this ab does not have: "+
			"use the real ab (Debian: apt-get install apache2-utils)", name), exitUsage, false}
	}
	return usage("illegal option -- %s", name)
}

// chooseMethod reads the body, if there is one, and settles the request's method.
func (c *command) chooseMethod(postFile, method string, head bool) error {
	c.Method = http.MethodGet
	if postFile != "" {
		body, err := os.ReadFile(postFile)
		if err != nil {
			var cause *fs.PathError
			errors.As(err, &cause)
			return &refused{
				fmt.Sprintf("ab: Could not open POST data file (%s): %v", postFile, cause.Err),
				exitStopped,
				false,
			}
		}
		c.Method, c.Body = http.MethodPost, body
		if body == nil {
			c.Body = []byte{}
		}
	}
	if head {
		if c.Body != nil {
			return &refused{"Cannot mix POST and HEAD", exitStopped, false}
		}
		c.Method = http.MethodHead
	}
	if method != "" {
		c.Method = method
	}
	return nil
}

// target takes the URL apart. The path stays as it was typed: it is what goes on the request line.
func (c *command) target(raw string) error {
	rest, plain := strings.CutPrefix(raw, "http://")
	if strings.HasPrefix(raw, "https://") {
		return &refused{
			"labbook ab: this ab does not speak TLS: use the real ab (Debian: apt-get install apache2-utils)",
			exitUsage,
			false,
		}
	}
	if !plain && strings.Contains(raw, "://") {
		return usage("invalid URL")
	}
	if !plain {
		rest = raw
	}
	host, path, found := strings.Cut(rest, "/")
	u, err := url.Parse("http://" + host)
	if !found || err != nil || u.Hostname() == "" || u.User != nil || strings.ContainsAny(path, " \r\n\t") {
		return usage("invalid URL")
	}
	c.Host, c.Port, c.Path = u.Hostname(), 80, "/"+path
	if u.Port() != "" {
		if c.Port, err = strconv.Atoi(u.Port()); err != nil || c.Port < 1 || c.Port > 65535 {
			return usage("invalid URL")
		}
	}
	return nil
}
