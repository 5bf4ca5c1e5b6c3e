package attack

import (
	"time"

	"github.com/yagura-project/yagura/lab/town/stage"
)

// night carries data out when nobody is there: the PC was left on.
func night(a *Act) {
	n := Level(a, 1, 1, 2, 4, 8)
	r := stage.Request{IP: a.Evil(), TLS: true, Client: "rclone", Direct: true, Host: "drop." + a.Registered(), Took: 4 * time.Minute, Down: 20_000}
	r.Up = Level(a, uint64(5_000_000), 20_000_000, 60_000_000, 200_000_000, 900_000_000)
	for i := range n {
		at := stage.Midnight(a.Now()).Add(time.Duration(24*(i+1))*time.Hour + time.Hour + a.Part(3*time.Hour))
		a.At(at, func() {
			a.Web(r)
			a.MarkAt(r.Took)
		})
	}
}
