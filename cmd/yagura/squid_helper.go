package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/yagura-project/yagura/act/squid"
)

type squidHelperCmd struct {
	List    string `arg:"" help:"The list that Yagura writes (act.enforcers, squid.list)."`
	Snippet bool   `help:"Print the lines for squid.conf and end."`
	Page    string `help:"The notice page that an isolated machine is sent to." default:"http://192.0.2.1/" placeholder:"URL"`
}

// Help is printed by yagura squid-helper --help.
func (squidHelperCmd) Help() string {
	return `Squid が自分で起動し、要求のたびに「この端末は隔離されているか」を聞く相手です。人が動かす必要はありません。
一覧がない、または読めないときは、だれでも通します。

Examples:
  yagura squid-helper --snippet --page http://10.1.0.9/ /var/lib/yagura-squid/isolated   # squid.conf に書く行
  echo "0 10.1.0.7 www.example.jp 80" | yagura squid-helper /var/lib/yagura-squid/isolated

Exit codes: 0 Squid closed the conversation.`
}

// Run answers until Squid ends.
func (c squidHelperCmd) Run(std streams) error {
	if c.Snippet {
		self, err := os.Executable()
		if err != nil {
			return err
		}
		_, err = io.WriteString(std.out, squid.Snippet(self, c.List, c.Page))
		return err
	}
	return squid.Help(os.Stdin, std.out, c.List, time.Now, func(err error) { fmt.Fprintln(std.err, "yagura squid-helper:", err) })
}
