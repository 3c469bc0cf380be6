package chart

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
)

// streams matches the compressed parts of a PDF.
var streams = regexp.MustCompile(`(?s)stream\n(.*?)\nendstream`)

// contents returns what the page of a PDF draws.
func contents(t *testing.T, pdf []byte) string {
	t.Helper()
	for _, m := range streams.FindAllSubmatch(pdf, -1) {
		r, err := zlib.NewReader(bytes.NewReader(m[1]))
		if err != nil {
			continue
		}
		text, err := io.ReadAll(r)
		if err == nil && bytes.Contains(text, []byte(" Tj ET")) {
			return string(text)
		}
	}
	t.Fatal("no part of the PDF writes texts")
	return ""
}

// utf16Text returns a text as a PDF has it: two bytes for each letter, with a few of them escaped.
func utf16Text(text string) string {
	var b strings.Builder
	for _, r := range text {
		b.WriteString(string([]byte{byte(r >> 8), byte(r)}))
	}
	return b.String()
}

// A PDF has its texts as texts, the minus sign of typography among them, and the same bytes
// whenever it is drawn.
func TestPDF(t *testing.T) {
	t.Parallel()
	c := chartOf("throughput", seed().analysis(), elsewhere...)
	first, err := c.PDF()
	if err != nil {
		t.Fatal(err)
	}
	second, _ := c.PDF()
	if !bytes.Equal(first, second) {
		t.Error("two PDFs of one chart differ")
	}
	if !bytes.HasPrefix(first, []byte("%PDF-")) ||
		!bytes.Contains(first, []byte("/Producer (Labbook)")) {
		t.Errorf("the file begins with %q, or does not say whose it is", first[:8])
	}
	page := contents(t, first)
	for _, text := range []string{"Server_async_http", "−28%", "±10%", "no difference"} {
		if !strings.Contains(page, utf16Text(text)) {
			t.Errorf("the page does not write %q", text)
		}
	}
	s := c.whole()
	size := fmt.Sprintf("/MediaBox [0 0 %.2f %.2f]", inPoints(s.width), inPoints(s.height))
	if !bytes.Contains(first, []byte(size)) {
		t.Errorf("the file has no %s", size)
	}
	if size := len(first); size > 100_000 {
		t.Errorf("the PDF has %d bytes: its fonts have more letters than it needs", size)
	}
}

// What the font has is written, from right to left where that is how it is read.
func TestLettersOfPDF(t *testing.T) {
	t.Parallel()
	test := func(text, want string) {
		t.Helper()
		if got := printed(text); got != want {
			t.Errorf("printed(%q) = %q, want %q", text, got, want)
		}
	}
	test("async −24% × µs …", "async −24% × µs …")
	test("Ωmega Ж", "Ωmega Ж")
	test("שרת", "תרש")
	test("server שרת", "server תרש")
	test("שרת 3", "3 תרש")
	test("rocket 🚀 界", "rocket ? ?")
	test("", "")
}

func TestHostileNamesInPDF(t *testing.T) {
	t.Parallel()
	for _, name := range hostileNames {
		e := seed()
		e.servers = []string{name, "other"}
		c := chartOf("throughput", e.analysis())
		if pdf, err := c.PDF(); err != nil || len(pdf) == 0 {
			t.Errorf("%q: %d bytes, %v", name, len(pdf), err)
		}
	}
	if pdf, err := (Chart{Problem: "nothing"}).PDF(); pdf != nil || err != nil {
		t.Errorf("without a picture there are %d bytes and %v, want none", len(pdf), err)
	}
}
