//go:build unix

package node

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/record"
)

// greetingOf is the greeting of a node that is this program.
func greetingOf(change func(*Greeting)) string {
	g := ownGreeting(1)
	change(&g)
	line, err := json.Marshal(g)
	if err != nil {
		panic(err)
	}
	return word + string(line) + "\n"
}

// greets is a peer that greets, and then says nothing.
func greets(out io.Writer, _ io.Reader) { fmt.Fprint(out, greetingOf(func(*Greeting) {})) }

// dialPeer connects with what plays a node, which is told what the run asks. Its output ends when
// the test or the node is over.
func dialPeer(t *testing.T, at times, play func(out io.Writer, in io.Reader)) (*Client, error) {
	t.Helper()
	in, to := io.Pipe()
	from, out := io.Pipe()
	go play(out, in) // ends with the pipes
	l := &link{name: "ssh", to: to, from: from}
	t.Cleanup(l.cut)
	d := dialer{own: ownGreeting(0), times: at}
	return d.greet(t.Context(), Launch{Name: "server"}, l)
}

// peer connects with what plays a node that greets well.
func peer(t *testing.T, at times, play func(out io.Writer, in io.Reader)) *Client {
	t.Helper()
	c, err := dialPeer(t, at, play)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// What a shell prints before the greeting is skipped, even if it does not end its last line.
func TestTextBeforeGreeting(t *testing.T) {
	welcome := "Welcome to Debian\n\n" + strings.Repeat("#", 20_000) + "\r\n \x1b]0;title\a"
	c := peer(t, patient, func(out io.Writer, in io.Reader) {
		fmt.Fprint(out, welcome)
		_ = testNode().Serve(t.Context(), in, out)
	})
	if _, err := c.echo(t.Context(), nil); err != nil {
		t.Error(err)
	}
}

// A program that does not greet as a node of this program is refused, and the error tells what it
// said instead.
func TestRefusedGreetings(t *testing.T) {
	test := func(name, output string, want ...string) {
		t.Helper()
		_, err := dialPeer(t, patient, func(out io.Writer, _ io.Reader) {
			fmt.Fprint(out, output)
			out.(io.Closer).Close()
		})
		if err == nil {
			t.Fatalf("%s: it was taken for a node", name)
		}
		for _, text := range want {
			if !strings.Contains(err.Error(), text) {
				t.Errorf("%s: %q, want %q in it", name, err, text)
			}
		}
		if len(err.Error()) > 1500 || strings.Contains(err.Error(), "\x1b") {
			t.Errorf("%s: the error has %d bytes, or control characters", name, len(err.Error()))
		}
	}

	test("nothing", "", "ssh has closed its output")
	test("a shell", "bash: labbook: not \x1b[1mfound", "ssh has closed its output; it printed:\n",
		"bash: labbook: not")
	test("a flood of lines", strings.Repeat("y\n", 1<<20), "64 kB without the line", "y\ny\n")
	test("a flood without lines", strings.Repeat("y", 1<<20), "64 kB without the line", "yyy")
	test("a broken greeting", word+"{\"labbook\": 7}\n", "cannot be read", "it printed:\n")
	test("half a greeting", word+"{\"labbook\": ", "ssh has closed its output", "labbook-node")
	long := "v0.9.0\x1b" + strings.Repeat("x", 9999)
	test("another version", greetingOf(func(g *Greeting) { g.Labbook = long }),
		"found another program there: labbook v0.9.0",
		"allowed: the one that runs here: labbook "+brief(ownGreeting(0).Labbook))
	test("another build", greetingOf(func(g *Greeting) { g.Program.SHA256 = "1234567890abcdef" }),
		"SHA-256 1234567890ab…", "SHA-256 "+ownGreeting(0).Program.SHA256[:12])
	test("no file", greetingOf(func(g *Greeting) { g.Program = nil }), "whose file cannot be read")
}

// Programs are the same if their files are or, where they are for two platforms, if both are built
// from one commit.
func TestSameProgram(t *testing.T) {
	of := func(platform, sha, revision string, modified bool) Greeting {
		return Greeting{
			Labbook:  "v1.6.0",
			Platform: platform,
			Program:  &record.Program{SHA256: sha, Revision: revision, Modified: modified},
		}
	}
	test := func(name string, a, b Greeting, want bool) {
		t.Helper()
		err := a.check(b)
		if (err == nil) != want {
			t.Errorf("%s: %v", name, err)
		}
		if code, hint := failure.CodeAndHint(err); err != nil && (code != 3 || hint == "") {
			t.Errorf("%s: code %d, hint %q; want 3 and a hint", name, code, hint)
		}
	}
	const amd, arm = "linux/amd64", "linux/arm64"
	test("the same", of(amd, "1", "c", true), of(amd, "1", "c", true), true)
	test("the same, of no commit", of(amd, "1", "", false), of(amd, "1", "", false), true)
	test("another file of one commit", of(amd, "1", "c", false), of(amd, "2", "c", false), false)
	test("another platform", of(amd, "1", "c", false), of(arm, "2", "c", false), true)
	test("another commit", of(amd, "1", "c", false), of(arm, "2", "d", false), false)
	test("no commit", of(amd, "1", "", false), of(arm, "2", "", false), false)
	test("changes here", of(amd, "1", "c", true), of(arm, "2", "c", false), false)
	test("changes there", of(amd, "1", "c", false), of(arm, "2", "c", true), false)
}

// A node that breaks off, or answers with what is no answer, is lost at once, and the error says
// why. So are all questions that wait for it.
func TestBrokenAnswers(t *testing.T) {
	test := func(name, want string, answer func(out io.Writer)) {
		t.Helper()
		c := peer(t, patient, func(out io.Writer, in io.Reader) {
			greets(out, in)
			_, _ = in.Read(make([]byte, 1)) // until the question
			go func() { _, _ = io.Copy(io.Discard, in) }()
			answer(out)
		})
		_, err := c.echo(t.Context(), []byte("hello"))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q in it", name, err, want)
		}
		<-c.Gone()
	}
	says := func(text string) func(io.Writer) {
		return func(out io.Writer) {
			fmt.Fprint(out, text)
			out.(io.Closer).Close()
		}
	}
	floods := func(text string) func(io.Writer) {
		return func(out io.Writer) {
			for {
				if _, err := fmt.Fprint(out, text); err != nil {
					return
				}
			}
		}
	}

	const closed = `machine "server" was lost: ssh has closed its output`
	test("the end", closed, says(""))
	test("half an answer", closed, says(`{"id":0,"result":"aGVsbG8=","error":nu`))
	test("garbage", "cannot be read: invalid character", says("Segmentation fault\n"))
	answers := func(id int, result, err string) string {
		return fmt.Sprintf(`{"id":%d,"result":%s,"error":%s}`+"\n", id, result, err)
	}
	test("another question's answer", "what it was not asked", says(answers(7, `""`, "null")))
	test("another type", "cannot be read", says(answers(0, `{"a":1}`, "null")))
	test("a refusal", "did not understand the run; it printed:\nno such method",
		func(out io.Writer) {
			fmt.Fprint(out, answers(0, "null", `"no such method"`))
		})
	test("no answer", "cannot be read", says(answers(0, "null", "null")))
	test("a refusal of another type", "cannot be read", says(answers(0, "null", "[1]")))
	test("a line without end", "longer than 64 MiB", floods(strings.Repeat("[", 1<<20)))
	test("deep nesting", "exceeded max depth", says(strings.Repeat("[", 1<<20)+"\n"))
	test("many answers", "what it was not asked", floods(answers(9, "1", "null")))
}

// Lines without content are left out, so that no flood of them is kept.
func TestEmptyLinesAreLeftOut(t *testing.T) {
	l := newLines(io.MultiReader(strings.NewReader(strings.Repeat(" \n\r\n", 1<<20)),
		strings.NewReader("one\n")), nil)
	got, err := io.ReadAll(l)
	if string(got) != "one\n" || err != nil {
		t.Errorf("read %.20q, %v; want the one line", got, err)
	}
	if n := cap(l.buf); n > 1<<17 {
		t.Errorf("it keeps %d bytes", n)
	}
}
