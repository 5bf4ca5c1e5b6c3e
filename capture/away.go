package capture

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// lookEvery is how often a lane looks whether an interface that went is there again.
const lookEvery = time.Second

// spareSockets is how many times interfaces may return where rings share packets: a socket of such a group can be bound only once.
const spareSockets = 32

// spares are sockets for interfaces that return, opened while there was the right to. Binding one and giving it a ring needs none.
type spares struct {
	mu        sync.Mutex
	fds       []int
	namespace string
}

// fill opens some, as many as the limits of this process allow.
func (s *spares) fill(n int) {
	for range n {
		fd, err := s.open()
		if err != nil {
			return
		}
		s.fds = append(s.fds, fd)
	}
}

func (s *spares) open() (fd int, err error) {
	err = within(s.namespace, func() error {
		fd, err = unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0)
		return err
	})
	return fd, err
}

// take gives one, or opens one where that is still allowed.
func (s *spares) take() (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.fds); n > 0 {
		fd := s.fds[n-1]
		s.fds = s.fds[:n-1]
		return fd, nil
	}
	return s.open()
}

func (s *spares) give(fd int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fds = append(s.fds, fd)
}

// uneasy reports whether there is something to attend to.
func (l *Live) uneasy() bool { return len(l.gone)+len(l.down) > 0 }

// lower notes that an interface is down.
func (l *Live) lower(r *ring) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.down = append(without(l.down, r.name), r.name)
	l.look = time.Now().Add(lookEvery / 10)
}

// lose goes on without a ring whose interface is gone, until it returns.
func (l *Live) lose(i int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.collect()
	r := l.rings[i]
	l.gone, l.down = append(l.gone, r.name), without(l.down, r.name)
	l.look = time.Now().Add(lookEvery)
	if l.cfg.group(0, 0) != 0 || !r.reset() {
		r.close()
	} else {
		l.spares.give(r.fd)
	}
	l.rings, l.poll = slices.Delete(l.rings, i, i+1), slices.Delete(l.poll, i, i+1)
}

// attend looks, now and then, after interfaces that are down or went. One that goes while it is down says nothing any more.
func (l *Live) attend() {
	now := time.Now()
	if now.Before(l.look) {
		return
	}
	l.look = now.Add(lookEvery)
	for i := 0; i < len(l.rings); i++ {
		r := l.rings[i]
		if !slices.Contains(l.down, r.name) {
			continue
		}
		if _, flags, err := interfaceOf(r.fd, r.name); r.gone() {
			l.lose(i)
			i--
		} else if err == nil && flags&unix.IFF_UP != 0 {
			l.mu.Lock()
			l.down = without(l.down, r.name)
			l.since = now
			l.mu.Unlock()
		}
	}
	l.welcome(now)
}

func without(names []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == name })
}

// welcome listens to interfaces that are there again.
func (l *Live) welcome(now time.Time) {
	for i := 0; i < len(l.gone); {
		r, err := l.reopen(l.gone[i])
		l.mu.Lock()
		if l.stuck = err != nil; err == nil && r != nil {
			l.poll = append(l.poll[:len(l.rings):len(l.rings)], unix.PollFd{Fd: int32(r.fd), Events: unix.POLLIN | unix.POLLERR}, l.poll[len(l.rings)])
			l.rings = append(l.rings, r)
			l.gone = slices.Delete(l.gone, i, i+1)
			l.since = now
		} else {
			i++
		}
		l.mu.Unlock()
	}
}

// reopen listens to an interface once more: nil where it is not there, or not up. The error says that this process may not.
func (l *Live) reopen(name string) (*ring, error) {
	fd, err := l.spares.take()
	if err != nil {
		return nil, denied(name, err)
	}
	index, flags, err := interfaceOf(fd, name)
	if err != nil || flags&unix.IFF_UP == 0 {
		l.spares.give(fd)
		return nil, nil
	}
	r := &ring{fd: fd, name: name, loopback: flags&unix.IFF_LOOPBACK != 0, link: LinkEthernet, size: l.cfg.BlockSize, blocks: l.cfg.Blocks}
	if err := r.set(index, slices.Index(l.cfg.Interfaces, name), l.cfg); err == nil {
		return r, nil
	}
	if r.reset() { // without memory for a ring, say: the next time
		l.spares.give(fd)
	} else {
		r.close()
	}
	return nil, nil
}

// interfaceOf asks a socket for an interface of its network namespace, which this process need not stand in.
func interfaceOf(fd int, name string) (index int, flags uint16, err error) {
	req, err := unix.NewIfreq(name)
	if err != nil {
		return 0, 0, err
	}
	if err := unix.IoctlIfreq(fd, unix.SIOCGIFINDEX, req); err != nil {
		return 0, 0, fmt.Errorf("interface %s: %w", name, err)
	}
	index = int(req.Uint32())
	if err := unix.IoctlIfreq(fd, unix.SIOCGIFFLAGS, req); err != nil {
		return 0, 0, fmt.Errorf("interface %s: %w", name, err)
	}
	return index, req.Uint16(), nil
}

// reset makes a socket as it was before it had a ring; not one that shares packets with others.
func (r *ring) reset() bool {
	if r.mem != nil {
		if unix.Munmap(r.mem) != nil {
			return false
		}
		r.mem = nil
	}
	if unix.SetsockoptTpacketReq3(r.fd, unix.SOL_PACKET, unix.PACKET_RX_RING, &unix.TpacketReq3{}) != nil {
		return false
	}
	return unix.Bind(r.fd, &unix.SockaddrLinklayer{}) == nil
}
