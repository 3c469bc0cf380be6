package compare

import (
	"fmt"
	"maps"
	"net"
	"slices"
	"strings"

	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// changes returns the servers with a cell that is compared, and which are not what they were.
func (c *Comparison) changes() []Changed {
	var all []Changed
	for _, s := range c.New.Record.Experiment.Tested() {
		ofServer := func(cell Cell) bool { return cell.Server == s.Name }
		if !slices.ContainsFunc(c.Cells, ofServer) {
			continue
		}
		if found := c.changesOf(s.Name); len(found) > 0 {
			all = append(all, Changed{s.Name, found})
		}
	}
	return all
}

// changesOf returns in what a server of both records is not what it was: by its spec, by the files
// that its command names and by what its program says of its version. What a record does not tell
// is no difference.
func (c *Comparison) changesOf(name string) []record.Difference {
	before, _ := c.Old.Record.Experiment.Server(name)
	after, _ := c.New.Record.Experiment.Server(name)
	all := differences(definition(before), definition(after))
	older := filesOf(c.Old.Record.Header, before.RunsAs())
	newer := filesOf(c.New.Record.Header, after.RunsAs())
	if len(older) > 0 && len(newer) > 0 {
		all = append(all, fileDifferences(older, newer)...)
	}

	v := c.Old.Record.VersionOf(before.RunsAs())
	w := c.New.Record.VersionOf(after.RunsAs())
	bothModels := before.Model != "" && after.Model != "" // theirs is that of labbook
	if v != "" && w != "" && v != w && !bothModels {
		all = append(all, record.Difference{What: "version", Recorded: v, Now: w})
	}
	return all
}

// definition returns how a server is run, as its spec says. Where it listens is no part of that, as
// long as it is on this machine.
func definition(s spec.Server) []property {
	var env []string
	for _, name := range slices.Sorted(maps.Keys(s.Env)) {
		env = append(env, name+"="+s.Env[name])
	}
	all := []property{
		{"model", s.Model},
		{"command", words(s.Command)},
		{"url", remoteHost(s)},
		{"on", machines(s.On)},
		{"env", strings.Join(env, "\n")},
		{"workers", fmt.Sprint(s.Work.Workers)},
		{"blocking", fmt.Sprint(s.Work.Blocking)},
		{"cpus", cpusText(s.CPUs.String())},
		{"external", fmt.Sprint(s.External)},
		{"same", s.Same},
	}
	for _, key := range []string{
		spec.HookBuild, spec.HookSetup, spec.HookBeforeTrial, spec.HookAfterTrial, spec.HookStop,
	} {
		all = append(all, property{key, words(s.Hooks.Of(key))})
	}
	return all
}

// words returns a command as the spec has it; "" if there is none.
func words(command []string) string {
	if command == nil {
		return ""
	}
	return "[" + quoted(command) + "]"
}

// remoteHost returns the host of a server that is not on the loopback; "" if it is.
func remoteHost(s spec.Server) string {
	host, _, err := net.SplitHostPort(s.Address)
	if s.On != "" && host == s.On {
		return "" // which is compared by itself
	}
	if ip := net.ParseIP(host); err != nil || host == "localhost" || ip != nil && ip.IsLoopback() {
		return ""
	}
	return host
}

// filesOf returns the files that the command of a server names.
func filesOf(h record.Header, server string) []record.ProgramFile {
	return slices.DeleteFunc(slices.Clone(h.Programs), func(f record.ProgramFile) bool {
		return f.Server != server
	})
}

// fileDifferences compares the files of a server, each by its name.
func fileDifferences(older, newer []record.ProgramFile) []record.Difference {
	find := func(files []record.ProgramFile, name string) string {
		i := slices.IndexFunc(files, func(f record.ProgramFile) bool { return f.File == name })
		if i < 0 {
			return ""
		}
		return files[i].String()
	}
	var all []record.Difference
	for _, f := range slices.Concat(older, newer) {
		d := record.Difference{
			What:     f.File,
			Recorded: find(older, f.File),
			Now:      find(newer, f.File),
		}
		if d.Recorded != d.Now && !slices.Contains(all, d) {
			all = append(all, d)
		}
	}
	return all
}
