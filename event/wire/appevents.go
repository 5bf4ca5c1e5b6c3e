package wire

import (
	"slices"
	"strings"
)

// Finding says what becomes of a rule that waits for an anomaly of an application protocol.
type Finding uint8

// Findings.
const (
	Unheard Finding = iota // no such name in the language
	Unfound                // of the language, but no parser finds it: another engine's own limits, mostly
	Found
)

// AppEventOf tells of a name, "http.missing_host_header"; "http" alone is any of its protocol.
func AppEventOf(name string) Finding {
	app, event, one := strings.Cut(name, ".")
	if app == "http1" {
		app = "http"
	}
	switch {
	case !one && found[app] != "", slices.Contains(strings.Fields(found[app]), event):
		return Found
	case !one && unfound[app] != "", slices.Contains(strings.Fields(unfound[app]), event):
		return Unfound
	}
	return Unheard
}

// found are the anomalies that parsers tell of by Tx.Event, by protocol.
var found = map[string]string{
	"bittorrent-dht": "malformed_packet",
	"dhcp":           "malformed_options truncated_options",
	"dnp3": "bad_link_crc bad_transport_crc flooded len_too_small too_long_reassembly too_many_objects too_many_points " +
		"unknown_object",
	"dns": "infinite_loop invalid_additionals invalid_authorities invalid_opcode malformed_data name_too_long not_a_request " +
		"not_a_response too_many_labels z_flag_set",
	"ftp": "file_before_port file_without_name request_command_too_long response_command_too_long too_many_transactions",
	"http": "100_continue_already_seen abnormal_ce_header compression_bomb double_encoded_uri " +
		"duplicate_content_length_field_in_request duplicate_content_length_field_in_response file_name_too_long gzip_decompression_failed " +
		"host_header_ambiguous invalid_authority_port invalid_content_length_field_in_request " +
		"invalid_content_length_field_in_response invalid_request_chunk_len invalid_request_field_folding " +
		"invalid_response_chunk_len invalid_response_field_folding invalid_transfer_encoding_value_in_request " +
		"invalid_transfer_encoding_value_in_response lzma_memlimit_reached method_delim_non_compliant missing_host_header " +
		"multipart_invalid_header multipart_no_filedata range_invalid request_auth_unrecognized request_body_unexpected " +
		"request_chunk_extension request_field_missing_colon request_field_too_long request_header_host_invalid " +
		"request_header_invalid request_header_repetition request_line_incomplete request_line_leading_whitespace request_line_missing_protocol " +
		"request_server_port_tcp_port_mismatch request_too_many_headers request_uri_host_invalid " +
		"response_abnormal_transfer_encoding response_body_unexpected response_chunk_extension response_chunked_old_proto " +
		"response_field_missing_colon response_field_too_long response_header_invalid response_header_repetition " +
		"response_invalid_protocol response_invalid_status response_multipart_byteranges response_too_many_headers " +
		"too_many_encoding_layers unable_to_match_response_to_request uri_delim_non_compliant",
	"http2": "authority_host_mismatch compression_bomb data_stream_zero dns_request_too_long dns_response_too_long " +
		"extra_header_data failed_decompression header_integer_overflow invalid_client_magic invalid_frame_data " +
		"invalid_frame_length invalid_header invalid_http1_settings invalid_range long_frame_data reassembly_limit_reached stream_id_reuse too_many_streams userinfo_in_uri",
	"ike": "invalid_proposal malformed_data multiple_server_proposal no_encryption unknown_proposal weak_crypto_auth " +
		"weak_crypto_dh weak_crypto_enc weak_crypto_noauth weak_crypto_nodh weak_crypto_prf",
	"krb5": "malformed_data weak_encryption",
	"ldap": "invalid_data request_not_found too_many_transactions",
	"llmnr": "infinite_loop invalid_additionals invalid_authorities invalid_opcode malformed_data name_too_long " +
		"too_many_labels",
	"mdns": "infinite_loop invalid_additionals invalid_authorities invalid_opcode malformed_data name_too_long " +
		"too_many_labels z_flag_set",
	"modbus": "flooded invalid_exception_code invalid_function_code invalid_length invalid_protocol_id invalid_value " +
		"unsolicited_response value_mismatch",
	"mqtt": "double_connect invalid_qos_level malformed_traffic missing_connect missing_msg_id missing_publish " +
		"missing_subscribe missing_unsubscribe too_large_message too_many_transactions unassigned_msg_type unintroduced_message",
	"nfs":  "malformed_data too_many_transactions",
	"ntp":  "malformed_data",
	"pop3": "incorrect_argument_count request_too_long response_too_long too_many_transactions unknown_command",
	"quic": "crypto_frag_too_long error_on_data error_on_header failed_decrypt",
	"rfb":  "confused_state malformed_message unimplemented_security_type unknown_security_result",
	"sip":  "invalid_data",
	"smb": "file_overlap malformed_data malformed_ntlmssp_request negotiate_malformed_dialects " +
		"negotiate_max_read_size_too_large negotiate_max_write_size_too_large read_queue_cnt_exceeded " +
		"read_queue_size_exceeded read_request_too_large read_response_too_large request_to_client response_to_server " +
		"too_many_transactions write_queue_cnt_exceeded write_queue_size_exceeded write_request_too_large",
	"smtp": "data_command_rejected duplicate_fields invalid_bdat invalid_pipelined_sequence invalid_reply " +
		"max_command_line_len_exceeded max_reply_line_len_exceeded mime_invalid_base64 mime_invalid_qp mime_long_boundary " +
		"mime_long_enc_line mime_long_filename mime_long_header_name mime_long_header_value mime_long_line " +
		"no_server_welcome_message tls_rejected truncated_line unable_to_match_reply_with_request",
	"snmp": "malformed_data unknown_security_model version_mismatch",
	"ssh":  "invalid_banner invalid_record long_banner long_kex_record",
	"tls": "certificate_invalid_algorithmidentifier certificate_invalid_date certificate_invalid_der " +
		"certificate_invalid_extensions certificate_invalid_issuer certificate_invalid_length certificate_invalid_serial " +
		"certificate_invalid_subject certificate_invalid_validity certificate_invalid_version " +
		"certificate_invalid_x509_name dataleak_heartbeat_mismatch error_message_encountered " +
		"handshake_invalid_length heartbeat_message invalid_alert_message invalid_certificate invalid_handshake_message " +
		"invalid_heartbeat_message invalid_record_length invalid_record_type invalid_record_version invalid_sni_length " +
		"invalid_sni_type invalid_ssl_record invalid_sslv2_header multiple_sni_extensions overflow_heartbeat_message " +
		"too_many_records_in_packet",
	"websocket": "reassembly_limit_reached skip_end_of_payload",
	"enip":      "invalid_pdu too_many_transactions",
	"pgsql":     "invalid_length malformed_request malformed_response too_many_transactions",
}

// unfound are the other ones of the language (the event rules and the user guide of Suricata 8).
var unfound = map[string]string{
	"dnp3": "malformed max_points_per_object",
	"file": "invalid_swf_length invalid_swf_version lzma_decoder_error lzma_header_too_short_error lzma_io_error " +
		"lzma_memlimit_error lzma_unknown_error lzma_xz_error no_memory z_buf_error z_data_error z_stream_error " +
		"z_unknown_error",
	"http":   "failed_protocol_change invalid_server_port_in_request multipart_generic_error request_line_invalid too_many_warnings unknown_error",
	"http2":  "invalid_frame_header too_many_frames",
	"ike":    "payload_extra_data",
	"imap":   "invalid_data request_not_found too_many_headers too_many_transactions",
	"ldap":   "incomplete_data too_many_responses",
	"modbus": "invalid_unit_identifier",
	"mqtt":   "too_many_messages",
	"nfs":    "nonexistent_version unsupported_version",
	"ntp":    "not_request not_response unsolicited_response",
	"pgsql":  "too_many_responses",
	"sip":    "incomplete_data",
	"smb":    "internal_error",
	"smtp":   "bdat_chunk_len_exceeded failed_protocol_change mime_malformed_msg mime_parse_failed truncated_content unparsable_content",
	"tls":    "certificate_invalid_string certificate_missing_element certificate_unknown_element invalid_tls_header",
}

// AppEvents are all anomalies that parsers tell of, with their protocols.
func AppEvents() []string {
	var all []string
	for app, events := range found {
		for _, e := range strings.Fields(events) {
			all = append(all, app+"."+e)
		}
	}
	slices.Sort(all)
	return all
}
