//go:build unix

package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"reflect"
	"strings"
	"testing"

	"labbook.example/labbook/internal/failure"
	"labbook.example/labbook/internal/probe"
	"labbook.example/labbook/internal/record"
	"labbook.example/labbook/internal/spec"
)

// filler fills values with something in each field, always something else.
type filler struct{ n int }

func (f *filler) fill(v reflect.Value) {
	f.n++
	switch v.Interface().(type) {
	case netip.Addr:
		v.Set(reflect.ValueOf(netip.AddrFrom4([4]byte{10, 0, 0, byte(f.n)})))
		return
	case netip.AddrPort:
		v.Set(reflect.ValueOf(netip.AddrPortFrom(netip.AddrFrom4([4]byte{10}), uint16(f.n))))
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.String:
		v.SetString(fmt.Sprintf("“%d”\n", f.n))
	case reflect.Int, reflect.Int64, reflect.Int32:
		v.SetInt(int64(f.n))
	case reflect.Uint64, reflect.Uint16, reflect.Uint8, reflect.Uint32:
		v.SetUint(uint64(f.n % 200))
	case reflect.Float64:
		v.SetFloat(float64(f.n) + 0.1)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		f.fill(v.Index(0))
		f.fill(v.Index(1))
	case reflect.Array:
		for i := range v.Len() {
			f.fill(v.Index(i))
		}
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		f.fill(key)
		f.fill(value)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Struct:
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			derived := name == "Capacity" && v.Type() == reflect.TypeFor[record.Result]()
			if name == "Imported" || derived { // never measured
				continue
			}
			f.fill(v.Field(i))
		}
	default:
		panic("a value of type " + v.Type().String() + " travels")
	}
}

// What a node is asked and what it answers arrives as it was, field by field: what is set, and what
// is not.
func TestEveryFieldTravels(t *testing.T) {
	travels := func(method string, kind reflect.Type) {
		t.Helper()
		for _, full := range []bool{false, true} {
			sent, got := reflect.New(kind), reflect.New(kind)
			if full {
				(&filler{}).fill(sent.Elem())
			}
			text, err := json.Marshal(sent.Interface())
			if err == nil {
				err = json.Unmarshal(text, got.Interface())
			}
			if err != nil || !reflect.DeepEqual(got.Interface(), sent.Interface()) {
				t.Errorf("%s: %v arrives as\n%+v\nwant\n%+v\nerror %v",
					method, kind, got.Elem(), sent.Elem(), err)
			}
		}
	}

	service := reflect.TypeFor[*service]()
	for i := range service.NumMethod() {
		m := service.Method(i)
		if m.Type.NumIn() != 3 {
			continue
		}
		travels(m.Name, m.Type.In(1))
		travels(m.Name, m.Type.In(2).Elem())
	}
}

// The body of a request is bytes, which need not be text.
func TestBodyTravels(t *testing.T) {
	body := "\xff\x00\xfe binary " + string([]byte{0x80, 0x0a})
	sent := spec.Server{Name: "pool", Request: spec.Request{HasBody: true, Body: body}}
	text, err := json.Marshal(packed(sent))
	if err != nil {
		t.Fatal(err)
	}
	var got Server
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got.unpacked(), sent) {
		t.Errorf("%+v, want %+v", got.unpacked(), sent)
	}
}

// An error keeps all that a run distinguishes errors by, and its text.
func TestErrorsTravel(t *testing.T) {
	notHTTP := probe.NotHTTPError{Cause: errors.New("malformed HTTP response")}
	unexpected := probe.UnexpectedBodyError{Status: 200, Head: "\xff\"x…"}
	plain := errors.New("nothing special")
	for _, sent := range []error{
		plain,
		notHTTP,
		unexpected,
		context.DeadlineExceeded,
		context.Canceled,
		os.ErrDeadlineExceeded,
		failure.Machine("end it", "taken by %w", plain),
		failure.Interrupted{Signal: 2},
		failure.New(failure.ExitOther, plain, "a hint alone"),
		fmt.Errorf("asking: %w", errors.Join(notHTTP, context.DeadlineExceeded)),
	} {
		text, err := json.Marshal(failureOf(sent))
		if err != nil {
			t.Fatal(err)
		}
		var f Failure
		if err := json.Unmarshal(text, &f); err != nil {
			t.Fatal(err)
		}
		sameError(t, f.err(), sent)
	}
	if err := failureOf(nil).err(); err != nil {
		t.Errorf("no error arrives as %v", err)
	}
}

func sameError(t *testing.T, got, sent error) {
	t.Helper()
	if want := strings.ToValidUTF8(sent.Error(), "\ufffd"); got.Error() != want {
		t.Errorf("%q arrives as %q", want, got)
	}
	code, hint := failure.CodeAndHint(got)
	if wantCode, wantHint := failure.CodeAndHint(sent); code != wantCode || hint != wantHint {
		t.Errorf("%v: code %d, hint %q; want %d, %q", sent, code, hint, wantCode, wantHint)
	}
	if probe.TimedOut(got) != probe.TimedOut(sent) ||
		errors.Is(got, context.Canceled) != errors.Is(sent, context.Canceled) {
		t.Errorf("%v: it arrives as %v, which is another end of a context", sent, got)
	}

	wantHTTP, isHTTP := errors.AsType[probe.NotHTTPError](sent)
	gotHTTP, ok := errors.AsType[probe.NotHTTPError](got)
	if ok != isHTTP || ok && gotHTTP.Error() != wantHTTP.Error() {
		t.Errorf("%v: not HTTP arrives as %v", sent, gotHTTP)
	}
	wantBody, isBody := errors.AsType[probe.UnexpectedBodyError](sent)
	gotBody, ok := errors.AsType[probe.UnexpectedBodyError](got)
	if ok != isBody || gotBody != wantBody {
		t.Errorf("%v: the body arrives as %v", sent, gotBody)
	}
}
