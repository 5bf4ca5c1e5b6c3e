package truetype

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"path"
	"strconv"
	"strings"
)

// plain are the kinds that need no look at what follows, in the words of file(1), which rules know.
var plain = map[string]string{
	"ole": "Composite Document File V2 Document", "rar": "RAR archive data", "7z": "7-zip archive data", "gzip": "gzip compressed data",
	"bzip2": "bzip2 compressed data", "xz": "XZ compressed data", "zstd": "Zstandard compressed data", "cab": "Microsoft Cabinet archive data",
	"lnk": "MS Windows shortcut", "rtf": "Rich Text Format data", "class": "compiled Java class data", "macho": "Mach-O 64-bit executable",
	"registry": "MS Windows registry file, NT/2000 or above", "chm": "MS Windows HtmlHelp Data", "ogg": "Ogg data", "mp3": "Audio file with ID3",
	"font": "Web Open Font Format", "ico": "MS Windows icon resource", "onenote": "Microsoft OneNote", "sqlite": "SQLite 3.x database",
	"mp4": "ISO Media", "tar": "POSIX tar archive", "hta": "HTML document", "html": "HTML document", "xml": "XML 1.0 document", "json": "JSON text data",
}

// Describe tells what the file is that starts with b, of a kind that Of gave, as file(1) would begin to.
func Describe(kind string, b []byte) string {
	switch kind {
	case "exe":
		return program(b)
	case "elf":
		return elf(b)
	case "pdf":
		return "PDF document" + version(b, len("%PDF-"), ", version ")
	case "zip":
		return zip(b)
	case "png":
		if len(b) >= 24 {
			return fmt.Sprintf("PNG image data, %d x %d", binary.BigEndian.Uint32(b[16:]), binary.BigEndian.Uint32(b[20:]))
		}
		return "PNG image data"
	case "gif":
		if len(b) >= 10 {
			return fmt.Sprintf("GIF image data, version %s, %d x %d", ascii(b[3:6]), binary.LittleEndian.Uint16(b[6:]), binary.LittleEndian.Uint16(b[8:]))
		}
		return "GIF image data"
	case "jpeg":
		return jpeg(b)
	case "swf":
		return flash(b)
	case "riff":
		return "RIFF (little-endian) data"
	case "script", "text":
		return text(b)
	}
	if words := plain[kind]; words != "" {
		return words
	}
	if len(b) < 4 {
		return "very short file (no magic)"
	}
	return "data"
}

// machines are processors of programs for Windows (PE format §Machine Types).
var machines = map[uint16]string{0x14c: "Intel 80386", 0x8664: "x86-64", 0x1c0: "ARM", 0x1c4: "ARMv7 Thumb", 0xaa64: "Aarch64"}

// program reads the header of a program for Windows (PE format §COFF File Header, §Optional Header).
func program(b []byte) string {
	at := 0
	if len(b) >= 64 {
		at = int(binary.LittleEndian.Uint32(b[60:]))
	}
	const size = 4 + 20 + 70 // signature, header, and of what follows up to the subsystem
	if at < 0 || at > len(b)-size || at == 0 || string(b[at:at+4]) != "PE\x00\x00" {
		return "MS-DOS executable"
	}
	h := b[at+4:]
	u16 := func(i int) uint16 { return binary.LittleEndian.Uint16(h[i:]) }
	words := "PE32 executable"
	if u16(20) == 0x20b {
		words = "PE32+ executable"
	}
	if u16(18)&0x2000 != 0 {
		words += " (DLL)"
	}
	words += map[uint16]string{1: " (native)", 2: " (GUI)", 3: " (console)"}[u16(20+68)]
	if m := machines[u16(0)]; m != "" {
		words += " " + m
	}
	return words + ", for MS Windows"
}

// elf reads its identification and type (System V ABI §ELF Header).
func elf(b []byte) string {
	if len(b) < 20 {
		return "ELF"
	}
	words, order := "ELF 32-bit", binary.ByteOrder(binary.LittleEndian)
	if b[4] == 2 {
		words = "ELF 64-bit"
	}
	if b[5] == 2 {
		words, order = words+" MSB", binary.BigEndian
	} else {
		words += " LSB"
	}
	words += map[uint16]string{1: " relocatable", 2: " executable", 3: " shared object", 4: " core file"}[order.Uint16(b[16:])]
	return words + map[uint16]string{3: ", Intel 80386", 8: ", MIPS", 40: ", ARM", 62: ", x86-64", 183: ", ARM aarch64"}[order.Uint16(b[18:])]
}

// zip tells documents of Office and programs of Java from other archives, by the names of their first files.
func zip(b []byte) string {
	switch {
	case bytes.Contains(b, []byte("word/")):
		return "Microsoft Word 2007+"
	case bytes.Contains(b, []byte("xl/")):
		return "Microsoft Excel 2007+"
	case bytes.Contains(b, []byte("ppt/")):
		return "Microsoft PowerPoint 2007+"
	case bytes.Contains(b, []byte("[Content_Types].xml")):
		return "Microsoft OOXML"
	case bytes.Contains(b, []byte("META-INF/")):
		return "Java archive data (JAR)"
	}
	return "Zip archive data"
}

func jpeg(b []byte) string {
	if len(b) >= 13 && string(b[6:10]) == "JFIF" {
		return fmt.Sprintf("JPEG image data, JFIF standard %d.%02d", b[11], b[12])
	}
	if len(b) >= 10 && string(b[6:10]) == "Exif" {
		return "JPEG image data, Exif standard"
	}
	return "JPEG image data"
}

func flash(b []byte) string {
	words := "Macromedia Flash data"
	if b[0] != 'F' {
		words += " (compressed)"
	}
	if len(b) > 3 {
		words += ", version " + strconv.Itoa(int(b[3]))
	}
	return words
}

// text tells what reads it where its first line does.
func text(b []byte) string {
	encoding := "ASCII text"
	for _, c := range b {
		if c >= 0x80 {
			encoding = "Unicode text, UTF-8 text"
			break
		}
	}
	if line, ok := bytes.CutPrefix(b, []byte("#!")); ok {
		line, _, _ = bytes.Cut(line, []byte("\n"))
		return script(ascii(bytes.TrimSpace(line[:min(len(line), 64)])), encoding)
	}
	if bytes.Contains(b, []byte("<?php")) {
		return "PHP script, " + encoding
	}
	return encoding
}

// shells are what first lines call, by the program's name without digits.
var shells = map[string]string{
	"sh": "POSIX shell", "bash": "Bourne-Again shell", "zsh": "Paul Falstad's zsh", "csh": "C shell", "ksh": "Korn shell", "python": "Python", "ruby": "Ruby", "php": "PHP", "lua": "Lua", "awk": "awk", "tclsh": "Tcl/Tk",
}

// script names what a first line behind #! calls, itself or by env.
func script(line, encoding string) string {
	program, args, _ := strings.Cut(line, " ")
	if path.Base(program) == "env" {
		program, _, _ = strings.Cut(strings.TrimSpace(args), " ")
	}
	switch name := strings.TrimRight(path.Base(program), "0123456789."); {
	case name == "perl":
		return "Perl script text executable"
	case name == "node":
		return "Node.js script executable, " + encoding
	case shells[name] != "":
		return shells[name] + " script, " + encoding + " executable"
	}
	return "a " + line + " script, " + encoding + " executable"
}

// version is the digits and dots from an index on, behind a word.
func version(b []byte, at int, word string) string {
	end := at
	for end < len(b) && end < at+8 && (b[end] >= '0' && b[end] <= '9' || b[end] == '.') {
		end++
	}
	if end <= at {
		return ""
	}
	return word + string(b[at:end])
}

// ascii is b without what cannot be printed.
func ascii(b []byte) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, string(b))
}
