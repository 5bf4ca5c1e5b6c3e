package asset

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/japanese"
)

const list = "端末名,所属,設置場所,MACアドレス,IPアドレス,利用者,役割\r\n" +
	"SOUMU-01,総務課,本庁舎2階,02-00-00-00-00-0A,,佐藤,\r\n" +
	"DC1,情報政策課,サーバー室,,10.1.0.10,,ドメインコントローラー;dns\r\n" +
	"ZEIMU-07,税務課,本庁舎1階,,,鈴木,\r\n"

func write(t *testing.T, b []byte) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), "assets.csv")
	if err := os.WriteFile(p, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestCSVInEveryEncoding(t *testing.T) {
	sjis, err := japanese.ShiftJIS.NewEncoder().String(list)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"utf-8": list, "bom": "\ufeff" + list, "shift_jis": sjis} {
		t.Run(name, func(t *testing.T) {
			path := write(t, []byte(text))
			v := inventory(t, func(c *Config) { c.CSV = []string{path} })
			if err := v.Load(); err != nil {
				t.Fatal(err)
			}
			ack(v, macA, "10.1.2.30", "DESKTOP-XYZ", t0)
			ack(v, macB, "10.1.2.31", "zeimu-07", t0)
			d := v.Device(ip("10.1.2.30"), t0)
			if d.Hostname != "SOUMU-01" || d.Department != "総務課" || d.Place != "本庁舎2階" || d.Owner != "佐藤" || d.Zone != "internet" {
				t.Errorf("by MAC: %+v", d)
			}
			if d := v.Device(ip("10.1.0.10"), t0); d.Hostname != "DC1" || !d.HasRole("dc") || !d.HasRole("dns") {
				t.Errorf("by address, before it spoke: %+v", d)
			}
			if d := v.Device(ip("10.1.2.31"), t0); d.Department != "税務課" {
				t.Errorf("by name: %+v", d)
			}
		})
	}
}

func TestCSVErrorsNameTheLine(t *testing.T) {
	for text, want := range map[string]string{
		"name,mac\npc1,02:00:00:00:00:01\npc2,zz\n": "assets.csv:3: MAC address",
		"name,ip\npc1,10.1.2.\n":                    "assets.csv:2: IP address",
		"name,ip\n,\n":                              "assets.csv:2: a line without",
		"foo,bar\n1,2\n":                            "assets.csv:1: no column name",
		"":                                          "assets.csv:1: no header",
	} {
		_, err := readCSV(write(t, []byte(text)))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// A faulty list leaves the former one in force.
func TestReloadKeepsTheGoodOne(t *testing.T) {
	path := write(t, []byte(list))
	v := inventory(t, func(c *Config) { c.CSV = []string{path} })
	if err := v.Load(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("name,ip\nx,y\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := v.Load(); err == nil {
		t.Fatal("a faulty list was taken")
	}
	if d := v.Device(ip("10.1.0.10"), time.Now()); d.Hostname != "DC1" {
		t.Errorf("the former list is lost: %+v", d)
	}
}
