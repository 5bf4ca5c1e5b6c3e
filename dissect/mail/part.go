package mail

import (
	"strings"

	"github.com/yagura-project/yagura/dissect"
)

// headDone finds out what the part is.
func (r *Reader) headDone() {
	r.fields, r.text, r.code = false, false, identity
	var kind, disposition, transfer string
	for name, value := range lines(r.head) {
		r.limit(len(name), longName, nameTooLong)
		r.limit(len(value), longValue, valueTooLong)
		if !r.inner {
			r.h.Field(name, value)
		}
		switch {
		case is(name, "content-type"):
			if kind == "" || severalParts(value) && !severalParts([]byte(kind)) { // of two, readers differ: parts are read
				kind = string(value)
			}
		case is(name, "content-disposition"):
			disposition = string(value)
		case is(name, "content-transfer-encoding"):
			transfer = strings.ToLower(string(value))
		}
	}
	r.inner, r.head, r.blank, r.earlies = true, r.head[:0], false, 0
	media, params := parse(kind)
	if media == "" && r.digest {
		media = "message/rfc822"
	}
	r.digest = false
	switch {
	case strings.HasPrefix(media, "multipart/") && params["boundary"] != "":
		r.limit(len(params["boundary"]), longBoundary, boundaryTooLong)
		if len(r.boundaries) < maxDepth {
			r.boundaries = append(r.boundaries, boundary{params["boundary"], r.messages, media == "multipart/digest"})
		}
		return
	case media == "message/rfc822" && r.messages < maxDepth: // RFC 2046 §5.2.1: never coded, but some are
		r.messages++
		r.fields, r.letter = true, strings.HasPrefix(transfer, "base64")
		return
	case strings.HasPrefix(transfer, "base64"):
		r.code = base64
	case strings.HasPrefix(transfer, "quoted-printable"):
		r.code = quoted
	case strings.Contains(transfer, "uue"): // x-uuencode, x-uue, uuencode
		r.code = uucoded
	}
	r.leaf(media, disposition, params)
}

func severalParts(kind []byte) bool {
	const multipart = "multipart/"
	return len(kind) > len(multipart) && is(kind[:len(multipart)], multipart)
}

// leaf begins a part that holds content.
func (r *Reader) leaf(media, disposition string, params map[string]string) {
	how, about := parse(disposition)
	name := about["filename"]
	if name == "" {
		name = params["name"]
	}
	r.limit(len(name), longFilename, filenameTooLong)
	r.text = media == "" || strings.HasPrefix(media, "text/")
	if (name != "" || how == "attachment" || Unreadable(media)) && r.files < maxFiles {
		if r.file = r.another(name); tnefPart(media, name) {
			r.tnef = &tnef{open: r.another}
		}
	}
}

// another begins a file, if there are not too many.
func (r *Reader) another(name string) *dissect.File {
	if r.files++; r.files > maxFiles {
		return nil
	}
	return r.h.File(name)
}

// Unreadable tells content that is a file although it has no name, by its media type in small letters.
func Unreadable(media string) bool {
	kind, _, _ := strings.Cut(media, "/")
	switch kind {
	case "application", "image", "audio", "video", "font", "model":
		return true
	}
	return false
}

// coded tells whether the first line of a message that is said to be in base64 is so, which no field is; then it is read as one.
func (r *Reader) coded(l []byte) bool {
	r.letter = false
	for _, c := range l {
		if sextets[c] == 0xff && c != '=' {
			return false
		}
	}
	h := r.h
	h.Field, h.Body = func([]byte, []byte) {}, func([]byte) {}
	r.within = NewReader(h)
	r.within.messages, r.within.files = r.messages, r.files
	r.fields, r.code = false, base64
	return true
}
