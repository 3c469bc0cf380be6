//go:build linux

package main

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// answer is what a sound answer of a planted server holds.
const answer = "hello\n"

// serve answers HTTP at an address until it is ended, with the flaw that kind names. The variable
// flaws describes each kind.
func serve(address, kind string) error {
	s := &plantedServer{kind: kind, pidDigit: os.Getpid() % 10}
	if err := s.prepare(); err != nil {
		return err
	}
	listener, err := listen(address)
	if err != nil {
		return err
	}
	switch kind {
	case "launcher":
		return answerElsewhere(address, listener.(*net.TCPListener))
	case "tls":
		listener = withTLS(listener)
	case "queues":
		shortenQueue(listener.(*net.TCPListener))
	}
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		if kind == "queues" {
			time.Sleep(time.Millisecond)
			s.talk(conn)
			continue
		}
		go s.talk(conn) // ends with the connection
	}
}

// plantedServer is a server with one flaw.
type plantedServer struct {
	kind     string
	pidDigit int
	answers  atomic.Int64
	stalled  atomic.Bool
	hog      io.Writer // each byte keeps the hog at work for a moment; nil: there is none

	mu     sync.Mutex
	memory [][]byte
}

// prepare does what a kind needs before its first connection.
func (s *plantedServer) prepare() error {
	switch s.kind {
	case "ignores":
		signal.Ignore(syscall.SIGTERM)
	case "hog":
		child := outsideGroup("hog")
		in, err := child.StdinPipe()
		if err != nil {
			return err
		}
		s.hog = in
		return child.Start()
	}
	return nil
}

// outsideGroup returns a command of this program in a session of its own: its CPU time is not that
// of our process group. It ends with its standard input.
func outsideGroup(args ...string) *exec.Cmd {
	command := exec.Command(os.Args[0], args...)
	command.SysProcAttr = &syscall.SysProcAttr{
		Setsid:    true,
		Pdeathsig: syscall.SIGKILL,
	}
	return command
}

// inherited is the environment variable of a process that was given its listener.
const inherited = "LABBOOK_PLANTED_LISTENER"

// listen returns the listener at an address: the one that was given to this process, or a new one.
func listen(address string) (net.Listener, error) {
	if os.Getenv(inherited) == "" {
		return net.Listen("tcp", address)
	}
	return net.FileListener(os.NewFile(3, "listener"))
}

// answerElsewhere starts a process in another session, which answers at a listener, and returns
// when that process has ended.
func answerElsewhere(address string, listener *net.TCPListener) error {
	file, err := listener.File()
	if err != nil {
		return err
	}
	runtime.LockOSThread() // Pdeathsig is sent when the thread that started the child ends
	child := outsideGroup("plant", "sound", address)
	child.ExtraFiles = []*os.File{file}
	child.Env = append(os.Environ(), inherited+"=1")
	return child.Run()
}

// burnWhileAsked uses one core for 30 ms after each byte of its standard input.
func burnWhileAsked() {
	var until atomic.Int64
	go func() { // ends with the process
		for {
			if time.Now().UnixNano() > until.Load() {
				time.Sleep(time.Millisecond)
			}
		}
	}()
	in := make([]byte, 1)
	for {
		if _, err := os.Stdin.Read(in); err != nil {
			os.Exit(0)
		}
		until.Store(time.Now().Add(30 * time.Millisecond).UnixNano())
	}
}

// withTLS wraps a listener in TLS, with a certificate made for tests.
func withTLS(listener net.Listener) net.Listener {
	server := httptest.NewUnstartedServer(nil)
	server.StartTLS()
	config := server.TLS.Clone()
	server.Close()
	config.NextProtos = nil
	return tls.NewListener(listener, config)
}

// shortenQueue limits the queue of a listener to two connections.
func shortenQueue(listener *net.TCPListener) {
	if raw, err := listener.SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) { _ = syscall.Listen(int(fd), 1) })
	}
}

// talk answers the requests of a connection, and closes it.
func (s *plantedServer) talk(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	for {
		request, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		n := s.answers.Add(1)
		s.work(n)
		if !s.reply(conn, request, n) {
			return
		}
	}
}

// work does what a flaw does beside its n-th answer.
func (s *plantedServer) work(n int64) {
	switch s.kind {
	case "spins", "polls":
		if n == 1 {
			go s.neverRest() // ends with the process
		}
	case "crashes":
		if n == 700 {
			os.Exit(1)
		}
	case "hangs":
		if n == 500 {
			select {}
		}
	case "threads":
		keepThread()
	case "somethreads":
		if n%30 == 0 {
			keepThread()
		}
	case "descriptors":
		keepDescriptor()
	case "somedescriptors":
		if n%30 == 0 {
			keepDescriptor()
		}
	case "memory":
		s.keepMemory(50_000)
	case "ages":
		spin(time.Duration(n) * 100 * time.Nanosecond)
	case "tires":
		spin(time.Duration(n) * time.Microsecond)
	case "warms":
		spin(max(0, 400-time.Duration(n)) * time.Microsecond)
	case "bursts":
		if n > 600 {
			spin(300 * time.Microsecond)
		}
	case "stalls":
		s.stall(n == 500)
	case "defers":
		workLater(n, &s.answers)
	case "modes":
		if s.pidDigit < 4 {
			spin(400 * time.Microsecond)
		}
	case "hog":
		_, _ = s.hog.Write([]byte{1})
	}
}

// keepMemory allocates size bytes and never frees them.
func (s *plantedServer) keepMemory(size int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.memory = append(s.memory, bytes.Repeat([]byte{1}, size))
}

// neverRest uses a core, or an eighth of it, until the process ends.
func (s *plantedServer) neverRest() {
	for {
		spin(time.Millisecond)
		if s.kind == "polls" {
			time.Sleep(7 * time.Millisecond)
		}
	}
}

// keepThread starts a thread of the system that blocks until the process ends.
func keepThread() {
	go func() { // ends with the process
		runtime.LockOSThread()
		var fds [2]int
		if syscall.Pipe(fds[:]) == nil {
			_, _ = syscall.Read(fds[0], make([]byte, 1))
		}
	}()
}

// keepDescriptor opens a file and forgets it.
func keepDescriptor() { _, _ = syscall.Open(os.DevNull, syscall.O_RDONLY, 0) }

// spin uses a core for some time.
func spin(d time.Duration) {
	for began := time.Now(); time.Since(began) < d; {
	}
}

// stall holds all answers back for 50 ms when it begins.
func (s *plantedServer) stall(begins bool) {
	if begins {
		s.stalled.Store(true)
		time.Sleep(50 * time.Millisecond)
		s.stalled.Store(false)
	}
	for s.stalled.Load() {
		time.Sleep(time.Millisecond)
	}
}

// workLater works for 60 ms, 150 ms after the n-th answer if that was the last one.
func workLater(n int64, answers *atomic.Int64) {
	time.AfterFunc(150*time.Millisecond, func() {
		if n == answers.Load() {
			spin(60 * time.Millisecond)
		}
	})
}

// reply writes the n-th answer, and reports whether the connection stays open for another.
func (s *plantedServer) reply(conn net.Conn, request *http.Request, n int64) (stays bool) {
	stays = s.kind != "closes" && strings.EqualFold(request.Header.Get("Connection"), "Keep-Alive")
	status, body := "200 OK", answer
	switch {
	case s.kind == "notfound":
		status = "404 Not Found"
	case s.kind == "errors" && n%200 == 0:
		status = "500 Internal Server Error"
	case s.kind == "sheds" && n%20 == 0:
		status = "503 Service Unavailable"
	case s.kind == "smaller", s.kind == "shrinks" && n > 1:
		body = "h\n"
	case s.kind == "longer" && n > 1:
		body = strings.Repeat(answer, 100)
	}
	length := len(body)
	if s.kind == "cuts" || s.kind == "truncates" && n%200 == 0 {
		body, stays = body[:length/2], false
	}

	mode := "close"
	if stays {
		mode = "keep-alive"
	}
	head := fmt.Sprintf("HTTP/1.0 %s\r\nContent-Length: %d\r\nConnection: %s\r\n\r\n",
		status, length, mode)
	parts := []string{head + body}
	switch s.kind {
	case "splits":
		_ = conn.(*net.TCPConn).SetNoDelay(false)
		parts = []string{head, body}
	case "surplus":
		parts = []string{head + body + "\r\n"}
	}
	for _, part := range parts {
		if _, err := io.WriteString(conn, part); err != nil {
			return false
		}
	}
	if s.kind == "holds" && !stays {
		time.Sleep(150 * time.Millisecond)
	}
	return stays
}
