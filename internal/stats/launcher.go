package stats

import "labbook.example/labbook/internal/record"

// The limits of NotTheServer. A request and its answer take two system calls at least, which no
// machine does in a microsecond, together with what the kernel does for them.
const (
	maxLauncherCPU     = 1e-6 // seconds per request
	minLauncherAnswers = 1000 // in all trials of a cell
)

// withoutLauncher returns the trials of a cell without what their process group used, if that was
// not the server: it used next to no CPU time while thousands of requests were answered. The
// evidence is nil if it may have been the server.
func withoutLauncher(ended []record.Result) (trials []record.Result, evidence *LauncherCPU) {
	var sum LauncherCPU
	for _, trial := range ended {
		m := trial.Measurement()
		if m != nil && trial.Usage != nil && trial.Usage.CPUSeconds != nil {
			sum.Answers += m.Complete
			sum.Seconds += *trial.Usage.CPUSeconds
		}
	}
	if sum.Answers < minLauncherAnswers || sum.Seconds >= maxLauncherCPU*float64(sum.Answers) {
		return ended, nil
	}
	return withoutUsage(ended), &sum
}

// withoutUsage returns the trials without what their servers used.
func withoutUsage(trials []record.Result) []record.Result {
	var without []record.Result
	for _, trial := range trials {
		trial.Usage = nil
		without = append(without, trial)
	}
	return without
}

// launcherDoubts reports that what was watched was not the server.
func launcherDoubts(cell Cell) []Doubt {
	if cell.launcher == nil {
		return nil
	}
	return []Doubt{cell.doubt(NotTheServer, cell.Trials, *cell.launcher)}
}
