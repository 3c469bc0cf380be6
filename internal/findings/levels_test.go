package findings

import (
	"testing"

	"labbook.example/labbook/internal/plan"
)

func TestLevelNames(t *testing.T) {
	of := func(values ...int) []plan.Level {
		var ls []plan.Level
		for _, v := range values {
			ls = append(ls, level(v))
		}
		return ls
	}
	all := of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16)
	test := func(want string, ls, all []plan.Level) {
		t.Helper()
		if got := levelNames(nil, ls, all); got != want {
			t.Errorf("levelNames(%v) = %s, want %s", ls, got, want)
		}
	}
	test("4 clients", of(4), all)
	test("1 client", of(1), all)
	test("1–3 clients", of(1, 2, 3), all)
	test("1, 2 and 3 clients", of(1, 2, 3), all[:6])
	test("1–16 clients", all, all)
	test("1–3, 5, 6 and 9–12 clients", of(1, 2, 3, 5, 6, 9, 10, 12), all)
	test("1, 3, 5, 7, 9, 12 and 16 clients", of(1, 3, 5, 7, 9, 12, 16), all)
	test("9, 8, 7, 6, 5, 4 and 3 clients", of(9, 8, 7, 6, 5, 4, 3), of(9, 8, 7, 6, 5, 4, 3, 2))
	test("1, 2, 3, 4, 5, 6 and 7 clients", of(1, 2, 3, 4, 5, 6, 7), nil)
	rates := []plan.Level{{Kind: plan.Rate, Value: 1000}, {Kind: plan.Rate, Value: 24_000}}
	test("1,000 and 24,000 requests per second", rates, rates)
}

func TestAtLevels(t *testing.T) {
	of := func(values ...int) []plan.Level {
		var ls []plan.Level
		for _, v := range values {
			ls = append(ls, level(v))
		}
		return ls
	}
	all := of(1, 3, 5, 8, 10)
	test := func(want string, ls, all []plan.Level) {
		t.Helper()
		if got := atLevels(nil, ls, all); got != want {
			t.Errorf("atLevels(%v) = %s, want %s", ls, got, want)
		}
	}
	test("at every level", all, all)
	test("at 1 client", of(1), of(1))
	test("from 5 clients on", of(5, 8, 10), all)
	test("up to 5 clients", of(1, 3, 5), all)
	test("at 1 and 3 clients", of(1, 3), all)
	test("at 3, 5 and 8 clients", of(3, 5, 8), all)
	test("at 1, 5 and 10 clients", of(1, 5, 10), all)
	test("at 10, 8 and 5 clients", of(10, 8, 5), of(10, 8, 5, 3))
	test("at 1, 3 and 5 clients", of(1, 3, 5), nil)
}
