package enip

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yagura-project/yagura/dissect/flowtest"
)

func TestRecords(t *testing.T) {
	want := []string{
		"> {request:{command:'list_identity'} response:{command:'list_identity' status:'success' identity:{protocol_version:1 vendor_id:'Rockwell Automation/Allen-Bradley'" +
			" device_type:'Communications Adapter' product_code:58 revision:'4.3' status:48 serial:5393806 product_name:'PLC/A' state:3}}}",
		"> {request:{command:'list_services'} response:{command:'list_services' status:'success' list_services:{protocol_version:1 capabilities:288 service_name:'Communications'}}}",
		"> {request:{command:'send_unit_data' cip:{service:'Multiple Service Packet' path:[{segment_type:'class' value:2} {segment_type:'instance' value:1}] class_name:'Message Router'" +
			" multiple:[{service:'Get Attribute List' path:[{segment_type:'class' value:1} {segment_type:'instance' value:1}] class_name:'Identity'}" +
			" {service:'Get Attribute Single' path:[{segment_type:'class' value:371} {segment_type:'instance' value:2} {segment_type:'attribute' value:9}]}]}}" +
			" response:{command:'send_unit_data' status:'success' cip:{service:'Multiple Service Packet' status:30 multiple:[{service:'Get Attribute List' status:5}]}}}",
		"> {request:{command:'register_session' register_session:{protocol_version:1 options:0}}}",
		"> {request:{command:'send_rr_data' cip:{service:'Read Tag' path:[{segment_type:'class' value:107} {segment_type:'instance' value:1}] class_name:'Symbol'}}}",
	}
	if d := cmp.Diff(want, flowtest.Records(44818, false, says, Protocol)); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

// TestNestedIsBounded: services that name each other's bytes again and again are not read without end.
func TestNestedIsBounded(t *testing.T) {
	head := "\x0a\x02\x20\x02\x24\x01"
	inner := head + "\x00\x00"
	for range maxDepth {
		var offsets strings.Builder
		for i := range maxNested {
			at := 2 + 2*maxNested // where the inner message begins, and beyond its end, in turn
			if i%2 == 1 {
				at += len(inner)
			}
			offsets.WriteString(string([]byte{byte(at), byte(at >> 8)}))
		}
		inner = head + string([]byte{maxNested, 0}) + offsets.String() + inner
	}
	records := flowtest.Records(44818, false, []flowtest.Say{flowtest.Up(unit(inner))}, Protocol)
	if n := strings.Count(strings.Join(records, ""), "service:"); n < 2 || n > maxServices {
		t.Errorf("%d services", n)
	}
}

// TestWaiting: of requests without answers no more than a few wait.
func TestWaiting(t *testing.T) {
	var says []flowtest.Say
	for range 3 * maxWaiting {
		says = append(says, flowtest.Up(pdu(listIdentity, "")))
	}
	if n := len(flowtest.Records(44818, false, says, Protocol)); n != 3*maxWaiting {
		t.Errorf("%d records", n)
	}
}
