package manual

import (
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// files are what a user finds or writes, each with what it is.
func files() [][2]string {
	return [][2]string{
		{"experiment.toml", "the experiment: servers, load and design. labbook init writes one " +
			"in which every key is explained; any other name will do."},
		{"output/", "the results, beside the experiment unless --output names another folder: " +
			"report.html and report.md, charts, captures of the terminal, summary.csv, " +
			"results.json and bench.txt. All of them are drawn from the record."},
		{"output/" + record.FileName, "the record: a line per trial, on disk before the next " +
			"trial starts."},
		{"output/" + record.PartName, "the record of a run that is under way or was interrupted. " +
			"The same command resumes it."},
		{"output/" + record.SearchName, "the loads that look for the arrival rates of a " +
			"capacity, until the first round. The same command goes on with them."},
		{"/tmp/labbook.lock", "locked while something is measured, so that no two runs disturb " +
			"each other on a machine. Its folder is that of TMPDIR."},
	}
}

// environment are the variables that change what the program does.
func environment() [][2]string {
	return [][2]string{
		{spec.MachinesVariable, "the machines file if --machines is not given; empty: none."},
		{"${NAME}", "in a spec is the value of the variable NAME. The record and the report keep " +
			"the name alone."},
		{"NO_COLOR", "not empty: nothing is emphasized on the terminal."},
		{"TERM", "dumb: no progress line and no emphasis."},
		{"TMPDIR", "the folder for temporary files and for the lock."},
		{"PATH", "where ab, git, and the programs of the spec are looked for. Without ab, the " +
			"embedded one makes the load."},
		{"GITHUB_ACTIONS, GITHUB_STEP_SUMMARY, GITHUB_WORKSPACE", "set by GitHub Actions. " +
			"Checks that failed are shown in the changes, and --markdown may name the summary of " +
			"the job."},
	}
}
