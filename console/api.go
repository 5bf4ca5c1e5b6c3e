package console

import (
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

const base = "/api/v1"

// mountAPI registers every operation; what stands here is the whole API.
func (c *Console) mountAPI(mux *http.ServeMux) huma.API {
	useProblem()
	config := huma.DefaultConfig("Yagura", "1")
	config.Info.Description = "What the watchtower saw, concluded and did, and what people may tell it to do. " +
		"Times are UTC (RFC 3339). Calls that change something need the header X-CSRF-Token with the value from GET /session."
	config.OpenAPIPath = base + "/openapi"
	config.DocsPath, config.SchemasPath, config.CreateHooks = "", "", nil
	api := humago.New(mux, config)
	api.UseMiddleware(noStore, c.authorise)
	c.sessionAPI(api)
	c.userAPI(api)
	c.overviewAPI(api)
	c.incidentAPI(api)
	c.deviceAPI(api)
	c.roleAPI(api)
	c.orderAPI(api)
	c.reportAPI(api)
	c.segmentAPI(api)
	c.neverAPI(api)
	c.huntAPI(api)
	c.blindAPI(api)
	c.packetsAPI(api)
	c.explainAPI(api)
	c.selfTestAPI(api)
	c.streamAPI(api)
	return api
}

func noStore(ctx huma.Context, next func(huma.Context)) {
	ctx.SetHeader("Cache-Control", "no-store")
	next(ctx)
}

// op describes one operation for a role.
func op(id, method, path string, role Role, summary string) huma.Operation {
	return huma.Operation{
		OperationID:  id,
		Method:       method,
		Path:         base + path,
		Summary:      summary,
		MaxBodyBytes: maxBody,
		Metadata:     map[string]any{metaRole: role},
		Errors:       []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity},
	}
}

// body wraps what an operation answers.
type body[T any] struct{ Body T }

func answer[T any](v T, err error) (*body[T], error) {
	if err != nil {
		return nil, err
	}
	return &body[T]{v}, nil
}

// OpenAPI is the description of the API, OpenAPI 3.1 as indented JSON. It needs no running console.
func OpenAPI() ([]byte, error) {
	c := &Console{cfg: DefaultConfig(), hub: newHub(nil)}
	return json.MarshalIndent(c.mountAPI(http.NewServeMux()).OpenAPI(), "", "  ")
}
