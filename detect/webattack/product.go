package webattack

import (
	"regexp"
	"strings"

	"github.com/yagura-project/yagura/event"
)

// place is where in a request something is looked for.
type place uint8

const (
	inTarget place = 1 << iota
	inFields       // of the head, and the content type
	inBody
)

// product is an attack on a weakness of one product or framework: all words stand in one place. Words are lower case.
type product struct {
	in    place
	words []string
	name  event.Text
}

func weak(in place, ja, en string, words ...string) product {
	return product{in, words, event.Text{JA: ja, EN: en}}
}

// products are published weaknesses that intruders use most (CISA's Known Exploited Vulnerabilities), by what each needs.
var products = []product{
	weak(inTarget|inFields|inBody, "Javaの命令の埋め込み", "Java code in a request", "java.lang.runtime"),
	weak(inTarget|inFields|inBody, "Javaの命令の埋め込み", "Java code in a request", "java.lang.processbuilder"),
	weak(inTarget|inFields|inBody, "StrutsやConfluenceへの式の埋め込み(OGNL)", "an OGNL expression for Struts or Confluence", "#_memberaccess"),
	weak(inTarget|inFields|inBody, "StrutsやConfluenceへの式の埋め込み(OGNL)", "an OGNL expression for Struts or Confluence", "%{(#"),
	weak(inTarget|inFields|inBody, "StrutsやConfluenceへの式の埋め込み(OGNL)", "an OGNL expression for Struts or Confluence", "${(#"),
	weak(inTarget|inFields|inBody, "StrutsやConfluenceへの式の埋め込み(OGNL)", "an OGNL expression for Struts or Confluence", "@ognl."),
	weak(inTarget|inBody, "Springの弱点(Spring4Shell)", "a weakness of Spring (Spring4Shell)", "class.module.classloader"),
	weak(inFields, "Spring Cloudの弱点", "a weakness of Spring Cloud", "spring.cloud.function.routing-expression"),
	weak(inTarget|inBody, "ひな形への命令の埋め込み(FreeMarker)", "commands in a FreeMarker template", "freemarker.template.utility.execute"),
	weak(inTarget, "Exchangeの弱点(ProxyShell)", "a weakness of Exchange (ProxyShell)", "/autodiscover/autodiscover.json", "@"),
	weak(inFields, "Exchangeの弱点(ProxyLogon)", "a weakness of Exchange (ProxyLogon)", "x-beresource"),
	weak(inTarget, "BIG-IPの弱点", "a weakness of BIG-IP", "/tmui/", "..;"),
	weak(inTarget, "BIG-IPの弱点", "a weakness of BIG-IP", "/mgmt/tm/util/bash"),
	weak(inTarget, "PHPUnitの弱点", "a weakness of PHPUnit", "eval-stdin.php"),
	weak(inTarget, "Drupalの弱点", "a weakness of Drupal", "element_parents=", "#value"),
	weak(inTarget|inBody, "WebLogicの弱点", "a weakness of WebLogic", "coordinatorporttype", "java"),
	weak(inTarget, "WebLogicの弱点", "a weakness of WebLogic", "/_async/asyncresponseservice"),
	weak(inTarget, "WebLogicの弱点", "a weakness of WebLogic", "/console/", "..", "console.portal"),
	weak(inTarget, "JBossの弱点", "a weakness of JBoss", "/invoker/jmxinvokerservlet"),
	weak(inTarget, "vCenterの弱点", "a weakness of vCenter", "/ui/vropspluginui/rest/services/uploadova"),
	weak(inTarget, "vCenterの弱点", "a weakness of vCenter", "/analytics/telemetry/ph/api/"),
	weak(inTarget, "JBossの弱点", "a weakness of JBoss", "/invoker/readonly"),
	weak(inTarget, "Citrixの弱点(CVE-2019-19781)", "a weakness of Citrix (CVE-2019-19781)", "/vpns/", ".."),
	weak(inTarget|inBody, "Javaの命令の埋め込み", "Java code in a request", "javax.script.scriptenginemanager"),
	weak(inTarget|inBody, "ひな形への命令の埋め込み(Python)", "commands in a Python template", "__class__", "__globals__"),
	weak(inTarget|inBody, "ひな形への命令の埋め込み(Python)", "commands in a Python template", "__class__", "__subclasses__"),
	weak(inBody, "XMLからのファイルの読み出し(XXE)", "reading of files through XML (XXE)", "<!entity", "system", "://"),
	weak(inTarget, "Laravelの弱点", "a weakness of Laravel", "/_ignition/execute-solution"),
	weak(inTarget, "MOVEitの弱点", "a weakness of MOVEit", "moveitisapi.dll", "action=m2"),
	weak(inTarget, "Cisco IOS XEの弱点", "a weakness of Cisco IOS XE", "/webui/logoutconfirm.html", "logon_hash="),
	weak(inTarget, "TeamCityの弱点", "a weakness of TeamCity", "jsp=/app/rest/"),
	weak(inTarget, "ScreenConnectの弱点", "a weakness of ScreenConnect", "/setupwizard.aspx/"),
	weak(inFields, "PAN-OSの弱点", "a weakness of PAN-OS", "sessid=", "../"),
	weak(inTarget, "Ivantiの弱点", "a weakness of Ivanti", "/api/v1/totp/user-backup-code/.."),
	weak(inTarget, "ルーターの弱点(Huawei)", "a weakness of Huawei routers", "/ctrlt/deviceupgrade_1"),
	weak(inTarget|inFields, "機器への命令の埋め込み", "commands for a device", "wget", "http://", "/tmp/"),
	weak(inFields, "シェルの弱点(Shellshock)", "a weakness of the shell (Shellshock)", "() {"),
	weak(inFields, "IISの弱点(MS15-034)", "a weakness of IIS (MS15-034)", "range", "18446744073709551615"),
	weak(inFields, "直列化したJavaの部品", "serialised Java objects", "application/x-java-serialized-object"),
}

// weakness is the product's weakness that a request uses, and what betrays it.
func (n *instance) weakness(h *event.HTTPActivity, target string) (name event.Text, found string) {
	sum, fields := n.heads.sum(h.Fields, h.RequestType), ""
	if !n.heads.has(sum) {
		fields = lowerFields(h)
	}
	if p := productIn(target, fields, body(h)); p != nil {
		return p.name, p.words[0]
	}
	switch {
	case unasked(h):
		return event.Text{JA: "認証なしの遠隔管理(OMIGODなど)", EN: "remote management without authentication (such as OMIGOD)"}, "/wsman"
	case maybeBroken(fields) && brokenCodings.MatchString(fields):
		return event.Text{JA: "WindowsのWeb機能の弱点(HTTP.sys)", EN: "a weakness of Windows' HTTP service (http.sys)"}, "Accept-Encoding"
	}
	n.heads.add(sum)
	return name, ""
}

// lowerFields are the fields of a request's head, with its content type.
func lowerFields(h *event.HTTPActivity) string {
	return strings.ToLower(h.Fields + "content-type: " + h.RequestType)
}

// productIn is the product whose words stand in one of these; nil: none.
func productIn(target, fields, body string) *product {
	for i := range products {
		p := &products[i]
		if p.in&inTarget != 0 && target != "" && all(target, p.words) || p.in&inFields != 0 && fields != "" && all(fields, p.words) ||
			p.in&inBody != 0 && body != "" && all(body, p.words) {
			return p
		}
	}
	return nil
}

func all(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

// unasked: a request of WS-Management (DSP0226) that begins a connection without any authentication, and is served
// (CVE-2021-38647). Who has logged on need not repeat it on the same connection; identification needs none.
func unasked(h *event.HTTPActivity) bool {
	if !(h.Method == "POST" && h.Depth == 1 && h.Status == 200 && h.Body != "" && strings.HasPrefix(strings.ToLower(h.URI), "/wsman")) {
		return false
	}
	fields := lowerFields(h)
	return !strings.Contains(fields, "authorization:") && !strings.Contains(fields, "wsmanidentify") && !strings.Contains(h.Body, "wsmanidentity.xsd")
}

// brokenCodings is a list of codings with nothing between two commas, or behind the last (RFC 9110 §5.6.1.1 forbids to send
// these; CVE-2021-31166, CVE-2022-21907).
var brokenCodings = regexp.MustCompile(`(?m)^accept-encoding:[^\r\n]*,\s*(,|\r?$)`)

// maybeBroken reports whether behind a comma of such a list nothing but white space stands before the next one or the end of the
// line: without that the expression has nothing to find, and most lists are whole.
func maybeBroken(fields string) bool {
	const name = "accept-encoding:"
	for {
		i := strings.Index(fields, name)
		if i < 0 {
			return false
		}
		fields = fields[i+len(name):]
		line := fields
		if end := strings.IndexAny(line, "\r\n"); end >= 0 {
			line = line[:end]
		}
		for more := true; more; {
			if _, line, more = strings.Cut(line, ","); more {
				if rest := strings.TrimLeft(line, " \t\f\v"); rest == "" || rest[0] == ',' {
					return true
				}
			}
		}
	}
}
