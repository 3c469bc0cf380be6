// Release makes what is published of a version: an archive per system, a Debian package per Linux
// architecture, and SHA256SUMS. .ci/release runs it.
//
// Comes in: a version that the CHANGELOG has, and a clean work tree. Goes out: a folder. The same
// commit, built with the same Go, gives the same bytes wherever and whenever it is built: nothing
// in them is of the machine, its user, its clock or its folders. Refused: a version that is none,
// or that the CHANGELOG or the module path contradicts; changes that are not committed; a module
// without a licence. Nothing is published.
package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
)

const usage = `usage: .ci/release [-only OS/ARCH,…] VERSION [FOLDER]

Makes the archives and packages of a version, such as 1.0.0, in a new folder (default: dist in the
current one). The version needs a heading in CHANGELOG.md, and all changes must be committed.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	switch err := run(ctx, os.Args[1:], os.Stdout); {
	case errors.Is(err, flag.ErrHelp):
		fmt.Print(usage)
	case err != nil:
		fmt.Fprintln(os.Stderr, "release:", err)
		stop()
		os.Exit(1)
	}
}

// run makes the release that the arguments ask for.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	if err := o.check(ctx); err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "labbook-release-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)

	source, err := clone(ctx, o.repository, work, o.version)
	if err != nil {
		return err
	}
	common, err := source.commonFiles(ctx)
	if err != nil {
		return err
	}
	made := filepath.Join(work, "made")
	if err := os.Mkdir(made, 0o755); err != nil {
		return err
	}
	for _, t := range o.targets {
		if err := source.release(ctx, t, common, made); err != nil {
			return fmt.Errorf("%v: %w", t, err)
		}
		fmt.Fprintln(stdout, "made", t)
	}
	if err := writeSums(made); err != nil {
		return err
	}
	return handOver(made, o.folder)
}

// options are what the command line asks for.
type options struct {
	repository string
	version    string // without a "v"
	folder     string // that gets the files
	targets    []target
}

func parse(args []string) (options, error) {
	flags := flag.NewFlagSet("release", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	only := flags.String("only", "", "")
	repository := flags.String("C", ".", "") // for .ci/release
	if err := flags.Parse(args); err != nil {
		return options{}, err
	}
	if n := flags.NArg(); n < 1 || n > 2 {
		const format = "found %d arguments; allowed: a version and, after it, a folder\n\n%s"
		return options{}, fmt.Errorf(format, n, usage)
	}
	o := options{
		repository: *repository,
		version:    flags.Arg(0),
		folder:     "dist",
		targets:    targets,
	}
	if flags.NArg() == 2 {
		o.folder = flags.Arg(1)
	}
	if *only == "" {
		return o, nil
	}

	o.targets = nil
	for name := range strings.SplitSeq(*only, ",") {
		i := slices.IndexFunc(targets, func(t target) bool { return t.String() == name })
		if i < 0 {
			return options{}, fmt.Errorf("-only: found %q; allowed: %v", name, targets)
		}
		o.targets = append(o.targets, targets[i])
	}
	return o, nil
}

// check returns an error if no release can be made, before anything is built.
func (o options) check(ctx context.Context) error {
	module, err := output(ctx, o.repository, nil, "go", "list", "-m")
	if err != nil {
		return err
	}
	if err := checkVersion(o.version, module); err != nil {
		return err
	}
	changelog, err := os.ReadFile(filepath.Join(o.repository, "CHANGELOG.md"))
	if err != nil {
		return err
	}
	if err := checkChangelog(string(changelog), o.version); err != nil {
		return err
	}
	if err := checkTree(ctx, o.repository, o.version); err != nil {
		return err
	}
	isLinux := func(t target) bool { return t.system == "linux" }
	if _, err := exec.LookPath("dpkg-deb"); err != nil && slices.ContainsFunc(o.targets, isLinux) {
		return fmt.Errorf("%w: it makes the Debian packages; install the package dpkg", err)
	}
	entries, err := os.ReadDir(o.folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(entries) > 0 {
		return fmt.Errorf("%s: found %q in it; allowed: a new or empty folder",
			o.folder, entries[0].Name())
	}
	return nil
}

// writeSums writes SHA256SUMS, as sha256sum -c reads it, of all files in a folder.
func writeSums(folder string) error {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return err
	}
	var sums strings.Builder
	for _, entry := range entries {
		data, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(data), entry.Name())
	}
	return os.WriteFile(filepath.Join(folder, "SHA256SUMS"), []byte(sums.String()), 0o644)
}

// handOver copies what was made into the folder where it was asked for, which is new or empty. A
// release that could not be made leaves nothing there.
func handOver(made, folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	return os.CopyFS(folder, os.DirFS(made))
}
