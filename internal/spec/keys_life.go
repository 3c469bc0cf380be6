package spec

// lifeKeys are the keys of a [[server]] that shape its life: how it is reached, prepared and
// stopped.
func lifeKeys() []key {
	return []key{
		{
			name:   "tls",
			kind:   kindFlag,
			def:    false,
			beside: "command",
			why: "allowed: only beside command; a url begins with https:// instead, and the " +
				"server models speak plain HTTP",
			doc: "The program of command speaks HTTPS on its address. Any certificate is " +
				"accepted.",
			note:   "the program speaks HTTPS; any certificate is accepted",
			sample: "true",
		},
	}
}
