package spec

import (
	"strings"
	"unicode/utf8"
)

// notes reads the user's own words: from the spec, or where the disk may be touched from a file.
func (t *table) notes() Notes {
	const allowed = "a Markdown file, relative to the folder of this one"
	text, _ := t.text("notes")
	n := Notes{Text: text, Line: t.at.find("notes").textLine}
	file, ok := t.oneLine("notes_file")
	switch {
	case !t.has("notes_file"):
		return n
	case t.has("notes"):
		t.refuse(
			"notes_file",
			"found beside notes on line %d; allowed: one of the two",
			t.line("notes"),
		)
		return n
	case ok && file == "":
		t.refuse("notes_file", "found an empty string; allowed: %s", allowed)
	}
	n = Notes{File: file, Line: 1}
	if file == "" || t.doc.open == nil {
		return n
	}
	text, err := t.doc.open(file)
	if err != nil {
		t.refuse("notes_file", "found %s: %v; allowed: %s", showValue(file), cause(err), allowed)
		return n
	}
	n, problems := notesOf(file, text)
	t.doc.inOtherFiles = append(t.doc.inOtherFiles, problems...)
	return n
}

// ReadNotes reads notes from a file, as notes_file does. The error is Problems, which call the file
// by the given name.
func ReadNotes(path, name string) (Notes, error) {
	text, err := readFile(path)
	if err != nil {
		return Notes{}, Problems{{File: name, Message: "reading the notes: " + cause(err).Error()}}
	}
	n, problems := notesOf(name, text)
	if len(problems) > 0 {
		return Notes{}, problems
	}
	return n, nil
}

// notesOf takes a file's text as notes.
func notesOf(file, text string) (Notes, Problems) {
	n := Notes{Text: strings.TrimPrefix(text, byteOrderMark), File: file, Line: 1}
	if !utf8.ValidString(text) {
		return n, Problems{{File: file, Line: lineOfBadByte(text),
			Message: "found bytes that are not UTF-8; allowed: UTF-8 text"}}
	}
	return n, nil
}
