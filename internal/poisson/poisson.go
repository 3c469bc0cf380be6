// Package poisson computes when random arrivals are due. A seed, a number of arrivals and a time go
// in; the moments come out, one after the other. They are those of a Poisson process of which it is
// known how many arrivals it has in the time: independent and uniform. So the mean rate is exact,
// and the gaps are exponential but for that. Several such processes of one length are together
// another one.
package poisson

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"time"
)

// Arrivals hands out the moments of a number of arrivals, ascending. It needs the same little
// memory for any number, and no pass over them before.
type Arrivals struct {
	random *rand.Rand
	length float64 // nanoseconds in which all are due
	left   int64
	after  float64 // −log of the share of the length after the last moment
}

// New returns the arrivals of a stream: so many within a time. Streams of one seed are independent
// of each other, and so are those of different seeds. Equal arguments lead to equal moments.
func New(seed, stream uint64, arrivals int64, within time.Duration) *Arrivals {
	return &Arrivals{
		random: rand.New(rand.NewChaCha8(key(seed, stream))),
		length: float64(within),
		left:   arrivals,
	}
}

// Next returns when the next arrival is due: from 0 to the length. After the last one it returns
// the length.
//
// Of n sorted uniform numbers above u, the smallest is 1−(1−u)·V^(1/n), where V is uniform (Bentley
// and Saxe, Generating Sorted Lists of Random Numbers, ACM Transactions on Mathematical Software 6,
// 1980). Logarithms keep the digits: −log V is exponential.
func (a *Arrivals) Next() time.Duration {
	if a.left <= 0 {
		return time.Duration(a.length)
	}
	a.after += a.random.ExpFloat64() / float64(a.left)
	a.left--
	return time.Duration(-a.length * math.Expm1(-a.after))
}

// Seed derives a seed from up to four numbers. Other numbers lead to an unrelated seed.
func Seed(numbers ...uint64) uint64 {
	return max(1, rand.NewChaCha8(key(numbers...)).Uint64()%(MaxSeed+1))
}

// MaxSeed is the largest seed that Seed derives; the smallest is 1. Any reader of JSON has it
// exact.
const MaxSeed = 1<<53 - 1

// key returns up to four numbers as a key.
func key(numbers ...uint64) (k [32]byte) {
	for i, n := range numbers {
		binary.LittleEndian.PutUint64(k[8*i:], n)
	}
	return k
}
