package console

import (
	"bytes"
	"crypto/rand"
	"embed"
	"encoding/json"
	"io/fs"
	"net/http"
	"path"
	"strings"
)

// dist holds the built pages. The folder exists in a clean checkout with .keep alone, so that Go builds without Node.
//
//go:embed all:web/dist
var dist embed.FS

// noncePlace is what web/index.html carries where each answer's own nonce goes.
var noncePlace = []byte("__YAGURA_NONCE__")

const notBuilt = `<!doctype html><html lang="ja"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>櫓 Yagura</title><body><main><h1>画面がまだ組み込まれていません</h1>
<p>この yagura は画面なしで作られています。検知と隔離は動いています。</p>
<p>画面を組み込むには、ソースのフォルダーで次を実行し、作り直してください。</p><pre>make web
go build ./cmd/yagura</pre>
<hr><h1 lang="en">The pages are not built in</h1>
<p lang="en">Detection and response work. To get the pages, run the two commands above in the source folder (Node.js 20.19 or newer is needed).</p>
<p lang="en">The API answers under <a href="/api/v1/openapi.json">/api/v1</a>.</p></main></body></html>`

// mountPages serves the pages, the health check and the counters.
func (c *Console) mountPages(mux *http.ServeMux) {
	pages, err := fs.Sub(dist, "web/dist")
	if err != nil {
		pages = dist
	}
	mux.Handle("GET /", pageHandler(pages))
	mux.HandleFunc("GET /healthz", c.healthz)
	mux.HandleFunc("GET /metrics", c.metrics)
}

// pageHandler serves files that exist as they are and index.html for every other path: the router in the page reads the path.
func pageHandler(pages fs.FS) http.Handler {
	index, _ := fs.ReadFile(pages, "index.html")
	files := http.FileServerFS(pages)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(path.Clean(r.URL.Path), "/")
		if strings.HasPrefix(name, "assets/") {
			// The name carries a hash of the content: it never changes.
			if _, err := fs.Stat(pages, name); err != nil {
				http.NotFound(w, r)
				return
			}
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
			files.ServeHTTP(w, r)
			return
		}
		if info, err := fs.Stat(pages, name); err == nil && !info.IsDir() && name != "index.html" && name != ".keep" {
			w.Header().Set("Cache-Control", "public, max-age=3600")
			files.ServeHTTP(w, r)
			return
		}
		serveIndex(w, index)
	})
}

func serveIndex(w http.ResponseWriter, index []byte) {
	nonce := rand.Text()
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Security-Policy", pagePolicy(nonce))
	if index == nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(notBuilt)) // the client may be gone
		return
	}
	_, _ = w.Write(bytes.ReplaceAll(index, noncePlace, []byte(nonce))) // the client may be gone
}

func (c *Console) healthz(w http.ResponseWriter, _ *http.Request) {
	answer := map[string]string{"status": "ok"}
	status := http.StatusOK
	if c.deps.Health != nil {
		if err := c.deps.Health(); err != nil {
			answer = map[string]string{"status": "unwell", "detail": err.Error()}
			status = http.StatusServiceUnavailable
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // the client may be gone
}

func (c *Console) metrics(w http.ResponseWriter, r *http.Request) {
	switch {
	case c.deps.Metrics == nil:
		http.NotFound(w, r)
	case !c.mayReadMetrics(r):
		http.Error(w, "metrics are for this machine; add your network to console.metrics_from", http.StatusForbidden)
	default:
		c.deps.Metrics.ServeHTTP(w, r)
	}
}
