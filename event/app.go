package event

// ClassAppActivity is OCSF's API Activity, which stands for commands of protocols without a class of their own.
const ClassAppActivity Class = 6003

// AppActivity is one operation of a protocol that has no event of its own. Src is the client.
type AppActivity struct {
	Header
	Conn
	Protocol  string `json:"protocol"`            // as NetworkActivity.App
	Operation string `json:"operation,omitempty"` // in the protocol's words: INVITE, CONNECT, get-request, write_single_coil
	Attrs     []Attr `json:"attributes,omitempty"`
	Back      bool   `json:"from_server,omitempty"` // Dst sent what it is about
}

// MaxAttrs and MaxAttrValue bound what an AppActivity carries; parsers keep to them by Add.
const (
	MaxAttrs     = 16
	MaxAttrValue = 256 // bytes
)

// Attr is a name and a value. Values that open doors (passwords, community strings) are never put in.
type Attr struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Class is 6003.
func (*AppActivity) Class() Class { return ClassAppActivity }

// Add appends an attribute that has a value, within the bounds.
func (a *AppActivity) Add(name, value string) {
	if value == "" || len(a.Attrs) >= MaxAttrs {
		return
	}
	a.Attrs = append(a.Attrs, Attr{Name: name, Value: value[:min(len(value), MaxAttrValue)]})
}

// Attr is the first value of a name, "" where there is none.
func (a *AppActivity) Attr(name string) string {
	for _, x := range a.Attrs {
		if x.Name == name {
			return x.Value
		}
	}
	return ""
}
