package keyword

import (
	"github.com/yagura-project/yagura/event/wire"
	"github.com/yagura-project/yagura/signature/content"
)

// modifiers say of a content that it is looked for in a buffer: the form before sticky buffers.
var modifiers = map[string]string{
	"http_uri": "http.uri", "http_raw_uri": "http.uri.raw", "http_client_body": "http.request_body", "http_server_body": "http.response_body",
	"http_header": "http.header", "http_raw_header": "http.header.raw", "http_method": "http.method", "http_cookie": "http.cookie",
	"http_user_agent": "http.user_agent", "http_host": "http.host", "http_raw_host": "http.host.raw",
	"http_stat_code": "http.stat_code", "http_stat_msg": "http.stat_msg",
}

// moved compiles content:"…"; http_uri; which moves the content to a buffer.
func moved(b *builder, name, _ string) error {
	c := b.last
	if c == nil {
		return bad("no content stands before it")
	}
	if b.lastAt != nil || b.base64 != nil {
		return bad("the content before it belongs to the buffer %s; use the sticky buffer %s before the content", b.lastAtName(), modifiers[name])
	}
	d := described()[modifiers[name]]
	if d == nil {
		return &failure{err: bad("nothing fills the buffer %s yet", modifiers[name]), pending: true}
	}
	b.payload = without(b.payload, c)
	p := b.shared(d, name)
	p.steps = append(p.steps, c)
	b.recent = p
	return nil
}

// without takes one step out.
func without(steps []content.Step, c *content.Content) []content.Step {
	for i := len(steps) - 1; i >= 0; i-- {
		if steps[i] == content.Step(c) {
			return append(steps[:i], steps[i+1:]...)
		}
	}
	return steps
}

func (b *builder) lastAtName() string {
	if b.lastAt != nil {
		return b.lastAt.name
	}
	return "base64_data"
}

// shared is the place of a buffer that earlier contents went to, or a new one.
func (b *builder) shared(d *wire.Description, name string) *place {
	for _, p := range b.places {
		if p.desc == d && len(p.transforms) == 0 && p.value == nil && p.dirs == [2]bool{} && !p.absent {
			return p
		}
	}
	p := &place{desc: d, name: d.Name}
	if p.name == "" {
		p.name = name
	}
	b.places = append(b.places, p)
	return p
}

// uricontent is content:"…"; http_uri; in one.
func uricontent(b *builder, name, arg string) error {
	if b.at != nil {
		return bad("it cannot stand behind a sticky buffer")
	}
	if err := b.content(name, arg); err != nil {
		return err
	}
	return moved(b, "http_uri", "")
}
