package doctor

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"labbook.example/labbook/internal/filekind"
	"labbook.example/labbook/internal/generator"
	"labbook.example/labbook/internal/machine"
	"labbook.example/labbook/internal/process"
	"labbook.example/labbook/internal/rebuild"
)

// Asked is what no file tells, but the running system answers.
type Asked struct {
	IsRoot       bool          // this user needs no sudo
	Kubernetes   bool          // the environment tells of it
	Cores        int           // logical ones that this process may use; 0: unknown
	CanBind      bool          // a process may be bound to CPUs
	ClockReading time.Duration // how long one takes; 0: unknown
	Limits       *Limits       // nil: unknown
	Folders      []Folder      // those whose free space is known
	AB           *InstalledAB  // nil: unknown
	Go           string        // version by which this program was built; "": unknown
	Cgo          bool          // it was built with cgo
	GoRun        bool          // by go run
}

// Examine asks this machine, and watches it for a time or until ctx ends. The output folder is the
// one that a run would write into.
func Examine(ctx context.Context, output string, window time.Duration) *Seen {
	asked := Ask(ctx, output) // before it is watched: these are programs as well
	return Look(runtime.GOOS, "/", asked, func() {
		select {
		case <-time.After(window):
		case <-ctx.Done():
		}
	})
}

// Ask asks the running system. The output folder need not exist: its nearest parent counts.
func Ask(ctx context.Context, output string) Asked {
	_, inPod := os.LookupEnv("KUBERNETES_SERVICE_HOST")
	a := Asked{
		IsRoot:       os.Geteuid() == 0,
		Kubernetes:   inPod,
		Cores:        runtime.NumCPU(),
		CanBind:      canBind(),
		ClockReading: clockReading(),
		AB:           askAB(ctx),
		Go:           runtime.Version(),
		Cgo:          machine.LinksCgo(),
		GoRun:        rebuild.IsGoRun(),
	}
	if answer, err := process.Output(ctx, "sh", "-c", "ulimit -S -n; ulimit -H -n"); err == nil {
		a.Limits = parseLimits(string(answer))
	}
	a.addFolder(FreeOutput, output)
	a.addFolder(FreeTemporary, os.TempDir())
	return a
}

// addFolder adds a folder if its free space is known.
func (a *Asked) addFolder(item, path string) {
	full, err := filepath.Abs(path)
	if err != nil {
		return
	}
	whole := full
	for {
		if _, err := os.Stat(full); err == nil || full == filepath.Dir(full) {
			break
		}
		if item == FreeTemporary {
			a.Folders = append(a.Folders, Folder{Item: item, Path: full, Refusal: "it is missing"})
			return // a run does not make this one
		}
		full = filepath.Dir(full)
	}
	if resolved, err := filepath.EvalSymlinks(full); err == nil {
		full = resolved
	}
	free, ok := freeBytes(full)
	if !ok {
		return
	}
	folder := Folder{Item: item, Path: full, Free: free}
	other := (*filekind.Error)(nil)
	if errors.As(filekind.CheckFolder(whole), &other) {
		folder.Path, folder.Refusal = other.Path, "it is "+other.Found
	} else if err := canMakeFiles(full); err != nil {
		folder.Refusal = err.Error()
	}
	a.Folders = append(a.Folders, folder)
}

// askAB asks the ab on PATH what it is.
func askAB(ctx context.Context) *InstalledAB {
	ab, err := generator.Installed(ctx)
	if ctx.Err() != nil {
		return nil
	}
	if err != nil {
		return &InstalledAB{Problem: generator.WhyNotInstalled(err)}
	}
	found := &InstalledAB{Name: ab.String()}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	usage := exec.CommandContext(ctx, ab.Path, "-h")
	usage.WaitDelay = time.Second     // of a program that leaves others with its output
	text, _ := usage.CombinedOutput() // ab writes it to standard error, and ends with a code
	found.Usage = string(text)
	return found
}

// clockReading returns how long it takes to read the time: the shortest mean of several series, so
// that a busy machine does not make it longer.
func clockReading() time.Duration {
	const series, readings = 20, 1000
	shortest := time.Duration(0)
	for range series {
		began := time.Now()
		for range readings {
			_ = time.Now()
		}
		mean := time.Since(began) / readings
		if shortest == 0 || mean < shortest {
			shortest = mean
		}
	}
	return shortest
}
