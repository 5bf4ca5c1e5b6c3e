// Package wire is what rules may look at, as it was on the wire: packets with their headers, bytes of TCP streams in
// order, transactions of application protocols with their named buffers, and files.
//
// dissect fills these values and shows them to an Inspector; signature is one. Names are Suricata's
// (sticky buffers, decode-event, stream-event, app-layer-event), for they are the words of the rules.
package wire
