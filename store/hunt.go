package store

import (
	"embed"
	"errors"
	"fmt"
	"strings"

	"github.com/yagura-project/yagura/event"
)

// Errors of a hunt that its asker can mend.
var (
	ErrNoHunt      = errors.New("there is no such hunt")
	ErrHuntParam   = errors.New("the hunt cannot be asked like this")
	ErrHuntTooBig  = errors.New("the hunt needs more than it may use")
	ErrHuntTimeout = errors.New("the hunt took too long")
	ErrSlim        = errors.New("this build cannot hunt: it was built without DuckDB (slim)")
)

// HuntInfo is a named question over the telemetry, in a certain version.
type HuntInfo struct {
	Name    string      `json:"name"`
	Version int         `json:"version"`
	Title   event.Text  `json:"title"`
	Params  []HuntParam `json:"params"`
}

// HuntParam is one thing that a hunt wants to know.
type HuntParam struct {
	Name    string     `json:"name"`
	Kind    ParamKind  `json:"kind"`
	Title   event.Text `json:"title"`
	Default string     `json:"default,omitempty"` // "" and not Optional: must be given
	Choice  []string   `json:"choice,omitempty"`  // of kind choice
	Min     float64    `json:"min,omitempty"`     // of kinds whole and ratio
	Max     float64    `json:"max,omitempty"`

	Optional bool `json:"optional,omitempty"`
}

// ParamKind is how a parameter is read.
type ParamKind string

// Kinds of parameters.
const (
	ParamHost   ParamKind = "host"   // host name, address, MAC or device UID
	ParamThing  ParamKind = "thing"  // address, domain, SHA-256, JA3 or JA4
	ParamThings ParamKind = "things" // many of them, separated by spaces, commas or lines
	ParamTime   ParamKind = "time"   // RFC 3339; "2026-11-02" and "2026-11-02 09:30" in JST; "-24h", "-7d"; "now"
	ParamChoice ParamKind = "choice"
	ParamWhole  ParamKind = "whole" // whole number
	ParamRatio  ParamKind = "ratio"
	ParamSQL    ParamKind = "sql" // one SELECT over the views events and flows
)

//go:embed hunts/*.sql
var huntSQL embed.FS

func text(ja, en string) event.Text { return event.Text{JA: ja, EN: en} }

var (
	paramFrom   = HuntParam{Name: "from", Kind: ParamTime, Title: text("いつから", "from"), Default: "-24h"}
	paramMonth  = HuntParam{Name: "from", Kind: ParamTime, Title: text("いつから", "from"), Default: "-30d"}
	paramTo     = HuntParam{Name: "to", Kind: ParamTime, Title: text("いつまで", "to"), Default: "now"}
	paramHost   = HuntParam{Name: "host", Kind: ParamHost, Title: text("端末（名前・IP・MAC）", "machine (name, IP, MAC)")}
	paramAnyone = HuntParam{Name: "host", Kind: ParamHost, Title: text("端末（空なら全部）", "machine (all when empty)"), Optional: true}
	paramWhat   = HuntParam{Name: "what", Kind: ParamThing, Title: text("IP・ドメイン・SHA-256", "IP, domain or SHA-256")}
	paramRows   = HuntParam{Name: "limit", Kind: ParamWhole, Title: text("行数", "rows"), Default: "500", Min: 1, Max: 1_000_000}
)

// Hunts lists the questions that may be asked, as the function Hunts does.
func (s *State) Hunts() []HuntInfo { return Hunts() }

// Hunts lists the questions that may be asked of any State.
func Hunts() []HuntInfo {
	return []HuntInfo{
		{"timeline", 1, text("端末の動き", "What a machine did"), []HuntParam{paramHost, paramFrom, paramTo, paramRows}},
		{"destinations", 1, text("通信先の上位", "Top destinations"), []HuntParam{
			{Name: "by", Kind: ParamChoice, Title: text("並び順", "ordered by"), Default: "bytes", Choice: []string{"bytes", "sent", "received", "flows"}},
			{Name: "outside", Kind: ParamChoice, Title: text("庁外だけ", "outside only"), Default: "yes", Choice: []string{"yes", "no"}},
			paramAnyone, paramFrom, paramTo, withDefault(paramRows, "50")}},
		{"whoelse", 1, text("ほかに通信した端末", "Who else talked to it"), []HuntParam{paramWhat, paramMonth, paramTo, paramRows}},
		{"rare", 1, text("少ない端末だけの通信先", "Rare destinations"), []HuntParam{
			{Name: "machines", Kind: ParamWhole, Title: text("端末数の上限", "at most so many machines"), Default: "2", Min: 1, Max: 1000},
			paramFrom, paramTo, paramRows}},
		{"beacons", 1, text("等間隔の通信", "Calls at an even pace"), []HuntParam{
			{Name: "calls", Kind: ParamWhole, Title: text("最少回数", "at least so many calls"), Default: "10", Min: 3, Max: 1_000_000},
			{Name: "jitter", Kind: ParamRatio, Title: text("ゆらぎの上限", "jitter at most"), Default: "0.25", Min: 0, Max: 10},
			paramFrom, paramTo, paramRows}},
		{"indicator", 1, text("過去にさかのぼる照合", "Indicators against the past"), []HuntParam{
			{Name: "values", Kind: ParamThings, Title: text("IP・ドメイン・ハッシュの一覧", "list of IPs, domains, hashes")},
			withDefault(paramMonth, "-90d"), paramTo, paramRows}},
		{"firstseen", 1, text("いつから見えていたか", "Known here since when"), []HuntParam{paramWhat, withDefault(paramMonth, "-90d"), paramTo}},
		{"volume", 1, text("通信量", "Volume"), []HuntParam{
			{Name: "step", Kind: ParamChoice, Title: text("区切り", "step"), Default: "hour", Choice: []string{"minute", "hour", "day"}},
			paramAnyone, paramFrom, paramTo, withDefault(paramRows, "10000")}},
		{"leak", 1, text("外へ出たもの", "What left"), []HuntParam{
			{Name: "what", Kind: ParamThing, Title: text("端末または通信先", "machine or destination")}, paramMonth, paramTo, paramRows}},
		{findingsHunt, 1, text("検知の一覧", "Findings"), []HuntParam{paramAnyone, paramMonth, paramTo, paramRows}},
		{"sql", 1, text("自分のSQL", "Your own SQL"), []HuntParam{
			{Name: "query", Kind: ParamSQL, Title: text("SELECT文（表 events, flows）", "SELECT over events and flows")}, paramFrom, paramTo, paramRows}},
	}
}

func withDefault(p HuntParam, v string) HuntParam {
	p.Default = v
	return p
}

// findHunt gives a hunt with its SQL, or ErrNoHunt with the nearest name.
func findHunt(name string) (HuntInfo, string, error) {
	var names []string
	for _, h := range Hunts() {
		names = append(names, h.Name)
		if h.Name != name {
			continue
		}
		if name == findingsHunt {
			return h, "", nil
		}
		sql, err := huntSQL.ReadFile("hunts/" + name + ".sql")
		return h, string(sql), err
	}
	return HuntInfo{}, "", fmt.Errorf("%w: %q%s", ErrNoHunt, name, suggest(name, names))
}

// suggest names the nearest of some words, or all of them.
func suggest(word string, words []string) string {
	best, distance := "", 3
	for _, w := range words {
		if d := edits(word, w); d < distance {
			best, distance = w, d
		}
	}
	if best != "" {
		return fmt.Sprintf("; did you mean %q?", best)
	}
	return "; there are: " + strings.Join(words, ", ")
}

// edits counts the letters to change, add or leave out from a to b.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
