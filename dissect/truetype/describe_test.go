package truetype

import (
	"encoding/binary"
	"strings"
	"testing"
)

// windows is the beginning of a program for Windows, 64 or 32 bits wide.
func windows(machine, flags, magic, subsystem uint16) string {
	b := make([]byte, 512)
	copy(b, "MZ")
	b[60] = 128
	copy(b[128:], "PE\x00\x00")
	for at, v := range map[int]uint16{0: machine, 18: flags, 20: magic, 88: subsystem} {
		binary.LittleEndian.PutUint16(b[132+at:], v)
	}
	return string(b)
}

func TestDescribe(t *testing.T) {
	for b, want := range map[string]string{
		windows(0x8664, 0x2022, 0x20b, 3):  "PE32+ executable (DLL) (console) x86-64, for MS Windows",
		windows(0x14c, 0x102, 0x10b, 2):    "PE32 executable (GUI) Intel 80386, for MS Windows",
		"MZ" + strings.Repeat("\xff", 510): "MS-DOS executable",
		"MZ":                               "MS-DOS executable",
		"\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 9) + "\x03\x00\x3e\x00": "ELF 64-bit LSB shared object, x86-64",
		"\x7fELF":       "ELF",
		"%PDF-1.7\n%":   "PDF document, version 1.7",
		"%PDF":          "PDF document",
		"PK\x03\x04abc": "Zip archive data",
		"PK\x03\x04\x14\x00\x06\x00\x08\x00[Content_Types].xml":               "Microsoft OOXML",
		"PK\x03\x04\x14\x00word/document.xml":                                 "Microsoft Word 2007+",
		"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x02": "PNG image data, 1 x 2",
		"GIF89a\x01\x00\x02\x00":                                              "GIF image data, version 89a, 1 x 2",
		"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x02":                            "JPEG image data, JFIF standard 1.02",
		"\xff\xd8\xff":                         "JPEG image data",
		"CWS\x0a":                              "Macromedia Flash data (compressed), version 10",
		"FWS":                                  "Macromedia Flash data",
		"Rar!\x1a\x07":                         "RAR archive data",
		"#!/bin/sh\nexit\n":                    "POSIX shell script, ASCII text executable",
		"#! /bin/bash -e\n":                    "Bourne-Again shell script, ASCII text executable",
		"#!/usr/bin/env python3.11\n":          "Python script, ASCII text executable",
		"#!/usr/bin/perl -w\n":                 "Perl script text executable",
		"#!/usr/bin/env node\n":                "Node.js script executable, ASCII text",
		"#!/usr/local/bin/foo -x\n":            "a /usr/local/bin/foo -x script, ASCII text executable",
		"#!/bin/sh\n\xe7\x94\xba\n":            "POSIX shell script, Unicode text, UTF-8 text executable",
		"just words":                           "ASCII text",
		"\x01\x02":                             "very short file (no magic)",
		"\xe7\x94\xba\xe5\xbd\xb9\xe5\xa0\xb4": "Unicode text, UTF-8 text",
		"\x01\x02\x03\x04":                     "data",
		"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":     "Composite Document File V2 Document",
	} {
		if got := Describe(Of([]byte(b)), []byte(b)); got != want {
			t.Errorf("%.20q: %q, want %q", b, got, want)
		}
	}
}

// FuzzDescribe: whatever stands at the beginning, the words can be printed.
func FuzzDescribe(f *testing.F) {
	for _, b := range []string{windows(0x14c, 0x102, 0x10b, 2), "%PDF-1.7", "GIF89a\x01\x00\x02\x00", "#!/bin/\x00sh\n", "CWS"} {
		f.Add([]byte(b))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		b = b[:min(len(b), Need)]
		if words := Describe(Of(b), b); words == "" || ascii([]byte(words)) != words {
			t.Errorf("%q", words)
		}
	})
}
