package language

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/yagura-project/yagura/capture/forge"
)

// Case is traffic and what rules must find in it.
type Case struct {
	Title string
	Rules []Wanted
	Files map[string]string // that stand beside the rules
	Saved map[string]string // that must stand there afterwards

	parts []part
}

// Wanted is a rule and how often it must be told; -1 is at least once.
type Wanted struct {
	Line  int
	Count int
	Text  string
}

// part is one piece of traffic: a capture, a frame or a conversation.
type part struct {
	capture string
	frame   []byte
	udp     bool
	port    uint16
	says    []forge.Said
}

// Read reads cases. A line's first word says what it is:
//
//	case TITLE           begins the next
//	talk tcp|udp PORT    begins a conversation
//	> TEXT, < TEXT       what the client or the server says, with Go's escapes
//	frame HEX            is an Ethernet frame
//	capture FILE         is a recording below lab or dissect
//	file NAME, saved NAME, then "| TEXT"   are files before and after
//	yes, no or a number  how often the rule that follows must be told
func Read(r io.Reader) (list []*Case, err error) {
	in := bufio.NewScanner(r)
	in.Buffer(nil, 1<<20)
	var c *Case
	var more func(text string) // to the file that was named last
	for n := 1; in.Scan(); n++ {
		word, rest, _ := strings.Cut(in.Text(), " ")
		switch word {
		case "", "#":
			continue
		case "case":
			c = &Case{Title: rest, Files: map[string]string{}, Saved: map[string]string{}}
			list = append(list, c)
			continue
		}
		if c == nil {
			return nil, fmt.Errorf("line %d: no case before it", n)
		}
		switch {
		case word == "|" && more != nil:
			more(rest + "\n")
		case word == "file":
			more = adder(c.Files, rest)
		case word == "saved":
			more = adder(c.Saved, rest)
		default:
			if err := c.line(n, word, rest); err != nil {
				return nil, fmt.Errorf("line %d: %w", n, err)
			}
		}
	}
	return list, in.Err()
}

// adder begins a file and adds to it.
func adder(files map[string]string, name string) func(text string) {
	files[name] = ""
	return func(text string) { files[name] += text }
}

func (c *Case) line(n int, word, rest string) (err error) {
	switch word {
	case "talk":
		var p part
		var proto string
		if _, err = fmt.Sscanf(rest, "%s %d", &proto, &p.port); err == nil {
			p.udp = proto == "udp"
			c.parts = append(c.parts, p)
		}
	case ">", "<":
		text, err := strconv.Unquote(`"` + rest + `"`)
		if err != nil {
			return fmt.Errorf("%s: %w", rest, err)
		}
		if len(c.parts) == 0 {
			return fmt.Errorf("%s: no conversation before it", rest)
		}
		p := &c.parts[len(c.parts)-1]
		p.says = append(p.says, forge.Said{From: strings.Index("><", word), Bytes: []byte(text)})
	case "frame":
		b, err := hex.DecodeString(strings.ReplaceAll(rest, " ", ""))
		if err != nil {
			return err
		}
		c.parts = append(c.parts, part{frame: b})
	case "capture":
		c.parts = append(c.parts, part{capture: rest})
	default:
		w := Wanted{Line: n, Text: rest}
		switch word {
		case "yes":
			w.Count = -1
		case "no":
		default:
			if w.Count, err = strconv.Atoi(word); err != nil {
				return fmt.Errorf("%q is nothing that a line begins with", word)
			}
		}
		c.Rules = append(c.Rules, w)
	}
	return err
}

// files writes those that stand beside the rules.
func (c *Case) files(dir string) error {
	for name, text := range c.Files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}
