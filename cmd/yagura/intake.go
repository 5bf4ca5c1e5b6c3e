package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/yagura-project/yagura/capture/syslog"
	"github.com/yagura-project/yagura/dissect/log"
	"github.com/yagura-project/yagura/dissect/log/cef"
	"github.com/yagura-project/yagura/dissect/log/columns"
	"github.com/yagura-project/yagura/dissect/log/keyvalue"
	"github.com/yagura-project/yagura/dissect/log/leef"
	header "github.com/yagura-project/yagura/dissect/log/syslog"
	"github.com/yagura-project/yagura/dissect/log/tmef"
	"github.com/yagura-project/yagura/event"
)

// intake takes the messages of other products from the receiver, reads them, and hands them to the judge. It is a
// service.Part. A message leaves the receiver's disk only when what came of it is kept.
type intake struct {
	log      *slog.Logger
	receiver *syslog.Receiver
	readers  map[string]reader
	head     event.Header
	out      chan otherAlerts
	stop     context.CancelFunc
	ended    sync.WaitGroup
}

// otherAlerts are alerts of other products; done is called when what came of them is kept.
type otherAlerts struct {
	events []event.Event
	done   func()
}

// reader reads the lines of one source.
type reader struct {
	source syslog.Source
	zone   *time.Location
	alert  func([]byte, log.Clock) (*event.OtherAlert, error)
}

// newReaders makes a reader for each source.
func newReaders(cfg syslog.Config) (map[string]reader, error) {
	out := map[string]reader{}
	var errs []error
	for i, s := range cfg.Sources {
		zone := s.Zone
		if zone == "" {
			zone = cfg.Zone
		}
		loc, err := time.LoadLocation(zone)
		alert, shapeErr := lines(s)
		if err := errors.Join(err, shapeErr); err != nil {
			errs = append(errs, fmt.Errorf("sources[%d]: %w", i, err))
			continue
		}
		out[s.Name] = reader{s, loc, alert}
	}
	return out, errors.Join(errs...)
}

// lines is how the lines of a source are read.
func lines(s syslog.Source) (func([]byte, log.Clock) (*event.OtherAlert, error), error) {
	var shape columns.Shape
	var err error
	switch s.Format {
	case "cef":
		return cef.Alert, nil
	case "leef":
		return leef.Alert, nil
	case "tmef":
		return tmef.Alert, nil
	case "keyvalue":
		return keyvalue.Alert, nil
	case "columns":
		shape, err = columns.Columns(s.Columns, s.Separator)
	case "regex":
		shape, err = columns.Regex(s.Pattern)
	default:
		err = fmt.Errorf("format %q is not known", s.Format)
	}
	return shape.Alert, err
}

func readersErr(cfg syslog.Config) error {
	_, err := newReaders(cfg)
	return err
}

// listenToOthers wires other products → alerts → judge, where the configuration names any.
func (r *river) listenToOthers() error {
	if !r.cfg.Syslog.Enabled() {
		return nil
	}
	receiver, err := syslog.New(r.cfg.Syslog, r.cfg.Store.Dir, r.log)
	if err != nil {
		return err
	}
	readers, err := newReaders(r.cfg.Syslog)
	if err != nil {
		return err
	}
	r.intake = &intake{log: r.log, receiver: receiver, readers: readers, out: make(chan otherAlerts, 4),
		head: event.Header{Tenant: r.cfg.Store.Tenant, Site: r.cfg.Site}}
	r.judge.others = r.intake.out
	r.judge.after = func(do func()) { r.cases.marks <- do }
	return nil
}

// Name implements service.Part.
func (n *intake) Name() string { return "syslog" }

// Start listens.
func (n *intake) Start(ctx context.Context) error {
	if err := n.receiver.Start(ctx); err != nil {
		return err
	}
	run, cancel := context.WithCancel(context.Background())
	n.stop = cancel
	n.ended.Go(func() { n.run(run) })
	return nil
}

// Stop ends listening; what is not judged by then is judged at the next start.
func (n *intake) Stop(ctx context.Context) error {
	if n.stop == nil {
		return nil
	}
	n.stop()
	n.ended.Wait()
	return n.receiver.Stop(ctx)
}

// lot is how many messages are judged together at most.
const lot = 256

func (n *intake) run(ctx context.Context) {
	for {
		list, end, err := n.receiver.Next(ctx, lot)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			n.log.Error("syslog messages cannot be read from the disk; trying again", "error", err)
			select {
			case <-ctx.Done():
				return
			case <-time.After(5 * time.Second):
			}
			continue
		}
		o := otherAlerts{done: func() {
			if err := n.receiver.Judged(end); err != nil {
				n.log.Error("how far syslog messages are judged could not be written down; they are judged again after a restart", "error", err)
			}
		}}
		for _, m := range list {
			if a := n.read(m); a != nil {
				o.events = append(o.events, a)
			}
		}
		select {
		case n.out <- o:
		case <-ctx.Done():
			return
		}
	}
}

// read makes the event of a message; nil: it was malformed, or came from nobody who is known.
func (n *intake) read(m syslog.Message) *event.OtherAlert {
	h := header.Parse(m.Data, log.Clock{Now: m.Received})
	source, ok := n.receiver.Source(m.From, h.Host)
	if !ok {
		n.receiver.Malformed(m, fmt.Sprintf("no source at this address has the host name %q", h.Host))
		return nil
	}
	r := n.readers[source.Name]
	text, _ := log.Decode(m.Data, source.Charset)
	a, err := r.alert(text, log.Clock{Now: m.Received, Zone: r.zone})
	if err != nil {
		n.receiver.MalformedOf(source.Name, m, "as "+source.Format+": "+err.Error())
		return nil
	}
	a.Header = n.head
	a.Time, a.Seen, a.Source, a.Sensor = m.Received, m.Received, source.Name, "syslog:"+source.Name
	n.receiver.Heard(source.Name, m, a.Reported, named(a))
	return a
}

// named reports whether an alert says which machine it is about.
func named(a *event.OtherAlert) bool {
	return a.Src.IP.IsValid() || a.Dst.IP.IsValid() || a.Interested.IP.IsValid() || !a.Src.MAC.IsZero() || !a.Dst.MAC.IsZero() ||
		a.SrcHost != "" || a.DstHost != "" || a.InterestedHost != ""
}
