// Command yagura is the whole of Yagura in one binary: sensor, judgement, response, reports and console.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // screens show JST on machines without zone files

	"github.com/alecthomas/kong"
)

// Exit codes of every command.
const (
	exitOK     = 0
	exitFailed = 1 // a file could not be read, an action failed
	exitUsage  = 2 // wrong arguments or configuration
)

// version is set at build time by -ldflags "-X main.version=…".
var version = "dev"

// cli is the list of commands; one file each.
type cli struct {
	Demo     demoCmd        `cmd:"" help:"Show a breach in a small town on this machine, and how it is contained."`
	Replay   replayCmd      `cmd:"" help:"Analyse capture files offline, in capture time."`
	Approve  approveCmd     `cmd:"" help:"Let a proposed isolation be carried out (asks the running Yagura)."`
	Deny     denyCmd        `cmd:"" help:"Drop a proposed isolation (asks the running Yagura)."`
	Freeze   freezeCmd      `cmd:"" help:"Stop everything automatic, or let it go on (asks the running Yagura)."`
	Check    checkCmd       `cmd:"" help:"Check a configuration and this machine, without starting."`
	Expire   expireCmd      `cmd:"" help:"End isolations whose time is over while Yagura does not run (for a timer)."`
	Explain  explainCmd     `cmd:"" help:"Say in plain words what a configuration does."`
	Hunt     huntCmd        `cmd:"" help:"Ask questions of what has been kept."`
	Isolate  isolateCmd     `cmd:"" help:"Cut a machine off (asks the running Yagura)."`
	Never    neverCmd       `cmd:"" help:"List, add to or take from what may never be cut off (asks the running Yagura)."`
	Packets  packetsCmd     `cmd:"" help:"Cut the packets around a finding out of those that are kept."`
	Rehearse rehearseCmd    `cmd:"" help:"Show what the policy would have done; accept that it may act by itself (asks the running Yagura)."`
	Release  releaseCmd     `cmd:"" help:"Give a machine back (asks the running Yagura)."`
	Report   reportCmd      `cmd:"" help:"Write the report of a period as HTML and PDF."`
	Rules    rulesCmd       `cmd:"" help:"Check, list, explain and count detection rules."`
	Run      runCmd         `cmd:"" help:"Watch, judge, tell and act, as configured."`
	Selftest selftestCmd    `cmd:"" help:"Fire every detector harmlessly and say which cannot fire."`
	Squid    squidHelperCmd `cmd:"" name:"squid-helper" help:"Tell a Squid proxy who is isolated (Squid starts it)."`
	Status   statusCmd      `cmd:"" help:"Show what the running Yagura sees and holds."`
	Verify   verifyCmd      `cmd:"" help:"Check a certificate of network separation, here or anywhere else."`
	Version  versionCmd     `cmd:"" help:"Print the version."`
	Zones    zonesCmd       `cmd:"" help:"Separate networks: propose, check and list permitted communications."`
}

// streams are the process's standard streams, so that commands can be tested.
type streams struct {
	out, err io.Writer
}

// failure carries the exit code of a command that did not succeed.
type failure struct {
	code int
	err  error
}

func (f failure) Error() string { return f.err.Error() }
func (f failure) Unwrap() error { return f.err }

func usageError(format string, args ...any) error {
	return failure{exitUsage, fmt.Errorf(format, args...)}
}

func main() {
	if code, mine := huntWorker(os.Args[1:]); mine {
		os.Exit(code)
	}
	own = true
	gatherGarbage()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], streams{os.Stdout, os.Stderr})
	stop()
	os.Exit(code)
}

// run parses args, runs the command and returns the exit code.
func run(ctx context.Context, args []string, std streams) (code int) {
	exited := -1
	parser, err := kong.New(&cli{},
		kong.Name("yagura"),
		kong.Description("櫓 Yagura: breach detection and automatic response for local governments.\n\nExit codes: 0 done, 1 failed, 2 wrong usage or configuration."),
		kong.Writers(std.out, std.err),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Exit(func(c int) { exited = c }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(std),
	)
	if err != nil {
		fmt.Fprintln(std.err, "yagura:", err)
		return exitUsage
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	kctx, err := parser.Parse(args)
	if exited >= 0 { // --help was printed
		return exited
	}
	if err != nil {
		fmt.Fprintf(std.err, "yagura: %v\nTry: yagura --help\n", err)
		return exitUsage
	}
	return exitCode(kctx.Run(), std)
}

func exitCode(err error, std streams) int {
	if err == nil {
		return exitOK
	}
	if !errors.Is(err, errSilent) {
		fmt.Fprintln(std.err, "yagura:", err)
	}
	var f failure
	if errors.As(err, &f) {
		return f.code
	}
	return exitFailed
}

// errSilent ends a command whose messages have been printed already.
var errSilent = errors.New("already reported")

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run(std streams) error {
	_, err := fmt.Fprintln(std.out, "yagura", version)
	return err
}
