// Package payload finds programs fetched from places where no program belongs, or disguised as something else.
package payload

import (
	"net/netip"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/yagura-project/yagura/detect"
	"github.com/yagura-project/yagura/event"
)

// Config are the numbers of this detector (DETECTIONS 10).
type Config struct {
	Prevalence int      `yaml:"prevalence"` // more machines than this fetch from there: a known source; 1–15
	Sources    []string `yaml:"sources"`    // domains from which programs come by design
}

// DefaultConfig: at most 3 machines; the makers of the operating system and of common software.
func DefaultConfig() Config {
	return Config{Prevalence: 3, Sources: []string{"microsoft.com", "windowsupdate.com", "windows.com", "office.net", "google.com", "gvt1.com", "googleapis.com",
		"mozilla.org", "mozilla.net", "apple.com", "adobe.com", "oracle.com", "debian.org", "ubuntu.com", "trendmicro.com", "trendmicro.co.jp", "symantec.com", "mcafee.com",
		"kaspersky.com", "eset.com", "sophos.com", "justsystems.com", "lg.jp", "go.jp", "fujitsu.com", "nec.co.jp", "hp.com", "dell.com", "canon.jp", "ricoh.co.jp"}}
}

// Detector judges downloads over HTTP by true type, name, source and agent.
var Detector = detect.Detector{
	Info: event.Advisory{
		ID:    "payload",
		Title: event.Text{JA: "不審なプログラムのダウンロード", EN: "Download of a suspicious program"},
		Means: event.Text{
			JA: "端末が、信頼できる配布元ではない場所からプログラムを受け取りました。偽装されている場合もあります。",
			EN: "A machine fetched a program from a place that is no trusted source, perhaps in disguise."},
		Do: []event.Text{
			{JA: "受け取ったファイルを開かないよう、利用者に伝えてください。", EN: "Tell the user not to open the file."},
			{JA: "端末でウイルス検査を行ってください。", EN: "Scan the machine."},
			{JA: "続いて不審な通信があれば、端末を切り離してください。", EN: "If suspicious traffic follows, isolate the machine."}},
		Sees:       event.Text{JA: "暗号化されていないWebで受け取ったファイルの本当の種類、名前、配布元、要求したプログラム。", EN: "True type, name, source and requesting program of files fetched over unencrypted web."},
		Misses:     event.Text{JA: "HTTPS、パスワード付きの書庫、暗号化された中身。", EN: "HTTPS, archives with passwords, encrypted content."},
		Techniques: []event.Technique{{UID: "T1105", Name: "Ingress Tool Transfer"}, {UID: "T1036", Name: "Masquerading"}},
		Threat:     event.MaliciousContent,
		Phase:      event.PhaseEntry,
	},
	Behaviours: []string{"malware.download"},
	Reads:      []event.Event{(*event.HTTPActivity)(nil)},
	Config:     func() any { c := DefaultConfig(); return &c },
	New: func(cfg any, d detect.Deps) detect.Instance {
		c := *cfg.(*Config)
		return &instance{cfg: c, deps: d, sources: detect.NewDomains(c.Sources), told: detect.NewTable[key, int](20_000, 24*time.Hour)}
	},
	Samples: samples,
}

type key struct {
	src    netip.Addr
	source string
}

type instance struct {
	cfg     Config
	deps    detect.Deps
	told    *detect.Table[key, int]
	sources *detect.Domains
}

func (n *instance) Advance(now time.Time, _ detect.Emit) { n.told.Expire(now) }
func (n *instance) Stats() detect.Stats                  { return n.told.Stats() }

// programs are true types that run.
var programs = []string{"exe", "elf", "macho", "msi", "script", "lnk", "hta", "class", "jar", "iso", "vhd"}

// runs are extensions that run when opened.
var runs = regexp.MustCompile(`(?i)\.(exe|dll|scr|com|pif|msi|hta|lnk|iso|img|vhd|ps1|vbs|vbe|jse?|wsf|bat|cmd|jar|cpl)$`)

// harmlessLooking are extensions and content types that a program hides behind.
var harmlessLooking = regexp.MustCompile(`(?i)\.(png|jpe?g|gif|bmp|ico|css|txt|dat|pdf|docx?|xlsx?|mp3|mp4|woff)$`)

// fetchers are agents of system tools with which intruders fetch programs.
var fetchers = regexp.MustCompile(`(?i)powershell|certutil|bitsadmin|microsoft bits|curl/|wget|winhttp|python|autoit|^$|msie [5-7]\.`)

// Observe judges one answered download.
func (n *instance) Observe(e event.Event, emit detect.Emit) {
	h, ok := e.(*event.HTTPActivity)
	if !ok || h.Status != 200 || h.Method != "GET" || !n.deps.Outbound(&h.Conn) {
		return
	}
	file, _, _ := strings.Cut(h.URI, "?")
	file = path.Base(file)
	truth := ""
	if h.ResponseFile != nil {
		truth = h.ResponseFile.Type
	}
	program := slices.Contains(programs, truth)
	named := runs.MatchString(file)
	if !program && !named && !n.opaquePicture(h, file, truth) {
		return
	}
	n.judge(h, file, truth, program, emit)
}

// opaquePicture: called a picture by name or server, large, and no picture at all.
func (n *instance) opaquePicture(h *event.HTTPActivity, file, truth string) bool {
	picture := strings.HasPrefix(h.ResponseType, "image/") && !strings.Contains(h.ResponseType, "svg")
	return picture && harmlessLooking.MatchString(file) && h.ResponseFile != nil && truth == "" && h.ResponseFile.Size > 50_000
}

// Points from which a download is told, and told as high.
const (
	pointsMedium = 2.5
	pointsHigh   = 4
)

// questions are what is asked of a download.
var questions = map[string]event.Text{
	"bare_address": {JA: "配布元は名前ではなく数字のアドレスか", EN: "Is the source a bare address?"},
	"disguised":    {JA: "名前は無害なのに、中身がプログラムか", EN: "Is it a program under a harmless name?"},
	"no_picture":   {JA: "画像として送られたのに、画像ではないか", EN: "Did it come as a picture and is none?"},
	"program":      {JA: "中身はプログラムか", EN: "Is the content a program?"},
	"runs":         {JA: "開くと動く種類の名前か", EN: "Is its name of a kind that runs?"},
	"fetcher":      {JA: "ブラウザーではないものが受け取ったか", EN: "Was it fetched by something else than a browser?"},
	"odd_port":     {JA: "Webでは使われないポートか", EN: "Is the port not used for the web?"},
	"no_referer":   {JA: "ページからたどった形跡がないか", EN: "Did no page lead to it?"},
}

type weight struct {
	points float64
	text   event.Text
	name   string
}

func (n *instance) judge(h *event.HTTPActivity, file, truth string, program bool, emit detect.Emit) {
	host := strings.ToLower(h.Host)
	if i := strings.LastIndexByte(host, ':'); i > 0 && !strings.HasSuffix(host, "]") {
		host = host[:i]
	}
	if n.trusted(host) || n.deps.Facts.Prevalence(h.Dst.IP, h.Time) > n.cfg.Prevalence {
		return
	}
	_, notName := netip.ParseAddr(strings.Trim(host, "[]"))
	var sum float64
	var why []event.Reason
	var gates []event.Gate
	for _, w := range []struct {
		ok bool
		weight
	}{
		{notName == nil, weight{2, detect.Say("配布元が名前ではなく数字のアドレス(%s)です。", "The source is a bare address (%s).", host), "bare_address"}},
		{program && harmlessLooking.MatchString(file), weight{3, detect.Say("名前は「%s」ですが、中身はプログラム(%s)です。", "It is called “%s” but is a program (%s).", detect.Short(file), truth), "disguised"}},
		{!program && truth == "" && strings.HasPrefix(h.ResponseType, "image/"), weight{2.2, detect.Say("画像として送られた「%s」は画像ではありません。", "What came as the picture “%s” is none.", detect.Short(file)), "no_picture"}},
		{program, weight{1, detect.Say("中身はプログラム(%s)です。", "The content is a program (%s).", truth), "program"}},
		{runs.MatchString(file), weight{0.5, detect.Say("開くと動く種類の名前(%s)です。", "Its name (%s) is of a kind that runs.", detect.Short(file)), "runs"}},
		{fetchers.MatchString(h.UserAgent), weight{1, detect.Say("ブラウザーではなく「%s」が受け取りました。", "It was fetched by “%s”, not by a browser.", detect.Short(h.UserAgent)), "fetcher"}},
		{h.Dst.Port != 80 && h.Dst.Port != 8080, weight{0.7, detect.Say("Webでは使われないポート%dです。", "Port %d is not used for the web.", h.Dst.Port), "odd_port"}},
		{h.Referer == "", weight{0.3, event.Text{JA: "ページからたどった形跡がありません。", EN: "No page led to it."}, "no_referer"}},
	} {
		gates = append(gates, detect.Worth(w.points, detect.Holds(w.name, w.ok, "", questions[w.name])))
		if w.ok {
			sum += w.points
			why = append(why, detect.Because(w.name, w.points, 0, "points", w.text))
		}
	}
	severity := event.Informational
	switch {
	case sum >= pointsHigh:
		severity = event.High
	case sum >= pointsMedium:
		severity = event.Medium
	default:
		return
	}
	gates = append([]event.Gate{
		detect.AtLeast("points", sum, pointsMedium, "points", "", event.Text{JA: "手がかりの点の合計は十分か", EN: "Do the clues add up to enough points?"}),
		detect.AtLeast("points_high", sum, pointsHigh, "points", "", event.Text{JA: "重大とするのに十分か", EN: "Are they enough for a high finding?"}),
		detect.Holds("source", true, "sources", event.Text{JA: "信頼する配布元ではない", EN: "The source is none of the trusted ones"}),
		detect.AtMost("prevalence", float64(n.deps.Facts.Prevalence(h.Dst.IP, h.Time)), float64(n.cfg.Prevalence), "machines", "prevalence", event.Text{JA: "同じ相手を使う端末は少ないか(14日間)", EN: "Do few machines talk to it (14 days)?"})}, gates...)
	n.tell(h, host, file, severity, sum, why, gates, emit)
}

func (n *instance) trusted(host string) bool { return n.sources.Of(host) != "" }

func (n *instance) tell(h *event.HTTPActivity, host, file string, severity event.Severity, sum float64, why []event.Reason, gates []event.Gate, emit detect.Emit) {
	size := h.ResponseLen
	if h.ResponseFile != nil {
		size = max(size, h.ResponseFile.Size)
	}
	t, _ := n.told.Touch(key{h.Src.IP, host}, h.Time)
	*t++
	f := event.Finding{
		Behaviour: "malware.download", Severity: severity, Confidence: min(90, 45+int(8*sum)), Weight: min(0.8, 0.13*sum),
		Device: detect.Device(h.Src), Peers: []event.Endpoint{h.Dst}, Subject: host,
		Summary: detect.Say("%s が %s からプログラムとみられるファイル「%s」(%dバイト)を受け取りました。", "%s fetched what seems to be a program from %s: “%s” (%d bytes).", h.Src.IP, host, detect.Short(file), size),
		Reasons: why, Gates: gates, Evidence: []event.Evidence{detect.Seen(h.Time, &h.Conn, detect.Short(h.Host+h.URI))},
	}
	f.Time = h.Time
	if h.ResponseFile != nil && h.ResponseFile.SHA256 != "" {
		f.Evidence[0].Detail = "sha256 " + h.ResponseFile.SHA256
	}
	emit(f)
}
