package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/yagura-project/yagura/event"
)

// device is one switch with the conversation that is open with it.
type device struct {
	Switch
	d       *dialect
	patient time.Duration

	mu     sync.Mutex // one question at a time
	call   *call
	silent atomic.Bool // it did not answer the last time
}

// minutes keeps what was said to switches for the receipt.
type minutes struct {
	mu                sync.Mutex
	commands, answers []string
}

// maxMinutes bounds the lines that one receipt has of answers.
const maxMinutes = 400

func (m *minutes) keep(name string, changes bool, command string, answer []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if changes {
		m.commands = append(m.commands, name+"# "+command)
		command += "  (sent)"
	}
	if len(m.answers) >= maxMinutes {
		return
	}
	m.answers = append(m.answers, name+"# "+command)
	for _, l := range answer[:min(len(answer), maxMinutes-len(m.answers))] {
		m.answers = append(m.answers, "  "+l)
	}
}

// with has a conversation; ctx bounds it. After any error but the device's own no it hangs up.
func (v *device) with(ctx context.Context, m *minutes, f func(*asker) error) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.call == nil {
		c, err := dial(ctx, v.Switch, v.d, v.patient)
		v.silent.Store(err != nil)
		if err != nil {
			return fmt.Errorf("cli: switch %s: %w", v.Name, err)
		}
		c.idle = time.AfterFunc(maxIdle, func() { v.hangUp(c) })
		v.call = c
	}
	c := v.call
	c.idle.Stop()
	stop := context.AfterFunc(ctx, c.close)
	err := f(&asker{v, c, m})
	var no *deviceError
	if !stop() || err != nil && !errors.As(err, &no) {
		v.call = nil
		c.close()
		v.silent.Store(true)
	} else {
		c.idle.Reset(maxIdle)
	}
	if err != nil {
		return fmt.Errorf("cli: switch %s: %w", v.Name, err)
	}
	return nil
}

// hangUp ends a conversation that nobody has used for long; c nil ends whichever is open.
func (v *device) hangUp(c *call) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.call != nil && (c == nil || v.call == c) {
		v.call.idle.Stop()
		v.call.close()
		v.call = nil
	}
}

// asker is a conversation with its minutes.
type asker struct {
	v *device
	c *call
	m *minutes
}

func (a *asker) ask(ctx context.Context, command string) ([]string, error) {
	a.c.keep = func(command string, answer []string) { a.m.keep(a.v.Name, false, command, answer) }
	return a.c.ask(ctx, command)
}

// rows asks a MAC table. A device that says no to the question knows nothing of it.
func (a *asker) rows(ctx context.Context, q table, mac event.MAC, port string) ([]row, error) {
	answer, err := a.ask(ctx, fill(q.Send, a.v.d.write(mac), port, 0))
	var no *deviceError
	if err != nil && !errors.As(err, &no) {
		return nil, err
	}
	return a.v.d.rows(q, answer), nil
}

// port reads a port's lines.
func (a *asker) port(ctx context.Context, port string) ([]string, error) {
	answer, err := a.ask(ctx, fill(a.v.d.Read, "", port, 0))
	if err != nil {
		return nil, err
	}
	lines, ok := a.v.d.stanza(answer, port)
	if !ok {
		return nil, fmt.Errorf("the switch does not show the configuration of %s: %q", port, strings.Join(answer[:min(len(answer), 3)], " / "))
	}
	return lines, nil
}

// configure sends one line for a port and leaves configuration mode, whatever happens.
func (a *asker) configure(ctx context.Context, port, command string) (err error) {
	a.c.keep = func(command string, answer []string) { a.m.keep(a.v.Name, true, command, answer) }
	defer func() {
		if _, end := a.c.ask(ctx, a.v.d.Leave); end != nil {
			err = errors.Join(err, end)
		}
	}()
	var p prompt
	for _, c := range a.v.d.Enter {
		if p, _, err = a.c.tell(ctx, fill(c, "", port, 0)); err != nil {
			return err
		}
	}
	if p.mode != a.v.d.Within {
		return fmt.Errorf("after %q the switch is in mode %q, not %q", a.v.d.Enter, p.mode, a.v.d.Within)
	}
	_, err = a.c.ask(ctx, command)
	return err
}

// vlanExists asks whether the quarantine VLAN is there: some switches make one that is not.
func (a *asker) vlanExists(ctx context.Context, vlan int) error {
	j := a.v.d.Exists
	answer, err := a.ask(ctx, fill(j.Send, "", "", vlan))
	var no *deviceError
	if err != nil && !errors.As(err, &no) {
		return err
	}
	there, err := j.holds(answer, "", vlan)
	if err == nil && !there {
		err = fmt.Errorf("the quarantine VLAN %d does not exist on it: make it there first", vlan)
	}
	return err
}

// others are the machines on a port beside one.
func (a *asker) others(ctx context.Context, port string, but event.MAC) ([]event.MAC, error) {
	rows, err := a.rows(ctx, a.v.d.Beside, event.MAC{}, port)
	var out []event.MAC
	for _, r := range rows {
		if r.port == port && r.mac != but && !slices.Contains(out, r.mac) {
			out = append(out, r.mac)
		}
	}
	return out, err
}
