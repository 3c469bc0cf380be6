package spec

import (
	"strings"
	"unicode/utf8"
)

// notes reads the user's own words: from the spec, or from notes_file if files may be read.
func (t *table) notes() Notes {
	const allowed = "a Markdown file, relative to the folder of this one"
	text, _ := t.text("notes")
	n := Notes{Text: text, Line: t.at.find("notes").textLine}
	if t.has("notes") || !t.has("notes_file") {
		return n
	}

	n = Notes{File: t.file("notes_file", allowed), Line: 1}
	if n.File == "" || t.doc.fromRecord() {
		return n
	}

	text, err := t.doc.outside.text(n.File)
	if err != nil {
		t.refuse("notes_file", "found %s: %v; allowed: %s",
			showValue(n.File), cause(err), allowed)
		return n
	}

	n, problems := notesOf(n.File, text)
	t.doc.inOtherFiles = append(t.doc.inOtherFiles, problems...)
	return n
}

// ReadNotes reads notes from a file, as notes_file does. An error is Problems, which call the file
// by the given name.
func ReadNotes(path, name string) (Notes, error) {
	text, err := readFile(path)
	if err != nil {
		message := "reading the notes: " + cause(err).Error()
		return Notes{}, Problems{{File: name, Message: message}}
	}

	n, problems := notesOf(name, text)
	if len(problems) > 0 {
		return Notes{}, problems
	}
	return n, nil
}

// notesOf returns the text of a file as notes.
func notesOf(file, text string) (Notes, Problems) {
	n := Notes{
		Text: strings.TrimPrefix(text, byteOrderMark),
		File: file,
		Line: 1,
	}
	if utf8.ValidString(text) {
		return n, nil
	}
	return n, Problems{{
		File:    file,
		Line:    lineOfBadByte(text),
		Message: notUTF8,
	}}
}
