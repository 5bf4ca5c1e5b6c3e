// Package combined reads the access log that Apache, nginx and, if told so, squid write: NCSA's common log format with referer and agent.
package combined

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"time"

	"github.com/yagura-project/yagura/dissect/log"
	"github.com/yagura-project/yagura/event"
)

// Format is client, identity, user, time, request, status, bytes, referer, agent. Of a forward proxy the requests hold whole
// URLs; of a web server only the path, and then nobody but the client can be named.
var Format = log.Format{Name: "combined", Spec: "Apache mod_log_config: CustomLog combined; squid.conf: logformat combined", Line: line}

const (
	maxURL   = 4096
	maxField = 1024
)

// shape has the client first, or behind the name of a virtual host. Quotes within fields are written \" or \x22.
var shape = regexp.MustCompile(`^(?:[^ ]+ )?([0-9A-Fa-f.:]+) [^ ]+ (.{1,255}?) \[([^\]]{20,40})\] "((?:[^"\\]|\\.)*)" ([0-9]{3}) ([0-9]+|-)(?: "((?:[^"\\]|\\.)*)" "((?:[^"\\]|\\.)*)")?`)

// request is a method, what is asked for, and the version.
var request = regexp.MustCompile(`^([A-Z_]{1,20}) (\S+)(?: HTTP/[0-9.]+)?$`)

var errShape = errors.New("no line of the combined log format (client identity user [time] \"request\" status bytes \"referer\" \"agent\")")

func line(b []byte) (event.Event, error) {
	if len(bytes.TrimSpace(b)) == 0 {
		return nil, nil
	}
	m := shape.FindSubmatch(b)
	if m == nil {
		return nil, errShape
	}
	client, err := netip.ParseAddr(string(m[1]))
	if err != nil {
		return nil, fmt.Errorf("%q is no address", m[1])
	}
	at, err := time.Parse("02/Jan/2006:15:04:05 -0700", string(m[3]))
	if err != nil {
		return nil, fmt.Errorf("time %q is not written 10/Oct/2026:13:55:36 +0900", m[3])
	}
	asked := request.FindSubmatch(m[4])
	if asked == nil {
		return nil, nil // 408 and the like: nothing was asked for
	}
	h := &event.HTTPActivity{Method: string(asked[1]), URI: cut(asked[2], maxURL)}
	h.Time, h.Src.IP, h.Proto = at.UTC(), client.Unmap(), event.ProtoTCP
	h.Status, _ = strconv.Atoi(string(m[5]))
	h.ResponseLen, _ = strconv.ParseUint(string(m[6]), 10, 63) // "-": none
	h.Referer, h.UserAgent = field(m[7]), field(m[8])
	if len(m[8]) > 0 && h.UserAgent == "" {
		h.UserAgent = "-" // the log has a place for it, and there was none
	}
	if h.Method == "CONNECT" || bytes.Contains(asked[2], []byte("://")) {
		log.Requested(h)
	}
	return h, nil
}

func field(b []byte) string {
	if string(b) == "-" {
		return ""
	}
	return cut(b, maxField)
}

func cut(b []byte, most int) string { return string(b[:min(len(b), most)]) }
