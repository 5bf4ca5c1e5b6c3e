// Command scaffold makes the folder of a new detector, protocol, enforcer, channel or report: small, working, tested.
package main

import (
	"fmt"
	"os"
	"os/exec"
)

const usage = `usage: make new-detector NAME=nightshift   (or new-protocol, new-enforcer, new-channel, new-report)
       go run ./script/scaffold detector nightshift

Makes one folder, detect/nightshift/, that compiles and passes its tests, and puts it on detect/all/all.go.
NAME is a Go package name: lower-case letters and digits, beginning with a letter.
exit: 0 made, 1 it could not be made, 2 usage
`

func main() {
	if len(os.Args) != 3 || os.Args[2] == "" {
		fmt.Fprint(os.Stderr, usage)
		os.Exit(2)
	}
	if err := build(".", os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "scaffold:", err)
		os.Exit(1)
	}
}

// build writes the folder, its samples and the room's list.
func build(root, what, name string) error {
	files, err := scaffold(root, what, name)
	if err != nil {
		return err
	}
	for _, f := range files {
		fmt.Println("new", f)
	}
	if err := goTool(root, "run", "./script/gen-all"); err != nil {
		return err
	}
	if what == "detector" {
		if err := goTool(root, "run", "./script/gen-docs", "-only", name); err != nil {
			return err
		}
	}
	folder := "./" + kinds[what].room + "/" + name
	if kinds[what].samples {
		if err := goTool(root, "test", folder, "-update"); err != nil {
			return err
		}
	}
	if err := goTool(root, "test", folder); err != nil {
		return err
	}
	fmt.Printf("%s is yours: make it see what you want it to see, then make check\n", folder)
	return nil
}

func goTool(dir string, args ...string) error {
	cmd := exec.Command("go", args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("go %v: %w", args, err)
	}
	return nil
}
