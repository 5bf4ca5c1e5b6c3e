package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/capture/syslog"
	"github.com/yagura-project/yagura/decide"
	"github.com/yagura-project/yagura/event"
)

// controlSocket is the terminal's way to a running Yagura: a Unix socket in
// its data directory that only the owner and root can open. Who speaks is told
// by the kernel (SO_PEERCRED), so no password is needed and none is stored.
const controlSocket = "control.sock"

// operations is what the terminal may ask of a running Yagura.
type operations interface {
	Status(ctx context.Context) (statusReport, error)
	Isolate(ctx context.Context, who string, r controlRequest) (event.Order, error)
	Release(ctx context.Context, who string, r controlRequest) (event.Order, error)
	Approve(ctx context.Context, who string, r controlRequest) (event.Order, error)
	Deny(ctx context.Context, who string, r controlRequest) (event.Order, error)
	Freeze(ctx context.Context, who string, on bool, why string) error
	PreviewSegment(ctx context.Context, r controlRequest) (decide.SegmentPreview, error)
	IsolateSegment(ctx context.Context, who string, r controlRequest) (event.Order, error)
	Rehearse(ctx context.Context, who string, r controlRequest) (decide.Rehearsal, error)
	NeverAdd(ctx context.Context, who string, e decide.NeverEntry) (neverReport, error)
	NeverDrop(ctx context.Context, who string, e decide.NeverEntry) (neverReport, error)
	NeverList(ctx context.Context) (neverReport, error)
	ReloadRules() (rulesStatus, error)
	SelfTest(ctx context.Context, who string, notify bool) (event.SelfTest, error)
	ExplainFinding(ctx context.Context, uid string) (event.Explanation, error)
}

// controlRequest names a machine or an order and says why.
type controlRequest struct {
	Target   string        `json:"target"` // address, MAC, host name, device UID or order UID
	Reason   string        `json:"reason,omitempty"`
	Lifetime time.Duration `json:"lifetime,omitempty"` // ns; 0 = the policy's
	On       bool          `json:"on,omitempty"`

	Never   decide.NeverEntry `json:"never,omitzero"`
	Segment segmentName       `json:"segment,omitzero"` // in place of Target
}

// statusReport is what `yagura status --json` prints.
type statusReport struct {
	Version   string              `json:"version"`
	Tenant    string              `json:"tenant,omitempty"`
	Site      string              `json:"site,omitempty"`
	Started   time.Time           `json:"started"`
	Console   string              `json:"console"`
	Frozen    bool                `json:"frozen"`
	Sensors   []event.SensorStats `json:"sensors"`
	Incidents []event.Incident    `json:"open_incidents"`
	Orders    []event.Order       `json:"standing_orders"`
	Drifts    []act.Drift         `json:"drifts,omitempty"` // where enforcers differed from the ledger, newest last
	Eve       *eveStatus          `json:"eve,omitempty"`
	Rules     *rulesStatus        `json:"rules,omitempty"`
	Syslog    *syslog.Stats       `json:"syslog,omitempty"`
	Packets   *packetsStatus      `json:"packets,omitempty"`
	Problems  []string            `json:"problems,omitempty"`
}

// control serves operations on the socket. It is a service.Part.
type control struct {
	path   string
	ops    operations
	server *http.Server
	// packets writes those of a finding; nil where none are kept.
	packets func(ctx context.Context, finding string, w io.Writer) (int, error)
	done    chan struct{}
}

func newControl(dataDir string, ops operations) *control {
	return &control{path: filepath.Join(dataDir, controlSocket), ops: ops}
}

// Name implements service.Part.
func (c *control) Name() string { return "control socket" }

// Start listens; a socket left by a killed process is replaced.
func (c *control) Start(context.Context) error {
	if err := os.Remove(c.path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	old := unix.Umask(0o177)
	l, err := net.Listen("unix", c.path)
	unix.Umask(old)
	if err != nil {
		return err
	}
	c.done = make(chan struct{})
	c.server = &http.Server{Handler: c.routes(), ReadTimeout: 10 * time.Second, MaxHeaderBytes: 8 << 10,
		ConnContext: func(ctx context.Context, conn net.Conn) context.Context {
			return context.WithValue(ctx, peerKey{}, peerName(conn))
		}}
	go func() {
		defer close(c.done)
		_ = c.server.Serve(l)
	}()
	return nil
}

// Stop closes the socket and waits for running requests.
func (c *control) Stop(ctx context.Context) error {
	err := c.server.Shutdown(ctx)
	<-c.done
	return err
}

type peerKey struct{}

// peerName is the login name of the process at the other end.
func peerName(conn net.Conn) string {
	uc, ok := conn.(*net.UnixConn)
	if !ok {
		return "unknown"
	}
	raw, err := uc.SyscallConn()
	if err != nil {
		return "unknown"
	}
	name := "unknown"
	_ = raw.Control(func(fd uintptr) {
		cred, err := unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED)
		if err != nil {
			return
		}
		uid := strconv.Itoa(int(cred.Uid))
		name = "uid " + uid
		if u, err := user.LookupId(uid); err == nil {
			name = u.Username
		}
	})
	return name + "@terminal"
}

func (c *control) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, r *http.Request) {
		s, err := c.ops.Status(r.Context())
		answer(w, s, err)
	})
	for path, do := range map[string]func(context.Context, string, controlRequest) (event.Order, error){
		"isolate": c.ops.Isolate, "release": c.ops.Release, "approve": c.ops.Approve, "deny": c.ops.Deny,
	} {
		mux.HandleFunc("POST /"+path, c.action(do))
	}
	mux.HandleFunc("GET /packets", c.servePackets)
	mux.HandleFunc("POST /selftest", func(w http.ResponseWriter, r *http.Request) {
		var req controlRequest
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&req); err != nil {
			answer(w, nil, fmt.Errorf("request: %w", err))
			return
		}
		who, _ := r.Context().Value(peerKey{}).(string)
		t, err := c.ops.SelfTest(r.Context(), who, req.On)
		answer(w, t, err)
	})
	mux.HandleFunc("GET /explain", func(w http.ResponseWriter, r *http.Request) {
		x, err := c.ops.ExplainFinding(r.Context(), r.URL.Query().Get("finding"))
		answer(w, x, err)
	})
	mux.HandleFunc("POST /rules/reload", func(w http.ResponseWriter, _ *http.Request) {
		s, err := c.ops.ReloadRules()
		answer(w, s, err)
	})
	c.neverRoutes(mux)
	c.segmentRoutes(mux)
	c.rehearseRoute(mux)
	mux.HandleFunc("POST /freeze", c.action(func(ctx context.Context, who string, r controlRequest) (event.Order, error) {
		return event.Order{}, c.ops.Freeze(ctx, who, r.On, r.Reason)
	}))
	return mux
}

func (c *control) action(do func(context.Context, string, controlRequest) (event.Order, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var req controlRequest
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10)).Decode(&req); err != nil {
			answer(w, nil, fmt.Errorf("request: %w", err))
			return
		}
		who, _ := r.Context().Value(peerKey{}).(string)
		order, err := do(r.Context(), who, req)
		answer(w, order, err)
	}
}

func answer(w http.ResponseWriter, body any, err error) {
	w.Header().Set("Content-Type", "application/json")
	if err != nil {
		w.WriteHeader(http.StatusUnprocessableEntity)
		body = map[string]string{"error": err.Error()}
	}
	_ = json.NewEncoder(w).Encode(body)
}

// controlClient speaks to a running Yagura.
type controlClient struct {
	dir  string
	http http.Client
}

func newControlClient(dataDir string) *controlClient {
	path := filepath.Join(dataDir, controlSocket)
	return &controlClient{dataDir, http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", path)
		}}}}
}

// call sends req (nil: GET) and decodes the answer into out.
func (c *controlClient) call(ctx context.Context, path string, req *controlRequest, out any) error {
	r, err := controlHTTPRequest(ctx, path, req)
	if err != nil {
		return err
	}
	resp, err := c.http.Do(r)
	if err != nil {
		return c.explain(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return problemOf(resp)
	}
	return json.NewDecoder(resp.Body).Decode(out)
}

// problemOf is what an answer says went wrong.
func problemOf(resp *http.Response) error {
	var problem struct {
		Error string `json:"error"`
	}
	_ = json.NewDecoder(resp.Body).Decode(&problem)
	return failure{exitFailed, errors.New(problem.Error)}
}

// explain says why no running Yagura answers.
func (c *controlClient) explain(err error) error {
	switch {
	case errors.Is(err, os.ErrPermission):
		return failure{exitFailed, fmt.Errorf("no permission for %s: run as root or as the user that runs yagura", filepath.Join(c.dir, controlSocket))}
	case errors.Is(err, os.ErrNotExist), errors.Is(err, unix.ECONNREFUSED):
		return failure{exitFailed, fmt.Errorf("no yagura is running on %s; start it with `yagura run`, or name the directory with --data", c.dir)}
	}
	return failure{exitFailed, err}
}
