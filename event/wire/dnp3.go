package wire

// Buffers of DNP3 (IEEE 1815 §4): one transaction a message, which may be put together from several frames.
const (
	DNP3Function Buffer = baseDNP3 + iota
	DNP3Indications
	DNP3Object // group in the upper byte, variation in the lower one; a field each
	DNP3Data   // the message without checksums and transport header
)

var dnp3Functions = map[string]uint64{
	"confirm": 0, "read": 1, "write": 2, "select": 3, "operate": 4, "direct_operate": 5, "direct_operate_nr": 6, "immed_freeze": 7, "immed_freeze_nr": 8,
	"freeze_clear": 9, "freeze_clear_nr": 10, "freeze_at_time": 11, "freeze_at_time_nr": 12, "cold_restart": 13, "warm_restart": 14, "initialize_data": 15,
	"initialize_appl": 16, "start_appl": 17, "stop_appl": 18, "save_config": 19, "enable_unsolicited": 20, "disable_unsolicited": 21, "assign_class": 22,
	"delay_measure": 23, "record_current_time": 24, "open_file": 25, "close_file": 26, "delete_file": 27, "get_file_info": 28, "authenticate_file": 29,
	"abort_file": 30, "activate_config": 31, "authenticate_req": 32, "authenticate_err": 33, "response": 129, "unsolicited_response": 130, "authenticate_resp": 131,
}

// DNP3Bits are the internal indications by their names in rules and in EVE, from the highest bit on.
var DNP3Bits = [16]string{"device_restart", "device_trouble", "local_control", "need_time", "class_3_events", "class_2_events", "class_1_events", "all_stations",
	"reserved_1", "reserved_2", "config_corrupt", "already_executing", "event_buffer_overflow", "parameter_error", "object_unknown", "no_func_code_support"}

var dnp3Buffers = []Description{
	{ID: DNP3Function, Name: "dnp3_func", Old: []string{"dnp3.func"}, Number: true, Bits: 8, Enum: dnp3Functions, Apps: []string{"dnp3"}},
	{ID: DNP3Indications, Name: "dnp3_ind", Old: []string{"dnp3.ind"}, Number: true, Bits: 16, Apps: []string{"dnp3"}},
	{ID: DNP3Object, Name: "dnp3_obj", Old: []string{"dnp3.obj"}, Number: true, Bits: 16, Apps: []string{"dnp3"}},
	{ID: DNP3Data, Name: "dnp3_data", Old: []string{"dnp3.data"}, Apps: []string{"dnp3"}},
}
