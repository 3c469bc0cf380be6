package imported

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// decode returns the text of a file: UTF-8, UTF-16 as PowerShell's > writes it, or else the bytes
// of a Windows code page, of which only ab's ASCII matters. ok is false if it is no text.
func decode(data []byte) (text string, ok bool) {
	encoding := encodingOf(data)
	if encoding == nil {
		return string(data), true
	}
	decoded, err := encoding.NewDecoder().Bytes(data)
	if err != nil || bytes.IndexByte(decoded, 0) >= 0 {
		return "", false
	}
	return strings.ToValidUTF8(string(decoded), "\uFFFD"), true
}

// encodingOf returns how a text is encoded; nil if it is UTF-8 without a mark.
func encodingOf(data []byte) encoding.Encoding {
	switch {
	case bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")):
		return unicode.UTF8BOM
	case bytes.HasPrefix(data, []byte("\xFF\xFE")):
		return unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
	case bytes.HasPrefix(data, []byte("\xFE\xFF")):
		return unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM)
	case bytes.IndexByte(data, 0) >= 0:
		return markless(data)
	case utf8.Valid(data):
		return nil
	}
	return charmap.Windows1252
}

// markless returns which UTF-16 a text without a mark is: every second byte of ASCII is zero.
func markless(data []byte) encoding.Encoding {
	zeros := [2]int{}
	for i, b := range data {
		if b == 0 {
			zeros[i%2]++
		}
	}
	if zeros[0] > zeros[1] {
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	}
	return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
}
