package wire

// What is odd about how the protocol of a connection showed itself: rules ask for it by app-layer-event, and it stands in Packet.Events of the
// packet that told.
const (
	AppMismatch       Event = "applayer_mismatch_protocol_both_directions"  // the sides speak different protocols
	AppWrongDirection Event = "applayer_wrong_direction_first_data"         // the side spoke first whose turn it was not
	AppOneDirection   Event = "applayer_detect_protocol_only_one_direction" // what the other side says is of no protocol
	AppSkipped        Event = "applayer_proto_detection_skipped"            // one side says much of no protocol, the other one nothing
	AppNoTLS          Event = "applayer_no_tls_after_starttls"
	AppUnexpected     Event = "applayer_unexpected_protocol" // another one than was agreed on follows
)

// DetectionEvents are all of them.
func DetectionEvents() []Event {
	return []Event{AppMismatch, AppWrongDirection, AppOneDirection, AppSkipped, AppNoTLS, AppUnexpected}
}
