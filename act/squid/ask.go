package squid

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// active finds the helpers of our name on the cache manager's page.
var active = regexp.MustCompile(`External ACL Statistics: yagura\s[\s\S]*?number active: (\d+) of (\d+)`)

// helperRuns asks Squid's cache manager (squid-internal-mgr/external_acl) whether it asks our helper.
func (h *hand) helperRuns(ctx context.Context) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, h.cfg.Timeout)
	defer cancel()
	const page = "/squid-internal-mgr/external_acl"
	var text []byte
	err := h.in(func() (err error) { text, err = h.page(ctx, page); return err })
	if err != nil {
		return nil, fmt.Errorf("squid: ask %s%s: %w", h.cfg.Proxy, page, err)
	}
	m := active.FindSubmatch(text)
	if m == nil {
		return nil, errors.New("squid: it runs, but does not ask Yagura's helper: add the lines of `yagura squid-helper --snippet` to squid.conf")
	}
	if n, err := strconv.Atoi(string(m[1])); err != nil || n == 0 {
		return nil, fmt.Errorf("squid: its helper does not run (%s of %s): see its cache.log", m[1], m[2])
	}
	return []string{fmt.Sprintf("GET %s%s: helper yagura, %s of %s active", h.cfg.Proxy, page, m[1], m[2])}, nil
}

// page fetches one, without a client of its own goroutines: the caller may stand in a network namespace.
func (h *hand) page(ctx context.Context, path string) ([]byte, error) {
	proxy, err := url.Parse(h.cfg.Proxy)
	if err != nil {
		return nil, err
	}
	c, err := (&net.Dialer{}).DialContext(ctx, "tcp", proxy.Host)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	stop := context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if _, err := fmt.Fprintf(c, "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n", path, proxy.Host); err != nil {
		return nil, errors.Join(err, ctx.Err())
	}
	resp, err := http.ReadResponse(bufio.NewReader(io.LimitReader(c, 1<<20)), nil)
	if err != nil {
		return nil, errors.Join(err, ctx.Err())
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: squid.conf needs \"http_access allow localhost manager\" before what refuses it", resp.Status)
	}
	return text, errors.Join(err, ctx.Err())
}

// port is the proxy's port.
func (h *hand) port() uint16 {
	u, err := url.Parse(h.cfg.Proxy)
	if err != nil {
		return 0
	}
	n, _ := strconv.ParseUint(u.Port(), 10, 16)
	return uint16(n)
}

func covers(es []entry, a netip.Addr) bool {
	return slices.ContainsFunc(es, func(e entry) bool { return e.net.Contains(a.Unmap()) })
}
