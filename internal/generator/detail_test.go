package generator

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"labbook.example/labbook/internal/load"
	"labbook.example/labbook/internal/record"
)

// summarize makes a load by the embedded ab and returns its exit code and its summary.
func summarize(t *testing.T, args ...string) (int, []byte) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "summary.json")
	var stdout, stderr strings.Builder
	code := load.Main(t.Context(), append([]string{"--summary", file}, args...), &stdout, &stderr)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: code %d: %s", err, code, stderr.String())
	}
	return code, text
}

// TestDetailOfALoad compares the detail of a real load with what the server did.
func TestDetailOfALoad(t *testing.T) {
	var requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		switch requests.Add(1) % 4 {
		case 1, 2:
			w.Write([]byte("hello\n"))
		case 3:
			w.WriteHeader(http.StatusNotFound)
			w.Write([]byte("hello\n"))
		default:
			w.Write([]byte("longer than the others\n"))
		}
	}))
	defer server.Close()

	code, text := summarize(t, "-n", "40", "-k", server.URL+"/")
	detail, err := ParseDetail(text)
	if code != 0 || err != nil {
		t.Fatalf("code %d: %v\n%s", code, err, text)
	}
	if detail.P999MS == nil || !(*detail.P999MS > 0) {
		t.Errorf("p99.9 is %v, want a time", detail.P999MS)
	}

	detail.P999MS = nil
	want := &record.Detail{
		Complete:    40,
		Good:        30,
		Statuses:    map[int]int64{200: 30, 404: 10},
		Faults:      []record.Fault{{Phase: "answer", Error: "length", Count: 10}},
		Connections: 1,
		KeptAlive:   30,
	}
	if diff := cmp.Diff(want, detail); diff != "" {
		t.Errorf("detail (-want +got):\n%s", diff)
	}
}

// TestDetailOfExpectations has the response times of good answers alone: they come late here, and
// the others at once.
func TestDetailOfExpectations(t *testing.T) {
	const late = 3 * time.Millisecond
	var requests atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if requests.Add(1)%2 == 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		time.Sleep(late)
		w.Write([]byte("hello\n"))
	}))
	defer server.Close()

	_, text := summarize(t, "-n", "40", "--expect-status", "200", server.URL+"/")
	detail, err := ParseDetail(text)
	if err != nil || detail.Unexpected == nil || *detail.Unexpected != 20 || detail.Good != 20 {
		t.Fatalf("%+v, %v, want 20 good and 20 unexpected answers", detail, err)
	}
	ms := detail.GoodPercentilesMS
	if len(ms) != 101 || ms[0] < 3 || ms[100] < ms[0] || *detail.P999MS < 3 {
		t.Errorf("the good answers came after %v, want 101 times of 3 ms or more", ms)
	}

	_, text = summarize(t, "-n", "20", "--expect-sha256", strings.Repeat("0", 64), server.URL+"/")
	detail, err = ParseDetail(text)
	if err != nil || detail.Good != 0 || detail.GoodPercentilesMS != nil || detail.P999MS != nil {
		t.Errorf("%+v, %v, want no time where no answer is good", detail, err)
	}
}

// TestDetailWithoutAnAnswer makes a load where no server listens.
func TestDetailWithoutAnAnswer(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	code, text := summarize(t, "-n", "5", server.URL+"/")
	detail, err := ParseDetail(text)
	if code == 0 || err != nil {
		t.Fatalf("code %d: %v\n%s", code, err, text)
	}
	want := &record.Detail{
		Faults:       []record.Fault{{Phase: "connect", Error: "ECONNREFUSED", Count: 1}},
		Unfinished:   1,
		UnfinishedIn: map[string]int64{"connect": 1},
	}
	detail.Connections = 0 // whether a refused connection was made first depends on the system
	if diff := cmp.Diff(want, detail); diff != "" {
		t.Errorf("detail (-want +got):\n%s", diff)
	}
}

// TestLateRequests reads how late the requests of an open loop were sent. A closed loop has none.
func TestLateRequests(t *testing.T) {
	detail, err := ParseDetail([]byte(`{"times":{"late":{"mean":250000.5,"percentiles":` +
		`{"50":1000,"66":2000,"90":30000,"95":400000,"99":5000000,"99.9":6000000}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	want := &record.Late{
		MeanMS: 0.2500005,
		P50MS:  0.001,
		P90MS:  0.03,
		P95MS:  0.4,
		P99MS:  5,
		P999MS: 6,
	}
	if diff := cmp.Diff(want, detail.Late); diff != "" {
		t.Errorf("late (-want +got):\n%s", diff)
	}
}

// TestDetailOfAnOpenLoop makes one, whose requests the generator may send late. How late depends on
// the machine, but in no trial is it later than the answers.
func TestDetailOfAnOpenLoop(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Write([]byte("hello\n"))
	}))
	defer server.Close()

	_, text := summarize(t, "-n", "40", "-c", "40", "--rate", "1000", server.URL+"/")
	detail, err := ParseDetail(text)
	if err != nil || detail.Late == nil {
		t.Fatalf("%v: %s, want how late the requests were", err, text)
	}
	if late := detail.Late.P999MS; late < 0 || late > *detail.P999MS {
		t.Errorf("sent up to %v ms late, answered within %v ms", late, *detail.P999MS)
	}
}

func TestParseDetailRefuses(t *testing.T) {
	for _, text := range []string{"", "{", "[]", `{"requests":{"complete":1.5}}`,
		`{"statuses":{"good":1}}`} {
		if detail, err := ParseDetail([]byte(text)); err == nil {
			t.Errorf("%q: %+v, want an error", text, detail)
		}
	}
}

func FuzzParseDetail(f *testing.F) {
	f.Add([]byte(`{"requests":{"complete":1,"good":1},"statuses":{"200":1},"faults":[]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if detail, err := ParseDetail(text); (detail == nil) != (err != nil) {
			t.Errorf("%v, %v", detail, err)
		}
	})
}
