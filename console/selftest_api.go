package console

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/yagura-project/yagura/event"
)

// SelfTester fires every detector harmlessly, and remembers the last time.
type SelfTester interface {
	// SelfTest runs one; with notify a notice marked as a test is sent. One that runs already is a Refused error.
	SelfTest(ctx context.Context, who string, notify bool) (event.SelfTest, error)
	// LastSelfTest has a zero time where there was none.
	LastSelfTest(ctx context.Context) (event.SelfTest, error)
}

type selfTestInput struct {
	Body struct {
		Notify bool `json:"notify,omitempty" doc:"also send one notice that is marked as a test"`
	}
}

func (c *Console) selfTestAPI(api huma.API) {
	huma.Register(api, op("last-selftest", http.MethodGet, "/selftest", Viewer, "The last self-test: which detectors can fire; its time is missing where there was none"),
		func(ctx context.Context, _ *struct{}) (*body[event.SelfTest], error) {
			t, err := c.deps.SelfTester.LastSelfTest(ctx)
			if err != nil {
				return nil, c.failed(ctx, "last self-test", err)
			}
			return answer(t, nil)
		})
	huma.Register(api, op("selftest", http.MethodPost, "/selftest", Operator, "Fire every detector harmlessly and say which cannot fire"),
		func(ctx context.Context, in *selfTestInput) (*body[event.SelfTest], error) {
			t, err := c.deps.SelfTester.SelfTest(ctx, who(ctx).Name, in.Body.Notify)
			if err != nil {
				return nil, c.failed(ctx, "self-test", err)
			}
			return answer(t, nil)
		})
}
