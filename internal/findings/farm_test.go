package findings

import (
	"testing"

	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/stats"
)

// TestReasonOfMachinesThatDiffer holds that what varies is named: in an open loop, the rate is
// given, and the response time varies.
func TestReasonOfMachinesThatDiffer(t *testing.T) {
	spread := stats.MachineSpread{
		Machines: 3,
		In:       []string{"CPU", "cores"},
		Metric:   stats.Throughput,
		Between:  0.12,
		Within:   0.02,
		Known:    true,
	}
	testReason(t, nil, spread, "3 machines, unlike in CPU and cores; the rate varies by 12.0% "+
		"between machines and by 2.0% between the rounds of one")
	testReason(t, locale.For("id"), spread, "3 mesin, yang berbeda dalam CPU dan jumlah inti; "+
		"throughput bervariasi 12,0% antarmesin dan 2,0% antarputaran pada satu mesin")
	spread.Metric, spread.In = stats.P50, nil
	testReason(t, nil, spread, "3 machines; the median response time varies by 12.0% between "+
		"machines and by 2.0% between the rounds of one")
	spread.Known, spread.In = false, []string{`kernel of machine "clients 2"`}
	testReason(t, locale.For("id"), spread, "3 mesin, yang berbeda dalam kernel clients 2")
	spread.In = nil
	testReason(t, nil, spread, "3 machines")
}
