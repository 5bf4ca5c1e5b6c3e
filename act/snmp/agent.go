package snmp

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/gosnmp/gosnmp"

	"github.com/yagura-project/yagura/act"
)

// value is one variable of a switch.
type value struct {
	oid string
	any
}

// agent is a conversation with one switch.
type agent interface {
	get(ctx context.Context, oids ...string) ([]value, error)
	walk(ctx context.Context, oid string) (column, error)
	set(ctx context.Context, vars ...value) error
	close()
}

// column is what stands below an object: index → value.
type column map[string]any

// Bounds.
const (
	maxRows = 100_000 // of one column
	maxVars = 20      // of one request
)

var errLong = errors.New("the table is longer than is read")

var (
	authProtocols = map[string]gosnmp.SnmpV3AuthProtocol{"md5": gosnmp.MD5, "sha": gosnmp.SHA, "sha256": gosnmp.SHA256, "sha512": gosnmp.SHA512}
	privProtocols = map[string]gosnmp.SnmpV3PrivProtocol{"des": gosnmp.DES, "aes": gosnmp.AES, "aes256": gosnmp.AES256}
)

// remote speaks SNMP. It keeps the conversation that works, so that version 3 need not be begun anew each time, and
// begins another after any error: a switch that comes back is met anew. Not safe for concurrent use.
type remote struct {
	sw   Switch
	wait time.Duration
	keys struct{ community, auth, priv string }
	open *gosnmp.GoSNMP
}

func newRemote(s Switch, wait time.Duration) (r *remote, err error) {
	r = &remote{sw: s, wait: wait}
	if s.Version == "2c" {
		r.keys.community, err = act.Secret("community_file", s.Community)
		return r, err
	}
	if r.keys.auth, err = act.Secret("auth_file", s.AuthFile); err != nil {
		return nil, err
	}
	r.keys.priv, err = act.Secret("priv_file", s.PrivFile)
	return r, err
}

func (r *remote) client(ctx context.Context) (*gosnmp.GoSNMP, error) {
	at, err := r.sw.addrPort()
	if err != nil {
		return nil, err
	}
	c := &gosnmp.GoSNMP{Target: at.Addr().String(), Port: at.Port(), Transport: "udp", Timeout: r.wait, Retries: 2, MaxRepetitions: 25, Context: ctx}
	if r.sw.Version == "2c" {
		c.Version, c.Community = gosnmp.Version2c, r.keys.community
		return c, c.Connect()
	}
	c.Version, c.SecurityModel, c.MsgFlags = gosnmp.Version3, gosnmp.UserSecurityModel, gosnmp.AuthPriv
	c.SecurityParameters = &gosnmp.UsmSecurityParameters{UserName: r.sw.User,
		AuthenticationProtocol: authProtocols[r.sw.Auth], AuthenticationPassphrase: r.keys.auth,
		PrivacyProtocol: privProtocols[r.sw.Priv], PrivacyPassphrase: r.keys.priv}
	return c, c.Connect()
}

// with runs f in a conversation, in a new one where that which was open has failed.
func (r *remote) with(ctx context.Context, f func(*gosnmp.GoSNMP) error) error {
	again := r.open != nil
	err := r.once(ctx, f)
	var no *refused
	if err != nil && again && ctx.Err() == nil && !errors.As(err, &no) {
		err = r.once(ctx, f)
	}
	if err != nil {
		return fmt.Errorf("switch %s: %w", r.sw.name(), err)
	}
	return nil
}

// once: what a broken answer makes of the decoder is an error of this conversation alone.
func (r *remote) once(ctx context.Context, f func(*gosnmp.GoSNMP) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("an answer could not be read: %v", p)
		}
		if err != nil {
			r.close()
		}
	}()
	if err := ctx.Err(); err != nil {
		return err
	}
	if r.open == nil {
		c, err := r.client(ctx)
		if err != nil {
			return err
		}
		r.open = c
	}
	r.open.Context = ctx
	return f(r.open)
}

func (r *remote) close() {
	if r.open != nil && r.open.Conn != nil {
		_ = r.open.Conn.Close()
	}
	r.open = nil
}

func (r *remote) get(ctx context.Context, oids ...string) (out []value, err error) {
	err = r.with(ctx, func(c *gosnmp.GoSNMP) error {
		out = out[:0]
		for oids := oids; len(oids) > 0; {
			n := min(len(oids), maxVars)
			p, err := c.Get(oids[:n])
			if err != nil {
				return err
			}
			if p.Error != gosnmp.NoError || len(p.Variables) != n {
				return fmt.Errorf("get %s: %s", oids[0], p.Error)
			}
			for i, v := range p.Variables {
				if v.Type == gosnmp.NoSuchObject || v.Type == gosnmp.NoSuchInstance {
					v.Value = nil
				}
				out = append(out, value{oids[i], v.Value})
			}
			oids = oids[n:]
		}
		return nil
	})
	return out, err
}

func (r *remote) walk(ctx context.Context, oid string) (column, error) {
	out := column{}
	err := r.with(ctx, func(c *gosnmp.GoSNMP) error {
		clear(out)
		return c.BulkWalk(oid, func(v gosnmp.SnmpPDU) error {
			if len(out) >= maxRows {
				return errLong
			}
			if index, below := strings.CutPrefix(v.Name, oid+"."); below {
				out[index] = v.Value
			}
			return nil
		})
	})
	return out, err
}

// refused is a switch's own no to a change.
type refused struct {
	name string
	why  gosnmp.SNMPError
	oid  string
}

func (r *refused) Error() string {
	return fmt.Sprintf("it refuses to set %s: %s: may this user write?", r.oid, r.why)
}

func (r *remote) set(ctx context.Context, vars ...value) error {
	return r.with(ctx, func(c *gosnmp.GoSNMP) error {
		var pdus []gosnmp.SnmpPDU
		for _, v := range vars {
			switch x := v.any.(type) {
			case []byte:
				pdus = append(pdus, gosnmp.SnmpPDU{Name: v.oid, Type: gosnmp.OctetString, Value: x})
			case uint32:
				pdus = append(pdus, gosnmp.SnmpPDU{Name: v.oid, Type: gosnmp.Gauge32, Value: x})
			case int:
				pdus = append(pdus, gosnmp.SnmpPDU{Name: v.oid, Type: gosnmp.Integer, Value: x})
			}
		}
		p, err := c.Set(pdus)
		if err != nil {
			return err
		}
		if p.Error != gosnmp.NoError {
			no := &refused{name: r.sw.name(), why: p.Error, oid: vars[0].oid}
			if i := int(p.ErrorIndex); i >= 1 && i <= len(vars) {
				no.oid = vars[i-1].oid
			}
			return no
		}
		return nil
	})
}
