// Command serve shows the console over the town in memory, for work on the pages and for their browser tests.
//
//	go run ./console/consoletest/serve -listen 127.0.0.1:18440
//	go run ./console/consoletest/serve -openapi > console/web/src/api/openapi.json
//
// POST /test/breach, /test/propose and /test/outbreak on the same port make things happen; only this command has them.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"time"

	"github.com/yagura-project/yagura/console"
	"github.com/yagura-project/yagura/console/consoletest"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:18440", "address")
	openapi := flag.Bool("openapi", false, "print the OpenAPI page and exit")
	demo := flag.Bool("demo", true, "let the first password be kept")
	flag.Parse()
	if err := run(*listen, *openapi, *demo); err != nil {
		fmt.Fprintln(os.Stderr, "serve:", err)
		os.Exit(1)
	}
}

func run(listen string, openapi, demo bool) error {
	if openapi {
		page, err := console.OpenAPI()
		if err != nil {
			return err
		}
		_, err = fmt.Println(string(page))
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	dir, err := os.MkdirTemp("", "consoletest-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	town := consoletest.New(time.Now)
	cfg := console.DefaultConfig()
	cfg.Demo, cfg.Contact = demo, console.Contact{Name: "情報政策室", Phone: "内線 210"}
	deps := town.Deps(dir, slog.Default())
	deps.Announce = func(f console.First) {
		_ = json.NewEncoder(os.Stdout).Encode(map[string]string{"url": "http://" + listen, "user": f.User, "password": f.Password})
	}
	return serve(ctx, listen, cfg, deps, town)
}

func serve(ctx context.Context, listen string, cfg console.Config, deps console.Deps, town *consoletest.Town) error {
	cfg.Listen = "127.0.0.1:0"
	c, err := console.New(cfg, deps)
	if err != nil {
		return err
	}
	town.Connect(c.Hub())
	if err := c.Start(ctx); err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /test/breach", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, town.Breach()) })
	mux.HandleFunc("POST /test/propose", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, town.Propose()) })
	mux.HandleFunc("POST /test/outbreak", func(w http.ResponseWriter, r *http.Request) {
		uid, err := town.Outbreak(r.Context())
		fmt.Fprintln(w, uid, err)
	})
	mux.Handle("/", c.Handler())
	s := &http.Server{Addr: listen, Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go tick(ctx, c, town)
	go func() {
		<-ctx.Done()
		_ = s.Close()
	}()
	err = s.ListenAndServe()
	end, stop := context.WithTimeout(context.Background(), 5*time.Second)
	defer stop()
	if stopErr := c.Stop(end); err == http.ErrServerClosed {
		err = stopErr
	}
	return err
}

func tick(ctx context.Context, c *console.Console, town *consoletest.Town) {
	t := time.NewTicker(5 * time.Second)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			c.Hub().Stats(town.Sensors())
		}
	}
}
