package breach

import (
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"time"

	"github.com/yagura-project/yagura/lab/hall"
)

// agent is what an office browser of these days calls itself.
const agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"

// ordinary lets both PCs do office work until Close; it returns when each has done some.
func (s *Stage) ordinary(ctx context.Context) error {
	for i, host := range []hall.Host{hall.Soumu, hall.Zeimu} {
		random := rand.New(rand.NewPCG(1300, uint64(i)))
		for range 3 {
			if err := s.errand(ctx, host, random); err != nil {
				return err
			}
		}
		s.background(func(ctx context.Context) {
			for pause(ctx, time.Duration(random.ExpFloat64()*float64(s.o.Work))) {
				_ = s.errand(ctx, host, random) // an isolated PC's errands fail, as they should
			}
		})
	}
	return nil
}

var pages = []string{"/", "/news.html", "/bosai.html", "/search?q=%E9%98%B2%E7%81%BD", "/map.bin"}

// errand is one piece of office work: a page with what belongs to it, a name, or a look into the shared folder.
func (s *Stage) errand(ctx context.Context, host hall.Host, random *rand.Rand) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	site := append(hall.Sites, hall.TownSite)[random.IntN(len(hall.Sites)+1)]
	switch random.IntN(8) {
	case 0, 1, 2:
		return s.visit(ctx, host, "-s4", "http://"+site, random)
	case 3, 4:
		return s.visit(ctx, host, "-s4k", "https://"+site, random)
	case 5:
		return s.visit(ctx, host, "-s6", "http://"+site, random)
	case 6:
		return s.run(ctx, host, "dig", "+tries=1", "+time=2", "@"+hall.DNS.String(), site, "MX")
	default:
		return s.share(ctx, host, "", []string{"ls", "get 回覧.txt /dev/null"}[random.IntN(2)])
	}
}

// visit fetches a page and, over the same connection, some of its parts, as a browser does.
func (s *Stage) visit(ctx context.Context, host hall.Host, how, site string, random *rand.Rand) error {
	args := []string{how, "-m", "5", "--compressed", "-A", agent}
	for _, page := range append([]string{pages[random.IntN(len(pages))]}, []string{"/style.css", "/logo.png"}[:random.IntN(3)]...) {
		args = append(args, "-o", "/dev/null", site+page)
	}
	return s.run(ctx, host, "curl", args...)
}

// run runs a client and gives its failure only.
func (s *Stage) run(ctx context.Context, host hall.Host, name string, args ...string) error {
	_, err := s.h.Exec(ctx, host, name, args...)
	return err
}

// client is the PC's own samba client configuration, so that it introduces itself by its own name.
func (s *Stage) client(host hall.Host) string {
	return filepath.Join(s.h.Dir(), string(host), "client.conf")
}

// share runs a command on a share of the file server: the public one as the PC's user, whom the server takes for a guest, when name is empty, else as
// administrator.
func (s *Stage) share(ctx context.Context, host hall.Host, name, command string) error {
	server := s.h.Node(hall.Files).IPv4.String()
	args := []string{"-s", s.client(host), "-t", "5", "-U", s.h.Node(host).User, "-N", fmt.Sprintf("//%s/%s", server, hall.Share)}
	if name != "" {
		args = []string{"-s", s.client(host), "-t", "5", "-U", hall.Admin + "%" + s.h.AdminPassword(), fmt.Sprintf("//%s/%s", server, name)}
	}
	return s.run(ctx, host, "smbclient", append(args, "-c", command)...)
}
