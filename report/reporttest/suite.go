// Package reporttest is the suite that every report must pass, with a month of samples to report on.
package reporttest

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/yagura-project/yagura/report"
)

// Run holds one report to the contract of its room.
func Run(t *testing.T, r report.Report) {
	if err := r.Validate(); err != nil {
		t.Fatal(err)
	}
	day := report.Days(November.From.Add(36*time.Hour), November.From.Add(36*time.Hour))
	for name, c := range map[string]struct {
		src    *Source
		period report.Period
	}{
		"empty":           {&Source{}, November},
		"a month":         {Month(23), November},
		"a day":           {Month(60), day},
		"half an hour":    {Month(9), report.Period{From: November.From, Until: November.From.Add(30 * time.Minute)}},
		"5,000 cases":     {Month(5000), November},
		"a year":          {Month(40), report.Period{From: November.From.AddDate(-1, 0, 0), Until: November.Until}},
		"hostile names":   {hostile(), November},
		"without hunting": {&Source{NoHunts: true, Cases: Month(3).Cases}, November},
	} {
		for _, lang := range []string{"ja", "en"} {
			if name == "5,000 cases" && lang == "en" {
				continue // once is enough of the longest
			}
			t.Run(name+" "+lang, func(t *testing.T) {
				html, pdf, err := r.Render(t.Context(), c.src, c.period, lang)
				if err != nil {
					t.Fatal(err)
				}
				checkHTML(t, html, lang)
				checkPDF(t, pdf)
			})
		}
	}
	t.Run("a source that cannot be read", func(t *testing.T) {
		broken := errors.New("the disk is gone")
		if _, _, err := r.Render(t.Context(), &Source{Broken: broken}, November, "ja"); !errors.Is(err, broken) {
			t.Errorf("the reason is lost: %v", err)
		}
	})
	t.Run("a period that is none", func(t *testing.T) {
		if _, _, err := r.Render(context.Background(), Month(1), report.Period{From: November.Until, Until: November.From}, "ja"); err == nil {
			t.Error("no error")
		}
	})
}

// hostile is a month whose names try to break out of the page.
func hostile() *Source {
	s := Month(12)
	for i := range s.Cases {
		s.Cases[i].Device.Hostname = `<script>alert("1")</script>` + strings.Repeat("w", 300)
		s.Cases[i].Title.JA = strings.Repeat("「長い、見出し」", 80) + "\x00\u202e𠮷野家😀"
		s.Cases[i].Title.EN = strings.Repeat("long ", 200) + "\xff\xfe"
	}
	s.Top.Rows[0][0] = `"><img src=x onerror=alert(1)>`
	s.Town = "<b>町</b>"
	return s
}

var (
	tags   = regexp.MustCompile(`<[^>]*>`)
	active = regexp.MustCompile(`(?i)<script|<img|<iframe|<link|\son\w+=|javascript:|src=|@import|url\(`)
	holes  = regexp.MustCompile(`%!|NaN|Inf|&lt;nil&gt;|ZgotmplZ|0001-01-01`)
)

func checkHTML(t *testing.T, html []byte, lang string) {
	t.Helper()
	page := string(html)
	if !strings.Contains(page, `<html lang="`+lang+`">`) || !strings.HasSuffix(strings.TrimSpace(page), "</html>") {
		t.Error("not a whole page in the language asked for")
	}
	for _, tag := range tags.FindAllString(page, -1) {
		if m := active.FindString(tag); m != "" {
			t.Errorf("the page is not inert: %q in %s", m, tag)
		}
	}
	if m := holes.FindString(page); m != "" {
		t.Errorf("a hole in the text: %q", m)
	}
}

// checkPDF lets poppler, a reader written by others, open the file and looks at where its words stand.
func checkPDF(t *testing.T, pdf []byte) {
	t.Helper()
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) || !bytes.Contains(pdf[len(pdf)-32:], []byte("%%EOF")) {
		t.Fatal("not a whole PDF")
	}
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Log("pdftotext is not installed (script/setup test): the PDF's layout is not checked")
		return
	}
	file := filepath.Join(t.TempDir(), "report.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tool, "-bbox", "-enc", "UTF-8", file, "-").CombinedOutput()
	if err != nil {
		t.Fatalf("pdftotext: %v\n%s", err, out)
	}
	checkBoxes(t, string(out))
	if m := holes.FindString(string(out)); m != "" {
		t.Errorf("a hole in the text: %q", m)
	}
}
