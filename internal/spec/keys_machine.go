package spec

// onKey and fromKey name the machines of an experiment: one table, so that they stay alike.
var (
	onKey = key{
		name:   "on",
		kind:   kindMachine,
		unless: []string{"url"},
		why:    "allowed: only beside model and command; a running server is not started anywhere",
		doc: "The name of the machine on which the server runs: small letters, digits and " +
			"hyphens. The machines file says which host that is. Default: the machine that " +
			"runs labbook, which every name is without that file.",
		example: "server",
		note:    "the machine that it runs on, and in address; default: this one",
	}
	fromKey = key{
		name: "from",
		kind: kindMachines,
		doc: "The machine from which the load comes, or several: they start together, and share " +
			"the clients or the rate. The machines file says which hosts these are. Default: the " +
			"machine that runs labbook, which every name is without that file.",
		example: "clients",
		note: "the machine that the load comes from, or several, such as [\"a\", \"b\"];\n" +
			"default: this one",
	}
)

// maxCount is the maximum number of hosts that one name of a machine stands for.
const maxCount = 1000

// machineSections are what the machines file may have.
var machineSections = grammar{machinesTop, machineSection}

var machinesTop = &section{
	doc: "The machines of a site, for labbook --machines: how each machine that an experiment " +
		"names is reached. Nothing of it gets into a record.",
}

var machineSection = &section{
	name:  "machine",
	array: true,
	doc:   "The machines of the site. Those that an experiment does not name are not used.",
	each:  "A machine, or several of one kind, by the name that experiments give it.",
	keys: []key{
		{
			name:     "name",
			kind:     kindMachine,
			required: true,
			doc: "The name by which an experiment means this machine, in on and from: small " +
				"letters, digits and hyphens.",
			example: "clients",
		},
		{
			name: "count",
			kind: kindWhole,
			min:  1,
			max:  maxCount,
			def:  1,
			doc: "How many hosts the name stands for. In the other keys, {n} is the number of " +
				"the host, from 1.",
		},
		{
			name:     "launch",
			kind:     kindLaunch,
			required: true,
			doc: "What starts a program on that machine and hands its input and output on, each " +
				"word a string of its own: no shell splits them. \"labbook node\" is put behind " +
				"them. An empty array is the machine that runs labbook.",
			example: []string{"ssh", "-T", "-oBatchMode=yes", "gen{n}.example"},
		},
		{
			name: "labbook",
			kind: kindRemoteProgram,
			def:  "labbook",
			doc: "Labbook on that machine, the same version as here: a path without blanks, or " +
				"a name that is found on the PATH there.",
		},
		{
			name: "address",
			kind: kindHost,
			doc: "The IP address or host name at which the other machines reach this one. " +
				"Default: what its own name means there.",
			example: "10.0.0.{n}",
		},
		{
			name: "folder",
			kind: kindFolder,
			doc: "The full path of the spec's folder on that machine, where commands run. " +
				"Default: the same path as here.",
			example: "/srv/experiment",
		},
	},
}
