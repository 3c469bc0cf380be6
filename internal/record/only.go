package record

import (
	"fmt"

	"labbook.example/labbook/internal/failure"
)

// CheckWhole returns an error if the record holds one round alone: nothing follows from that, so no
// report is drawn of it, and nothing is compared with it.
func (h Header) CheckWhole() error {
	if h.OnlyRound == 0 {
		return nil
	}
	err := fmt.Errorf("found round %d of %d alone, which decides nothing; allowed: a record of "+
		"all rounds", h.OnlyRound, h.Rounds)
	const hint = "labbook join PART… --output FOLDER makes one record and a report of the parts"
	return failure.New(failure.ExitUsage, err, hint)
}
