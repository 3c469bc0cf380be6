package findings

import (
	"slices"
	"strings"
)

// Part is a piece of a sentence: text, or the name of a server.
type Part struct {
	Text   string
	Server string // whose name Text is; "" of other text
}

// Sentence is a text in which the names of servers are known, so that a page can set them apart.
type Sentence []Part

// String returns the sentence as plain text.
func (s Sentence) String() string {
	var b strings.Builder
	for _, part := range s {
		b.WriteString(part.Text)
	}
	return b.String()
}

// While a sentence is put together, these enclose the names in it. They are noncharacters, which
// no text of a report has.
const (
	nameBegins = "\ufdd0"
	nameEnds   = "\ufdd1"
	nameIs     = "\ufdd2" // before the name, if the text is another one
)

var noMarks = strings.NewReplacer(nameBegins, "", nameEnds, "", nameIs, "")

// named returns the name of a server as an argument of a message, in quotation marks if it
// has what would look like a part of the sentence.
func named(server string) string {
	name := nameBegins + noMarks.Replace(server) + nameEnds
	isMisread := func(part string) bool { return strings.Contains(server, part) }
	if slices.ContainsFunc([]string{",", ";", ":", `"`, " and ", " dan "}, isMisread) {
		return "“" + name + "”"
	}
	return name
}

// namedAs returns a text that stands for a server, as an argument of a message.
func namedAs(server, text string) string {
	return nameBegins + noMarks.Replace(text) + nameIs + noMarks.Replace(server) + nameEnds
}

// namedAll returns the names of several servers as arguments of a list.
func namedAll(servers []string) []string {
	all := make([]string, len(servers))
	for i, server := range servers {
		all[i] = named(server)
	}
	return all
}

// newSentence takes a text apart at the names in it. An empty text has no parts.
func newSentence(text string) Sentence {
	var s Sentence
	add := func(part Part) {
		if part.Text != "" {
			s = append(s, part)
		}
	}
	for {
		before, rest, found := strings.Cut(text, nameBegins)
		add(Part{Text: before})
		if !found {
			return s
		}
		name, after, _ := strings.Cut(rest, nameEnds)
		words, server, other := strings.Cut(name, nameIs)
		if !other {
			server = words
		}
		add(Part{Text: words, Server: server})
		text = after
	}
}

// joined joins the sentences that are not empty with spaces.
func joined(texts ...string) string {
	var said []string
	for _, text := range texts {
		if text != "" {
			said = append(said, text)
		}
	}
	return strings.Join(said, " ")
}
