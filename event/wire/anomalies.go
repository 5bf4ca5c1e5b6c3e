package wire

// Anomalies of packets by the names that decode-event takes; the tests of dissect/decode show a packet for each.
const (
	OnTooManyLayers Event = "too_many_layers"

	OnAFPacketTruncPacket Event = "afpacket.trunc_pkt"

	OnIPv4PacketTooSmall          Event = "ipv4.pkt_too_small"
	OnIPv4HeaderLenTooSmall       Event = "ipv4.hlen_too_small"
	OnIPv4LenSmallerThanHeaderLen Event = "ipv4.iplen_smaller_than_hlen"
	OnIPv4TruncPacket             Event = "ipv4.trunc_pkt"
	OnIPv4OptionInvalid           Event = "ipv4.opt_invalid"
	OnIPv4OptionInvalidLen        Event = "ipv4.opt_invalid_len"
	OnIPv4OptionMalformed         Event = "ipv4.opt_malformed"
	OnIPv4OptionPadRequired       Event = "ipv4.opt_pad_required"
	OnIPv4OptionEolRequired       Event = "ipv4.opt_eol_required"
	OnIPv4OptionDuplicate         Event = "ipv4.opt_duplicate"
	OnIPv4OptionUnknown           Event = "ipv4.opt_unknown"
	OnIPv4WrongIPVersion          Event = "ipv4.wrong_ip_version"
	OnIPv4ICMPv6                  Event = "ipv4.icmpv6"
	OnIPv4FragPacketTooLarge      Event = "ipv4.frag_pkt_too_large"
	OnIPv4FragOverlap             Event = "ipv4.frag_overlap"
	OnIPv4FragIgnored             Event = "ipv4.frag_ignored"
	OnIPv4UnknownProtocol         Event = "ipv4.unknown_protocol"

	OnICMPv4PacketTooSmall     Event = "icmpv4.pkt_too_small"
	OnICMPv4UnknownType        Event = "icmpv4.unknown_type"
	OnICMPv4UnknownCode        Event = "icmpv4.unknown_code"
	OnICMPv4IPv4TruncPacket    Event = "icmpv4.ipv4_trunc_pkt"
	OnICMPv4IPv4UnknownVersion Event = "icmpv4.ipv4_unknown_ver"

	OnICMPv6PacketTooSmall          Event = "icmpv6.pkt_too_small"
	OnICMPv6UnknownType             Event = "icmpv6.unknown_type"
	OnICMPv6UnknownCode             Event = "icmpv6.unknown_code"
	OnICMPv6IPv6UnknownVersion      Event = "icmpv6.ipv6_unknown_version"
	OnICMPv6IPv6TruncPacket         Event = "icmpv6.ipv6_trunc_pkt"
	OnICMPv6MldMessageWithInvalidHl Event = "icmpv6.mld_message_with_invalid_hl"
	OnICMPv6UnassignedType          Event = "icmpv6.unassigned_type"
	OnICMPv6ExperimentationType     Event = "icmpv6.experimentation_type"

	OnIPv6PacketTooSmall         Event = "ipv6.pkt_too_small"
	OnIPv6TruncPacket            Event = "ipv6.trunc_pkt"
	OnIPv6TruncExt               Event = "ipv6.trunc_exthdr"
	OnIPv6ExtDuplFh              Event = "ipv6.exthdr_dupl_fh"
	OnIPv6ExtUselessFh           Event = "ipv6.exthdr_useless_fh"
	OnIPv6ExtDuplRh              Event = "ipv6.exthdr_dupl_rh"
	OnIPv6ExtDuplHh              Event = "ipv6.exthdr_dupl_hh"
	OnIPv6ExtDuplDh              Event = "ipv6.exthdr_dupl_dh"
	OnIPv6ExtDuplAh              Event = "ipv6.exthdr_dupl_ah"
	OnIPv6ExtDuplEh              Event = "ipv6.exthdr_dupl_eh"
	OnIPv6ExtInvalidOptionLen    Event = "ipv6.exthdr_invalid_optlen"
	OnIPv6WrongIPVersion         Event = "ipv6.wrong_ip_version"
	OnIPv6ExtAhResNotNull        Event = "ipv6.exthdr_ah_res_not_null"
	OnIPv6HopoptsUnknownOption   Event = "ipv6.hopopts_unknown_opt"
	OnIPv6HopoptsOnlyPadding     Event = "ipv6.hopopts_only_padding"
	OnIPv6DstoptsUnknownOption   Event = "ipv6.dstopts_unknown_opt"
	OnIPv6DstoptsOnlyPadding     Event = "ipv6.dstopts_only_padding"
	OnIPv6RhType0                Event = "ipv6.rh_type_0"
	OnIPv6ZeroLenPadn            Event = "ipv6.zero_len_padn"
	OnIPv6FhNonZeroReservedField Event = "ipv6.fh_non_zero_reserved_field"
	OnIPv6DataAfterNoneHeader    Event = "ipv6.data_after_none_header"
	OnIPv6UnknownNextHeader      Event = "ipv6.unknown_next_header"
	OnIPv6ICMPv4                 Event = "ipv6.icmpv4"
	OnIPv6FragPacketTooLarge     Event = "ipv6.frag_pkt_too_large"
	OnIPv6FragOverlap            Event = "ipv6.frag_overlap"
	OnIPv6FragInvalidLength      Event = "ipv6.frag_invalid_length"
	OnIPv6FragIgnored            Event = "ipv6.frag_ignored"
	OnIPv6IPv4InIPv6TooSmall     Event = "ipv6.ipv4_in_ipv6_too_small"
	OnIPv6IPv4InIPv6WrongVersion Event = "ipv6.ipv4_in_ipv6_wrong_version"
	OnIPv6IPv6InIPv6TooSmall     Event = "ipv6.ipv6_in_ipv6_too_small"
	OnIPv6IPv6InIPv6WrongVersion Event = "ipv6.ipv6_in_ipv6_wrong_version"

	OnTCPPacketTooSmall    Event = "tcp.pkt_too_small"
	OnTCPHeaderLenTooSmall Event = "tcp.hlen_too_small"
	OnTCPInvalidOptionLen  Event = "tcp.invalid_optlen"
	OnTCPOptionInvalidLen  Event = "tcp.opt_invalid_len"
	OnTCPOptionDuplicate   Event = "tcp.opt_duplicate"

	OnUDPPacketTooSmall    Event = "udp.pkt_too_small"
	OnUDPHeaderLenTooSmall Event = "udp.hlen_too_small"
	OnUDPLenInvalid        Event = "udp.len_invalid"
	OnUDPHeaderLenInvalid  Event = "udp.hlen_invalid"

	OnSCTPPacketTooSmall      Event = "sctp.pkt_too_small"
	OnSCTPChunkTooSmall       Event = "sctp.chunk_too_small"
	OnSCTPChunkLenInvalid     Event = "sctp.chunk_len_invalid"
	OnSCTPInitChunkBundled    Event = "sctp.init_chunk_bundled"
	OnSCTPInitWithNonZeroVtag Event = "sctp.init_with_non_zero_vtag"
	OnSCTPDataWithZeroVtag    Event = "sctp.data_with_zero_vtag"
	OnSCTPTooManyChunks       Event = "sctp.too_many_chunks"
	OnSCTPTooManyDataChunks   Event = "sctp.too_many_data_chunks"

	OnESPPacketTooSmall Event = "esp.pkt_too_small"

	OnIGMPPacketTooSmall   Event = "igmp.pkt_too_small"
	OnIGMPV3PacketTooSmall Event = "igmp.v3_pkt_too_small"
	OnIGMPMalformed        Event = "igmp.malformed"

	OnSLLPacketTooSmall Event = "sll.pkt_too_small"

	OnSLL2PacketTooSmall Event = "sll2.pkt_too_small"

	OnEthernetPacketTooSmall   Event = "ethernet.pkt_too_small"
	OnEthernetUnknownEthertype Event = "ethernet.unknown_ethertype"

	OnPPPPacketTooSmall    Event = "ppp.pkt_too_small"
	OnPPPVjuPacketTooSmall Event = "ppp.vju_pkt_too_small"
	OnPPPIp4PacketTooSmall Event = "ppp.ip4_pkt_too_small"
	OnPPPIp6PacketTooSmall Event = "ppp.ip6_pkt_too_small"
	OnPPPWrongType         Event = "ppp.wrong_type"
	OnPPPUnsupportedProto  Event = "ppp.unsup_proto"

	OnPPPoEPacketTooSmall Event = "pppoe.pkt_too_small"
	OnPPPoEWrongCode      Event = "pppoe.wrong_code"
	OnPPPoEMalformedTags  Event = "pppoe.malformed_tags"

	OnGREPacketTooSmall             Event = "gre.pkt_too_small"
	OnGREWrongVersion               Event = "gre.wrong_version"
	OnGREVersion0Recur              Event = "gre.version0_recur"
	OnGREVersion0Flags              Event = "gre.version0_flags"
	OnGREVersion0HeaderTooBig       Event = "gre.version0_hdr_too_big"
	OnGREVersion0MalformedSREHeader Event = "gre.version0_malformed_sre_hdr"
	OnGREVersion1Chksum             Event = "gre.version1_chksum"
	OnGREVersion1Route              Event = "gre.version1_route"
	OnGREVersion1SSR                Event = "gre.version1_ssr"
	OnGREVersion1Recur              Event = "gre.version1_recur"
	OnGREVersion1Flags              Event = "gre.version1_flags"
	OnGREVersion1NoKey              Event = "gre.version1_no_key"
	OnGREVersion1WrongProtocol      Event = "gre.version1_wrong_protocol"
	OnGREVersion1MalformedSREHeader Event = "gre.version1_malformed_sre_hdr"
	OnGREVersion1HeaderTooBig       Event = "gre.version1_hdr_too_big"

	OnVLANHeaderTooSmall Event = "vlan.header_too_small"
	OnVLANUnknownType    Event = "vlan.unknown_type"
	OnVLANTooManyLayers  Event = "vlan.too_many_layers"

	OnBackboneHeaderTooSmall Event = "ieee8021ah.header_too_small"

	OnVNTagHeaderTooSmall Event = "vntag.header_too_small"
	OnVNTagUnknownType    Event = "vntag.unknown_type"

	OnETagHeaderTooSmall Event = "etag.header_too_small"
	OnETagUnknownType    Event = "etag.unknown_type"

	OnRawInvalidIPVersion Event = "ipraw.invalid_ip_version"

	OnNullPacketTooSmall  Event = "ltnull.pkt_too_small"
	OnNullUnsupportedType Event = "ltnull.unsupported_type"

	OnMPLSHeaderTooSmall       Event = "mpls.header_too_small"
	OnMPLSPacketTooSmall       Event = "mpls.pkt_too_small"
	OnMPLSBadLabelRouterAlert  Event = "mpls.bad_label_router_alert"
	OnMPLSBadLabelImplicitNull Event = "mpls.bad_label_implicit_null"
	OnMPLSBadLabelReserved     Event = "mpls.bad_label_reserved"
	OnMPLSUnknownPayloadType   Event = "mpls.unknown_payload_type"

	OnVXLANUnknownPayloadType Event = "vxlan.unknown_payload_type"

	OnGeneveUnknownPayloadType Event = "geneve.unknown_payload_type"

	OnERSPANHeaderTooSmall     Event = "erspan.header_too_small"
	OnERSPANUnsupportedVersion Event = "erspan.unsupported_version"
	OnERSPANTooManyVlanLayers  Event = "erspan.too_many_vlan_layers"

	OnDCEPacketTooSmall Event = "dce.pkt_too_small"

	OnCHDLCPacketTooSmall Event = "chdlc.pkt_too_small"

	OnNSHHeaderTooSmall     Event = "nsh.header_too_small"
	OnNSHUnsupportedVersion Event = "nsh.unsupported_version"
	OnNSHBadHeaderLength    Event = "nsh.bad_header_length"
	OnNSHReservedType       Event = "nsh.reserved_type"
	OnNSHUnsupportedType    Event = "nsh.unsupported_type"
	OnNSHUnknownPayload     Event = "nsh.unknown_payload"

	OnARPPacketTooSmall      Event = "arp.pkt_too_small"
	OnARPUnsupportedHardware Event = "arp.unsupported_hardware"
	OnARPUnsupportedProtocol Event = "arp.unsupported_protocol"
	OnARPInvalidPacket       Event = "arp.invalid_pkt"
	OnARPInvalidHardwareSize Event = "arp.invalid_hardware_size"
	OnARPInvalidProtocolSize Event = "arp.invalid_protocol_size"
	OnARPUnsupportedOpcode   Event = "arp.unsupported_opcode"
)

// DecodeEvents are all names that decode-event takes. A few are never raised: udp.hlen_invalid has been given up by
// Suricata, wrong_thread and afpacket.trunc_pkt cannot happen here.
func DecodeEvents() []Event {
	return []Event{
		OnTooManyLayers, OnAFPacketTruncPacket, OnIPv4PacketTooSmall, OnIPv4HeaderLenTooSmall, OnIPv4LenSmallerThanHeaderLen,
		OnIPv4TruncPacket, OnIPv4OptionInvalid, OnIPv4OptionInvalidLen, OnIPv4OptionMalformed, OnIPv4OptionPadRequired,
		OnIPv4OptionEolRequired, OnIPv4OptionDuplicate, OnIPv4OptionUnknown, OnIPv4WrongIPVersion, OnIPv4ICMPv6, OnIPv4FragPacketTooLarge,
		OnIPv4FragOverlap, OnIPv4FragIgnored, OnIPv4UnknownProtocol, OnICMPv4PacketTooSmall, OnICMPv4UnknownType, OnICMPv4UnknownCode,
		OnICMPv4IPv4TruncPacket, OnICMPv4IPv4UnknownVersion, OnICMPv6PacketTooSmall, OnICMPv6UnknownType, OnICMPv6UnknownCode,
		OnICMPv6IPv6UnknownVersion, OnICMPv6IPv6TruncPacket, OnICMPv6MldMessageWithInvalidHl, OnICMPv6UnassignedType,
		OnICMPv6ExperimentationType, OnIPv6PacketTooSmall, OnIPv6TruncPacket, OnIPv6TruncExt, OnIPv6ExtDuplFh, OnIPv6ExtUselessFh,
		OnIPv6ExtDuplRh, OnIPv6ExtDuplHh, OnIPv6ExtDuplDh, OnIPv6ExtDuplAh, OnIPv6ExtDuplEh, OnIPv6ExtInvalidOptionLen,
		OnIPv6WrongIPVersion, OnIPv6ExtAhResNotNull, OnIPv6HopoptsUnknownOption, OnIPv6HopoptsOnlyPadding, OnIPv6DstoptsUnknownOption,
		OnIPv6DstoptsOnlyPadding, OnIPv6RhType0, OnIPv6ZeroLenPadn, OnIPv6FhNonZeroReservedField, OnIPv6DataAfterNoneHeader,
		OnIPv6UnknownNextHeader, OnIPv6ICMPv4, OnIPv6FragPacketTooLarge, OnIPv6FragOverlap, OnIPv6FragInvalidLength,
		OnIPv6FragIgnored, OnIPv6IPv4InIPv6TooSmall, OnIPv6IPv4InIPv6WrongVersion, OnIPv6IPv6InIPv6TooSmall, OnIPv6IPv6InIPv6WrongVersion,
		OnTCPPacketTooSmall, OnTCPHeaderLenTooSmall, OnTCPInvalidOptionLen, OnTCPOptionInvalidLen, OnTCPOptionDuplicate,
		OnUDPPacketTooSmall, OnUDPHeaderLenTooSmall, OnUDPLenInvalid, OnUDPHeaderLenInvalid, OnSCTPPacketTooSmall, OnSCTPChunkTooSmall,
		OnSCTPChunkLenInvalid, OnSCTPInitChunkBundled, OnSCTPInitWithNonZeroVtag, OnSCTPDataWithZeroVtag, OnSCTPTooManyChunks,
		OnSCTPTooManyDataChunks, OnESPPacketTooSmall, OnIGMPPacketTooSmall, OnIGMPV3PacketTooSmall, OnIGMPMalformed,
		OnSLLPacketTooSmall, OnSLL2PacketTooSmall, OnEthernetPacketTooSmall, OnEthernetUnknownEthertype, OnPPPPacketTooSmall,
		OnPPPVjuPacketTooSmall, OnPPPIp4PacketTooSmall, OnPPPIp6PacketTooSmall, OnPPPWrongType, OnPPPUnsupportedProto,
		OnPPPoEPacketTooSmall, OnPPPoEWrongCode, OnPPPoEMalformedTags, OnGREPacketTooSmall, OnGREWrongVersion, OnGREVersion0Recur,
		OnGREVersion0Flags, OnGREVersion0HeaderTooBig, OnGREVersion0MalformedSREHeader, OnGREVersion1Chksum, OnGREVersion1Route,
		OnGREVersion1SSR, OnGREVersion1Recur, OnGREVersion1Flags, OnGREVersion1NoKey, OnGREVersion1WrongProtocol, OnGREVersion1MalformedSREHeader,
		OnGREVersion1HeaderTooBig, OnVLANHeaderTooSmall, OnVLANUnknownType, OnVLANTooManyLayers, OnBackboneHeaderTooSmall,
		OnVNTagHeaderTooSmall, OnVNTagUnknownType, OnETagHeaderTooSmall, OnETagUnknownType, OnRawInvalidIPVersion, OnNullPacketTooSmall,
		OnNullUnsupportedType, OnMPLSHeaderTooSmall, OnMPLSPacketTooSmall, OnMPLSBadLabelRouterAlert, OnMPLSBadLabelImplicitNull,
		OnMPLSBadLabelReserved, OnMPLSUnknownPayloadType, OnVXLANUnknownPayloadType, OnGeneveUnknownPayloadType, OnERSPANHeaderTooSmall,
		OnERSPANUnsupportedVersion, OnERSPANTooManyVlanLayers, OnDCEPacketTooSmall, OnCHDLCPacketTooSmall, OnNSHHeaderTooSmall,
		OnNSHUnsupportedVersion, OnNSHBadHeaderLength, OnNSHReservedType, OnNSHUnsupportedType, OnNSHUnknownPayload,
		OnARPPacketTooSmall, OnARPUnsupportedHardware, OnARPUnsupportedProtocol, OnARPInvalidPacket, OnARPInvalidHardwareSize,
		OnARPInvalidProtocolSize, OnARPUnsupportedOpcode,
	}
}
