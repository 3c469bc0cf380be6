// Package team makes a load by one machine or by several together.
//
// A call of ab goes in; what ab reports of it comes out, with what each machine contributed.
// Several machines each make a share of the load. They start at the same time, and what they
// counted is joined exactly. A machine that fails makes the whole load fail: its share is never
// made by others.
package team

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"time"

	"labbook.example/labbook/internal/generator"
	"labbook.example/labbook/internal/load"
	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/node"
	"labbook.example/labbook/internal/place"
	"labbook.example/labbook/internal/plan"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// Team is the machines that make a load, with the ab that all of them call.
type Team struct {
	Members []Member // at least one

	// Alone is set if server and load are both on the run's machine. Then nothing is told of parts:
	// the server's own Meter reads all.
	Alone bool
	// Clocks are those of the members, if there are several.
	Clocks []node.Clock
	// Ahead is how long before their start members are called, beside the round trips. It grows
	// with how late they begin, see lookAhead.
	Ahead *time.Duration
}

// Member is a machine that makes a load, with its ab.
type Member struct {
	place.Named
	AB generator.AB
}

// The limits of Team.Ahead: a program starts in the first one if a core is free.
const (
	MinAhead = 50 * time.Millisecond
	maxAhead = 2 * time.Second
)

// Output is what a load left.
type Output struct {
	generator.Output
	Parts []record.Part // of the members, in their order; nil if the team is alone

	// Of a load by several members: the share of its time in which all loaded, and the seconds from
	// the first start until the last one. Nil if it is not known.
	Overlap     *float64
	StartSpread *float64

	joined bool // it is of parts, so that its Problem says all
}

// AbortReason returns why a load failed. In a team, it names the member that did.
func (o *Output) AbortReason() string {
	if o.joined {
		return o.Problem
	}
	return o.Output.AbortReason()
}

// FillIn fills in what a result has of the load of a server.
func (o *Output) FillIn(result *record.Result, s spec.Server) {
	o.Call.Rewrite(s.HideIP)
	o.Problem = s.HideIP(o.Problem)
	for i := range o.Parts {
		o.Parts[i].Reason = s.HideIP(o.Parts[i].Reason)
	}
	result.Load = &o.Call
	result.PercentilesMS = o.Percentiles
	result.Generators = o.Parts
	result.Overlap, result.StartSpreadSeconds = o.Overlap, o.StartSpread
}

// Load makes a load. An error means that ab could not be called at all.
func (t Team) Load(ctx context.Context, c generator.Call) (Output, error) {
	if t.Alone {
		out, err := t.Members[0].Load(ctx, t.Members[0].AB, c)
		return Output{Output: out}, err
	}
	done, lost := t.contributions(ctx, t.divide(c))
	var failed []error
	for _, d := range done {
		if d.err != nil && !errors.Is(d.err, context.Canceled) {
			failed = append(failed, d.err)
		}
	}
	if len(failed) > 0 {
		return Output{}, errors.Join(failed...)
	}
	if len(t.Members) == 1 {
		return t.whole(c, &done[0]), nil
	}
	return t.join(c, done, lost), nil
}

// contributions makes the shares of a load. When the first one fails, the others are stopped: a
// load without it is another load. lost is the one that failed, nil if none did.
func (t Team) contributions(
	ctx context.Context,
	calls []generator.Call,
) (done []contribution, lost *contribution) {
	within, stop := context.WithCancel(ctx)
	defer stop()
	done = make([]contribution, len(calls))
	ended := make(chan int)
	for i, call := range calls {
		go func() { // ends with the share
			done[i] = contribute(within, t.Members[i], call)
			ended <- i
		}()
	}

	ours := false // it is we who stop the others, not ctx
	for range calls {
		d := &done[<-ended]
		switch {
		case d.err == nil && !d.Failed():
		case lost == nil:
			lost, ours = d, ctx.Err() == nil && !d.Stopped
			stop()
		case ours && d.Stopped:
			d.stopped = fmt.Sprintf("it was stopped, because %s failed", lost.name())
		}
	}
	return done, lost
}

// divide returns the call of each member that gets a share of a load: a load of fewer clients than
// members is made by as many members as clients.
func (t Team) divide(c generator.Call) []generator.Call {
	if len(t.Members) == 1 {
		if t.Members[0].AB.Name == record.EmbeddedAB {
			c.Part = &generator.Part{}
		}
		return []generator.Call{c}
	}
	kind := plan.Concurrency
	if c.Open {
		kind = plan.Rate
	}
	shares := plan.Shares(kind, c.Clients, c.Requests, len(t.Members))
	starts := t.startTimes(len(shares))
	var calls []generator.Call
	for i, share := range shares {
		part := c
		part.Requests, part.Clients = share.Requests, share.Connections
		part.Part = &generator.Part{
			StartAt: starts[i],
			Number:  share.Number,
			Of:      share.Of,
		}
		calls = append(calls, part)
	}
	return calls
}

// startTimes returns one moment by the clocks of the first members.
func (t Team) startTimes(members int) []time.Duration {
	now := machine.Monotonic() + *t.Ahead
	_, there := node.StartTimes(now, t.Clocks[:members])
	return there
}

// contribution is what one member did.
type contribution struct {
	generator.Output
	member  Member
	clients int
	seen    record.Result // what its Meter filled in
	err     error
	stopped string // why it was stopped before its end; "": it was not
}

// contribute makes one member's share of a load.
func contribute(
	ctx context.Context,
	m Member,
	c generator.Call,
) contribution {
	d := contribution{member: m, clients: c.Clients}
	meter := m.Meter(place.Watched{CPUs: c.CPUs, At: addressOf(c.URL), Network: place.Loads})
	d.Output, d.err = m.Load(ctx, m.AB, c)
	meter.Stop(&d.seen)
	return d
}

// addressOf returns the address in a URL, the zero value if it has a name.
func addressOf(text string) netip.AddrPort {
	u, err := url.Parse(text)
	if err != nil {
		return netip.AddrPort{}
	}
	at, _ := netip.ParseAddrPort(u.Host)
	return at
}

// part returns what the record keeps of a contribution, by itself: also where it is not joined with
// the others, because one of them has failed.
func (d *contribution) part() record.Part {
	p := record.Part{
		Machine:          d.member.Name,
		N:                d.member.N,
		Clients:          d.clients,
		Process:          d.Call.Process,
		Host:             d.seen.Host,
		Network:          d.seen.Network,
		ClockStepSeconds: d.seen.ClockStepSeconds,
		ExitCode:         d.Call.ExitCode,
	}
	if d.seen.Quotas != nil {
		p.Quota = d.seen.Quotas.Generator
	}
	if d.Failed() {
		p.Reason = cmp.Or(d.stopped, d.AbortReason())
	}
	if m := d.Call.Measurement; m != nil {
		p.Seconds = m.TimeTakenSeconds
		p.Complete, p.Failed = m.Complete, m.Failed
		p.RequestsPerSecond = m.RequestsPerSecond
	}
	if d.Percentiles != nil {
		p.P50MS, p.P99MS = &d.Percentiles[50], &d.Percentiles[99]
	}
	if alone, _ := load.Join([]load.Part{{Tally: d.Tally}}); alone != nil {
		p.ConnectMinMS = alone.Parts[0].ConnectMinMS
		p.Late = (*record.Late)(alone.Parts[0].Late)
	}
	return p
}

// whole returns the output of a load that one member made. The embedded ab tells more of it than
// the real one prints.
func (t Team) whole(c generator.Call, d *contribution) Output {
	d.Call.Argv = t.Members[0].AB.Argv(c)
	return Output{Output: d.Output, Parts: []record.Part{d.part()}}
}

// join makes one load of what several members did. One of them may have failed.
func (t Team) join(c generator.Call, done []contribution, lost *contribution) Output {
	whole := generator.Output{Call: record.Call{Argv: t.Members[0].AB.Argv(c)}}
	out := Output{Output: whole, joined: true}
	if lost != nil {
		out.Call.ExitCode = lost.Call.ExitCode
		out.Problem = fmt.Sprintf("%s: %s", lost.name(), lost.AbortReason())
	}
	var tallies []load.Part
	for _, d := range done {
		out.Call.WallSeconds = max(out.Call.WallSeconds, d.Call.WallSeconds)
		out.Parts = append(out.Parts, d.part())
		tallies = append(tallies, load.Part{
			Machine: d.member.Name,
			N:       d.member.N,
			Tally:   d.Tally,
		})
	}

	joined, err := load.Join(tallies)
	if err != nil && out.Problem == "" {
		out.Problem = err.Error()
	}
	if joined == nil {
		return out
	}
	out.fill(joined)
	t.lookAhead(joined.Parts)
	return out
}

// name returns how people name the machine of a contribution.
func (d *contribution) name() string {
	return load.Part{Machine: d.member.Name, N: d.member.N}.String()
}

// fill fills in the numbers of a joined load.
func (o *Output) fill(joined *load.Joined) {
	o.Call.Text, o.Call.Stderr = joined.Text, joined.Stderr
	o.Call.Measurement = &joined.Measurement
	o.Call.Progress = joined.Progress
	o.Percentiles = joined.PercentilesMS
	detail, err := generator.ParseDetail(joined.Summary)
	if err != nil && o.Problem == "" {
		o.Problem = fmt.Sprintf("reading ab's counts: %v", err)
	}
	o.Call.Detail = detail
	o.Overlap = &joined.Overlap
	o.StartSpread = new(joined.StartSpread.Seconds())
	for i, n := range joined.Parts {
		p := &o.Parts[i]
		p.StartUS = new(float64(n.Start) / float64(time.Microsecond))
		p.Seconds = n.Seconds
		p.Complete, p.Failed = int(n.Complete), int(n.Failed)
		p.RequestsPerSecond = n.RequestsPerSecond
		p.P50MS, p.P99MS, p.ConnectMinMS = n.P50MS, n.P99MS, n.ConnectMinMS
		p.Late = (*record.Late)(n.Late)
	}
}

// tooLate is a start that was not waited for: one that was is late by microseconds.
const tooLate = time.Millisecond

// lookAhead calls the members earlier the next time if one of them began late, by twice as much as
// it was late. On a busy machine one may begin late although it was called in time, so what was
// added is taken back by and by where all begin in time.
func (t Team) lookAhead(parts []load.PartNumbers) {
	var late time.Duration
	for _, p := range parts {
		late = max(late, p.Start)
	}
	if late > tooLate {
		*t.Ahead = min(*t.Ahead+2*late, maxAhead)
		return
	}
	*t.Ahead -= (*t.Ahead - MinAhead) / 8
}
