package spec

import (
	_ "embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/BurntSushi/toml"

	"labbook.example/labbook/internal/filekind"
	"labbook.example/labbook/internal/variable"
)

const (
	maxFile       = 1 << 20  // bytes of a spec, of notes, of a reference: far more than one needs
	byteOrderMark = "\ufeff" // some editors begin a file with it

	notUTF8 = "found bytes that are not UTF-8; allowed: UTF-8 text"
)

//go:embed template.toml
var templateText string

// Template returns a commented experiment.toml to start from. It is valid as it stands.
func Template() string { return templateText }

var errTooLarge = errors.New("more than 1 MiB")

// Read reads an experiment and the files that it names, relative to its folder. An error is
// Problems if the content is refused, and wraps the cause if the spec cannot be read.
func Read(path string) (*Experiment, error) {
	name, text, err := readNamed(path)
	if err != nil {
		return nil, err
	}
	beside := func(file string) string {
		file = filepath.FromSlash(file)
		if filepath.IsAbs(file) {
			return file
		}
		return filepath.Join(filepath.Dir(path), file)
	}
	return parse(name, text, outside{
		text:     func(file string) (string, error) { return readFile(beside(file)) },
		body:     func(file string) (string, error) { return readBody(beside(file)) },
		variable: os.LookupEnv,
	})
}

// readNamed returns the base name and the text of a file. An error is Problems if the file is too
// large.
func readNamed(path string) (name, text string, err error) {
	name = filepath.Base(path)
	text, err = readFile(path)
	if errors.Is(err, errTooLarge) {
		return "", "", Problems{tooLarge(name)}
	}
	if err != nil {
		if _, ok := errors.AsType[*filekind.Error](err); ok {
			return "", "", err // it names the path
		}
		if cause := (*fs.PathError)(nil); errors.As(err, &cause) {
			err = cause.Err // the path is named once
		}
		return "", "", fmt.Errorf("%s: %w", path, err)
	}
	return name, text, nil
}

// outside is what a spec refers to beside its own text. Its zero value is that of a spec in a
// record: nothing of it is read.
type outside struct {
	text     func(file string) (string, error) // of notes and references
	body     func(file string) (string, error) // of requests
	variable variable.Lookup                   // of the environment
}

// Parse reads an experiment from its text alone: the files that it names are not read, so its
// references have no points and its requests no body that is in a file, and no variable of the
// environment is looked up. An error is Problems, which call the file by the given name.
func Parse(name, text string) (*Experiment, error) { return parse(name, text, outside{}) }

// readFile reads a whole file of at most maxFile bytes.
func readFile(path string) (string, error) { return readUpTo(path, maxFile) }

// readBody reads a whole file of at most maxBody bytes.
func readBody(path string) (string, error) { return readUpTo(path, maxBody) }

func readUpTo(path string, limit int) (string, error) {
	file, err := filekind.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, int64(limit)+1))
	if err == nil && len(text) > limit {
		err = errTooLarge
	}
	return string(text), err
}

func tooLarge(name string) Problem {
	return Problem{
		File:    name,
		Message: "found " + errTooLarge.Error() + "; allowed: text of at most 1 MiB",
	}
}

// cause returns an error about a file without the file's full path.
func cause(err error) error {
	if other, ok := errors.AsType[*filekind.Error](err); ok {
		return errors.New("it is " + other.Found)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("there is no such file")
	}
	if failed, ok := errors.AsType[*fs.PathError](err); ok {
		return failed.Err
	}
	return err
}

// document is one file while it is read.
type document struct {
	name         string
	grammar      grammar
	problems     Problems // of the file
	inOtherFiles Problems // of the files that it names
	outside      outside
}

// fromRecord reports whether nothing beside the text of the file may be looked at.
func (d *document) fromRecord() bool { return d.outside.text == nil }

func (d *document) addProblem(line int, message string) {
	d.problems = append(d.problems, Problem{File: d.name, Line: line, Message: message})
}

// err returns all problems in the order of their lines, or nil.
func (d *document) err() error {
	slices.SortStableFunc(d.problems, func(a, b Problem) int { return a.Line - b.Line })
	if all := append(d.problems, d.inOtherFiles...); len(all) > 0 {
		return all
	}
	return nil
}

func parse(name, text string, outside outside) (*Experiment, error) {
	d := &document{name: name, grammar: sections, outside: outside}
	top := d.decode(text)
	if top == nil {
		return nil, d.err()
	}

	e := top.experiment()
	e.Name, e.Source = name, text
	if err := d.err(); err != nil {
		return nil, err
	}
	return e, nil
}

// decode returns the table at the top of the file. It is nil if the text is not TOML that we read.
// Such a problem stands alone, because nothing is certain after it.
func (d *document) decode(text string) *table {
	if len(text) > maxFile {
		d.problems = Problems{tooLarge(d.name)}
		return nil
	}
	if !utf8.ValidString(text) {
		d.addProblem(lineOfBadByte(text), notUTF8)
		return nil
	}

	text = strings.TrimPrefix(text, byteOrderMark)
	at, line, err := locate(text)
	if err != nil {
		d.addProblem(line, err.Error())
		return nil
	}

	values, line, err := decodeTOML(text)
	if err != nil {
		d.addProblem(line, "not valid TOML: "+err.Error())
		return nil
	}
	return newTable(d, d.grammar[0], values, at)
}

// decodeTOML returns the values of a file, or an error with its line. The TOML reader reports its
// own bugs by a panic. For us, that is a file that cannot be read.
func decodeTOML(text string) (values map[string]any, line int, err error) {
	defer func() {
		if r := recover(); r != nil {
			values, line, err = nil, 0, fmt.Errorf("the TOML reader gave up: %v", r)
		}
	}()

	_, err = toml.Decode(text, &values)
	if syntax, ok := errors.AsType[toml.ParseError](err); ok {
		// Not syntax.Line: for a number or a date, that is its length.
		return nil, max(1, syntax.Position.Line), errors.New(printable(syntax.Message))
	}
	return values, 0, err
}

// printable replaces control characters by their numbers. The TOML reader repeats those that it
// finds.
func printable(message string) string {
	var b strings.Builder
	for _, r := range message {
		if unicode.IsControl(r) {
			fmt.Fprintf(&b, "%U", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// lineOfBadByte returns the line of the first byte that is not UTF-8.
func lineOfBadByte(text string) int {
	line := 1
	for i, r := range text {
		if r == utf8.RuneError && !strings.HasPrefix(text[i:], string(utf8.RuneError)) {
			break
		}
		if r == '\n' {
			line++
		}
	}
	return line
}
