package complete

import (
	"bufio"
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"labbook.example/labbook/docs"
	"labbook.example/labbook/internal/gate"
	"labbook.example/labbook/internal/git"
	"labbook.example/labbook/internal/locale"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/servermodel"
	"labbook.example/labbook/internal/spec"
)

func models(_ *cobra.Command, _ []string, typed string) (completions, directive) {
	var all completions
	for _, name := range servermodel.Names() {
		all = append(all, cobra.CompletionWithDesc(name, servermodel.Summary(name)))
	}
	return among(all, typed)
}

func schemas(_ *cobra.Command, _ []string, typed string) (completions, directive) {
	return among(docs.Names(), typed)
}

func shellNames(_ *cobra.Command, _ []string, typed string) (completions, directive) {
	var all completions
	for _, s := range shells {
		all = append(all, s.name)
	}
	return among(all, typed)
}

func languages(_ *cobra.Command, _ []string, typed string) (completions, directive) {
	names := map[string]string{locale.English: "English", "id": "Bahasa Indonesia"}
	var all completions
	for _, code := range locale.Languages {
		all = append(all, cobra.CompletionWithDesc(code, names[code]))
	}
	return among(all, typed)
}

// summaries are the files for a summary in Markdown, and standard output.
func summaries(c *cobra.Command, args []string, typed string) (completions, directive) {
	stdout := completions{gate.Stdout + "\tstandard output"}
	if typed == gate.Stdout {
		return among(stdout, typed)
	}
	found, how := markdown.complete(c, args, typed)
	switch {
	case typed != "":
		return found, how
	case how == cobra.ShellCompDirectiveFilterFileExt: // no file
		return among(stdout, typed)
	}
	return append(found, stdout...), how
}

// experiment reads the spec of the command line so far, or the one that most folders have. It is
// nil if there is none, or none that can be read.
func experiment(args []string) *spec.Experiment {
	path := "experiment.toml"
	if len(args) > 0 {
		path = args[0]
	}
	e, err := spec.Read(path) // which refuses a pipe: that would wait for its writer
	if err != nil {
		return nil
	}
	return e
}

// servers are those that --against can measure: they have a command.
func servers(_ *cobra.Command, args []string, typed string) (completions, directive) {
	e := experiment(args)
	if e == nil {
		return nothing(nil, nil, "")
	}
	var all completions
	for _, s := range e.Started() {
		if len(s.Command) > 0 {
			all = append(all, cobra.CompletionWithDesc(s.Name, strings.Join(s.Command, " ")))
		}
	}
	return among(all, typed)
}

// rounds are the numbers of the rounds of the plan.
func rounds(_ *cobra.Command, args []string, typed string) (completions, directive) {
	e := experiment(args)
	if e == nil {
		return nothing(nil, nil, "")
	}
	var all completions
	for round := range e.Design.AllRounds() {
		all = append(all, strconv.Itoa(round+1))
	}
	return among(all, typed)
}

// yardsticks are the servers of the newer record, which is the last argument, or the present one.
func yardsticks(_ *cobra.Command, args []string, typed string) (completions, directive) {
	folder := "output"
	if len(args) > 0 {
		folder = args[len(args)-1]
	}
	return among(serversOf(filepath.Join(folder, record.FileName)), typed)
}

// serversOf returns the names of the servers of a record. Only its first line is read.
func serversOf(path string) (names []string) {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return nil
	}
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer file.Close()
	line, _ := bufio.NewReader(file).ReadBytes('\n') // one that is cut is no JSON
	rec, err := record.Decode(strings.NewReader(string(line)))
	if err != nil {
		return nil
	}
	for _, s := range rec.Experiment.Servers {
		names = append(names, s.Name)
	}
	return names
}

// gitPatience is how long git may think about an answer before the shell has none.
const gitPatience = 3 * time.Second

// commits are the branches and tags of the repository of the spec.
func commits(c *cobra.Command, args []string, typed string) (completions, directive) {
	folder := "."
	if len(args) > 0 {
		folder = filepath.Dir(args[0])
	}
	return among(references(c, folder), typed)
}

// references are HEAD, and the branches and tags of a repository, the newest first, each with what
// its commit says of itself.
func references(c *cobra.Command, folder string) completions {
	ctx, cancel := context.WithTimeout(c.Context(), gitPatience)
	defer cancel()
	const format = "--format=%(refname:short)%09%(contents:subject)"
	out, err := git.Output(ctx, folder, "for-each-ref", "--sort=-creatordate", "--count=500",
		format, "refs/heads", "refs/tags", "refs/remotes")
	if err != nil {
		return nil
	}
	all := completions{"HEAD\tthe last commit"}
	for line := range strings.Lines(string(out)) {
		all = append(all, strings.TrimRight(line, "\n"))
	}
	return all
}

// sides are what can be compared: folders with a record, and folders of a commit.
func sides(c *cobra.Command, args []string, typed string) (completions, directive) {
	if len(args) > 1 {
		return nothing(nil, nil, "")
	}
	if rev, _, ok := strings.Cut(typed, ":"); ok {
		return among(recordsOf(c, rev), typed)
	}

	found, how := records.complete(c, args, typed)
	for _, reference := range references(c, ".") {
		name, about, _ := strings.Cut(reference, "\t")
		if strings.HasPrefix(name, typed) {
			found = append(found, cobra.CompletionWithDesc(name+":", about))
			how = cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
		}
	}
	return found, how
}

// recordsOf are the folders of a commit, at or below the current one, that have a record.
func recordsOf(c *cobra.Command, rev string) (found completions) {
	if strings.HasPrefix(rev, "-") {
		return nil
	}
	ctx, cancel := context.WithTimeout(c.Context(), gitPatience)
	defer cancel()
	out, err := git.Output(ctx, ".", "ls-tree", "-r", "-z", "--name-only", rev)
	if err != nil {
		return nil
	}
	for path := range strings.SplitSeq(string(out), "\x00") {
		if folder, ok := strings.CutSuffix(path, "/"+record.FileName); ok {
			found = append(found, rev+":"+folder)
		}
	}
	return found
}
