package findings

import (
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// meaning explains a code.
type meaning struct {
	what  locale.Message // what happened, in one sentence
	means locale.Message // what follows from it, and what to do about it
}

// meanings explains each code. Imported, Few, Resumed and MoreRounds have none: their explanations
// depend on the run.
var meanings = map[stats.Code]meaning{
	// Trials that failed.
	stats.NotExpected: {
		what: "The server returned unexpected answers.",
		means: "These rates count wrong answers. Check the path in [load] and what the server " +
			"returns there.",
	},
	stats.GivenUp: {
		what: "The server failed three times in a row at this level, so the remaining trials " +
			"were skipped.",
		means: "None of its numbers there may be used. The reason is given below. Remove it and " +
			"measure again.",
	},
	stats.NotStarted: {
		what: "The server never became ready, so no load was sent.",
		means: "It did not answer, it reported that it was not ready, or another program used " +
			"its address. The reason is in parentheses; the server's standard error is below.",
	},
	stats.HookFailed: {
		what: "The command in setup or before_trial failed, so no load was sent.",
		means: "Its output is in the record of the trial. labbook check runs each of these " +
			"commands once.",
	},
	stats.Crashed: {
		what:  "The server terminated under load.",
		means: "Its standard error is below.",
	},
	stats.TimedOut: {
		what: "The trial was stopped at its timeout.",
		means: "The finding is how far it got and what the server used until then: a server " +
			"that used a core or more was busy, one that used almost nothing was waiting. If " +
			"the server is meant to be this slow, raise timeout, or lower requests or duration " +
			"in [load].",
	},
	stats.Aborted: {
		what:  "ab failed, or its output could not be parsed.",
		means: "Its output is below.",
	},
	stats.Clock: {
		what: "The system clock was set during the load, so ab's times and rates are wrong.",
		means: "Measure again while nothing sets the clock (a time service such as chrony, a " +
			"virtual machine that was paused). The embedded ab is not affected: set generator = " +
			"\"embedded\" in [load].",
	},
	stats.Failed: {
		what: "Requests failed.",
		means: "Connections broke, or answers were truncated, too late or of a different length " +
			"than the first one. If correct answers differ in length, set any_length = true in " +
			"[load] or in the [[server]].",
	},
	stats.TooManyFailures: {
		what: "More requests failed than allowed_failures in [load] allows.",
		means: "Unexpected answers count as failures. If the server may reject this many " +
			"requests, raise allowed_failures; otherwise this is the finding.",
	},
	stats.Unsent: {
		what: "Some requests could not be sent before they timed out or the trial ended, " +
			"because all connections were in use.",
		means: "The server fell far behind the arrival rate. If that hides another finding, " +
			"lower the rate or raise connections in [load].",
	},

	// Suspicions.
	stats.AfterTrial: {
		what: "The command in after_trial failed.",
		means: "These trials are valid, but the ones after them may have started with " +
			"leftovers. Correct the command and measure again.",
	},
	stats.BodyDiffers: {
		what: "The response body differs from the baseline's, so the servers are not doing the " +
			"same work.",
		means: "Make them return the same body, or explain in the notes why it does not matter.",
	},
	stats.UnlikeAnswers: {
		what: "The answers under load differ from the answer before the load, or from the " +
			"baseline's.",
		means: "The servers are not doing the same work. Request them in the same way and make " +
			"them send the same number of bytes, or explain in the notes why it does not matter.",
	},
	stats.CutShort: {
		what: "The server sends fewer bytes than its Content-Length announces.",
		means: "ab does not notice this; the embedded ab counts each such answer as failed. " +
			"Correct the server.",
	},
	stats.Backlog: {
		what: "Clients connected faster than the server accepted them, so the system dropped " +
			"connection attempts.",
		means: "The listener's queue was full. A dropped client waits for at least a second, so " +
			"the rates are those of fewer clients than the level says. Give the server a larger " +
			"backlog (request_queue_size in Python's socketserver) and raise net.core.somaxconn " +
			"to the same value.",
	},
	stats.HeldOpen: {
		what: "The server kept connections open after complete answers, and ab waited for them " +
			"to close.",
		means: "Each request took as long as a timer of the server, whatever the server can do. " +
			"Make it close the connection after an answer to HTTP/1.0, or set keepalive = true " +
			"or protocol = \"1.1\". With keepalive = true, ab also waits if an answer lacks " +
			"\"Connection: keep-alive\"; the embedded ab does not.",
	},
	stats.NotKept: {
		what: "The server closed connections despite keep-alive.",
		means: "Its rates include the cost of new connections, unlike those of servers that " +
			"keep them open. Make it keep them open (an HTTP/1.0 client needs \"Connection: " +
			"keep-alive\" and a Content-Length in each answer), or set keepalive = false for " +
			"all servers.",
	},
	stats.BusyAfterLoad: {
		what: "The server used more than 5% of a core after its load had ended.",
		means: "Look for a thread that spins instead of waiting or that outlives its " +
			"connection: it also takes CPU time from requests. If the work is intended, such as " +
			"deferred logging, these rates do not include it.",
	},
	stats.Deferred: {
		what: "The server did part of its work only after its last answer.",
		means: "Rates, latencies and CPU time per request leave this work out, for example " +
			"writing, compaction or garbage collection, but a server under constant load has to " +
			"do it. Make loads long enough to contain it (duration in [load]), or make the " +
			"server finish its work before it answers.",
	},
	stats.Leak: {
		what: "The server appears to leak threads or file descriptors.",
		means: "After the load it held far more of them than its clients explain. It will slow " +
			"down over time, so these rates hold only for a server this old. Look for " +
			"connections that are not closed and threads that do not end.",
	},
	stats.NotTheServer: {
		what: "The process that was started is not the server that answered.",
		means: "It and its process group used almost no CPU time while thousands of requests " +
			"were answered, as sudo, ssh and docker run do. Its resource use is left out of all " +
			"tables, charts and comparisons. Start the server itself in command, in the " +
			"foreground, or set external = true in the [[server]] if it runs in a container.",
	},
	stats.Growing: {
		what: "The server held more and more memory, threads or descriptors, with no sign of an " +
			"end.",
		means: "These rates hold only for a server this old. Look for connections that are not " +
			"closed, threads that do not end and lists that only grow. A cache that is still " +
			"filling looks the same until a longer run.",
	},
	stats.OverFull: {
		what: "More requests were in flight than there are clients, which is impossible " +
			"(Little's law).",
		means: "The measurement is inconsistent. Measure again; if it happens again, use " +
			"another generator.",
	},
	stats.QuotaDiffers: {
		what: "The server and the baseline had different CPU quotas.",
		means: "They did not run under the same conditions. Give both the same quota (of a " +
			"container or of systemd), or none.",
	},
	stats.UnlikeGenerators: {
		what: "One generator measured other latencies than the others.",
		means: "Its median or its p99 is more than 10% away from theirs in most trials, more " +
			"than its way through the network and chance explain. Percentiles of the " +
			"whole load are then partly those of one machine. Compare the numbers of each " +
			"generator; make the machines alike, or leave this one out.",
	},
	stats.Ragged: {
		what: "The generators did not make load at the same time.",
		means: "All of them made load for less than 95% of the time. Throughput is counted " +
			"in the time that they share, but latencies include the rest, with fewer " +
			"clients than the level says. Raise requests or duration in [load], and give " +
			"all generators the same path to the server.",
	},
	stats.WarmingUp: {
		what: "The server got faster during each trial.",
		means: "The first quarter of a load took longer than the last, by more than the margin " +
			"and more than chance explains. Typical causes are a just-in-time compiler and a " +
			"cache that is filling. Raise warmup in [design] until both take equally long, or " +
			"raise requests.",
	},
	stats.SlowingDown: {
		what: "The server got slower during each trial.",
		means: "The last quarter of a load took longer than the first, by more than the margin " +
			"and more than chance explains, so these rates depend on the number of requests. " +
			"Look for something that accumulates or for a burst allowance that runs out, and " +
			"measure with more requests.",
	},
	stats.Stalling: {
		what: "The server paused once in most of its loads.",
		means: "One part of a load took more than three times as long as the others. Typical " +
			"causes are garbage collection, a lock, a full buffer and a log that is flushed. " +
			"The rate depends on the number of requests in a load, and only the highest " +
			"percentiles show the pause. Measure longer loads.",
	},
	stats.Trend: {
		what: "The server got faster or slower during the run or during its life.",
		means: "The change exceeds the margin and what chance explains. Typical causes are a " +
			"leak and a filling disk. The median mixes different states. Look at the trials in " +
			"run order; with restart = \"trial\" a server does not age.",
	},

	// What cannot be inferred. fewMeans explains Few.
	stats.Missing: {
		what:  "The record lacks these trials.",
		means: "They are absent, or their lines are damaged.",
	},
	stats.RoundsMissing:  roundsMissing,
	stats.MachinesDiffer: machinesDiffer,
	stats.Correlated: {
		what: "The rounds depend on each other.",
		means: "A server that was fast or slow in one round tended to be so in the next, more " +
			"than chance explains, so the rounds carry less information than independent ones. " +
			"All confidence intervals were widened; a comparison that is no longer clear is " +
			"inconclusive. In the trials in run order, look for a cause that lasts for several " +
			"rounds: other programs, heat, a filling disk, a process that lives long (restart).",
	},

	// Notes. interruptionsMean explains Resumed, and looksMean MoreRounds.
	stats.ControlDiffers: {
		what: "The baseline differs from itself.",
		means: "Something other than the servers changes between trials, more than chance " +
			"explains. Small differences of other servers may have the same cause; those inside " +
			"the confidence interval of the A/A test are called inconclusive.",
	},
	stats.SameMachine: {
		what: "Machines of different names are one machine.",
		means: "They share its cores, as server and generator do in a run without machines. " +
			"A machines file (--machines) says which machine each name stands for.",
	},
	stats.MachineChanged: {
		what: "A name stood for another host after an interruption.",
		means: "The host has the same CPU, cores, kernel and limits, or it is the same one " +
			"after a restart. Trials before and after are of different hosts; compare " +
			"servers within a round.",
	},
	stats.Pinned: {
		what: "Labbook could not use all cores of a machine.",
		means: "A scheduler or a container gave it fewer; srun gives a task one CPU by " +
			"default. If that is not intended, ask for the whole machine (in Slurm, " +
			"--exclusive for the job and --overlap for srun).",
	},
	stats.Unchecked: {
		what: "ab cannot check everything that the experiment expects of answers.",
		means: "Only the answer before each load was checked against expect_status and " +
			"expect_body. The embedded ab checks every answer: set generator = \"auto\" in " +
			"[load].",
	},
	stats.Shed: {
		what: "Some requests failed or got an unexpected answer, no more than allowed_failures " +
			"in [load] allows.",
		means: "Rates and latencies count only good answers.",
	},
	stats.Killed: {
		what: "The server did not end within its stop_timeout and was killed.",
		means: "No number here changes. Make the server end on SIGTERM, name a command that " +
			"stops it in stop, or raise stop_timeout.",
	},
	stats.Surplus: {
		what: "The server sends more bytes than its Content-Length announces.",
		means: "ab counts them as part of the body, so the rates are valid. On a connection " +
			"that is kept open they would corrupt the next answer: look for a line break after " +
			"the body.",
	},
	stats.DelayedAck: {
		what: "Each answer waited about 40 ms for a delayed acknowledgement.",
		means: "The server sends header and body in two writes, and Nagle's algorithm holds the " +
			"second back until the client acknowledges the first. The rates are valid, but they " +
			"are those of a timer. Set TCP_NODELAY in the server, or send each answer in one " +
			"write.",
	},
	stats.CgoThreads: {
		what: "This build of labbook creates threads through the C library.",
		means: "That takes 10–15 µs more CPU time for each connection, so differences from this " +
			"server are not those of a machine without a C compiler. Build with CGO_ENABLED=0 " +
			"and measure again.",
	},
	stats.BusyHost: {
		what: "Other programs were using the CPU before the first trial.",
		means: "The machine was more than 15% busy during half a second without load. Stop " +
			"them, or treat these confidence intervals with caution.",
	},
	stats.Unfreed: {
		what: "The server held much more memory after its load than before.",
		means: "It may keep the memory of every request. A cache that is filling and garbage " +
			"that is not collected yet look the same in a single trial; restart = \"never\" " +
			"tells them apart.",
	},
	stats.DriftingMachine: {
		what: "All servers got faster or slower together.",
		means: "The change exceeds the margin and what chance explains, as on a machine that " +
			"heats up or starts other work. Servers are compared within rounds, so comparisons " +
			"are valid; medians mix different states of the machine. Servers that all age alike " +
			"look the same: with restart = \"trial\" they do not age.",
	},
	stats.TimeWait: {
		what: "More than 1,000 sockets were in TIME_WAIT before the first trial.",
		means: "They are left from an earlier load. They occupy memory, and ports only where " +
			"clients closed first and tcp_tw_reuse is off (0, or 2 beyond loopback). Wait a " +
			"minute for them to expire before the next run.",
	},
	stats.OtherLoad: {
		what: "Other programs used the CPU during these loads.",
		means: "They used more than 30% of the cores' time, or far more than during the " +
			"baseline's loads, so rates and differences may be those of a shared machine. Stop " +
			"them and measure again. A database or a container that works for the server counts " +
			"among them; then this is expected.",
	},
	stats.Neighbours: {
		what: "Other programs used a machine of the servers or of a generator.",
		means: "They used more than 10% of its cores' time. Stop them, or reserve the whole " +
			"machine (--exclusive in Slurm). A database that works for the server counts " +
			"among them; then this is expected.",
	},
	stats.HostBound: {
		what: "The machine had no CPU time to spare during these loads.",
		means: "The generator and the server shared the cores, so a server that leaves more to " +
			"the generator looks faster.",
	},
	stats.Throttled: {
		what: "A CPU quota paused the server or the generator.",
		means: "The rates are those of the quota, and the longest latencies are its pauses. " +
			"Raise the quota (of a container or of systemd), or say in the notes that it is " +
			"intended.",
	},
	stats.Steal: {
		what: "Another virtual machine used the CPU.",
		means: "CPU steal exceeded 2% during these loads. Use a dedicated machine, or measure " +
			"at a quieter time.",
	},
	stats.GeneratorBound: {
		what: "The load generator was the bottleneck.",
		means: "It was busy almost all the time while the server had CPU to spare, so the " +
			"server may be faster than measured. If the server is the faster of two, their " +
			"difference is a lower bound; otherwise it proves nothing, and the verdict is " +
			"inconclusive. A faster generator (generator = \"embedded\") or keepalive = true " +
			"may remove the limit.",
	},
	stats.NetworkBound: {
		what: "The network was used up or lost packets.",
		means: "An interface used more than 90% of its speed or dropped more than 0.1% of its " +
			"packets, or more than 0.1% of the TCP segments were sent again. The server may be " +
			"faster than measured. Where an interface was full, differences are limits, or prove " +
			"nothing. Use a faster network, smaller answers and control = true in [design].",
	},
	stats.Far: {
		what: "The network is a large part of each latency.",
		means: "Its round trips take more than 10% of the median latency, so differences " +
			"between servers look smaller than they are. Put the machines closer " +
			"together, or give the server more work per request; control = true in " +
			"[design] shows how much the network varies.",
	},
	stats.LateStart: {
		what: "The generators did not start together.",
		means: "More than 1% of the load passed between the first start and the last. Make " +
			"the loads longer (requests or duration in [load]), or find out what keeps a " +
			"generator's machine busy.",
	},
	stats.IdleSlots: {
		what:  "The clients were idle more than usual.",
		means: "The generator was slow to send the next request, or the trials are too short.",
	},
	stats.TwoModes: {
		what: "The server is either slow or fast: its trials form two groups.",
		means: "More than chance explains. The median is in the larger group or between the " +
			"two, and another run may have another share of each. Comparisons within one run " +
			"therefore use the sign test. Look for what differs between trials: the core on " +
			"which a process runs, a cache, other programs.",
	},
	stats.Noisy: {
		what:  "The confidence interval is wider than ±25% of the median.",
		means: "Run more rounds, or use an idle machine.",
	},
	stats.Short: {
		what: "Trials took less than 200 ms, so start-up effects distort the rates.",
		means: "Labbook's own models answered up to 13% more requests per second in longer " +
			"trials, and the ratio of two servers can change. Raise requests in [load] or set a " +
			"duration there until the shortest trial takes 200 ms, and set warmup = 1000 in " +
			"[design].",
	},
	stats.SynRetransmit: {
		what: "Some connections took 1, 3 or 7 s, the delays after which the system sends a SYN " +
			"again.",
		means: "A queue of connections that were not accepted yet was full. Raise the server's " +
			"backlog and somaxconn.",
	},
}

// kinds name the severities.
var kinds = map[stats.Severity]locale.Message{
	stats.SeverityError:   "Error",
	stats.SeverityWarning: "Warning",
	stats.SeverityNote:    "Note",
}
