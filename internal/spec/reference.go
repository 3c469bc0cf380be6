package spec

import "errors"

// references reads every [[reference]], and the files that they name if files may be read.
func (t *table) references() []Reference {
	var references []Reference
	names := map[string]int{}
	for _, table := range t.all(referenceSection) {
		table.checkKeys()
		r := Reference{Name: table.name(), Line: table.at.line}
		table.checkRepeatedName(r.Name, names)
		r.File, r.Points = table.points()
		references = append(references, r)
	}
	return references
}

// points reads the name of a reference's file, and the file.
func (t *table) points() (name string, points []ReferencePoint) {
	const allowed = "a CSV file, relative to the folder of this one"
	if !t.has("file") {
		t.refuse("file", "missing; allowed: %s", allowed)
	}
	name = t.file("file", allowed)
	if name == "" || t.doc.fromRecord() {
		return name, nil
	}

	text, err := t.doc.outside.text(name)
	if err != nil {
		t.refuse("file", "found %s: %v; allowed: %s", showValue(name), cause(err), allowed)
		return name, nil
	}

	points, err = ParseReference(name, text)
	if problems, ok := errors.AsType[Problems](err); ok {
		t.doc.inOtherFiles = append(t.doc.inOtherFiles, problems...)
	}
	return name, points
}
