package load

import (
	"bytes"
	"io"
	"testing"
	"testing/iotest"

	"labbook/internal/abtext"
)

// milli makes samples whose total is so many milliseconds.
func milli(totals ...int64) []sample {
	samples := make([]sample, len(totals))
	for i, t := range totals {
		samples[i] = sample{total: t * 1e6}
	}
	return samples
}

func total(s sample) int64 { return s.total }

func TestTimes(t *testing.T) {
	test := func(samples []sample, want abtext.Times) {
		t.Helper()
		if got := times(samples, total); got != want {
			t.Errorf("times(%v) = %+v, want %+v", samples, got, want)
		}
	}
	test(nil, abtext.Times{})
	test(milli(7), abtext.Times{Min: 7, Mean: 7, Median: 7, Max: 7})
	// The medians that ab gets wrong: it takes 5 here, and 4 in the next.
	test(milli(5, 1), abtext.Times{Min: 1, Mean: 3, SD: 2.8284271247461903, Median: 3, Max: 5})
	test(milli(3, 1, 5), abtext.Times{Min: 1, Mean: 3, SD: 2, Median: 3, Max: 5})
}

func TestPercentiles(t *testing.T) {
	var totals []int64
	for i := range int64(1000) {
		totals = append(totals, 1000-i)
	}
	got := percentiles(milli(totals...))
	for i, want := range map[int]float64{0: 1, 1: 11, 50: 501, 99: 991, 100: 1000} {
		if got[i] != want {
			t.Errorf("percentile %d of 1 … 1000 = %v, want %v", i, got[i], want)
		}
	}
	// With few samples ab reads beyond them; here the last one is the last.
	if got := percentiles(milli(1, 2)); got[74] != 2 || got[99] != 2 || got[24] != 1 {
		t.Errorf("percentiles 24, 74 and 99 of 1, 2 = %v, %v, %v, want 1, 2 and 2", got[24], got[74], got[99])
	}
}

func FuzzReadResponse(f *testing.F) {
	f.Add([]byte(good), true)
	f.Add([]byte(keepAlive), true)
	f.Add([]byte("HTTP/1.1 204 No Content\nConnection: close\n\n"), false)
	f.Fuzz(func(t *testing.T, data []byte, persistent bool) {
		read := func(r io.Reader) (header, int64, int64, error) {
			return readResponse(r, make([]byte, maxHeader), "GET", persistent, func(bool) {})
		}
		h, head, body, err := read(bytes.NewReader(data))
		if head < 0 || body < 0 || head+body > int64(len(data)) {
			t.Fatalf("%q: header of %d bytes and body of %d, but there are %d", data, head, body, len(data))
		}
		if err != nil || len(data) > maxHeader {
			return
		}
		// However the bytes are cut on their way, they mean the same.
		if h2, head2, body2, err2 := read(iotest.OneByteReader(bytes.NewReader(data))); err2 == nil &&
			(h2 != h || head2 != head || body2 > body) {
			t.Errorf("%q: %+v, %d, %d at once, but byte by byte %+v, %d, %d", data, h, head, body, h2, head2, body2)
		}
	})
}
