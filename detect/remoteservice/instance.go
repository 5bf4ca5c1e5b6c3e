package remoteservice

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

type pair struct{ client, server netip.Addr }

// trace is what one client lately did on one server.
type trace struct {
	wrote    time.Time // a program was written to an administrative share
	program  string
	made     time.Time // a service was created
	service  string
	changed  bool // it was there before, and was given another program
	evidence []event.Evidence
}

type instance struct {
	cfg   Config
	deps  detect.Deps
	pairs *detect.Table[pair, trace]
}

func (n *instance) Advance(now time.Time, _ detect.Emit) { n.pairs.Expire(now) }
func (n *instance) Stats() detect.Stats                  { return n.pairs.Stats() }

// Observe follows SMB writes, pipes and service calls of each pair of machines.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	s, ok := e.(*event.SMBActivity)
	if !ok {
		return
	}
	switch {
	case detect.IsCall(s) && s.RPC.Interface == "svcctl":
		n.service(s, emit)
	case shellPipe(s):
		n.pipe(s, emit)
	case programWrite(s):
		n.write(s, emit)
	}
}

// creates and starts are opnums of MS-SCMR §3.1.4.
var (
	creates = []uint16{12, 24, 44, 45, 60}
	starts  = []uint16{19, 31}
	changes = []uint16{11, 23}
)

func (n *instance) service(s *event.SMBActivity, emit detect.Emit) {
	create, start := slices.Contains(creates, s.RPC.Opnum), slices.Contains(starts, s.RPC.Opnum)
	change := slices.Contains(changes, s.RPC.Opnum) && !leavesPath(s.RPC)
	create = create || change
	if !create && !start {
		return
	}
	t, _ := n.pairs.Touch(pair{s.Src.IP, s.Dst.IP}, s.Time)
	t.note(detect.Seen(s.Time, &s.Conn, "svcctl "+s.RPC.Operation))
	wrote := n.recent(t.wrote, s.Time)
	if create {
		t.made, t.changed, t.service = s.Time, change, first(s.RPC.Args, "service", "name", "display", "binpath")
		n.tell(s, t, kindOf(s.RPC, wrote), emit)
		return
	}
	if wrote && !n.recent(t.made, s.Time) { // the creation was not seen
		n.tell(s, t, "lm.psexec", emit)
	}
}

// leavesPath: a change of a service that leaves its program as it is. Where the arguments are hidden, the shortest that
// names a program tells (MS-SCMR §3.1.4.11: handle, nine numbers and pointers, then the texts).
func leavesPath(r *event.DCERPC) bool {
	if r.Private {
		return r.StubIn < 96
	}
	return r.Args["binpath"] == ""
}

func (n *instance) recent(then, now time.Time) bool {
	return !then.IsZero() && now.Sub(then) <= n.cfg.Window
}

// shellCommand is what stands in the path of a service that only runs a command line (impacket smbexec, Metasploit psexec_command, Cobalt Strike).
var shellCommand = regexp.MustCompile(`(?i)%comspec%|\bcmd(\.exe)?["']?\s+/[qvck]|powershell|\\\\127\.0\.0\.1\\|\bmshta\b|\brundll32\b`)

func kindOf(r *event.DCERPC, wrote bool) string {
	path := first(r.Args, "binpath", "path", "command")
	name := strings.ToLower(first(r.Args, "service", "name") + " " + path)
	switch {
	case shellCommand.MatchString(path):
		return "lm.smbexec"
	case wrote, strings.Contains(name, "psexe"):
		return "lm.psexec"
	}
	return "lm.svc_create"
}

func first(m map[string]string, keys ...string) string {
	for _, k := range keys {
		if v := m[k]; v != "" {
			return v
		}
	}
	return ""
}

// shellPipes are the pipes over which remote shells pass their input and output.
var shellPipes = regexp.MustCompile(`(?i)(-|_)(stdin|stdout|stderr)(-|_|$)|^\\?(psexesvc|paexec|remcom_|csexec|winexesvc)`)

// shellPipe: on a share that was not seen to be connected, what has no folder may be a pipe.
func shellPipe(s *event.SMBActivity) bool {
	pipe := s.Pipe || strings.HasSuffix(strings.ToUpper(s.Share), `\IPC$`) || s.Share == "" && !strings.Contains(s.Path, `\`)
	return s.Command == "create" && pipe && shellPipes.MatchString(s.Path) && s.Status == 0
}

func (n *instance) pipe(s *event.SMBActivity, emit detect.Emit) {
	t, _ := n.pairs.Touch(pair{s.Src.IP, s.Dst.IP}, s.Time)
	t.note(detect.Seen(s.Time, &s.Conn, "pipe "+s.Path))
	n.tell(s, t, "lm.psexec", emit)
}

var programName = regexp.MustCompile(`(?i)\.(exe|dll|sys|scr|com|bat|cmd|ps1|vbs|js|hta|msi)$`)

// programWrite is a program written to a share that only administrators reach (C$, ADMIN$ …).
func programWrite(s *event.SMBActivity) bool {
	share := strings.TrimRight(s.Share, `\`)
	if !strings.HasSuffix(share, "$") || strings.HasSuffix(strings.ToUpper(share), `\IPC$`) || s.Pipe || s.Status != 0 {
		return false
	}
	wrote := s.Command == "write" || s.Command == "close" && s.Bytes > 0
	if !wrote {
		return false
	}
	return programName.MatchString(s.Path) || s.File != nil && (s.File.Type == "exe" || s.File.Type == "pe")
}

func (n *instance) write(s *event.SMBActivity, emit detect.Emit) {
	t, _ := n.pairs.Touch(pair{s.Src.IP, s.Dst.IP}, s.Time)
	known := t.program == s.Path && n.recent(t.wrote, s.Time)
	t.wrote, t.program = s.Time, s.Path
	if known { // further blocks of the same file
		return
	}
	t.note(detect.Seen(s.Time, &s.Conn, s.Share+`\`+s.Path))
	n.tell(s, t, "lm.smb_copy_exe", emit)
}

func (t *trace) note(e event.Evidence) {
	if len(t.evidence) >= 8 {
		t.evidence = append(t.evidence[:0], t.evidence[1:]...)
	}
	t.evidence = append(t.evidence, e)
}
