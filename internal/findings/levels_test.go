package findings

import (
	"testing"

	"labbook/internal/plan"
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
	test("c = 4", of(4), all)
	test("c = 1 to 3", of(1, 2, 3), all)
	test("c = 1, 2 and 3", of(1, 2, 3), all[:6])
	test("c = 1 to 16", all, all)
	test("c = 1 to 7", of(1, 2, 3, 4, 5, 6, 7), all)
	test("c = 1 to 3, 5, 6 and 9 to 12", of(1, 2, 3, 5, 6, 9, 10, 12), all)
	test("c = 1, 3, 5, 7, 9, 12 and 16", of(1, 3, 5, 7, 9, 12, 16), all)
	test("c = 9, 8, 7, 6, 5, 4 and 3", of(9, 8, 7, 6, 5, 4, 3), of(9, 8, 7, 6, 5, 4, 3, 2))
	test("c = 1, 2, 3, 4, 5, 6 and 7", of(1, 2, 3, 4, 5, 6, 7), nil)
}
