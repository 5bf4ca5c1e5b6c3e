package asset

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/japanese"

	"github.com/yagura-project/yagura/event"
)

// row is one line of a list of assets.
type row struct {
	name, department, place, zone, owner, phone, port string
	mac                                               event.MAC
	ips                                               []netip.Addr
	roles                                             []string
	read                                              time.Time // when the file was written
}

// maxCSV bounds one list of assets.
const maxCSV = 64 << 20

// columns are the headers that are understood, in both languages.
var columns = map[string]string{
	"name": "name", "hostname": "name", "host": "name", "端末名": "name", "ホスト名": "name", "コンピュータ名": "name", "コンピューター名": "name", "機器名": "name", "名称": "name",
	"department": "department", "dept": "department", "所属": "department", "部署": "department", "課": "department", "課名": "department",
	"place": "place", "location": "place", "設置場所": "place", "場所": "place", "フロア": "floor", "floor": "floor", "階": "floor",
	"phone": "phone", "tel": "phone", "電話": "phone", "電話番号": "phone", "内線": "phone", "連絡先": "phone",
	"port": "port", "switch port": "port", "接続ポート": "port", "スイッチポート": "port", "ポート": "port",
	"zone": "zone", "ゾーン": "zone", "系": "zone", "ネットワーク": "zone", "セグメント": "zone",
	"mac": "mac", "macアドレス": "mac", "mac address": "mac", "物理アドレス": "mac",
	"ip": "ip", "ipアドレス": "ip", "ip address": "ip", "アドレス": "ip",
	"owner": "owner", "user": "owner", "利用者": "owner", "使用者": "owner", "管理者": "owner", "担当者": "owner",
	"roles": "roles", "role": "roles", "役割": "roles", "用途": "roles",
}

// roleWords are Japanese words for roles.
var roleWords = map[string]string{
	"ドメインコントローラー": "dc", "ドメインコントローラ": "dc", "ゲートウェイ": "gateway", "ルーター": "gateway", "ルータ": "gateway", "プロキシ": "proxy",
	"バックアップ": "backup", "管理端末": "management", "管理": "management", "資産管理": "management", "診断": "scanner", "脆弱性診断": "scanner",
}

// readCSV reads a list in UTF-8 (with or without BOM) or Shift_JIS (CP932).
// Every faulty line is named with file, line and what to write.
func readCSV(path string) ([]*row, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("list of assets: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("list of assets: %w", err)
	}
	b, err := io.ReadAll(io.LimitReader(f, maxCSV+1))
	if err != nil {
		return nil, fmt.Errorf("list of assets %s: %w", path, err)
	}
	if len(b) > maxCSV {
		return nil, fmt.Errorf("list of assets %s is larger than %d MiB: split it", path, maxCSV>>20)
	}
	text, err := decode(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return parse(path, text, info.ModTime().UTC())
}

func decode(b []byte) ([]byte, error) {
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	if utf8.Valid(b) {
		return b, nil
	}
	out, err := japanese.ShiftJIS.NewDecoder().Bytes(b)
	if err != nil || bytes.ContainsRune(out, utf8.RuneError) {
		return nil, errors.New("neither UTF-8 nor Shift_JIS: save it as CSV UTF-8")
	}
	return out, nil
}

func parse(path string, text []byte, read time.Time) (rows []*row, _ error) {
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord, r.TrimLeadingSpace = -1, true
	head, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("%s:1: no header line: write name,department,place,zone,mac,ip,owner,roles (or 端末名,所属,設置場所,…)", path)
	}
	where := map[string]int{}
	for i, h := range head {
		if c := columns[strings.ToLower(strings.TrimSpace(h))]; c != "" {
			where[c] = i
		}
	}
	if _, ok := where["name"]; !ok {
		return nil, fmt.Errorf("%s:1: no column name (端末名); columns found: %s", path, strings.Join(head, ", "))
	}
	var errs []error
	for len(errs) < 20 {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", path, err))
			break
		}
		line, _ := r.FieldPos(0)
		x, err := readRow(rec, where)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: %w", path, line, err))
			continue
		}
		x.read = read
		rows = append(rows, x)
	}
	return rows, errors.Join(errs...)
}

func readRow(rec []string, where map[string]int) (*row, error) {
	get := func(c string) string {
		if i, ok := where[c]; ok && i < len(rec) {
			return strings.TrimSpace(rec[i])
		}
		return ""
	}
	x := &row{name: get("name"), department: get("department"), place: get("place"), zone: get("zone"), owner: get("owner"), phone: get("phone"), port: get("port")}
	if floor := get("floor"); !strings.Contains(x.place, floor) {
		x.place = strings.TrimSpace(x.place + " " + floor)
	}
	var err error
	if x.mac, err = event.ParseMAC(get("mac")); err != nil {
		return nil, err
	}
	for _, s := range fields(get("ip")) {
		ip, err := netip.ParseAddr(s)
		if err != nil {
			return nil, fmt.Errorf("IP address %q: write it as 192.0.2.10, several separated by ;", s)
		}
		x.ips = append(x.ips, ip.Unmap())
	}
	for _, s := range fields(get("roles")) {
		if w := roleWords[s]; w != "" {
			s = w
		}
		x.roles = append(x.roles, strings.ToLower(s))
	}
	if x.name == "" && x.mac.IsZero() && len(x.ips) == 0 {
		return nil, errors.New("a line without name, MAC and IP address says nothing: fill one of them or delete the line")
	}
	return x, nil
}

func fields(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ';' || r == ' ' || r == '、' || r == '/' || r == '|' })
}

// fits reports whether the line speaks of m: by MAC, else by address, else by name.
func (x *row) fits(m *machine) bool {
	if !x.mac.IsZero() && !m.mac.IsZero() {
		return x.mac == m.mac
	}
	for _, b := range m.bindings {
		switch b.Field {
		case "ip":
			if ip, err := netip.ParseAddr(b.Value); err == nil && slices.Contains(x.ips, ip) {
				return true
			}
		case "hostname":
			if len(x.ips) == 0 && x.name != "" && sameHost(x.name, b.Value) {
				return true
			}
		}
	}
	return false
}

// match gives m the line that speaks of it; the last one wins.
func (v *Inventory) match(m *machine) {
	for i := len(v.rows) - 1; i >= 0; i-- {
		x := v.rows[i]
		if x == m.row {
			return
		}
		if x.fits(m) {
			m.row = x
			m.bind("hostname", x.name, fromCSV, x.read)
			return
		}
	}
}

// place makes the machine of a line that names a MAC or an address, so that it is known before it speaks.
func (v *Inventory) place(x *row) {
	var m *machine
	switch {
	case !x.mac.IsZero():
		m = v.byMAC(x.mac, x.read)
	case len(x.ips) > 0:
		m = v.at(x.ips[0], x.read)
	default:
		return
	}
	for _, ip := range x.ips {
		if v.holder(ip, x.read) == nil {
			v.hold(ip, m, fromCSV, x.read)
		}
	}
}

// fill puts the line's words into the device.
func (x *row) fill(d *event.Device) {
	d.Department, d.Place, d.Owner, d.Phone = x.department, x.place, x.owner, x.phone
	if d.Port == "" {
		d.Port = x.port
	}
	if x.zone != "" && d.Zone == "" {
		d.Zone = x.zone
	}
	if x.name != "" {
		d.Hostname = x.name
	}
}
