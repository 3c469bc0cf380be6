//go:build unix

package node

import (
	"bytes"
	"context"
	"math"
	"net/rpc"
	"net/rpc/jsonrpc"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// A node that cannot write an answer ends, and says which: the run would wait for it.
func TestAnswerThatCannotBeWritten(t *testing.T) {
	test := func(name string, body any, fails bool) {
		t.Helper()
		var ended error
		in := strings.NewReader(`{"method":"node.StopMeter","params":[{}],"id":0}` + "\n")
		c := answers{
			jsonrpc.NewServerCodec(stream{in, &bytes.Buffer{}}),
			func(err error) { ended = err },
		}
		var asked rpc.Request
		if err := c.ReadRequestHeader(&asked); err != nil {
			t.Fatal(err)
		}
		response := &rpc.Response{ServiceMethod: asked.ServiceMethod, Seq: asked.Seq}
		_ = c.WriteResponse(response, body) // the node is told
		if fails != (ended != nil) ||
			fails && !strings.HasPrefix(ended.Error(), "answering node.StopMeter: ") {
			t.Errorf("%s: ended with %v", name, ended)
		}
	}
	test("a number", 1.5, false)
	test("no number", math.NaN(), true)
}

// What a node has to say is said once.
func TestSaid(t *testing.T) {
	s := newService(t.Context(), testNode())
	for _, want := range []string{"", "waiting for a port\n", ""} {
		if want != "" {
			if _, err := s.said.Write([]byte(want)); err != nil {
				t.Fatal(err)
			}
		}
		got := []byte("before")
		if err := s.Said(None{}, &got); err != nil || got == nil || string(got) != want {
			t.Errorf("said %q, %v; want %q", got, err, want)
		}
	}
}

// A node ends when what it does has ended: an ab removes its folder, which may hold a secret body.
// It does not wait for long.
func TestEndAwaitsAnswers(t *testing.T) {
	test := func(takes time.Duration, want bool) {
		t.Helper()
		synctest.Test(t, func(t *testing.T) {
			ctx, end := context.WithCancel(t.Context())
			s := newService(ctx, testNode())
			var removed atomic.Bool
			answered := make(chan struct{})
			go func() { // ends with the question
				defer close(answered)
				_ = do(s, Request[None]{ID: 1}, &Answer[None]{}, func(
					ctx context.Context, _ None,
				) (None, error) {
					<-ctx.Done()
					time.Sleep(takes)
					removed.Store(true)
					return None{}, nil
				})
			}()
			synctest.Wait()
			end()
			s.close()
			synctest.Wait()
			if removed.Load() != want {
				t.Errorf("after %v: removed %v, want %v", takes, !want, want)
			}
			<-answered
		})
	}
	test(time.Second, true)
	test(time.Hour, false)
}
