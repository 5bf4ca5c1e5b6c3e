package life

import (
	"fmt"
	"time"

	"github.com/yagura-project/yagura/event"
	"github.com/yagura-project/yagura/lab/town/stage"
)

// browse: people read web pages; a page comes with pieces from content networks, advertisers and counters.
func browse(s *stage.Stage) {
	each(s, "browse", online, func(c *stage.Scene) {
		own := make([]string, 12) // where this person goes often
		for i := range own {
			own[i] = site(c)
		}
		c.Loop(every(c, 14*time.Minute), func() {
			host := stage.Pick(c, own)
			if c.Chance(0.15) {
				host = site(c)
			}
			page(c, host)
		})
		longest(c)
	})
}

// site is one of some thousand names; some are visited by everybody, most by few.
func site(c *stage.Scene) string {
	if c.Chance(0.5) {
		return stage.Pick(c, popular)
	}
	n := int(float64(6000) * c.Rand.Float64() * c.Rand.Float64())
	return fmt.Sprintf("www.%s%d.%s", stage.Pick(c, words), n, stage.Pick(c, []string{"co.jp", "jp", "com", "or.jp", "lg.jp", "ne.jp", "net"}))
}

var (
	popular = []string{"www.yahoo.co.jp", "www.google.com", "www.soumu.go.jp", "www.mhlw.go.jp", "elaws.e-gov.go.jp", "www.jma.go.jp", "www.nhk.or.jp", "www.pref.example.lg.jp", "weather.example.ne.jp", "www.post.japanpost.jp",
		"maps.example.co.jp", "www.nikkei.com", "www.city.example.lg.jp", "zip.example.jp", "ekitan.example.com"}
	words  = []string{"shinbun", "kensetsu", "fukushi", "kaigo", "kosodate", "kanko", "bosai", "suido", "zeirishi", "jichitai", "machi", "denki", "gakko", "byoin", "hoken", "shoko", "nogyo", "ringyo", "shisetsu", "tosho"}
	pieces = []string{"www.googletagmanager.com", "cdn.example-cdn.net", "fonts.gstatic.com", "ad.example-ads.jp", "s.yimg.jp", "platform.example-sns.com", "d1a2b3c4d5e6f7.cloudfront.net", "static.example-img.jp"}
)

// page is one page with its pieces, most over TLS; names of content networks carry hashes.
func page(c *stage.Scene, host string) {
	if c.Chance(0.12) {
		plain(c, host)
		return
	}
	c.Web(stage.Request{Host: host, TLS: true, Agent: stage.Browser, Up: c.Size(1500), Down: c.Size(180_000), Took: c.Part(50 * time.Second), Known: c.Chance(0.4)})
	for range 1 + c.Rand.IntN(4) {
		piece := stage.Pick(c, pieces)
		if c.Chance(0.08) {
			piece = fmt.Sprintf("e%05d.dsc%c.akamaiedge-%08x.example-cdn.net", c.Rand.IntN(100_000), 'a'+rune(c.Rand.IntN(26)), c.Rand.Uint32())
		}
		c.After(c.Part(2*time.Second), func() {
			c.Web(stage.Request{Host: piece, TLS: true, Agent: stage.Browser, Up: c.Size(900), Down: c.Size(60_000), Took: c.Part(40 * time.Second), Known: c.Chance(0.6)})
		})
	}
	if c.Chance(0.3) && !c.Me.Proxy {
		prefetch(c)
	}
}

// plain is a page of the old kind, without TLS.
func plain(c *stage.Scene, host string) {
	c.Web(stage.Request{Host: host, URI: "/index.html", Agent: stage.Browser, Down: c.Size(40_000), DownType: "text/html", File: &event.File{Name: "index.html", Type: "html", Size: 40_000}})
	for i := range 3 {
		c.After(time.Duration(i+1)*100*time.Millisecond, func() {
			c.Web(stage.Request{Host: host, URI: fmt.Sprintf("/img/%d.png", i), Referer: "http://" + host + "/index.html", Agent: stage.Browser, Down: c.Size(12_000), DownType: "image/png", File: &event.File{Name: "x.png", Type: "png", Size: 12_000}, Known: true})
		})
	}
	if c.Chance(0.05) { // a document, now and then a program
		kind, name := "pdf", "/download/annai.pdf"
		if c.Chance(0.06) {
			kind, name = "exe", "/download/viewer_setup.exe"
		}
		c.Web(stage.Request{Host: host, URI: name, Referer: "http://" + host + "/index.html", Agent: stage.Browser, Down: 900_000, File: &event.File{Name: "f." + kind, Type: kind, Size: 900_000}, Known: true})
	}
}

// prefetch: the browser looks up the names of all links of a page.
func prefetch(c *stage.Scene) {
	for range 6 + c.Rand.IntN(10) {
		name := site(c)
		if c.Chance(0.05) { // a link that is dead
			c.Ask(name, "A", "NXDOMAIN")
			continue
		}
		c.Lookup(name)
		if c.Chance(0.3) {
			c.Ask(name, "HTTPS", "NOERROR")
		}
	}
}

// longest: some keep a page open that holds its connection all day (stock prices, chat, a map).
func longest(c *stage.Scene) {
	if !c.Chance(0.1) {
		return
	}
	host := stage.Pick(c, []string{"push.example-chat.com", "stream.example-radio.jp", "live.example-map.co.jp", "notify.example-mail.com"})
	c.Morning(minutes(c, 40), func() {
		c.Web(stage.Request{Host: host, TLS: true, Agent: stage.Browser, Up: 90_000, Down: 700_000, Took: c.Around(6*time.Hour, 0.4)})
	})
}
