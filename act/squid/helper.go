package squid

import (
	"bufio"
	"fmt"
	"io"
	"io/fs"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"time"
)

// maxQuestion bounds one line of Squid's.
const maxQuestion = 64 << 10

// Help answers Squid's questions until it closes in: "[CHANNEL] ADDRESS HOST PORT …" by "[CHANNEL] OK" for a
// request of an isolated machine, ERR for every other (external_acl_type in squid.conf.documented). It never ends by
// itself: Squid gives up when its helpers do. What it cannot read or understand, passes; problems go to complain,
// once each.
func Help(in io.Reader, out io.Writer, path string, now func() time.Time, complain func(error)) error {
	w := &watched{path: path, complain: complain}
	r := bufio.NewReaderSize(in, maxQuestion)
	for {
		line, err := r.ReadSlice('\n')
		for err == bufio.ErrBufferFull { // too long a question: its end belongs to it
			_, err = r.ReadSlice('\n')
		}
		if err != nil {
			return nil // Squid is gone
		}
		channel, verdict := answer(string(line), w.list(), now())
		if _, err := fmt.Fprintln(out, strings.TrimSpace(channel+" "+verdict)); err != nil {
			return nil
		}
	}
}

func answer(line string, l list, now time.Time) (channel, verdict string) {
	f := strings.Fields(line)
	if len(f) > 0 {
		if _, err := strconv.ParseUint(f[0], 10, 32); err == nil {
			channel, f = f[0], f[1:]
		}
	}
	if len(f) < 3 {
		return channel, "ERR"
	}
	src, err := netip.ParseAddr(f[0])
	port, _ := strconv.ParseUint(f[2], 10, 16)
	if err == nil && l.isolates(src, f[1], uint16(port), now) {
		return channel, "OK"
	}
	return channel, "ERR"
}

// watched is a list that is read anew when its file has changed.
type watched struct {
	path     string
	complain func(error)
	was      fs.FileInfo
	now      list
	said     string
}

func (w *watched) list() list {
	info, err := os.Stat(w.path)
	if err == nil && w.was != nil && os.SameFile(info, w.was) && info.ModTime().Equal(w.was.ModTime()) && info.Size() == w.was.Size() {
		return w.now
	}
	w.now, w.was = list{}, nil
	if err == nil {
		if w.now, err = read(w.path); err == nil {
			w.was = info
		}
	}
	if err != nil && !os.IsNotExist(err) && err.Error() != w.said {
		w.said = err.Error()
		w.complain(err)
	}
	return w.now
}
