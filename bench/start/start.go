//go:build linux

package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"

	"labbook.example/labbook/bench/rig"
	"labbook.example/labbook/internal/process"
)

// program is a program that is started and ended.
type program struct {
	name   string
	argv   []string
	serves bool // it ends with SIGTERM, once it says where it listens
	guards bool // it ends with the connection on its descriptor 3, which no order comes over
}

// start is what the start and the end of a program took.
type start struct {
	wall, cpu time.Duration
	faults    int64 // pages that were brought in, none of them from a disk
	memory    process.Memory
}

// start starts the program and waits for its end.
func (p program) start(ctx context.Context) (start, error) {
	cmd := exec.CommandContext(ctx, p.argv[0], p.argv[1:]...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	s := start{memory: process.Memory{Resident: -1, Anonymous: -1}}
	began := time.Now()
	var err error
	switch {
	case p.serves:
		s.memory, err = serve(cmd)
	case p.guards:
		err = guard(cmd)
	default:
		err = cmd.Run()
	}
	if err != nil {
		return s, err
	}

	s.wall = time.Since(began)
	s.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	if !ok {
		return s, errors.New("the system does not tell what it used")
	}
	s.faults = usage.Minflt
	return s, nil
}

// serve starts a server, looks at its memory as it listens, and ends it.
func serve(cmd *exec.Cmd) (process.Memory, error) {
	stderr, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		return process.Memory{}, err
	}
	line, err := bufio.NewReader(stderr).ReadString('\n')
	if err != nil || !strings.Contains(line, "listening") {
		ended := errors.Join(err, cmd.Process.Kill(), cmd.Wait())
		return process.Memory{}, fmt.Errorf("it wrote %q: %w", line, ended)
	}
	seen, ok := process.Read(cmd.Process.Pid)
	err = cmd.Process.Signal(syscall.SIGTERM)
	_, _ = io.Copy(io.Discard, stderr) // Wait closes it
	if err := errors.Join(err, cmd.Wait()); err != nil {
		return process.Memory{}, err
	}
	if !ok {
		return process.Memory{}, errors.New("its memory cannot be read")
	}
	return seen.Memory, nil
}

// guard starts a guard that has no child, and ends it by leaving it.
func guard(cmd *exec.Cmd) error {
	pair, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	ours, theirs := os.NewFile(uintptr(pair[0]), "ours"), os.NewFile(uintptr(pair[1]), "theirs")
	cmd.ExtraFiles = []*os.File{theirs}
	err = cmd.Start()
	theirs.Close()
	ours.Close()
	if err != nil {
		return err
	}
	return cmd.Wait()
}

// row returns the row of a program in the table.
func row(name string, all []start) []string {
	values := func(of func(start) float64) []float64 {
		list := make([]float64, len(all))
		for i, s := range all {
			list[i] = of(s)
		}
		slices.SortFunc(list, cmp.Compare)
		return list
	}
	median := func(decimals int, of func(start) float64) string {
		return fmt.Sprintf("%.*f", decimals, rig.Summarize(values(of)).Median)
	}
	megabytes := func(of func(start) int64) string {
		if of(all[0]) < 0 {
			return "–"
		}
		return median(1, func(s start) float64 { return float64(of(s)) / 1e6 })
	}
	cpu := func(s start) float64 { return milliseconds(s.cpu) }
	sorted := values(cpu)
	quarter := len(sorted) / 4
	return []string{
		name,
		median(1, func(s start) float64 { return milliseconds(s.wall) }),
		fmt.Sprintf("%s (%.1f–%.1f)", median(1, cpu), sorted[quarter],
			sorted[len(sorted)-1-quarter]),
		median(0, func(s start) float64 { return float64(s.faults) }),
		megabytes(func(s start) int64 { return s.memory.Resident }),
		megabytes(func(s start) int64 { return s.memory.Anonymous }),
	}
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
