package modbus

// Words of EVE for what stands in messages as numbers.

// function is what EVE calls a function, and what it touches.
type function struct{ name, access string }

var words = map[byte]function{
	1: {"RdCoils", "READ | COILS"}, 2: {"RdDiscreteInputs", "READ | DISCRETES"}, 3: {"RdHoldRegs", "READ | HOLDING"}, 4: {"RdInputRegs", "READ | INPUT"},
	5: {"WrSingleCoil", "WRITE | COILS | SINGLE"}, 6: {"WrSingleReg", "WRITE | HOLDING | SINGLE"}, 7: {"RdExcStatus", ""}, diagnostic: {"Diagnostic", ""},
	9: {"Program484", ""}, 10: {"Poll484", ""}, 11: {"GetCommEventCtr", ""}, 12: {"GetCommEventLog", ""}, 13: {"ProgramController", ""}, 14: {"PollController", ""},
	15: {"WrMultCoils", "WRITE | COILS | MULTIPLE"}, 16: {"WrMultRegs", "WRITE | HOLDING | MULTIPLE"}, 17: {"ReportServerID", ""}, 18: {"Program884", ""},
	19: {"ResetCommLink", ""}, 20: {"RdFileRec", ""}, 21: {"WrFileRec", ""}, 22: {"MaskWrReg", "WRITE | HOLDING"},
	23: {"RdWrMultRegs", "READ | WRITE | HOLDING | MULTIPLE"}, 24: {"RdFIFOQueue", ""}, transport: {"MEI", ""},
}

// Functions that have functions of their own.
const (
	diagnostic = 8
	transport  = 43
)

// diagnostics by their codes (§6.8); "" are reserved.
var diagnostics = [...]string{0: "RetQueryData", 1: "RestartCommOpt", 2: "RetDiagReg", 3: "ChangeInputDelimiter", 4: "ForceListenOnlyMode", 10: "ClearCtrDiagReg",
	11: "RetBusMsgCount", 12: "RetBusCommErrCount", 13: "RetBusExcErrCount", 14: "RetServerMsgCount", 15: "RetServerNoRespCount", 16: "RetServerNAKCount",
	17: "RetServerBusyCount", 18: "RetBusCharOverrunCount", 19: "RetOverrunErrCount", 20: "ClearOverrunCounterFlag", 21: "GetClearPlusStats"}

// transports are what is encapsulated (§6.19).
var transports = map[byte]string{13: "CANOpenGenRefReqResp", 14: "RdDevId"}

// exceptions (§7).
var exceptions = [...]string{1: "IllegalFunction", 2: "IllegalDataAddr", 3: "IllegalDataValue", 4: "ServerDeviceFail", 5: "Ack", 6: "ServerDeviceBusy", 7: "NegAck",
	8: "MemParityErr", 10: "GatewayPathUnavailable", 11: "GatewayTargetFailToResp"}

// at is the word at index i of a list, or else.
func at[T ~uint8 | ~uint16](list []string, i T, or string) string {
	if int(i) < len(list) && list[i] != "" {
		return list[i]
	}
	return or
}

// faults are the flags for what is wrong with a message.
var faults = map[string]string{badValue: "DATA_VALUE", mismatch: "DATA_VALUE", badLength: "DATA_LENGTH", badException: "EXC_CODE"}

// category says who gave a function its code (§5.1), b from the function on.
func category(b []byte) string {
	code := b[0] &^ failed
	reserved := false
	switch {
	case b[0] >= failed && (code == diagnostic || code == transport):
		return "NONE" // which of their functions failed is not told
	case code == diagnostic:
		reserved = len(b) < 3 || b[1] != 0 || at(diagnostics[:], b[2], "") == ""
	case code == transport:
		reserved = len(b) < 2 || transports[b[1]] == ""
	}
	switch {
	case reserved:
		return "RESERVED"
	case words[code].name != "":
		return "PUBLIC_ASSIGNED"
	case code == 0 || b[0] >= failed:
		return "NONE"
	case code >= 65 && code <= 72, code >= 100 && code <= 110:
		return "USER_DEFINED"
	case code == 41 || code == 42 || code == 90 || code == 91 || code >= 125:
		return "RESERVED"
	}
	return "PUBLIC_UNASSIGNED"
}
