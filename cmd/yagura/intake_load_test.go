package main

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/yagura-project/yagura/event"
)

// TestScenarioSyslogLoad sends YAGURA_LOAD_RATE (5,000) messages a second over UDP, TCP and TLS at once to a whole Yagura, as long as
// YAGURA_LOAD says (60s), and tells what became of them. Nothing may be lost; how fast it is, is told and not judged: where the
// machine is too busy for the senders, they send all the same number and take longer.
func TestScenarioSyslogLoad(t *testing.T) {
	d, err := time.ParseDuration(os.Getenv("YAGURA_LOAD"))
	if err != nil {
		t.Skip("set YAGURA_LOAD=60s, as make scenario does: it takes as long as that and half a core")
	}
	rate := 5000
	if n, err := strconv.Atoi(os.Getenv("YAGURA_LOAD_RATE")); err == nil {
		rate = n
	}
	each := int(d.Seconds()*float64(rate)/3/1000) * 1000 // so that the malformed can be counted
	dir := t.TempDir()
	cert, key := selfSigned(t, dir)
	r := listening(t, dir, func(c *config) {
		c.Syslog.TLS, c.Syslog.Cert, c.Syslog.Key = []string{"127.0.0.1:0"}, cert, key
		c.Syslog.Sources[0].Hosts, c.Syslog.Sources = nil, c.Syslog.Sources[:1]
	})
	defer r.close()
	before := used()
	var sent [3]int
	var most int64
	var all sync.WaitGroup
	stop := make(chan struct{})
	for way := range sent {
		all.Go(func() { sent[way] = flood(t, r, way, float64(rate)/3, each) })
	}
	go func() { // the backlog's height
		for {
			select {
			case <-stop:
				return
			case <-time.After(200 * time.Millisecond):
				most = max(most, r.syslogStatus().Backlog)
			}
		}
	}()
	began := time.Now()
	all.Wait()
	took := time.Since(began)
	total := sent[0] + sent[1] + sent[2]
	got := func() (n uint64) {
		for _, k := range r.syslogStatus().Received {
			n += k
		}
		return n
	}
	eventually(t, "all of it", func() bool { return got() >= uint64(total) })
	eventually(t, "that all is judged", func() bool { return r.syslogStatus().Backlog == 0 })
	close(stop)
	s := r.syslogStatus()
	if lost := uint64(total) - got(); lost != 0 || s.Lost+s.KernelDrops != 0 || s.Sources["ddi"].Messages+s.Malformed != uint64(total) || s.Malformed != uint64(total/1000) {
		t.Errorf("of %d messages %d came, %d were read, %d malformed, %d lost", total, got(), s.Sources["ddi"].Messages, s.Malformed, s.Lost+s.KernelDrops)
	}
	n, err := r.state.CountIncidents(t.Context(), event.IncidentFilter{})
	if err != nil {
		t.Fatal(err)
	}
	t.Attr("figure", fmt.Sprintf("%d messages at %.0f/s, none lost", total, float64(total)/took.Seconds()))
	t.Logf("sent %d (udp %d, tcp %d, tls %d) in %v: %.0f/s; received %d, judged %d, malformed and kept %d, lost 0; cases %d; backlog at most %d KiB; receive buffer %d KiB; CPU %.0f %% of a core, the senders' included",
		total, sent[0], sent[1], sent[2], took.Round(time.Millisecond), float64(total)/took.Seconds(), got(), s.Sources["ddi"].Messages, s.Malformed, n, most>>10, s.ReceiveBuffer>>10, 100*(used()-before).Seconds()/took.Seconds())
}

// flood sends one way, so many a second; every thousandth message is malformed, every hundredth is grave.
func flood(t *testing.T, r *river, way int, rate float64, total int) (sent int) {
	to := r.intake.receiver.Addrs()[way].String()
	var c net.Conn
	var err error
	switch way {
	case 0, 1:
		c, err = net.Dial([]string{"udp", "tcp"}[way], to)
	case 2:
		c, err = tls.Dial("tcp", to, &tls.Config{InsecureSkipVerify: true})
	}
	if err != nil {
		t.Error(err)
		return 0
	}
	defer c.Close()
	out := bufio.NewWriterSize(c, 32<<10)
	for began := time.Now(); sent < total; time.Sleep(time.Millisecond) {
		due := min(int(time.Since(began).Seconds()*rate), total, sent+1000) // no burst that no sender would make
		for ; sent < due; sent++ {
			line := loadLine(way, sent)
			switch way {
			case 0:
				_, err = c.Write([]byte(line))
			case 1:
				_, err = out.WriteString(line + "\n")
			case 2:
				_, err = fmt.Fprintf(out, "%d %s", len(line), line)
			}
			if err != nil {
				t.Error(err)
				return sent
			}
		}
		if err := out.Flush(); err != nil {
			t.Error(err)
			return sent
		}
	}
	return sent
}

func loadLine(way, n int) string {
	if n%1000 == 999 {
		return "<134>Apr  6 09:29:58 ddi01 CEF: 0|Trend Micro|cut short"
	}
	severity := 2
	if n%100 == 0 {
		severity = 8
	}
	return fmt.Sprintf("<134>Apr  6 09:29:58 ddi01 CEF: 0|Trend Micro|Deep Discovery Inspector|6.7.1000|100127|SUSPICIOUS_BEHAVIOUR_DETECTION|%d|"+
		"app=HTTP deviceGUID=6B593E17AFB7-40FBBB28-A4CE-0462-A536 deviceMacAddress=02:00:5E:00:00:01 dvc=10.1.0.20 dvchost=ddi01 "+
		"interestedIp=10.%d.%d.%d peerIp=203.0.113.66 src=10.1.2.30 dst=203.0.113.66 spt=%d dpt=443 ruleId=52 ruleName=Rule %d rt=Apr 06 2026 09:29:57 GMT+09:00",
		severity, 10+way, n/100%8, 1+n%200, 1024+n%60000, n%7)
}

// used is the processor time of this process so far.
func used() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func selfSigned(t *testing.T, dir string) (cert, key string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, &c, &c, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	kb, err := x509.MarshalECPrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for file, b := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "EC PRIVATE KEY", Bytes: kb}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(b), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}
