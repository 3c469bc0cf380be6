package spec

// The keys that say what a server is asked, and what its answers must be. They stand in [load], for
// all servers, and in a [[server]], for that one: there they replace what [load] says.

// maxBody is the size of the largest request body, in bytes. Each call of ab gets a copy of it.
const maxBody = 16 << 20

var requestKeys = []key{
	{
		name: "method",
		kind: kindMethod,
		max:  32,
		doc: "The method of every request. Default: GET, or POST if there is a body. A GET or " +
			"a HEAD has no body.",
		note:   `a token such as "PUT"; default: GET, or POST if there is a body`,
		sample: `"POST"`,
	},
	{
		name: "path",
		kind: kindRequestPath,
		max:  4000, // many servers accept no request line above 8 KiB
		def:  "/",
		doc:  "The path of every request: ASCII, without blanks.",
		note: `begins with "/", at most 4000 ASCII characters, no blanks`,
	},
	{
		name: "query",
		kind: kindQuery,
		max:  4000,
		doc: "What follows the path, after a question mark: ASCII, without blanks. ${NAME} " +
			"takes a value from the environment.",
		note:   `follows path and "?": at most 4000 ASCII characters, no blanks`,
		sample: `"item=3&size=20"`,
	},
	{
		name: "headers",
		kind: kindHeaders,
		doc: "Headers added to every request: their names and values. ${NAME} takes a value " +
			"from the environment, which no record shows.",
		note:   "${TOKEN}: a variable of the environment, whose value no record shows",
		sample: `{ Authorization = "Bearer ${TOKEN}" }`,
	},
	{
		name: "body",
		kind: kindProse,
		doc: "The body of every request; of a [[server]] with a method of its own only if that " +
			"is POST, PUT or PATCH. ${NAME} takes a value from the environment; $${ is a plain ${.",
		note:   "the body of every request; $${ is a plain ${",
		sample: `'{"item": 3}'`,
	},
	{
		name:   "body_file",
		kind:   kindFile,
		unless: []string{"body"},
		why:    "allowed: one of the two",
		doc: "Instead of body: a file of at most 16 MiB, relative to the folder of this one, " +
			"sent as it is.",
		note:   "instead of body: a file of at most 16 MiB, sent as it is",
		sample: `"order.json"`,
	},
	{
		name: "content_type",
		kind: kindFieldValue,
		max:  maxFieldValue,
		doc:  "The Content-Type of the body. Default: text/plain, as ab has it.",
		note: "of the body; default: text/plain",
		// the default needs a body
		sample: `"application/json"`,
	},
	{
		name: "keepalive",
		kind: kindFlag,
		def:  false,
		doc:  "Whether to ask again on the same connection (ab -k).",
		note: "true: ask again on the same connection (ab -k)",
	},
	{
		name:    "protocol",
		kind:    kindChoice,
		choices: []string{protocol10, protocol11},
		def:     protocol10,
		doc:     "The version of HTTP. Only the embedded ab speaks 1.1.",
		note:    `of HTTP: "1.0" or "1.1", which only the embedded ab speaks`,
	},
	{
		name: "any_length",
		kind: kindFlag,
		def:  false,
		doc: "Whether answers may differ in length (ab -l). Without it, an answer of another " +
			"length than the first one has failed.",
		note: "true: answers may differ in length, as those of dynamic pages do (ab -l)",
	},
	{
		name:   "expect_status",
		kind:   kindWhole,
		min:    100,
		max:    599,
		doc:    "The status that every answer must have. Default: any from 200 to 299.",
		note:   "{range}; default: any status from 200 to 299",
		sample: "200",
	},
	{
		name: "expect_body",
		kind: kindBodyText,
		max:  maxExpectText,
		doc: "Text that the body of every answer contains, or \"sha256:\" and the SHA-256 of " +
			"the body. Default: any body.",
		note:   `text in the body, or "sha256:" and its 64 digits; default: any body`,
		sample: `"hello"`,
	},
}

// The versions of HTTP that a spec may choose.
const (
	protocol10 = "1.0"
	protocol11 = "1.1"
)

// overridingKeys returns the keys of a request as a [[server]] has them: without a default of their
// own. The body shares its key with the size of a model's answer.
func overridingKeys() []key {
	var keys []key
	for _, k := range requestKeys {
		if k.name == "body" {
			continue // see serverSection
		}
		if k.sample == "" {
			k.sample = tomlOf(k.def)
		}
		k.def = nil
		k.doc += " Replaces the key of [load]."
		k.note = ""
		keys = append(keys, k)
	}
	return keys
}
