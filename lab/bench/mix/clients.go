package main

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/yagura-project/yagura/lab/hall"
)

// clients is how many of them work at the same time.
const clients = 12

var agents = []string{
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
	"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0",
	"Microsoft-CryptoAPI/10.0", "Windows-Update-Agent/10.0.10011.16384 Client-Protocol/2.33",
}

// playClients runs the plan: each job in turn goes to the next free client.
func playClients(ctx context.Context, path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var p plan
	if err := json.Unmarshal(text, &p); err != nil {
		return err
	}
	jobs := make(chan job)
	var work sync.WaitGroup
	faults := make(chan error, clients)
	for range clients {
		work.Add(1)
		go func() {
			defer work.Done()
			for j := range jobs {
				if err := j.do(ctx, p); err != nil {
					select {
					case faults <- err:
					default:
					}
				}
			}
		}()
	}
	for _, j := range shuffled(p) {
		jobs <- j
	}
	close(jobs)
	work.Wait()
	close(faults)
	return <-faults // nil when none
}

// job is one connection of some kind; its number seeds all that is random in it.
type job struct {
	kind   func(context.Context, plan, *rand.Rand) error
	number uint64
}

func (j job) do(ctx context.Context, p plan) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	return j.kind(ctx, p, rand.New(rand.NewPCG(46000, j.number)))
}

// shuffled lists all jobs of the plan, mixed the same way each time.
func shuffled(p plan) []job {
	var all []job
	for kind, n := range []int{p.Lookups, p.Plain, p.Secret, p.Shares} {
		for range n {
			all = append(all, job{kinds[kind], uint64(len(all))})
		}
	}
	random := rand.New(rand.NewPCG(1, 1300))
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all
}

var kinds = []func(context.Context, plan, *rand.Rand) error{lookup, plain, secret, share}

func from(p plan, r *rand.Rand) net.IP { return net.ParseIP(p.Sources[r.IntN(len(p.Sources))]) }

var places = []string{"www", "portal", "mail", "img", "api", "cdn", "static", "login", "news", "map"}

// lookup asks the resolver for a name from a socket of its own.
func lookup(ctx context.Context, p plan, r *rand.Rand) error {
	name := fmt.Sprintf("%s.%s%d.example.jp.", places[r.IntN(len(places))], places[r.IntN(len(places))], r.IntN(400))
	kind := []dnsmessage.Type{dnsmessage.TypeA, dnsmessage.TypeA, dnsmessage.TypeAAAA, dnsmessage.TypeMX}[r.IntN(4)]
	query, err := (&dnsmessage.Message{
		Header:    dnsmessage.Header{ID: uint16(r.UintN(1 << 16)), RecursionDesired: true},
		Questions: []dnsmessage.Question{{Name: dnsmessage.MustNewName(name), Type: kind, Class: dnsmessage.ClassINET}},
	}).Pack()
	if err != nil {
		return err
	}
	conn, err := net.DialUDP("udp4", &net.UDPAddr{IP: from(p, r)}, net.UDPAddrFromAddrPort(netip.AddrPortFrom(hall.DNS, 53)))
	if err != nil {
		return err
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	if _, err := conn.Write(query); err != nil {
		return err
	}
	_, err = conn.Read(make([]byte, 1500))
	return err
}

func plain(ctx context.Context, p plan, r *rand.Rand) error {
	return browse(ctx, p, r, "http", 1+r.IntN(9))
}

func secret(ctx context.Context, p plan, r *rand.Rand) error {
	return browse(ctx, p, r, "https", 1+r.IntN(5))
}

// browse fetches a few files over one connection, and posts a form now and then.
func browse(ctx context.Context, p plan, r *rand.Rand, scheme string, requests int) error {
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: from(p, r)}}
	transport := &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			port := map[string]string{"http": "80", "https": "443"}[scheme]
			return dialer.DialContext(ctx, "tcp4", net.JoinHostPort(hall.Web.String(), port))
		},
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
		MaxConnsPerHost: 1,
	}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport}
	site := scheme + "://" + places[r.IntN(len(places))] + ".example.jp"
	for range requests {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, site+p.Pages[r.IntN(len(p.Pages))], nil)
		if r.IntN(12) == 0 {
			form := url.Values{"name": {"櫓町"}, "text": {strings.Repeat("届出 ", r.IntN(200))}}.Encode()
			request, err = http.NewRequestWithContext(ctx, http.MethodPost, site+"/form", strings.NewReader(form))
		}
		if err != nil {
			return err
		}
		request.Header.Set("User-Agent", agents[r.IntN(len(agents))])
		answer, err := client.Do(request)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// share copies a file of some MB to the file server and back, by samba's own client.
func share(ctx context.Context, p plan, r *rand.Rand) error {
	name := fmt.Sprintf("doc-%d.bin", r.Uint64())
	path := filepath.Join(p.Dir, name)
	content := make([]byte, 1<<20+r.IntN(6<<20))
	for i := range content {
		content[i] = byte(r.UintN(97))
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		return err
	}
	defer os.Remove(path)
	command := fmt.Sprintf("lcd %s; put %s; ls; get %s /dev/null; del %s", p.Dir, name, name, name)
	out, err := exec.CommandContext(ctx, "smbclient", "-s", p.Samba, "-U", p.Login, "//"+p.Server+"/"+hall.Share, "-c", command).CombinedOutput()
	if err != nil {
		return fmt.Errorf("smbclient: %w: %s", err, out)
	}
	return nil
}
