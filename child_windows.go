package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"labbook/internal/failure"
	"labbook/internal/record"
)

// start runs a command inside a job object that kills all it holds when its last handle closes.
// The only handle is ours, so the system itself ends the child and its children when we end.
func (c command) start() (*child, error) {
	job, err := killOnClose()
	if err != nil {
		return nil, fmt.Errorf("making a job object: %w", err)
	}
	release := sync.OnceFunc(func() { _ = windows.CloseHandle(job) })
	cmd := &exec.Cmd{
		Path:   c.path,
		Args:   c.argv,
		Dir:    c.dir,
		Stdout: c.stdout,
		Stderr: c.stderr,
	}
	cmd.Env = append(os.Environ(), c.env...)
	cmd.WaitDelay = waitDelay
	began := time.Now()
	if err := cmd.Start(); err != nil {
		release()
		return nil, err
	}
	if err := assign(job, cmd.Process.Pid); err != nil {
		release()
		return nil, errors.Join(
			fmt.Errorf("putting it into a job object: %w", err),
			cmd.Process.Kill(),
		)
	}
	started := &child{
		process: cmd,
		pid:     cmd.Process.Pid,
		done:    make(chan struct{}),
		release: release,
	}
	go func() { // ends with the child, which the job object sees to
		defer close(started.done)
		_ = cmd.Wait() // the state has what it says
		state := cmd.ProcessState
		started.end = ending{Code: state.ExitCode()}
		started.account = &record.Account{WallSeconds: time.Since(began).Seconds(),
			UserSeconds: state.UserTime().Seconds(), SystemSeconds: state.SystemTime().Seconds()}
		release()
	}()
	return started, nil
}

// killOnClose makes a job object whose processes end when its last handle closes.
func killOnClose() (windows.Handle, error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return 0, err
	}
	info := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{}
	info.BasicLimitInformation.LimitFlags = windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
	_, err = windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&info)), uint32(unsafe.Sizeof(info)))
	if err != nil {
		return 0, errors.Join(err, windows.CloseHandle(job))
	}
	return job, nil
}

func assign(job windows.Handle, pid int) error {
	process, err := windows.OpenProcess(
		windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE,
		false,
		uint32(pid),
	)
	if err != nil {
		return err
	}
	defer func() { _ = windows.CloseHandle(process) }()
	return windows.AssignProcessToJobObject(job, process)
}

// interrupt ends the child: this system has no Ctrl-C that could be sent to one process.
func (c *child) interrupt() { c.release() }

// kill ends the child at once.
func (c *child) kill() { c.release() }

// suspend does nothing: this system cannot stop a process for a while.
func (c *child) suspend() {}

// resume does nothing, as nothing was suspended.
func (c *child) resume() {}

// guard is not needed here: a job object does its work.
func guard(context.Context, string, []string) error {
	return failure.Usage("guard is for Linux, macOS and BSD")
}
