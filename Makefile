# Yagura's kitchen: `make` lists what it can do.
SHELL       := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

MODULE      := github.com/yagura-project/yagura
WEB         := console/web
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
FUZZTIME    ?= 10m
YAGURA_DATA ?= ../shared/data
# What runs on one goroutine, or starts other programs: the race detector would only make it slow.
ALONE       := /(report|script|lab|event)(/|$$)|/(detect|dissect|signature)/.
# SQLite is C in the words of Go: its memory is its own, which the race detector does not watch, yet would be asked about at each access.
UNWATCHED   := -gcflags=modernc.org/sqlite/lib=-race=false -gcflags=modernc.org/libc=-race=false
# These wait longest, so they come first.
LONGEST     := ./cmd/yagura ./act/radius ./act/openflow
# The root has the house law alone, which has its own target.
ROOT        := ^[^/]+/[^/]+/[^/]+$$
# Packages at a time where machines are cut off: these mostly wait for silence.
BESIDE      ?= 4
# All code is vetted by its own target; a busy machine may take its time; a program that ends lingers for late races, a second each by default.
TESTS       := GORACE=atexit_sleep_ms=50 go test -vet=off -timeout 30m
# One set of flags for all, so that nothing is compiled twice: what has no place of its own is the same in each clone, and names are
# looked up in Go, as the static sensor must, so that both binaries share nearly every package.
PURE        := netgo,osusergo
OWN         := $(shell go env GOFLAGS 2>/dev/null)
export GOFLAGS := $(OWN) $(filter-out $(OWN),-trimpath -tags=$(PURE))
VERSION     := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

.PHONY: help
help: ## list these targets
	@grep -hE '^[a-z -]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z -]+):.*## /\1\t/' | expand -t 18

.PHONY: demo
demo: setup-demo build ## a breach in a small town on this machine, and the console that shows it
	bin/yagura demo

.PHONY: test
test: setup-test ## everything that must hold, as the CI runs it
	$(MAKE) --no-print-directory --jobs=3 raced plain e2e

# Its parts, beside each other: the first mostly waits for silence, the browser for its pages, and the second keeps the processors busy.
# What knows nothing of the pages is compiled while npm fetches and builds them; what the last two share is compiled before both.
.PHONY: raced plain compiled unraced
raced: web compiled
	$(TESTS) -p $(BESIDE) -race $(UNWATCHED) $(LONGEST) $$(go list ./... | grep -vE '$(ALONE)|$(ROOT)')
plain: web-test build
	$(MAKE) --no-print-directory vet law unraced
	$(TESTS) -p 2 $$(go list ./... | grep -E '$(ALONE)')
	$(MAKE) --no-print-directory slim
compiled:
	go build -race $(UNWATCHED) $$(go list -deps ./cmd/yagura | grep '^$(MODULE)/' | grep -vE '^$(MODULE)/(cmd|console)(/|$$)')
# Tests of one goroutine in packages of the first half: their files say that they are not for the race detector.
unraced:
	files=$$(git ls-files -co --exclude-standard '*_test.go' | xargs grep -lx '//go:build !race' | xargs grep -l '^func Test'); \
	$(TESTS) -p 2 -run "^($$(sed -nE 's/^func (Test\w+)\(.*/\1/p' $$files | paste -sd '|'))$$" $$(dirname $$files | sort -u | sed 's|^|./|')

.PHONY: check
check: fmt-check vet staticcheck law generate-check web-check ## format, vet, staticcheck, house law, generated files

.PHONY: build
build: web ## bin/yagura with its web pages
	go build -ldflags '-X main.version=$(VERSION)' -o bin/yagura.linked ./cmd/yagura
	install -m 755 bin/yagura.linked bin/yagura # as written by a linker it stands in the page cache in pieces of 2 MiB, and needs 20 MB more
	rm bin/yagura.linked

.PHONY: slim
slim: ## bin/yagura-slim: the static sensor, without cgo
	CGO_ENABLED=0 go build -tags slim,$(PURE) -ldflags '-X main.version=$(VERSION)' -o bin/yagura-slim ./cmd/yagura
	@! readelf -lW bin/yagura-slim | grep -q INTERP || { echo "bin/yagura-slim is not static: what needs the loader?"; exit 1; }

# --- the parts of test and check -------------------------------------------------------------------

.PHONY: setup-demo setup-test
setup-demo setup-test: setup-%:
	script/setup $*

.PHONY: vet
vet:
	go vet ./...

.PHONY: law
law: ## the house law alone, never from the cache
	go test -count=1 .

.PHONY: staticcheck
staticcheck:
	go run $(STATICCHECK) ./...

.PHONY: fmt fmt-check
fmt: ## format the Go files
	gofmt -w $$(git ls-files -co --exclude-standard '*.go')
fmt-check:
	@bad=$$(gofmt -l $$(git ls-files -co --exclude-standard '*.go')); [ -z "$$bad" ] || { echo "not formatted (make fmt): $$bad"; exit 1; }

.PHONY: generate generate-check
generate: $(WEB)/node_modules/.package-lock.json ## write what is derived from the code
	go run ./script/gen-all
	go run ./script/gen-docs
	go run ./script/gen-comments
	cd $(WEB) && npm run --silent types
generate-check: $(WEB)/node_modules/.package-lock.json
	cd $(WEB) && npm run --silent types-check
	go run ./script/gen-all -check
	go run ./script/gen-docs -check
	go run ./script/gen-comments -check

# --- the web pages ----------------------------------------------------------------------------------

.PHONY: web web-check web-test e2e
web: $(WEB)/dist/index.html ## the console's pages, built by npm

$(WEB)/node_modules/.package-lock.json: $(WEB)/package-lock.json
	cd $(WEB) && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(WEB)/dist/index.html: $(WEB)/node_modules/.package-lock.json $(shell git ls-files -co --exclude-standard $(WEB) 2>/dev/null | grep -v /dist/)
	cd $(WEB) && npm run --silent build

web-check: $(WEB)/node_modules/.package-lock.json
	cd $(WEB) && npm run --silent typecheck

web-test: web web-check
	cd $(WEB) && npm test --silent

e2e: build ## the console in a real browser
	cd $(WEB) && npm run e2e

.PHONY: screenshots
screenshots: build ## pictures of the console, at 1440 and 390 px
	cd $(WEB) && npm run screenshots

# --- now and then -----------------------------------------------------------------------------------

.PHONY: bench
bench: build ## packets/s beside nfpcapd and ndpiReader; results in lab/bench/results
	script/setup bench
	lab/bench/run

.PHONY: accuracy
accuracy: ## what is found, how soon, and what is found where nothing is, in a town of 1,300 PCs over 20 days
	go build -tags slim -o bin/accuracy ./lab/accuracy
	nice bin/accuracy -v -quiet -record lab/bench/results/accuracy.json
	nice bin/accuracy -v -record lab/bench/results/accuracy.json
	nice bin/accuracy -quiet -packets -pcs 125 -days 1 -record lab/bench/results/accuracy.json
	nice bin/accuracy -packets -pcs 160 -days 2 -seed 5 -record lab/bench/results/accuracy.json
	@if [ -e "$(YAGURA_DATA)/truth.jsonl" ]; then $(MAKE) --no-print-directory slim && bin/accuracy -captures "$(YAGURA_DATA)" -yagura bin/yagura-slim $(patsubst %,-rules %,$(wildcard $(YAGURA_DATA)/rules/*.rules.gz)) -record lab/bench/results/accuracy.json; else echo "no labelled captures in YAGURA_DATA=$(YAGURA_DATA)"; fi
	bin/accuracy -docs docs -record lab/bench/results/accuracy.json

.PHONY: scenario
scenario: ## every enforcer against the real thing, a line for each behaviour: PASS, FAIL, or SKIP with its reason
	script/setup test
	go run ./lab/scenario

.PHONY: fuzz
fuzz: ## fuzz each target for FUZZTIME (10m), those fuzzed least first; keeps what reaches new code
	nice -n 19 go run ./script/fuzz -time $(FUZZTIME)

.PHONY: new-detector new-protocol new-enforcer new-channel new-report
new-detector new-protocol new-enforcer new-channel new-report: new-%: ## NAME=…: one new folder that compiles and passes its tests
	go run ./script/scaffold $* $(NAME)

.PHONY: clean
clean: ## remove what make built
	rm -rf bin $(WEB)/node_modules demo-data
	find $(WEB)/dist -mindepth 1 ! -name .keep -delete
