// Package node makes another machine a place of an experiment.
//
// On that machine runs a node: this program as "labbook node", one process for the whole run. The
// run starts it by a launcher, such as ssh or srun, and talks with it over the launcher's standard
// input and output: first the node's greeting, then questions and answers, one line of JSON each.
// There is no port, no daemon and no credential: the launcher places the node, and who may start it
// there may do what it does.
//
// Comes in: how each machine is reached. Goes out: a place.Place per machine, the time on its
// clock, and an error that says which machine is lost and why. A node ends together with all that
// it has started when its standard input ends, when it is asked to, or when it has heard nothing
// for its lease.
//
// Refused: a node of another program than ours, and one whose standard input is a terminal.
package node

import "time"

// Command is the first and only argument of a program that is started as a node.
const Command = "node"

// The times of a conversation. Tests shorten them.
type times struct {
	renewal  time.Duration // between two renewals of a lease
	patience time.Duration // for the answer to a renewal, before a machine is lost
	question time.Duration // for the answer to a question that needs no work
	ending   time.Duration // for the answer to one that was cancelled, whose processes must end
	waiting  time.Duration // for a greeting, before a message says so, again and again
	farewell time.Duration // for the end of a launcher whose input has ended
	words    time.Duration // for the end of a launcher whose output has ended
}

var usual = times{
	renewal:  5 * time.Second,
	patience: 10 * time.Second,
	question: 30 * time.Second,
	ending:   30 * time.Second,
	waiting:  30 * time.Second,
	farewell: 5 * time.Second,
	words:    5 * time.Second,
}

// Lease is how long a node hears nothing before it ends. It is four renewals: a node outlives a
// network that is slow, and not for long one that is cut.
const Lease = 20 * time.Second

// hurried is by what Lease is divided.
var hurried time.Duration = 1

// Hurry makes a run and its nodes lose each other so many times sooner. It is for the tests of a
// whole program, and is called before anything else.
func Hurry(times time.Duration) {
	hurried = times
	usual.renewal /= times
	usual.patience /= times
}
