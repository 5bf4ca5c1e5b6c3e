package separation

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/yagura-project/yagura/asset"
)

// Columns are the headers of a list of permitted communications as CSV, in both languages.
var Columns = map[string]string{
	"name": "name", "名称": "name", "名前": "name", "通信名": "name", "特定通信名": "name", "件名": "name",
	"source": "source", "src": "source", "送信元": "source", "接続元": "source", "送信元ip": "source", "送信元アドレス": "source",
	"destination": "destination", "dst": "destination", "宛先": "destination", "接続先": "destination", "宛先ip": "destination", "宛先アドレス": "destination",
	"mac": "mac", "macアドレス": "mac", "送信元mac": "mac",
	"protocol": "protocol", "プロトコル": "protocol",
	"ports": "ports", "port": "ports", "ポート": "ports", "ポート番号": "ports", "宛先ポート": "ports",
	"owner": "owner", "担当": "owner", "担当課": "owner", "担当者": "owner", "所管": "owner", "所管課": "owner",
	"reason": "reason", "理由": "reason", "目的": "reason", "用途": "reason",
	"expires": "expires", "期限": "expires", "有効期限": "expires", "終了日": "expires",
}

// maxList bounds the permitted communications of one file.
const maxList = 20_000

// ReadList reads permitted communications from a CSV (UTF-8 or Shift_JIS) or, by its name, a YAML file. All faulty
// entries are named, each with file, line and what to write.
func ReadList(path string) ([]Permit, error) {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".yaml", ".yml":
		return readYAML(path)
	}
	table, err := asset.ReadTable(path, Columns, "name", "destination", "owner", "reason")
	if err != nil {
		return nil, err
	}
	if len(table.Lines) > maxList {
		return nil, fmt.Errorf("%s: %d entries are more than %d: permit networks or zones instead of single addresses", path, len(table.Lines), maxList)
	}
	var out []Permit
	var errs []error
	for _, l := range table.Lines {
		p, empty, err := permitOf(l.Get)
		if empty {
			continue
		}
		if err == nil {
			err = p.validate()
		}
		if err != nil && len(errs) < 20 {
			errs = append(errs, fmt.Errorf("%s:%d: %s%w", path, l.Number, quoted(p.Name), err))
		}
		out = append(out, p)
	}
	return out, errors.Join(errs...)
}

func quoted(name string) string {
	if name == "" {
		return ""
	}
	return "「" + name + "」 "
}

// permitOf makes an entry of one line; empty lines are what spreadsheets leave behind.
func permitOf(get func(string) string) (p Permit, empty bool, err error) {
	p = Permit{Name: get("name"), Source: words(get("source")), Destination: words(get("destination")), MAC: words(get("mac")),
		Protocol: strings.ToLower(get("protocol")), Owner: get("owner"), Reason: get("reason")}
	if p.Name == "" && len(p.Source)+len(p.Destination)+len(p.MAC) == 0 && p.Owner == "" && p.Reason == "" {
		return p, true, nil
	}
	if p.Ports, err = ports(get("ports")); err != nil {
		return p, false, err
	}
	p.Expires, err = date(get("expires"))
	return p, false, err
}

// words separates what stands in one cell.
func words(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(";,、，；\n\r\t ", r) || r == '　' })
}

// maxPorts bounds a range of ports: who needs more means all of them.
const maxPorts = 4096

func ports(s string) (out []uint16, _ error) {
	for _, w := range words(s) {
		if w == "*" || strings.EqualFold(w, "any") || w == "すべて" || w == "-" {
			return nil, nil
		}
		a, b, isRange := strings.Cut(strings.ReplaceAll(w, "～", "-"), "-")
		if !isRange {
			b = a
		}
		from, err1 := strconv.ParseUint(a, 10, 16)
		to, err2 := strconv.ParseUint(b, 10, 16)
		if err1 != nil || err2 != nil || from == 0 || to < from {
			return nil, fmt.Errorf("port %q: write 443, or several as 443;8443, or a range as 8000-8010, or leave it empty for all", w)
		}
		if to-from >= maxPorts {
			return nil, fmt.Errorf("port %q: more than %d ports: leave the cell empty to permit all", w, maxPorts)
		}
		for n := from; n <= to; n++ {
			out = append(out, uint16(n))
		}
	}
	return out, nil
}

var reiwa = regexp.MustCompile(`^(?:令和|R|r)\s*(\d{1,2}|元)[年./-](\d{1,2})[月./-](\d{1,2})日?$`)

var jst = time.FixedZone("JST", 9*60*60)

// date is the last day of an entry, which is permitted to its end; "" is none.
func date(s string) (time.Time, error) {
	if s == "" || s == "無期限" || s == "-" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t.UTC(), nil
	}
	if m := reiwa.FindStringSubmatch(s); m != nil {
		year := 1
		if m[1] != "元" {
			year, _ = strconv.Atoi(m[1])
		}
		s = fmt.Sprintf("%d-%s-%s", 2018+year, m[2], m[3])
	}
	for _, form := range []string{"2006-1-2", "2006/1/2", "2006.1.2", "2006年1月2日"} {
		if t, err := time.ParseInLocation(form, s, jst); err == nil {
			return t.AddDate(0, 0, 1).UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("date %q: write it as 2027-03-31 (or 2027/3/31, 令和9年3月31日), or leave it empty for no end", s)
}

// readYAML reads a list under the key permit.
func readYAML(path string) ([]Permit, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("list: %w", err)
	}
	var file struct {
		Permit []Permit `yaml:"permit"`
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, nil
	}
	if err := yaml.UnmarshalWithOptions(text, &file, yaml.Strict()); err != nil {
		var y yaml.Error
		if errors.As(err, &y) && y.GetToken() != nil {
			return nil, fmt.Errorf("%s:%d: %s; an entry has name, source, destination, mac, protocol, ports, owner, reason, expires", path, y.GetToken().Position.Line, y.GetMessage())
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var errs []error
	for i, p := range file.Permit {
		if err := p.validate(); err != nil && len(errs) < 20 {
			errs = append(errs, fmt.Errorf("%s:%d: %s%w", path, entryLine(text, i), quoted(p.Name), err))
		}
	}
	return file.Permit, errors.Join(errs...)
}

// entryLine is the line on which entry i of the key permit begins.
func entryLine(text []byte, i int) int {
	n, within, indent := 0, false, -1
	for at, l := range strings.Split(string(text), "\n") {
		t := strings.TrimLeft(l, " ")
		if strings.HasPrefix(l, "permit:") {
			within = true
			continue
		}
		if !within || !strings.HasPrefix(t, "- ") && t != "-" {
			continue
		}
		if in := len(l) - len(t); indent < 0 || in == indent {
			indent = in
			if n == i {
				return at + 1
			}
			n++
		}
	}
	return 1
}

// load is the whole list: entries of the configuration and of its files.
func (c Config) load() ([]Permit, error) {
	list, errs := append([]Permit(nil), c.Permit...), []error(nil)
	for _, path := range c.Files {
		l, err := ReadList(path)
		if err != nil {
			errs = append(errs, fmt.Errorf("files: %w", err))
		}
		list = append(list, l...)
	}
	seen := map[string]bool{}
	for _, p := range list {
		if seen[p.Name] && p.Name != "" {
			errs = append(errs, fmt.Errorf("permit %q is there twice: give each entry its own name, so that its use can be told", p.Name))
		}
		seen[p.Name] = true
	}
	return list, errors.Join(errs...)
}

// digest identifies a list by its content.
func digest(list []Permit) string {
	b, err := json.Marshal(list)
	if err != nil {
		return "" // strings, numbers and times always marshal
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// IsZone reports whether a source or destination is written as a zone.
func IsZone(word string) bool {
	if _, err := netip.ParsePrefix(word); err == nil {
		return false
	}
	_, err := netip.ParseAddr(word)
	return err != nil
}

// wordFault says what is wrong with a source or a destination; zone names are whatever is no address.
func wordFault(w string) error {
	if !strings.ContainsAny(w, "./:") || strings.ContainsFunc(w, func(r rune) bool { return r > 0x7f }) {
		return nil
	}
	if _, err := netip.ParsePrefix(w); err == nil {
		return nil
	}
	if _, err := netip.ParseAddr(w); err == nil {
		return nil
	}
	if !strings.ContainsAny(w, "0123456789") {
		return nil
	}
	return fmt.Errorf("%q is neither address nor network: write an IP address, a network with its length after a slash, or the name of a zone", w)
}
