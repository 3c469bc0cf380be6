package live

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"syscall"

	"github.com/spf13/pflag"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/spec"
)

// Flag is --live: whether a page is asked for, and where it is served. Its zero value asks for
// none. It implements pflag.Value.
type Flag struct {
	at    netip.AddrPort
	asked bool
}

// flagName is the name of the flag, and anyPort what it is without a value: a free port.
const (
	flagName = "live"
	anyPort  = "127.0.0.1:0"
)

// AddFlag adds the flag to those of a run.
func (f *Flag) AddFlag(flags *pflag.FlagSet) {
	const usage = "serve the report of the complete rounds while the run goes on, to browsers on " +
		"this machine alone; a free port unless `ADDRESS` names one"
	flags.Var(f, flagName, usage)
	flags.Lookup(flagName).NoOptDefVal = anyPort
}

// Type returns the name of the value for the help.
func (f *Flag) Type() string { return "address" }

// String returns the address; "" if none is asked for.
func (f *Flag) String() string {
	if !f.asked {
		return ""
	}
	return f.at.String()
}

// Set takes an address of this machine's loopback: "127.0.0.1:8080", "[::1]:8080" or
// "localhost:8080".
func (f *Flag) Set(text string) error {
	host, port, err := net.SplitHostPort(text)
	if err != nil || host == "" {
		return f.refuse(text)
	}
	if host == "localhost" {
		host = "127.0.0.1"
	}
	address, err := netip.ParseAddr(host)
	if err != nil || !slices.Contains([]string{"127.0.0.1", "::1"}, address.String()) {
		return f.refuse(text)
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil {
		return f.refuse(text)
	}
	f.at, f.asked = netip.AddrPortFrom(address, uint16(number)), true
	return nil
}

func (f *Flag) refuse(text string) error {
	return fmt.Errorf("found %q; allowed: %s", text, f.Allowed())
}

// Allowed returns what the value may be, for the error of a command line.
func (f *Flag) Allowed() string {
	return "127.0.0.1:PORT, [::1]:PORT or localhost:PORT, because only this machine may see the " +
		"page (ssh -L shows it on another one)"
}

// Asked reports whether a live page is asked for.
func (f *Flag) Asked() bool { return f.asked }

// CheckRounds returns an error if a run measures one round alone: its page would show nothing.
func (f *Flag) CheckRounds(onlyOne bool) error {
	if f.asked && onlyOne {
		return failure.Usage("--live: found beside --only-round; allowed: in a run of all " +
			"rounds, because the page shows some of them while others are measured")
	}
	return nil
}

// listen opens the address. It is neither one that a server under test has nor one that is taken.
func (f *Flag) listen(e *spec.Experiment) (net.Listener, error) {
	if name := serverAt(e, f.at.Port()); name != "" {
		return nil, failure.Usage("--live: found port %d, which the server %s has; allowed: "+
			"another one, or --live alone, which takes a free port", f.at.Port(), name)
	}
	var others []net.Listener // free ports that a server is to have
	defer func() {
		for _, l := range others {
			_ = l.Close() // nothing was served there
		}
	}()
	for {
		l, err := net.Listen("tcp", f.at.String())
		switch {
		case errors.Is(err, syscall.EADDRINUSE):
			const hint = "name another port, or use --live alone, which takes a free one; " +
				"nothing was measured"
			return nil, failure.Machine(hint, "--live: %s is taken by another program", f.at)
		case err != nil:
			return nil, failure.Machine("nothing was measured", "--live: %w", err)
		}
		if serverAt(e, portOf(l)) == "" {
			return l, nil
		}
		others = append(others, l)
	}
}

func portOf(l net.Listener) uint16 {
	return l.Addr().(*net.TCPAddr).AddrPort().Port()
}

// serverAt returns the name of a server of the experiment that has a port; "" if none has it.
func serverAt(e *spec.Experiment, port uint16) string {
	for _, s := range e.Started() {
		_, of, err := net.SplitHostPort(s.Address)
		if err == nil && port != 0 && of == strconv.Itoa(int(port)) {
			return s.Name
		}
	}
	return ""
}
