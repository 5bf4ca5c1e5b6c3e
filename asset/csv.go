package asset

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

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

// readCSV reads a list of assets. Every faulty line is named with file, line and what to write.
func readCSV(path string) ([]*row, error) {
	text, written, err := readText(path)
	if err != nil {
		return nil, err
	}
	return parse(path, text, written)
}

func parse(path string, text []byte, written time.Time) (rows []*row, _ error) {
	table, err := tableOf(path, text, written, columns, []string{"name"})
	if err != nil {
		return nil, err
	}
	var errs []error
	for _, l := range table.Lines {
		x, err := readRow(l.Get)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s:%d: %w", path, l.Number, err))
			if len(errs) >= maxFaults {
				break
			}
			continue
		}
		x.read = written
		rows = append(rows, x)
	}
	return rows, errors.Join(errs...)
}

func readRow(get func(string) string) (*row, error) {
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
