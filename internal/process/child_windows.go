package process

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/record"
)

// Start runs the command inside a job object, which kills all its processes when its last handle
// closes. The only handle is ours, so the system itself ends the child and its children when we
// end.
func (c Command) Start() (*Child, error) {
	if c.CPUs != nil {
		return nil, errors.New("only Linux binds processes to CPUs")
	}
	job, err := newKillOnCloseJob()
	if err != nil {
		return nil, fmt.Errorf("making a job object: %w", err)
	}
	release := sync.OnceFunc(func() { _ = windows.CloseHandle(job) })

	cmd := &exec.Cmd{
		Path:   c.Path,
		Args:   c.Argv,
		Dir:    c.Dir,
		Stdout: c.Stdout,
		Stderr: c.Stderr,
	}
	cmd.Env = append(os.Environ(), c.Env...)
	cmd.WaitDelay = outputDelay
	var input io.WriteCloser
	if c.OpenStdin || c.PipeStdin {
		if input, err = cmd.StdinPipe(); err != nil { // Wait closes it
			return nil, errors.Join(err, windows.CloseHandle(job))
		}
	}
	began := time.Now()
	if err := cmd.Start(); err != nil {
		release()
		return nil, withoutPath(err)
	}
	if err := assign(job, cmd.Process.Pid); err != nil {
		release()
		return nil, errors.Join(
			fmt.Errorf("putting it into a job object: %w", err),
			cmd.Process.Kill(),
		)
	}

	child := &Child{
		PID:     cmd.Process.Pid,
		release: release,
		done:    make(chan struct{}),
	}
	if c.PipeStdin {
		child.Stdin = input
	}
	go func() { // ends with the child, which the job object sees to
		defer close(child.done)
		_ = cmd.Wait() // the state tells the same
		state := cmd.ProcessState
		child.ending = Ending{Code: state.ExitCode()}
		child.account = &record.Account{
			WallSeconds:   time.Since(began).Seconds(),
			UserSeconds:   state.UserTime().Seconds(),
			SystemSeconds: state.SystemTime().Seconds(),
		}
		release()
	}()
	return child, nil
}

// newKillOnCloseJob makes a job object whose processes end when its last handle closes.
func newKillOnCloseJob() (windows.Handle, error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return 0, err
	}

	info := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{}
	info.BasicLimitInformation.LimitFlags = windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
	_, err = windows.SetInformationJobObject(
		job,
		windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&info)),
		uint32(unsafe.Sizeof(info)),
	)
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

// InGroup reports true: Windows has no process groups, and takes no snapshots.
func (c *Child) InGroup(int) bool { return true }

// Interrupt ends the child: Windows cannot send Ctrl-C to one process.
func (c *Child) Interrupt() { c.release() }

// Kill ends the child at once.
func (c *Child) Kill() { c.release() }

// Suspend does nothing: Windows cannot suspend a process group.
func (c *Child) Suspend() {}

// Resume does nothing, as nothing was suspended.
func (c *Child) Resume() {}

// descendants returns nothing: no process is the new parent of a child's orphans.
func descendants(int) []int { return nil }

// guardian is not needed, see Guard.
type guardian struct{}

// EndGuards does nothing: there are no guards.
func EndGuards() {}

// Guard is not needed on Windows, where a job object does its work.
func Guard(context.Context, []string) error {
	return failure.Usage("guard is for Linux, macOS and BSD")
}
