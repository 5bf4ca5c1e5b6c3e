package wire

// Anomalies of TCP streams by the names that stream-event takes, here with the prefix that tells them from those of packets.
const (
	StreamThreeACKDataInject                Event = "stream.3whs_ack_data_inject"
	StreamThreeACKInWrongDirection          Event = "stream.3whs_ack_in_wrong_dir"
	StreamThreeAsyncWrongSeq                Event = "stream.3whs_async_wrong_seq"
	StreamThreeRightSeqWrongACKEvasion      Event = "stream.3whs_right_seq_wrong_ack_evasion"
	StreamThreeSYNFlood                     Event = "stream.3whs_syn_flood"
	StreamThreeSYNResendDiffSeqOnSYNRecv    Event = "stream.3whs_syn_resend_diff_seq_on_syn_recv"
	StreamThreeSYNToclientOnSYNRecv         Event = "stream.3whs_syn_toclient_on_syn_recv"
	StreamThreeSYNACKFlood                  Event = "stream.3whs_synack_flood"
	StreamThreeSYNACKInWrongDirection       Event = "stream.3whs_synack_in_wrong_direction"
	StreamThreeSYNACKResendWithDiffSeq      Event = "stream.3whs_synack_resend_with_diff_seq"
	StreamThreeSYNACKResendWithDifferentACK Event = "stream.3whs_synack_resend_with_different_ack"
	StreamThreeSYNACKTFODataIgnored         Event = "stream.3whs_synack_tfo_data_ignored"
	StreamThreeSYNACKToserverOnSYNRecv      Event = "stream.3whs_synack_toserver_on_syn_recv"
	StreamThreeSYNACKWithWrongACK           Event = "stream.3whs_synack_with_wrong_ack"
	StreamThreeWrongSeqWrongACK             Event = "stream.3whs_wrong_seq_wrong_ack"
	StreamFourInvalidACK                    Event = "stream.4whs_invalid_ack"
	StreamFourSYNACKWithWrongACK            Event = "stream.4whs_synack_with_wrong_ack"
	StreamFourSYNACKWithWrongSYN            Event = "stream.4whs_synack_with_wrong_syn"
	StreamFourWrongSeq                      Event = "stream.4whs_wrong_seq"
	StreamCloseWaitACKOutOfWindow           Event = "stream.closewait_ack_out_of_window"
	StreamCloseWaitFINOutOfWindow           Event = "stream.closewait_fin_out_of_window"
	StreamCloseWaitInvalidACK               Event = "stream.closewait_invalid_ack"
	StreamCloseWaitPacketBeforeLastACK      Event = "stream.closewait_pkt_before_last_ack"
	StreamClosingACKWrongSeq                Event = "stream.closing_ack_wrong_seq"
	StreamClosingInvalidACK                 Event = "stream.closing_invalid_ack"
	StreamEstInvalidACK                     Event = "stream.est_invalid_ack"
	StreamEstPacketOutOfWindow              Event = "stream.est_packet_out_of_window"
	StreamEstPacketBeforeLastACK            Event = "stream.est_pkt_before_last_ack"
	StreamEstSYNResend                      Event = "stream.est_syn_resend"
	StreamEstSYNResendDiffSeq               Event = "stream.est_syn_resend_diff_seq"
	StreamEstSYNToclient                    Event = "stream.est_syn_toclient"
	StreamEstSYNACKResend                   Event = "stream.est_synack_resend"
	StreamEstSYNACKResendWithDiffSeq        Event = "stream.est_synack_resend_with_diff_seq"
	StreamEstSYNACKResendWithDifferentACK   Event = "stream.est_synack_resend_with_different_ack"
	StreamEstSYNACKToserver                 Event = "stream.est_synack_toserver"
	StreamFin1ACKWrongSeq                   Event = "stream.fin1_ack_wrong_seq"
	StreamFin1FINWrongSeq                   Event = "stream.fin1_fin_wrong_seq"
	StreamFin1InvalidACK                    Event = "stream.fin1_invalid_ack"
	StreamFin2ACKWrongSeq                   Event = "stream.fin2_ack_wrong_seq"
	StreamFin2FINWrongSeq                   Event = "stream.fin2_fin_wrong_seq"
	StreamFin2InvalidACK                    Event = "stream.fin2_invalid_ack"
	StreamFINButNoSession                   Event = "stream.fin_but_no_session"
	StreamFINInvalidACK                     Event = "stream.fin_invalid_ack"
	StreamFINOutOfWindow                    Event = "stream.fin_out_of_window"
	StreamFINSYN                            Event = "stream.fin_syn"
	StreamLastAckACKWrongSeq                Event = "stream.lastack_ack_wrong_seq"
	StreamLastAckInvalidACK                 Event = "stream.lastack_invalid_ack"
	StreamPacketBadWindowUpdate             Event = "stream.pkt_bad_window_update"
	StreamPacketBrokenACK                   Event = "stream.pkt_broken_ack"
	StreamPacketInvalidACK                  Event = "stream.pkt_invalid_ack"
	StreamPacketInvalidTimestamp            Event = "stream.pkt_invalid_timestamp"
	StreamPacketRetransmission              Event = "stream.pkt_retransmission"
	StreamPacketSpuriousRetransmission      Event = "stream.pkt_spurious_retransmission"
	StreamReassemblyDepthReached            Event = "stream.reassembly_depth_reached"
	StreamReassemblyInsertInvalid           Event = "stream.reassembly_insert_invalid"
	StreamReassemblyInsertLimit             Event = "stream.reassembly_insert_limit"
	StreamReassemblyInsertMemcap            Event = "stream.reassembly_insert_memcap"
	StreamReassemblyNoSegment               Event = "stream.reassembly_no_segment"
	StreamReassemblyOverlapDifferentData    Event = "stream.reassembly_overlap_different_data"
	StreamReassemblySegmentBeforeBaseSeq    Event = "stream.reassembly_segment_before_base_seq"
	StreamReassemblySeqGap                  Event = "stream.reassembly_seq_gap"
	StreamReassemblyUrgentOOBLimitReached   Event = "stream.reassembly_urgent_oob_limit_reached"
	StreamRSTButNoSession                   Event = "stream.rst_but_no_session"
	StreamRSTInvalidACK                     Event = "stream.rst_invalid_ack"
	StreamShutdownSYNResend                 Event = "stream.shutdown_syn_resend"
	StreamSuspectedRSTInject                Event = "stream.suspected_rst_inject"
	StreamTimeWaitACKWrongSeq               Event = "stream.timewait_ack_wrong_seq"
	StreamTimeWaitInvalidACK                Event = "stream.timewait_invalid_ack"
	StreamWrongThread                       Event = "stream.wrong_thread"
)

// StreamEvents are all names that stream-event takes, with the prefix "stream.". wrong_thread, reassembly_no_segment
// and the insert ones are never raised: they speak of memory and threads of another engine.
func StreamEvents() []Event {
	return []Event{
		StreamThreeACKDataInject, StreamThreeACKInWrongDirection, StreamThreeAsyncWrongSeq, StreamThreeRightSeqWrongACKEvasion,
		StreamThreeSYNFlood, StreamThreeSYNResendDiffSeqOnSYNRecv, StreamThreeSYNToclientOnSYNRecv, StreamThreeSYNACKFlood,
		StreamThreeSYNACKInWrongDirection, StreamThreeSYNACKResendWithDiffSeq, StreamThreeSYNACKResendWithDifferentACK,
		StreamThreeSYNACKTFODataIgnored, StreamThreeSYNACKToserverOnSYNRecv, StreamThreeSYNACKWithWrongACK, StreamThreeWrongSeqWrongACK,
		StreamFourInvalidACK, StreamFourSYNACKWithWrongACK, StreamFourSYNACKWithWrongSYN, StreamFourWrongSeq, StreamCloseWaitACKOutOfWindow,
		StreamCloseWaitFINOutOfWindow, StreamCloseWaitInvalidACK, StreamCloseWaitPacketBeforeLastACK, StreamClosingACKWrongSeq,
		StreamClosingInvalidACK, StreamEstInvalidACK, StreamEstPacketOutOfWindow, StreamEstPacketBeforeLastACK, StreamEstSYNResend,
		StreamEstSYNResendDiffSeq, StreamEstSYNToclient, StreamEstSYNACKResend, StreamEstSYNACKResendWithDiffSeq, StreamEstSYNACKResendWithDifferentACK,
		StreamEstSYNACKToserver, StreamFin1ACKWrongSeq, StreamFin1FINWrongSeq, StreamFin1InvalidACK, StreamFin2ACKWrongSeq,
		StreamFin2FINWrongSeq, StreamFin2InvalidACK, StreamFINButNoSession, StreamFINInvalidACK, StreamFINOutOfWindow,
		StreamFINSYN, StreamLastAckACKWrongSeq, StreamLastAckInvalidACK, StreamPacketBadWindowUpdate, StreamPacketBrokenACK,
		StreamPacketInvalidACK, StreamPacketInvalidTimestamp, StreamPacketRetransmission, StreamPacketSpuriousRetransmission,
		StreamReassemblyDepthReached, StreamReassemblyInsertInvalid, StreamReassemblyInsertLimit, StreamReassemblyInsertMemcap,
		StreamReassemblyNoSegment, StreamReassemblyOverlapDifferentData, StreamReassemblySegmentBeforeBaseSeq, StreamReassemblySeqGap,
		StreamReassemblyUrgentOOBLimitReached, StreamRSTButNoSession, StreamRSTInvalidACK, StreamShutdownSYNResend, StreamSuspectedRSTInject,
		StreamTimeWaitACKWrongSeq, StreamTimeWaitInvalidACK, StreamWrongThread,
	}
}

// StreamWatcher is an Inspector that says whether a rule asks for stream-event. An Inspector that is none is told of all;
// what hosts would throw away is kept from rules in any case.
type StreamWatcher interface {
	Inspector
	WantsStreamEvents() bool
}
