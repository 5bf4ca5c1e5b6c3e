// Package truetype tells what a file is by its first bytes, whatever its name or its sender says.
package truetype

import "bytes"

// Need is how many first bytes of a file give a full answer; fewer give what they can.
const Need = 512

var magics = []struct{ magic, kind string }{
	{"MZ", "exe"},
	{"\x7fELF", "elf"},
	{"%PDF", "pdf"},
	{"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"},
	{"PK\x03\x04", "zip"},
	{"PK\x05\x06", "zip"},
	{"Rar!\x1a\x07", "rar"},
	{"7z\xbc\xaf\x27\x1c", "7z"},
	{"\x1f\x8b", "gzip"},
	{"BZh", "bzip2"},
	{"\xfd7zXZ\x00", "xz"},
	{"\x28\xb5\x2f\xfd", "zstd"},
	{"MSCF", "cab"},
	{"L\x00\x00\x00\x01\x14\x02\x00", "lnk"},
	{"\x89PNG\r\n\x1a\n", "png"},
	{"GIF8", "gif"},
	{"\xff\xd8\xff", "jpeg"},
	{"{\\rtf", "rtf"},
	{"\xca\xfe\xba\xbe", "class"},
	{"\xcf\xfa\xed\xfe", "macho"},
	{"\xfe\xed\xfa\xcf", "macho"},
	{"regf", "registry"},
	{"ITSF", "chm"},
	{"CWS", "swf"}, {"FWS", "swf"}, {"ZWS", "swf"},
	{"#!", "script"},
	{"OggS", "ogg"},
	{"ID3", "mp3"},
	{"wOFF", "font"}, {"wOF2", "font"},
	{"\x00\x00\x01\x00", "ico"},
	{"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d", "onenote"},
	{"SQLite format 3\x00", "sqlite"},
}

// Of names the type of the file that starts with b: exe elf pdf ole zip rar lnk script html text …; "" is unknown.
func Of(b []byte) string {
	for _, m := range magics {
		if len(b) >= len(m.magic) && string(b[:len(m.magic)]) == m.magic {
			return m.kind
		}
	}
	switch {
	case len(b) >= 12 && string(b[:4]) == "RIFF":
		return "riff"
	case len(b) >= 12 && string(b[4:8]) == "ftyp":
		return "mp4"
	case len(b) >= 262 && string(b[257:262]) == "ustar":
		return "tar"
	}
	return textual(b)
}

// scripts are words that make a text a program for a Windows or Unix host, in lower case.
var scripts = [][]byte{
	[]byte("powershell"), []byte("invoke-expression"), []byte("iex("), []byte("iex ("), []byte("new-object "), []byte("frombase64string"),
	[]byte("wscript."), []byte("createobject("), []byte("activexobject("), []byte("@echo off"), []byte("cmd /c"), []byte("cmd.exe"),
	[]byte("on error resume next"), []byte("<?php"), []byte("<job"),
}

var application = []byte("<hta:application")

// textual tells the kinds of text apart.
func textual(b []byte) string {
	b = b[:min(len(b), Need)]
	t := bytes.TrimLeft(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(t) == 0 || !isText(t) {
		return ""
	}
	var room [Need]byte
	low := room[:copy(room[:], t)]
	for i, c := range low {
		if 'A' <= c && c <= 'Z' {
			low[i] = c + 'a' - 'A'
		}
	}
	begins := func(with string) bool { return len(low) >= len(with) && string(low[:len(with)]) == with }
	switch {
	case bytes.Contains(low, application):
		return "hta"
	case begins("<!doctype html"), begins("<html"), begins("<head"), begins("<body"):
		return "html"
	case begins("<script"):
		return "script"
	case begins("<?xml"):
		return "xml"
	case low[0] == '{', low[0] == '[':
		return "json"
	}
	for _, s := range scripts {
		if bytes.Contains(low, s) {
			return "script"
		}
	}
	return "text"
}

// isText accepts what holds no control bytes; bytes above ASCII may be UTF-8 or Shift_JIS.
func isText(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\t' && c != '\r' && c != '\n' && c != '\f' && c != 0x1b || c == 0x7f {
			return false
		}
	}
	return true
}
