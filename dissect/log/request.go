package log

import (
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/event"
)

// maxHost bounds a host as a log names it.
const maxHost = 1024

// Requested fills in host and port as the request would have named them: from an absolute URL, or the target of CONNECT.
func Requested(h *event.HTTPActivity) {
	where, port := h.URI, uint16(443)
	if scheme, rest, ok := strings.Cut(where, "://"); ok {
		where, port = rest, 80
		if scheme == "https" {
			port = 443
		}
		if i := strings.IndexAny(where, "/?#"); i >= 0 {
			where = where[:i]
		}
	}
	h.Host = where[:min(len(where), maxHost)]
	if i := strings.LastIndexByte(where, ':'); i > 0 && !strings.HasSuffix(where, "]") {
		if n, err := strconv.ParseUint(where[i+1:], 10, 16); err == nil {
			port = uint16(n)
		}
	}
	h.Dst.Port = port
}
