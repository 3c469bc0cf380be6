package load

import (
	"crypto/tls"
	"encoding/base64"
	"errors"
	"io/fs"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"
)

// interpret sets the options whose flags name files, addresses, credentials and the method.
func (o *Options) interpret(raw rawFlags) error {
	if err := o.setMethod(raw); err != nil {
		return err
	}
	if err := o.setExpect(raw); err != nil {
		return err
	}
	if len(raw.cookies) > 0 {
		o.Credentials = append(o.Credentials, "Cookie: "+strings.Join(raw.cookies, "; "))
	}
	if raw.credentials != "" {
		encoded := base64.StdEncoding.EncodeToString([]byte(raw.credentials))
		o.Credentials = append(o.Credentials, "Authorization: Basic "+encoded)
	}

	if raw.bind != "" {
		address, err := netip.ParseAddr(raw.bind)
		if err != nil {
			return usageErrorf("-B: found %q; allowed: an IP address of this machine", raw.bind)
		}
		o.Bind = address
	}
	if raw.certificate != "" {
		certificate, err := tls.LoadX509KeyPair(raw.certificate, raw.certificate)
		if err != nil {
			return refuse(exitStopped, "ab: Could not use the client certificate: %v", err)
		}
		o.Certificates = []tls.Certificate{certificate}
	}
	return nil
}

// setMethod sets the method of the requests, and their body if they have one.
func (o *Options) setMethod(raw rawFlags) error {
	o.Method = http.MethodGet
	switch {
	case raw.post != "" && raw.put != "":
		return refuse(exitStopped, "Cannot mix PUT with other methods\n")
	case raw.put != "":
		o.Method = http.MethodPut
		if err := o.readBody(raw.put); err != nil {
			return err
		}
	case raw.post != "":
		o.Method = http.MethodPost
		if err := o.readBody(raw.post); err != nil {
			return err
		}
	}

	if raw.head {
		if o.Body != nil {
			return refuse(exitStopped, "Cannot mix HEAD with other methods\n")
		}
		o.Method = http.MethodHead
	}
	if raw.method != "" {
		o.Method = raw.method
	}
	return nil
}

// readBody reads the body from a file. An empty file is an empty body, which is not the same as
// none.
func (o *Options) readBody(file string) error {
	body, err := os.ReadFile(file)
	if err != nil {
		cause := err
		var pathErr *fs.PathError
		if errors.As(err, &pathErr) {
			cause = pathErr.Err
		}
		return refuse(exitStopped, "ab: Could not open POST data file (%s): %v", file, cause)
	}
	o.Body = append([]byte{}, body...)
	return nil
}

// parseURL sets host, port and path. The path stays as typed, because it is sent like that.
func (o *Options) parseURL(raw string) error {
	rest, isTLS := strings.CutPrefix(raw, "https://")
	if !isTLS {
		rest = strings.TrimPrefix(raw, "http://")
	}
	host, path, hasPath := strings.Cut(rest, "/")
	u, err := url.Parse("http://" + host)
	if err != nil || !hasPath || u.Hostname() == "" || strings.HasSuffix(host, ":") ||
		u.User != nil || strings.ContainsAny(path, " \r\n\t") {
		return usageErrorf("invalid URL")
	}

	o.TLS = isTLS
	o.Host = u.Hostname()
	o.Path = "/" + path
	o.Port = defaultPort(isTLS)
	if u.Port() != "" {
		o.Port, err = strconv.Atoi(u.Port())
		if err != nil || o.Port < 1 || o.Port > 65535 {
			return usageErrorf("invalid URL")
		}
	}
	return nil
}

// defaultPort returns the port of a scheme.
func defaultPort(isTLS bool) int {
	if isTLS {
		return 443
	}
	return 80
}
