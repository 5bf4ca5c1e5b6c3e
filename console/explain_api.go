package console

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/yagura-project/yagura/event"
)

func (c *Console) explainAPI(api huma.API) {
	huma.Register(api, op("explain-finding", http.MethodGet, "/findings/{uid}/explain", Viewer, "Why a finding came about: each gate, number and threshold, and what would have kept it quiet"),
		func(ctx context.Context, in *Named) (*body[event.Explanation], error) {
			x, err := c.deps.Explain(ctx, in.UID)
			if err != nil {
				return nil, c.failed(ctx, "explain a finding", err)
			}
			return answer(x, nil)
		})
}
