package wire

// Buffers of MQTT (MQTT 3.1.1, MQTT 5.0). Each control packet is a transaction of its own.
const (
	MQTTType            Buffer = baseMQTT + iota // §2.1.2: 1 CONNECT … 15 AUTH
	MQTTFlags                                    // §2.1.3: dup 8, retain 1
	MQTTQoS                                      // 0, 1 or 2
	MQTTReasonCode                               // of CONNACK, DISCONNECT, AUTH, acknowledgements
	MQTTVersion                                  // 3 (3.1), 4 (3.1.1), 5; of CONNECT, and of all packets behind it
	MQTTConnectProtocol                          // protocol name, "MQTT"
	MQTTConnectFlags                             // §3.1.2.3
	MQTTConnectClientID
	MQTTConnectUsername
	MQTTConnectPassword
	MQTTConnectWillTopic
	MQTTConnectWillMessage
	MQTTSessionPresent // of CONNACK: 0 or 1
	MQTTPublishTopic
	MQTTPublishMessage
	MQTTSubscribeTopic   // one field each
	MQTTUnsubscribeTopic // one field each
	MQTTFramePDU         // a whole control packet
	MQTTFrameHeader      // its fixed header, §2.1
	MQTTFrameData        // what follows
)

var mqttApps = []string{"mqtt"}

// MQTTTypes are the words for MQTTType.
var MQTTTypes = map[string]uint64{
	"connect": 1, "connack": 2, "publish": 3, "puback": 4, "pubrec": 5, "pubrel": 6, "pubcomp": 7, "subscribe": 8, "suback": 9,
	"unsubscribe": 10, "unsuback": 11, "pingreq": 12, "pingresp": 13, "disconnect": 14, "auth": 15, "unassigned": 0,
}

var mqttBuffers = []Description{
	{ID: MQTTType, Name: "mqtt.type", Number: true, Bits: 8, Enum: MQTTTypes, Apps: mqttApps},
	{ID: MQTTFlags, Name: "mqtt.flags", Number: true, Bits: 8, Enum: map[string]uint64{"dup": 8, "retain": 1}, Apps: mqttApps},
	{ID: MQTTQoS, Name: "mqtt.qos", Number: true, Bits: 8, Apps: mqttApps},
	{ID: MQTTReasonCode, Name: "mqtt.reason_code", Old: []string{"mqtt.connack.return_code"}, Number: true, Bits: 8, Apps: mqttApps},
	{ID: MQTTVersion, Name: "mqtt.protocol_version", Number: true, Bits: 8, Apps: mqttApps},
	{ID: MQTTConnectProtocol, Name: "mqtt.connect.protocol_string", Apps: mqttApps},
	{ID: MQTTConnectFlags, Name: "mqtt.connect.flags", Number: true, Bits: 8, Apps: mqttApps,
		Enum: map[string]uint64{"username": 0x80, "password": 0x40, "will_retain": 0x20, "will": 0x04, "clean_session": 0x02}},
	{ID: MQTTConnectClientID, Name: "mqtt.connect.clientid", Apps: mqttApps},
	{ID: MQTTConnectUsername, Name: "mqtt.connect.username", Apps: mqttApps},
	{ID: MQTTConnectPassword, Name: "mqtt.connect.password", Apps: mqttApps},
	{ID: MQTTConnectWillTopic, Name: "mqtt.connect.willtopic", Apps: mqttApps},
	{ID: MQTTConnectWillMessage, Name: "mqtt.connect.willmessage", Apps: mqttApps},
	{ID: MQTTSessionPresent, Name: "mqtt.connack.session_present", Number: true, Bits: 8, Enum: map[string]uint64{"no": 0, "false": 0, "off": 0, "yes": 1, "true": 1, "on": 1}, Apps: mqttApps},
	{ID: MQTTPublishTopic, Name: "mqtt.publish.topic", Apps: mqttApps},
	{ID: MQTTPublishMessage, Name: "mqtt.publish.message", Apps: mqttApps},
	{ID: MQTTSubscribeTopic, Name: "mqtt.subscribe.topic", Apps: mqttApps},
	{ID: MQTTUnsubscribeTopic, Name: "mqtt.unsubscribe.topic", Apps: mqttApps},
	{ID: MQTTFramePDU, Name: "frame:mqtt.pdu", Apps: mqttApps},
	{ID: MQTTFrameHeader, Name: "frame:mqtt.header", Apps: mqttApps},
	{ID: MQTTFrameData, Name: "frame:mqtt.data", Apps: mqttApps},
}
