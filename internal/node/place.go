package node

import (
	"context"
	"fmt"
	"io"
	"net/netip"
	"os"
	"strings"
	"time"

	"labbook.example/labbook/internal/generator"
	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/place"
	"labbook.example/labbook/internal/printable"
	"labbook.example/labbook/internal/probe"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
	"labbook.example/labbook/internal/startup"
)

var _ place.Place = (*Client)(nil)

// Use is what a machine is used for.
type Use struct {
	Experiment *spec.Experiment
	Folder     string   // of the spec, on the machine
	What       string   // the run, for others that would measure there
	Together   []string // the other processes of the run, see Together
}

// Together returns the processes of a run, this one and its nodes, as machine.Holder names them:
// two of them may be on one machine.
func Together(what string, clients []*Client) []string {
	all := []string{machine.Holder(os.Getpid(), what)}
	for _, c := range clients {
		all = append(all, machine.Holder(c.PID, what))
	}
	return all
}

// Prepare makes the machine ready for an experiment. Nothing else measures there until the node
// ends. It gets the values of the environment variables that the requests name.
func (c *Client) Prepare(u Use) error {
	variables := map[string][]byte{}
	for _, s := range u.Experiment.Servers {
		for _, name := range s.Request.Variables() {
			if value, ok := os.LookupEnv(name); ok {
				variables[name] = []byte(value)
			}
		}
	}
	p := Preparation{
		Folder:    u.Folder,
		Variables: variables,
		What:      u.What,
		Together:  u.Together,
	}
	return tell(c, "Prepare", p, c.times.question)
}

// tell asks what has no answer, only an error, and is not cancelled.
func tell[A any](c *Client, method string, args A, limit time.Duration) error {
	_, err := ask[A, None](context.Background(), c, method, args, limit)
	return err
}

// Describe returns what a record has of the machine, and of the way to it as a comparison of the
// clocks has met it. User and host are included only if identify is set.
func (c *Client) Describe(identify bool, clock Clock) (record.Machine, error) {
	ctx := context.Background()
	m, err := ask[bool, record.Machine](ctx, c, "Describe", identify, c.times.question)
	m.Name, m.N = c.Name, c.N
	if len(c.Words) > 0 {
		m.Launcher = c.Launcher()
	}
	m.RTTMS = new(float64(clock.RoundTrip.Nanoseconds()) / 1e6)
	m.ClockErrorUS = new(float64(clock.Error().Nanoseconds()) / 1e3)
	m.WallOffsetSeconds = new(clock.Wall.Round(time.Millisecond).Seconds())
	return m, err
}

// CPUs returns the CPUs that can be used on the machine, see spec.Experiment.UnusableCPUsOf.
func (c *Client) CPUs() (CPUs, error) {
	return ask[None, CPUs](context.Background(), c, "CPUs", None{}, c.times.question)
}

// Addresses implements place.Place.
func (c *Client) Addresses(ctx context.Context) ([]netip.Addr, error) {
	return ask[None, []netip.Addr](ctx, c, "Addresses", None{}, c.times.question)
}

// Busy implements place.Place.
func (c *Client) Busy(ctx context.Context, window time.Duration) *float64 {
	limit := window + c.times.question
	busy, _ := ask[time.Duration, *float64](ctx, c, "Busy", window, limit)
	return busy
}

// TimeWaits implements place.Place.
func (c *Client) TimeWaits() *int {
	n, _ := ask[None, *int](context.Background(), c, "TimeWaits", None{}, c.times.question)
	return n
}

// FindBuilds implements place.Place.
func (c *Client) FindBuilds(servers []spec.Server) error {
	return tell(c, "FindBuilds", packedAll(servers), c.times.question)
}

// FindCommands implements place.Place.
func (c *Client) FindCommands(servers []spec.Server) error {
	return tell(c, "FindCommands", packedAll(servers), c.times.question)
}

// readLimit is how long a machine may take to read the programs of servers.
const readLimit = 5 * time.Minute

// ReadPrograms implements place.Place.
func (c *Client) ReadPrograms(servers []spec.Server) ([]record.ProgramFile, error) {
	ctx := context.Background()
	all := packedAll(servers)
	return ask[[]Server, []record.ProgramFile](ctx, c, "ReadPrograms", all, readLimit)
}

// CheckPrograms implements place.Place.
func (c *Client) CheckPrograms(server string) error {
	return tell(c, "CheckPrograms", server, readLimit)
}

// Version implements place.Place.
func (c *Client) Version(ctx context.Context, s spec.Server) (record.ServerVersion, bool) {
	v, err := ask[Server, Version](ctx, c, "Version", packed(s), 0)
	return v.Version, v.OK && err == nil
}

// Hook implements place.Place.
func (c *Client) Hook(ctx context.Context, s spec.Server, key string) record.Hook {
	limit := s.Hooks.Timeout + c.times.question
	ran, err := ask[Hooked, record.Hook](ctx, c, "Hook", Hooked{packed(s), key}, limit)
	if err != nil {
		ran = record.Hook{Key: key, Argv: s.Hooks.Of(key), ExitCode: -1}
		ran.Failure = err.Error()
	}
	return ran
}

// saidPause is the time between two questions for messages.
const saidPause = 500 * time.Millisecond

// Reserve implements place.Place.
func (c *Client) Reserve(
	ctx context.Context,
	ports []machine.Port,
	messages io.Writer,
) (place.Ports, error) {
	type answer struct {
		id  uint64
		err error
	}
	answered := make(chan answer, 1)
	go func() { // ends with the answer
		id, err := ask[[]machine.Port, uint64](ctx, c, "Reserve", ports, 0)
		answered <- answer{id, err}
	}()
	for {
		select {
		case a := <-answered:
			c.showSaid(messages)
			if a.err != nil {
				return nil, a.err
			}
			return reserved{c, a.id}, nil
		case <-time.After(saidPause):
			c.showSaid(messages)
		}
	}
}

// showSaid writes what the node has to say: why it waits.
func (c *Client) showSaid(messages io.Writer) {
	var text []byte
	if c.call(context.Background(), "Said", 0, None{}, &text, c.times.question) == nil {
		for line := range strings.Lines(printable.Text(string(text))) {
			fmt.Fprintf(messages, "%v: %s", c.Launch, line)
		}
	}
}

// reserved are ports that a node holds.
type reserved struct {
	c  *Client
	id uint64
}

// Release implements place.Ports.
func (r reserved) Release(server string) bool {
	args := Released{r.id, server}
	ctx := context.Background()
	was, _ := ask[Released, bool](ctx, r.c, "ReleasePort", args, r.c.times.question)
	return was
}

// Close implements place.Ports.
func (r reserved) Close() { _ = tell(r.c, "ClosePorts", r.id, r.c.times.question) }

// CheckUnused implements place.Place.
func (c *Client) CheckUnused(port machine.Port) error {
	return tell(c, "CheckUnused", port, c.times.question)
}

// AwaitUnused implements place.Place.
func (c *Client) AwaitUnused(port machine.Port, limit time.Duration) error {
	return tell(c, "AwaitUnused", Awaited{port, limit}, limit+c.times.question)
}

// SamePort implements place.Place.
func (c *Client) SamePort(at netip.AddrPort) string {
	ctx := context.Background()
	text, _ := ask[netip.AddrPort, string](ctx, c, "SamePort", at, c.times.question)
	return text
}

// Start implements place.Place. What the server prints is fetched when output is asked for it.
func (c *Client) Start(s spec.Server, output *startup.Output) (place.Child, error) {
	ctx := context.Background()
	id, err := ask[Server, uint64](ctx, c, "Start", packed(s), c.times.question)
	if err != nil {
		return nil, err
	}
	started := newChild(c, id, s.StopTimeout)
	output.Fetch = started.printed
	return started, nil
}

// Ask implements place.Place.
func (c *Client) Ask(ctx context.Context, s spec.Server, realAB bool) (*record.Answer, error) {
	return ask[Asked, *record.Answer](ctx, c, "Ask", Asked{packed(s), realAB}, 0)
}

// Examine implements place.Place.
func (c *Client) Examine(ctx context.Context, x probe.Examination) ([]string, error) {
	args := Examined{Server: packed(x.Server), Examination: x}
	args.Examination.Server = spec.Server{}
	return ask[Examined, []string](ctx, c, "Examine", args, 0)
}

// Generators implements place.Place.
func (c *Client) Generators(ctx context.Context, e *spec.Experiment) (generator.Pair, error) {
	args := Choice{Load: e.Load, Design: e.Design, Servers: packedAll(e.Servers)}
	return ask[Choice, generator.Pair](ctx, c, "Generators", args, c.times.question)
}

// Load implements place.Place. When ctx ends, ab is interrupted, and reports what it has measured.
func (c *Client) Load(
	ctx context.Context,
	ab generator.AB,
	call generator.Call,
) (generator.Output, error) {
	return ask[Called, generator.Output](ctx, c, "Load", Called{ab, call}, 0)
}
