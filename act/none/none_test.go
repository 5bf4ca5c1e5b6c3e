package none

import (
	"testing"

	"github.com/yagura-project/yagura/act"
	"github.com/yagura-project/yagura/act/acttest"
)

func TestConformance(t *testing.T) {
	acttest.Run(t, acttest.Bench{Open: func(t *testing.T, d act.Deps) act.Hand {
		h, err := Enforcer.Open(Enforcer.Config(), d)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}})
}
