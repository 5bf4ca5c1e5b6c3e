import type { Words } from './ja'

export const en: Words = {
  app: { name: 'Yagura', tagline: 'Watch over the network', skip: 'Skip to content', menu: 'Menu', logout: 'Log out', lang: '日本語', demo: 'Demo' },
  nav: { overview: 'Overview', incidents: 'Cases', devices: 'Machines', orders: 'Isolations', blind: 'Blind spots', selftest: 'Self-test', reports: 'Reports', audit: 'Audit log', settings: 'Settings' },
  common: {
    loading: 'Loading', retry: 'Load again', save: 'Save', cancel: 'Cancel', close: 'Close', all: 'All', none: 'None', unknown: 'unknown',
    search: 'Search', from: 'from', until: 'until', who: 'Who', when: 'When', what: 'What', detail: 'Details', back: 'Back', more: 'Show more',
    count: '{{count}}', machines: '{{count}} machines', ago_s: 'just now', ago_m: '{{n}} min ago', ago_h: '{{n}} h ago', ago_d: '{{n}} d ago', in_m: 'in {{n}} min', in_h: 'in {{n}} h', in_d: 'in {{n}} d',
    over: 'past', prev: 'Previous', next: 'Next', pageOf: 'Page {{page}} of {{pages}}', required: 'required', copied: 'Copied', jst: 'Times are Japan time',
    sortBy: 'Sort by',
  },
  error: {
    title: 'Could not load', offline: 'No connection to Yagura', offlineText: 'You see what was received last. It updates by itself when the line is back.',
    notFound: 'Page not found', notFoundText: 'The address changed or the item was tidied away.', home: 'Back to the overview', crashed: 'The page could not be shown', reload: 'Reload',
    network: 'Yagura cannot be reached. Check the network, and that Yagura is running.',
  },
  login: {
    title: 'Log in', user: 'User name', password: 'Password', submit: 'Log in', first: 'The first password is in first-password.txt on the machine that runs Yagura.',
    wait: 'Wait about {{n}} seconds.',
  },
  password: {
    firstTitle: 'Choose a new password', firstText: 'The first password is meant to be used once. Replace it here.',
    title: 'Change the password', current: 'Current password', new: 'New password', again: 'New password, again', rule: 'At least 10 characters. Long, like a sentence, is safe.',
    mismatch: 'The two passwords differ.', submit: 'Use this password', skip: 'Later (demo only)', done: 'Password changed. Other sessions were logged out.',
  },
  overview: {
    more: '({{n}} more)', alike: 'the same on {{n}} more machines', allCases: 'All cases', allOrders: 'The ledger', needs: 'What needs you', noNeeds: 'Nothing is waiting.', noNeedsText: 'Anything new appears here by itself.', go: 'Look', trend: 'Cases of the last 14 days', trendDay: 'Day',
    sensors: 'The watch', blind: 'Blind spots', counts_open: 'open cases', counts_new: 'not looked at yet', counts_isolated: 'machines isolated', counts_devices: 'machines watched',
    kind_approval: 'Approval', kind_ineffective: 'Not stopped', kind_incident: 'New case', kind_contained: 'Contained', kind_expiring: 'Ends soon', kind_sensor: 'Sensor', packets: '{{n}} packets seen',
    frozen: 'All automatic action is stopped', frozenBy: '{{who}} stopped it {{when}}', updated: 'As of {{when}}', quietSince: 'The last case was {{when}}',
    opaque: '{{n}} % of the traffic is encrypted: its content is not seen', lost: '{{n}} % lost', noTrend: 'No cases in the last 14 days.',
  },
  severity: { high: 'High', middle: 'Medium', low: 'Low', none: 'None', label: 'Severity', of: 'Severity {{n}} ({{word}})', explain: 'From 1 to 10. 8 and above needs action now.' },
  state: { new: 'New', in_progress: 'In progress', contained: 'Contained', resolved: 'Resolved', false_positive: 'False alarm' },
  phase: {
    intelligence_gathering: 'Intelligence gathering', point_of_entry: 'Point of entry', cc_communication: 'Command and control', lateral_movement: 'Lateral movement', asset_data_discovery: 'Discovery', data_exfiltration: 'Data exfiltration',
  },
  phaseShort: { intelligence_gathering: 'Intel', point_of_entry: 'Entry', cc_communication: 'C&C', lateral_movement: 'Lateral', asset_data_discovery: 'Disc.', data_exfiltration: 'Exfil' },
  zone: { mynumber: 'My Number network', lgwan: 'LGWAN network', internet: 'Internet network', school: 'School', dmz: 'Public servers' },
  role: { router: 'Router', lgwan: 'LGWAN access', kikan: 'Core systems', bousai: 'Disaster prevention', medical: 'Medical', mail: 'mail', printer: 'printer', nat: 'address translation', dc: 'Domain controller', dns: 'DNS', dhcp: 'DHCP', gateway: 'Gateway', proxy: 'Proxy', wsus: 'Updates', backup: 'Backup', scanner: 'Scanner', management: 'Management', yagura: 'Yagura' },
  source: { ethernet: 'traffic (frames)', snmp: 'switch tables (SNMP)', radius: 'authentication (RADIUS)', ldap: 'logon (LDAP)', http: 'web traffic', dns: 'name queries', flow: 'traffic', person: 'a person', dhcp: 'Address lease (DHCP)', nbns: 'Name service (NetBIOS)', mdns: 'Name service (mDNS)', llmnr: 'Name service (LLMNR)', kerberos: 'Logon (Kerberos)', ntlm: 'Logon (NTLM)', arp: 'Traffic (ARP)', csv: 'Asset list' },
  field: { port: 'Switch port', phone: 'Telephone', role: 'Role', role_denied: 'Not its role', ip: 'Address', mac: 'MAC', hostname: 'Name', user: 'User', department: 'Department', place: 'Place', zone: 'Network' },
  incidents: {
    title: 'Cases', open: 'Open', closed: 'Closed', all: 'All', none: 'No cases', noneText: 'Nothing was found so far.', severityFrom: 'Severity', any: 'All', from8: 'High only', from4: 'Medium and up',
    col_severity: 'Severity', col_title: 'What happened', col_device: 'Machine', col_phases: 'Phase', col_state: 'State', col_last: 'Last activity', total: '{{n}} in all', appeared: 'New case', appearedMany: 'Many new cases', openAll: 'See the overview', open_it: 'Open',
  },
  incident: {
    story: 'What is happening', doNow: 'Three things to do now', contact: 'Whom to call', device: 'Which machine', where: 'Where it stands', whoUses: 'Who uses it', addr: 'Address', findings: 'Why we think so', reasons: 'Reasons', counter: 'What speaks against it', means: 'What it means',
    evidence: 'Evidence', ev_time: 'Time', ev_from: 'From', ev_to: 'To', ev_what: 'What', timeline: 'Timeline', note: 'Write a note', noteExample: 'What was said on the phone, what was done', addNote: 'Add the note', noted: 'Note added.',
    state: 'Change the state', stateChanged: 'State changed.', techniques: 'Techniques (ATT&CK)', confidence: 'confidence {{n}} %', byOther: 'Another product reported this; Yagura did not see it itself. The words and the severity are the product’s. Whether to isolate is for the policy and for people.', times: '{{n}} times', first: 'Began', last: 'Last', number: 'Case number', related: 'Related machines', threshold: 'threshold {{v}}', noEvidence: 'No conversation was recorded as evidence.',
    act: 'Response', markInProgress: 'Start working on it', markResolved: 'Mark resolved', markFalse: 'Mark as false alarm', reopen: 'Reopen', closedText: 'This case is closed.', noDo: 'Read the case and ask the user what happened.', summary: 'Summary', singleShot: 'conclusive alone',
    nextStep: 'What to do with this case', print: 'Print',
  },
  spread: {
    title: 'The spread', intro: 'The {{n}} machines of this incident, in the order in which they were reached, from the left.', introDown: 'The {{n}} machines of this incident; each stands below the one that reached it.', zero: 'seems to be the first', reached: 'reached', severity: 'severity', more: '{{n}} more', hosts: 'The machines ({{n}})', ways: 'Who reached whom ({{n}})', way: '{{from}} to {{to}}', same: '{{from}} and {{to}} talk to the same server ({{what}})',
    partOf: 'This case is part of case {{number}}.', openLead: 'Open the whole', whySevere: 'Why this severity', excepted: 'taken back by an exception: {{why}}',
  },
  selftest: {
    title: 'Self-test', intro: 'Fires every detector with its own sample attacks. Nothing goes onto the network and nothing is isolated. A detector that cannot fire is red, with the reason.', run: 'Test now', notify: 'Also send one notice that says it is a test', never: 'No self-test has been run yet.', sum: '{{good}} of {{n}} detectors can fire', silent: 'Detectors that cannot fire', fires: 'Detectors that can fire', ok: 'can fire', red: 'cannot fire', mode_packets: 'packets', mode_events: 'events',
    col_what: 'Detector', col_result: 'Result', col_mode: 'Shown as', col_severity: 'Severity of the test', col_why: 'Reason', partly: 'Not told by its samples:', look: 'Look at the self-test',
  },
  why: {
    open: 'Why it was judged so', gates: 'Gates', passed: 'passed', missed: 'not passed', counter: 'What speaks against it', exceptions: 'Exceptions considered', noException: 'No exception is for this kind of finding.', quiet: 'What would have kept it quiet', nothing: 'No gates were recorded.',
    except: 'Where it is known to be harmless, this exception covers it', col_gate: 'Gate', col_value: 'Measured', col_threshold: 'Threshold', col_result: 'Result', col_source: 'Where the threshold stands', yes: 'yes', no: 'no', points: '{{n}} points', atLeast: '{{v}} or more', atMost: '{{v}} or less', fixed: 'fixed in the detector',
  },
  unit: { s: 's', B: 'B', machines: 'machines', hosts: 'hosts', calls: 'calls', points: 'points', names: 'names', ports: 'ports', bit: 'bit', min: 'min', queries: 'queries', attempts: 'attempts', accounts: 'accounts', packets: 'packets', days: 'days' },
  isolate: {
    title: 'Isolation', button: 'Isolate {{name}}', ask: 'Isolate {{name}}?', intro: 'This is exactly what will be done. Nothing happens until you confirm.', duration: 'For how long', asPolicy: 'As the policy says ({{n}})', reason: 'Reason', reasonExample: 'e.g. containment of case 2026-1121-01',
    confirm: 'Isolate as shown', will: 'What will be done', guards: 'Safety checks', guardOk: 'fine', guardNo: 'refuses', guardSoft: 'not automatically (a person may)', commands: 'Show the commands', refused: 'This machine cannot be isolated', rehearsal: 'Rehearsal: it is recorded only, nothing is cut.', two: 'A second person must approve.', twoNeeded: 'Two people must approve this. Your approval is the first; another is awaited.', secondNeeded: 'The first ({{who}}) has approved. With your approval the isolation begins at once.', youWere: 'You are the first. Another person must approve: call them.', withdraw: 'Withdraw', size: 'Extent', enforcers: 'By means of', releasedAt: 'Released', nextOne: 'On approval it begins at once, and silence is verified by observation.', nextFirst: 'Your approval is noted as the first. Nothing is cut off before another person approves.', nextDeny: 'The proposal ends and nothing is cut off. The reason stays in the ledger.',
    until: 'released by itself at {{when}}', minutes: '{{n}} min', hours: '{{n}} h', days: '{{n}} d', spared: 'Still reachable', none: 'This machine is not isolated.', release: 'Release the isolation', releaseAsk: 'Release {{name}}?', releaseText: 'Its traffic comes back, and that is verified too.', releaseReasonExample: 'e.g. checked and found clean',
    approve: 'Approve and isolate', deny: 'Do not isolate', approveAsk: 'Approve isolating {{name}}?', denyAsk: 'Decline isolating {{name}}?', awaiting: 'Waiting for approval', working: 'Isolating', verified: 'Silence was observed ({{n}} s)', verifiedPlain: 'Silence was observed', ineffective: 'It still talks', partial: 'Some of it still passes', stillSeen: 'Still seen',
    ineffectiveDo: 'Pull the LAN cable, then call the contact.', released: 'The isolation was released', releasing: 'Releasing', expired: 'The isolation ended by its expiry', failed: 'The isolation failed', denied: 'The isolation was declined', observed: 'Recorded as a rehearsal (nothing was cut)', expires: 'Ends by itself', requested: 'Asked by', approved: 'Approved by', history: 'History', receipts: 'Receipts of the devices', policy: 'Yagura’s policy', needReason: 'Write a reason.', viewerOnly: 'Isolation is for operators. You may read only.',
  },
  tabs: { ledger: 'Ledger', segments: 'Segments', never: 'Never cut off', rehearsal: 'Rehearsal of auto' },
  segment: {
    zone: 'zone', floor: 'floor', site: 'whole site', named: '{{name}} ({{kind}})', live: 'Segments under way', choose: 'What to cut off', none: 'Nothing to choose', noneText: 'Zones under asset.zones and places in the asset list appear here.',
    intro: 'When it is spreading, cut a floor or zone off as a whole. Choose one to see who is affected and which services stop. It takes another person’s approval beside the one who asks.', ranges: '{{n}} ranges', addresses: '{{n}} addresses', back: 'Back to the segments', see: 'See who is affected', ifCut: 'If {{name}} is cut off', nothingYet: 'You are only looking. Nothing is cut off.',
    n_machines: 'machines cut off', n_services: 'services that stop', n_kept: 'stay connected', offices: 'Who is affected', services: 'What stops', noServices: 'No traffic to the outside of the segment has been seen so far.', col_service: 'Service', col_side: 'How', col_clients: 'Used by', col_last: 'Last used', side_in: 'those outside lose this server', side_out: 'those inside lose it', seenOnly: 'Only what was seen in the mirror. Telephones and what is rarely used may be missing.',
    stays: 'What stays connected', allowed: 'Still reachable from inside (allow-list)', noAllowed: 'The allow-list is empty (act.allow).', kept: 'Machines that are never cut off', noKept: 'No protected machine stands in this segment.', askTitle: 'Ask for it', thenTwo: 'It then awaits another person’s approval. Nothing is cut off before.', notAllowed: 'This segment cannot be cut off now.', ask: 'Ask to cut off {{name}}', reasonExample: 'e.g. ransomware is spreading',
  },
  service: { ssh: 'Remote shell (SSH)', mail: 'Mail', dns: 'Name service (DNS)', web: 'Web, business systems', logon: 'Logon (Kerberos)', time: 'Clock', windows: 'Windows remote calls', file: 'File shares', directory: 'Directory (LDAP)', print: 'Printing', database: 'Database', proxy: 'Proxy', desktop: 'Remote desktop', update: 'Updates' },
  rehearsal: {
    intro: 'What the present policy would have isolated by itself in past cases. Looking does nothing.', sentence: 'In the last {{period}} it would have isolated {{n}} machines by itself', withFalse: '{{n}} of them were later judged a false alarm. Think what that would have meant for work.', noFalse: 'None of them was later judged a false alarm.',
    n_cases: 'cases looked at', n_machines: 'isolated by itself', n_asked: 'cases asked about', n_refused: 'cases refused by a guard', policy: 'The present policy', where: 'The policy is changed in the configuration (decide). Rehearse again after a change.', would: 'What it would have done', nothing: 'Nothing would have been isolated or asked', col_what: 'Result', col_rule: 'Rule', isolated: 'isolated', asks: 'asked', falseTag: 'was a false alarm',
    acceptTitle: 'Automatic isolation', noAutoTag: 'none', acceptedTag: 'works', openTag: 'not accepted yet', noAuto: 'The present policy says auto nowhere: it records or asks.', accepted: '{{who}} accepted this rehearsal at {{when}}. Where the policy says auto, it acts.', open: 'Nobody has accepted it. Until then auto waits for an approval.', accept: 'Accept: let auto act', acceptAsk: 'Let the policy act by itself?', acceptText: 'Where the policy says auto it will isolate without asking. In this period: {{n}} machines, {{m}} of them false alarms. Caps, the never-touch list and the freeze hold as before.', reasonExample: 'e.g. checked in the section', adminOnly: 'Only administrators may accept.',
  },
  never: {
    intro: 'What stands here is never cut off, whoever asks, and is left out of ranges and segments.', add: 'Protect something', kind: 'Named by', kind_host: 'host name', kind_ip: 'address', kind_cidr: 'range', kind_mac: 'MAC address', kind_role: 'role in the asset list',
    what: 'What', example_host: 'e.g. COUNTER-*', example_ip: 'e.g. 10.1.0.53', example_cidr: 'e.g. 10.9.0.0/24', example_mac: 'e.g. 00:11:22:33:44:55', example_role: 'e.g. counter', reason: 'Reason', reasonHint: 'Shown to whoever is refused.', reasonExample: 'e.g. the counter: without it no certificates are issued', owner: 'Owner', ownerExample: 'e.g. Residents section', until: 'Until (empty: always)',
    end: 'Until', untilDay: 'until {{day}}', addDo: 'Protect it', addAsk: 'Never cut off {{what}}?', addText: 'It holds at every enforcer at once. An isolation of it is lifted, a proposal withdrawn.', added: 'Protected', nothingLifted: 'No isolation stood against it.', lifted: 'These {{n}} isolations are being lifted.', entries: 'Entries', none: 'No entries yet.', over: 'over (not protected)', always: 'always', by: 'Entered by', configured: 'configuration', drop: 'Remove',
    dropAsk: 'Remove {{what}} from the list?', dropText: 'It may then be cut off. Removing it cuts nothing off.', roles: 'Roles that are always protected', rolesText: 'Machines whose role was confirmed in the asset list or here need no entry.',
  },
  freeze: { short: 'Stop all', on_1: 'All automatic isolation stops at once.', on_2: 'Isolations in force stay; release them one by one in the ledger.', on_3: 'Watching and notices go on. People may still isolate.', off_1: 'Where the policy says auto, it acts again.', off_2: 'What waited meanwhile may begin at once.', reason: 'Reason (may stay empty in a hurry)', adminLifts: 'An administrator resumes it.' },
  proof: { title: 'What it rests on', device: 'Read back from the device', sensor: 'Silence seen by the sensor', probe: 'Yagura’s own question', notYet: 'Not yet.', noProbe: 'Not asked: an answer would prove nothing with these means, or act.probe is off.', told: 'set and read back', refused: 'could not do it', open: 'open', yes: 'confirmed', no: 'not confirmed', mended: 'The device differed from the ledger and was mended {{n}} times.', receiptsHint: '“>” was sent, “<” is the device’s answer.', ok: 'OK', ng: 'failed' },
  op: { plan: 'plan', apply: 'apply', undo: 'undo', readback: 'read back', reconcile: 'mend', verify: 'ask' },
  drift: { title: 'Devices that differed', about: 'When a device was restarted or changed by somebody, so that it differed from the ledger. Since Yagura started.', mended: 'mended', open: 'please check' },
  step: { approve: 'Approve', apply: 'Apply', verify: 'Watch', done: 'Silent' },
  order: {
    proposed: 'Proposed', rehearsed: 'Planned', observed: 'Rehearsed', awaiting_approval: 'Awaiting approval', approved: 'Approved', denied: 'Declined', applying: 'Applying', applied: 'Applied', verifying: 'Verifying', verified: 'Verified silent', ineffective: 'Ineffective', partial: 'Partial', releasing: 'Releasing', released: 'Released', expired: 'Expired', failed: 'Failed',
  },
  mode: { observe: 'observe', approve: 'approval', auto: 'automatic' },
  orders: {
    one: 'Isolation of {{name}}', back: 'Back to the ledger', machine: 'See the machine', more: 'Steps and evidence', waiting: 'Waiting for a decision', noneWaiting: 'No isolation waits for a decision.', standing: 'In force', none: 'No machine is isolated.', history: 'History', noHistory: 'Nothing recorded yet.', col_device: 'Machine', col_state: 'State', col_reason: 'Reason', col_who: 'Asked by', col_time: 'Time', col_until: 'Until', col_silence: 'To silence', seconds: '{{n}} s', freezeDo: 'Stop all automatic action', freezeUndo: 'Resume automatic action', freezeAsk: 'Stop all automatic action?', unfreezeAsk: 'Resume automatic action?', case: 'Open the case',
  },
  devices: {
    col_isolation: 'Isolation', title: 'Machines', searchLabel: 'Find a machine', searchExample: 'name, user, address, department', zone: 'Network', affected: 'Only those with cases', none: 'No machine found', noneText: 'Loosen the filter. When the watch has just begun, machines appear as they talk.', col_name: 'Name', col_ip: 'Address', col_mac: 'MAC', col_group: 'Department', col_severity: 'Severity', col_threat: 'Most notable', col_latest: 'Latest', col_targeted: 'Targeted', col_user: 'User', isolated: 'isolated', total: '{{n}} machines', csv: 'Save as CSV',
  },
  device: {
    traffic: 'Traffic', bindings: 'How we know this machine', b_field: 'What', b_value: 'Value', b_source: 'Source', b_age: 'Last confirmed', b_since: 'Since', b_old: 'over a day old', conflicts: 'Contradictions', cases: 'Cases of this machine', noCases: 'No cases within 30 days.', orders: 'Isolations', timeline: 'Recent activity', destinations: 'Top destinations', peers: 'Who else talked to it', peersOf: 'Machines that talked to {{what}}', hours: 'Period', h24: '24 hours', h168: '7 days', h720: '30 days', noRows: 'Nothing recorded in this period.', first: 'First seen', last: 'Last seen', ask: 'Who else?', roles: 'Roles', truncated: 'Too many rows: only some are shown.',
  },
  duty: {
    title: 'What this machine is for', about: 'Only confirmed roles exempt a machine from findings. What was learnt from traffic alone may be an intruder who behaves like it.', confirm: 'Confirm', deny: 'It is not', confirmed: 'confirmed', denied: 'denied', trusted: 'learnt, reliable', learnt: 'learnt, not confirmed', last: 'last seen',
  },
  doubt: { title: 'It may be another machine (certainty {{n}} %)', candidates: 'Other candidates:' },
  how: { talked: 'talked', asked: 'asked for the name', file: 'file' },
  kind: { flow: 'Traffic', http: 'Web (HTTP)', tls: 'Web (encrypted)', dns: 'Name look-up', dhcp: 'Address lease', smb: 'File share', logon: 'Logon', dcerpc: 'Remote call', krb5: 'Logon' },
  column: { ts: 'Time', destination: 'Destination', machines: 'Machines', sent: 'Sent', received: 'Received', src_ip: 'Address', user_name: 'User', times: 'Times', how: 'How', time: 'Time', kind: 'Kind', peer: 'Peer', port: 'Port', what: 'What', bytes: 'Bytes', name: 'Name', flows: 'Connections', bytes_out: 'Sent', bytes_in: 'Received', first: 'First', last: 'Last', host: 'Host', device: 'Machine' },
  reports: {
    title: 'Reports', month: 'Monthly report', running: 'running', cases: '{{n}} cases, {{m}} isolations', preview: 'Preview', pdf: 'Save as PDF', period: 'Another period', from: 'First day', until: 'Last day', show: 'Show this period', bad: 'The last day must not be before the first.', frame: 'Report {{period}}', making: 'Writing the report', choose: 'Choose a month',
    certificates: 'Certificates of separation', certAbout: 'For each day: that nothing unpermitted passed between separate networks.', certNone: 'There is no record yet. Write the zones that must be separate under detect.detectors.separation.isolated.', zero: '0 deviations', breaches: '{{n}} deviations', gaps: 'not always watched', checked: '{{n}} conversations checked', certFrame: 'Certificate of {{day}}', moreDays: 'Show earlier days',
  },
  blind: {
    title: 'Blind spots', intro: 'Yagura cannot read all that passes by. This says openly what it does not read, and why.', period: 'Period', days_1: 'Today', days_7: '7 days', days_14: '14 days', days_30: '30 days',
    seen: 'looked into', total: '{{n}} in all', why: 'Why it is not seen', none: 'Everything was looked into in this period.', arrived: 'Of what arrived, nothing was left unseen.', mend: 'can be mended', normal: 'normal', do: 'What to do:', daily: 'Day by day', day: 'Day', shares: 'Shares', amount: 'Amount',
    vlans: 'VLANs that show one direction only', watching: 'The watch', rules: 'Rules', rulesSince: 'loaded', others: 'Alerts of others', look: 'See the blind spots',
  },
  packets: { save: 'Save the packets', saveAll: 'Save all packets of the case', hint: 'Makes a file of the packets around it, for Wireshark and the like. The download stands in the audit log.' },
  audit: { title: 'Audit log', intro: 'Who did what. Each line is chained to the one before, so that a later change shows.', none: 'Nothing recorded yet.', col_time: 'Time', col_who: 'Who', col_action: 'Action', col_object: 'Object', col_detail: 'Detail', hash: 'Hash', filter: 'Filter' },
  actor: { policy: 'Yagura (policy)', act: 'Yagura (action)', verify: 'Yagura (verification)', expiry: 'Yagura (expiry)', guard: 'Yagura (guard)', reconcile: 'Yagura (reconciliation)', yagura: 'Yagura' },
  action: { none: 'Not taken', observed: 'Rehearsed', approved: 'Approved', applying: 'Applying', applied: 'Applied', verifying: 'Verifying', verified: 'Verified', ineffective: 'Ineffective', partial: 'Partial', releasing: 'Releasing', released: 'Released', expired: 'Expired', failed: 'Failed', denied: 'Declined', login: 'Login', logout: 'Logout', isolate: 'Isolate', release: 'Release', approve: 'Approve', deny: 'Decline', freeze: 'Stop all', unfreeze: 'Resume', apply: 'Apply', undo: 'Undo', config: 'Config', user: 'User', password: 'Password', refused: 'Refused', incident: 'Case', report: 'Report', hunt: 'Hunt', propose: 'Propose', verify: 'Verify', selftest: 'self-test', packets: 'Packets saved', lapse: 'Lapse', never_add: 'Protected', never_drop: 'Unprotected', rehearsal: 'Rehearsal accepted', drift: 'Device differed', observe: 'Rehearsed', rehearse: 'Rehearsed' },
  settings: { title: 'Settings', language: 'Language', you: 'You', role: 'Role', users: 'Users', add: 'Add a user', name: 'User name', disabled: 'disabled', reset: 'New first password', oncePassword: 'First password (shown this once)', enable: 'Enable', disable: 'Disable', lastLogin: 'Last login', never: 'never', api: 'API description (OpenAPI)' },
  roles: { viewer: 'Viewer', operator: 'Operator', admin: 'Administrator' },
}
