package load

import (
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"strconv"
	"strings"
)

// understand makes sense of the flags that name files, addresses and the request's method.
func (c *command) understand(r raw) error {
	if err := c.chooseMethod(r); err != nil {
		return err
	}
	var lines []string
	if len(r.cookies) > 0 {
		lines = append(lines, "Cookie: "+strings.Join(r.cookies, "; "))
	}
	if r.credentials != "" {
		lines = append(
			lines,
			"Authorization: Basic "+base64.StdEncoding.EncodeToString([]byte(r.credentials)),
		)
	}
	c.Credentials = lines
	if r.bind != "" {
		address, err := netip.ParseAddr(r.bind)
		if err != nil {
			return usage("-B: found %q; allowed: an IP address of this machine", r.bind)
		}
		c.Bind = address
	}
	if r.certificate != "" {
		certificate, err := tls.LoadX509KeyPair(r.certificate, r.certificate)
		if err != nil {
			return &refused{
				fmt.Sprintf("ab: Could not use the client certificate: %v", err),
				exitStopped,
				false,
			}
		}
		c.Certificates = []tls.Certificate{certificate}
	}
	return nil
}

// chooseMethod reads the body, if there is one, and settles the request's method.
func (c *command) chooseMethod(r raw) error {
	c.Method = http.MethodGet
	file, with := r.post, http.MethodPost
	if r.put != "" {
		if r.post != "" {
			return &refused{"Cannot mix PUT with other methods\n", exitStopped, false}
		}
		file, with = r.put, http.MethodPut
	}
	if file != "" {
		body, err := os.ReadFile(file)
		if err != nil {
			var cause *fs.PathError
			errors.As(err, &cause)
			text := fmt.Sprintf("ab: Could not open POST data file (%s): %v", file, cause.Err)
			return &refused{text, exitStopped, false}
		}
		c.Method, c.Body = with, body
		if body == nil {
			c.Body = []byte{}
		}
	}
	if r.head {
		if c.Body != nil {
			return &refused{"Cannot mix HEAD with other methods\n", exitStopped, false}
		}
		c.Method = http.MethodHead
	}
	if r.method != "" {
		c.Method = r.method
	}
	return nil
}

// target takes the URL apart. The path stays as it was typed: it is what goes on the request line.
func (c *command) target(raw string) error {
	rest, secure := strings.CutPrefix(raw, "https://")
	c.TLS, c.Port = secure, defaultPort(secure)
	if !secure {
		rest = strings.TrimPrefix(raw, "http://")
	}
	host, path, found := strings.Cut(rest, "/")
	u, err := url.Parse("http://" + host)
	if !found || err != nil || u.Hostname() == "" || strings.HasSuffix(host, ":") ||
		u.User != nil ||
		strings.ContainsAny(path, " \r\n\t") {
		return usage("invalid URL")
	}
	c.Host, c.Path = u.Hostname(), "/"+path
	if u.Port() != "" {
		if c.Port, err = strconv.Atoi(u.Port()); err != nil || c.Port < 1 || c.Port > 65535 {
			return usage("invalid URL")
		}
	}
	return nil
}

// defaultPort is the port of the scheme.
func defaultPort(secure bool) int {
	if secure {
		return 443
	}
	return 80
}
