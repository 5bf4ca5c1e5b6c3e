package service_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/yagura-project/yagura/service"
)

type part struct {
	name string
	fail error
	told *[]string
}

func (p part) Name() string { return p.name }

func (p part) Start(context.Context) error {
	*p.told = append(*p.told, "start "+p.name)
	return p.fail
}

func (p part) Stop(context.Context) error {
	*p.told = append(*p.told, "stop "+p.name)
	return nil
}

func TestGroupStopsInReverseWhatItStarted(t *testing.T) {
	var told []string
	g := service.NewGroup(slog.New(slog.DiscardHandler))
	broken := errors.New("no such interface")
	err := g.Start(t.Context(), part{"a", nil, &told}, part{"b", nil, &told}, part{"c", broken, &told}, part{"d", nil, &told})
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "c: ") {
		t.Errorf("error: %v", err)
	}
	if want := []string{"start a", "start b", "start c", "stop b", "stop a"}; !slices.Equal(told, want) {
		t.Errorf("order %v, want %v", told, want)
	}
	if err := g.Stop(t.Context()); err != nil || len(told) != 5 {
		t.Errorf("a second stop did something: %v %v", told, err)
	}
}

type settings struct{ Port int }

func (s *settings) Validate() error {
	if s.Port == 0 {
		return errors.New("port: is 0")
	}
	return nil
}

func TestSectionFillsAndValidates(t *testing.T) {
	given := service.Settings(&settings{Port: 25})
	got := settings{Port: 1}
	if err := given.Decode(&got); err != nil || got.Port != 25 {
		t.Errorf("port %d, %v", got.Port, err)
	}
	var none service.Section
	kept := settings{Port: 1}
	if err := none.Decode(&kept); err != nil || kept.Port != 1 {
		t.Errorf("defaults: port %d, %v", kept.Port, err)
	}
	if err := none.Decode(&settings{}); err == nil {
		t.Error("a wrong default passed")
	}
	if err := given.Decode(new(int)); err == nil {
		t.Error("settings of another type were taken")
	}
}
