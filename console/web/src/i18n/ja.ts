/** Japanese first: the words of the pages. en.ts has the same shape, checked by the compiler. */
export const ja = {
  app: { name: '櫓', tagline: '庁内ネットワークの見張り', skip: '本文へ移る', menu: 'メニュー', logout: 'ログアウト', lang: 'English', demo: '体験版' },
  nav: { overview: '概要', incidents: '案件', devices: '端末', orders: '隔離', blind: '見えていない通信', selftest: '自己試験', reports: '報告書', audit: '操作記録', settings: '設定' },
  common: {
    loading: '読み込んでいます', retry: 'もう一度読み込む', save: '保存する', cancel: 'やめる', close: '閉じる', all: 'すべて', none: 'なし', unknown: '不明',
    search: '検索', from: 'から', until: 'まで', who: 'だれ', when: 'いつ', what: '何を', detail: '詳しく', back: '戻る', more: 'さらに表示',
    count: '{{count}} 件', machines: '{{count}} 台', ago_s: 'たった今', ago_m: '{{n}} 分前', ago_h: '{{n}} 時間前', ago_d: '{{n}} 日前', in_m: 'あと {{n}} 分', in_h: 'あと {{n}} 時間', in_d: 'あと {{n}} 日',
    over: '期限切れ', prev: '前へ', next: '次へ', pageOf: '{{page}} / {{pages}} ページ', required: '必須', copied: 'コピーしました', jst: '時刻は日本時間です',
    sortBy: '並べ替え',
  },
  error: {
    title: '読み込めませんでした', offline: '櫓とつながっていません', offlineText: '表示は最後に受け取った内容です。つながりしだい自動で更新します。',
    notFound: 'ページが見つかりません', notFoundText: 'アドレスが変わったか、整理されました。', home: '概要へ戻る', crashed: '画面を表示できませんでした', reload: '読み込み直す',
    network: '櫓に届きません。ネットワークか、櫓が動いているかを確かめてください。',
  },
  login: {
    title: 'ログイン', user: '利用者名', password: 'パスワード', submit: 'ログイン', first: '最初のパスワードは、櫓を入れたサーバーの first-password.txt にあります。',
    wait: 'あと {{n}} 秒ほどお待ちください。',
  },
  password: {
    firstTitle: '新しいパスワードを決めてください', firstText: '最初のパスワードは一度だけ使うものです。ここで新しいものに替えてください。',
    title: 'パスワードを変える', current: 'いまのパスワード', new: '新しいパスワード', again: '新しいパスワード（もう一度）', rule: '10文字以上。文のように長いものが安全です。',
    mismatch: '二つのパスワードが違います。', submit: 'このパスワードにする', skip: 'あとで決める（体験版のみ）', done: 'パスワードを変えました。ほかの画面はログアウトされました。',
  },
  overview: {
    more: '（ほかに {{n}} 件）', alike: '同じ内容がほかに {{n}} 台', allCases: '案件の一覧', allOrders: '隔離の台帳', needs: '対応を待っていること', noNeeds: '待っていることはありません。', noNeedsText: '新しい動きがあれば、この画面に自動で出ます。', go: '確認する', trend: 'この14日間の案件', trendDay: '日付',
    sensors: '見張りの状態', blind: '見えない範囲', counts_open: '終わっていない案件', counts_new: 'まだ見ていない案件', counts_isolated: '隔離中の端末', counts_devices: '見守っている端末',
    kind_approval: '承認待ち', kind_ineffective: '止まっていません', kind_incident: '新しい案件', kind_contained: '隔離済み', kind_expiring: 'まもなく期限', kind_sensor: '見張り', packets: '{{n}} パケットを確認',
    frozen: '全停止中：自動の隔離は行いません', frozenBy: '{{who}} が {{when}} に止めました', updated: '{{when}} 現在', quietSince: '最後の案件は {{when}} です',
    opaque: '暗号化されていて中身までは見えない通信 {{n}} %', lost: '取りこぼし {{n}} %', noTrend: 'この14日間に案件はありません。',
  },
  severity: { high: '高', middle: '中', low: '低', none: 'なし', label: '危険度', of: '危険度 {{n}}（{{word}}）', explain: '1〜10 の10段階。8以上は、すぐに対応が必要です。' },
  state: { new: '新規', in_progress: '対応中', contained: '隔離済み', resolved: '解決', false_positive: '問題なし' },
  phase: {
    intelligence_gathering: '情報収集', point_of_entry: '侵入', cc_communication: '外部との指令通信', lateral_movement: '庁内での拡大', asset_data_discovery: '内部の探索', data_exfiltration: 'データの持ち出し',
  },
  phaseShort: { intelligence_gathering: '収集', point_of_entry: '侵入', cc_communication: '指令', lateral_movement: '拡大', asset_data_discovery: '探索', data_exfiltration: '持出' },
  zone: { mynumber: 'マイナンバー系', lgwan: 'LGWAN系', internet: 'インターネット系', school: '学校', dmz: '公開サーバー' },
  role: { dc: '認証サーバー', dns: 'DNS', dhcp: 'DHCP', gateway: '出入口', proxy: 'プロキシ', wsus: '更新配信', backup: 'バックアップ', scanner: '点検', management: '管理端末', mail: 'メール', printer: 'プリンター', nat: 'アドレス変換', yagura: '櫓', router: 'ルーター', lgwan: 'LGWAN接続', kikan: '基幹', bousai: '防災', medical: '医療' },
  source: { dhcp: 'アドレス配布（DHCP）', nbns: '名前の通知（NetBIOS）', mdns: '名前の通知（mDNS）', llmnr: '名前の通知（LLMNR）', kerberos: 'ログオン（Kerberos）', ntlm: 'ログオン（NTLM）', arp: '実際の通信（ARP）', ethernet: '実際の通信（フレーム）', snmp: 'スイッチの表（SNMP）', radius: '認証の記録（RADIUS）', ldap: 'ログオン（LDAP）', http: 'Webの通信', dns: '名前の問い合わせ', flow: '実際の通信', person: '担当者の登録', csv: '資産台帳' },
  field: { ip: 'アドレス', mac: 'MAC', hostname: '端末名', user: '利用者', department: '所属', place: '場所', zone: 'ネットワーク', port: '接続ポート', phone: '電話', role: '役割', role_denied: '役割ではない' },
  incidents: {
    title: '案件', open: '対応中', closed: '終わったもの', all: 'すべて', none: '案件はありません', noneText: 'いまのところ、見つかった動きはありません。', severityFrom: '危険度', any: 'すべて', from8: '高だけ', from4: '中以上',
    col_severity: '危険度', col_title: '何が起きたか', col_device: '端末', col_phases: '段階', col_state: '状態', col_last: '最後の動き', total: '全 {{n}} 件', appeared: '新しい案件', appearedMany: '新しい案件が続いています', openAll: '概要で見る', open_it: '開く',
  },
  incident: {
    story: '何が起きているか', doNow: '今すぐする3つ', contact: '困ったときの連絡先', device: 'どの端末か', where: 'どこにある', whoUses: 'だれが使う', addr: 'アドレス', findings: '根拠', reasons: '判断の理由', counter: '反対の材料', means: 'どういうことか',
    evidence: '証拠の通信', ev_time: '時刻', ev_from: '発信', ev_to: '相手', ev_what: '内容', timeline: '時系列', note: 'メモを書く', noteExample: '電話で聞いたこと、行ったこと', addNote: 'メモを残す', noted: 'メモを残しました。',
    state: '状態を変える', stateChanged: '状態を変えました。', techniques: '攻撃の手口（ATT&CK）', confidence: '確からしさ {{n}} %', byOther: 'ほかの装置が知らせた警報です。櫓が自分で見た通信ではありません。内容と深刻度は装置の言葉のままです。切り離すかどうかは、櫓の方針と担当者が決めます。', times: '{{n}} 回', first: '始まり', last: '最後', number: '案件番号', related: '関係する端末', threshold: '目安 {{v}}', noEvidence: '証拠の通信は記録されていません。',
    act: '対応', markInProgress: '対応を始める', markResolved: '解決にする', markFalse: '問題なしにする', reopen: '対応中に戻す', closedText: 'この案件は終わっています。', noDo: '案件の内容を確かめ、利用者に状況を聞いてください。', summary: '要約', singleShot: '単独で確実な証拠',
    nextStep: 'この案件をどうするか', print: '印刷する',
  },
  spread: {
    title: '広がり', intro: '関係する {{n}} 台を、たどり着かれた順に左から並べています。', introDown: '関係する {{n}} 台です。線でつながる上の端末から、下の端末へ広がりました。', zero: '最初とみられる端末', reached: '手を伸ばされた', severity: '危険度', more: 'ほか {{n}} 台', hosts: '端末の一覧（{{n}} 台）', ways: 'だれからだれへ（{{n}} 件）', way: '{{from}} から {{to}} へ', same: '{{from}} と {{to}} が同じ相手（{{what}}）と通信',
    partOf: 'この案件は、案件 {{number}} にまとめられています。', openLead: 'まとめた案件を開く', whySevere: '危険度の理由', excepted: '例外により取り下げ：{{why}}',
  },
  selftest: {
    title: '自己試験', intro: '検知器をひとつずつ、見本の攻撃で試します。網には何も流れず、隔離もしません。鳴らない検知器は赤で、理由を示します。', run: 'いま試す', notify: '「試験」と書いた知らせも一通送る', never: '自己試験はまだ行われていません。', sum: '{{n}} 個の検知器のうち {{good}} 個が鳴ります', silent: '鳴らない検知器', fires: '鳴る検知器', ok: '鳴る', red: '鳴らない', mode_packets: 'パケット', mode_events: 'イベント',
    col_what: '検知器', col_result: '結果', col_mode: '入れ方', col_severity: '試験の危険度', col_why: '理由', partly: '見本では鳴らなかった種類：', look: '自己試験を見る',
  },
  why: {
    open: 'なぜそう判断したか', gates: '判断の条件', passed: '通過', missed: '不通過', counter: '反対の材料', exceptions: '検討した例外', noException: 'この種類の検知に当たる例外はありません。', quiet: 'こうなら知らせませんでした', nothing: '記録された条件はありません。',
    except: '業務と確かめられたら、この例外を設定に足せます', col_gate: '条件', col_value: '測った値', col_threshold: '基準', col_result: '結果', col_source: '基準の出どころ', yes: 'はい', no: 'いいえ', points: '{{n}} 点', atLeast: '{{v}} 以上', atMost: '{{v}} 以下', fixed: '検知器の固定値',
  },
  unit: { s: '秒', B: 'バイト', machines: '台', hosts: '台', calls: '回', points: '点', names: '種類', ports: '個', bit: 'ビット', min: '分', queries: '回', attempts: '回', accounts: '個', packets: '個', days: '日' },
  isolate: {
    title: '端末の隔離', button: '{{name}} を隔離する', ask: '{{name}} を隔離しますか', intro: '押すと次のことが行われます。押すまでは何も起こりません。', duration: '隔離する時間', asPolicy: '規則のとおり（{{n}}）', reason: '理由', reasonExample: '例：案件 2026-1121-01 の封じ込め',
    confirm: 'この内容で隔離する', will: '行われること', guards: '安全の確認', guardOk: '問題ありません', guardNo: '止めています', guardSoft: '自動では行いません（人の判断なら行えます）', commands: '機器へ送る命令を見る', refused: 'この端末は隔離できません', rehearsal: '予行：記録だけを行い、通信は止めません。', two: '二人目の承認が必要です。', twoNeeded: 'この隔離には2人の承認が必要です。あなたが承認すると1人目になり、もう1人の承認を待ちます。', secondNeeded: '1人目（{{who}}）は承認しました。あなたが承認すると、すぐに隔離が始まります。', youWere: 'あなたは1人目です。もう1人の承認を待っています。電話などで頼んでください。', withdraw: '取り下げる', size: '範囲', enforcers: '切り離しの手段', releasedAt: '解除', nextOne: '承認すると、すぐに切り離しが始まり、通信が止まったかを観測で確かめます。', nextFirst: '承認すると、1人目として記録します。もう1人が承認するまで、何も切り離しません。', nextDeny: '見送ると、この提案は終わり、通信はそのままです。理由は台帳に残ります。',
    until: '{{when}} に自動で解除', minutes: '{{n}} 分', hours: '{{n}} 時間', days: '{{n}} 日', spared: '隔離中も使えるもの', none: 'この端末は隔離されていません。', release: '隔離を解除する', releaseAsk: '{{name}} の隔離を解除しますか', releaseText: '通信が元に戻ります。戻ったことも確認します。', releaseReasonExample: '例：点検が終わり、問題がないことを確認',
    approve: '承認して隔離する', deny: '見送る', approveAsk: '{{name}} の隔離を承認しますか', denyAsk: '{{name}} の隔離を見送りますか', awaiting: '隔離の承認を待っています', working: '隔離しています', verified: '通信が止まったことを確認しました（{{n}}秒）', verifiedPlain: '通信が止まったことを確認しました', ineffective: '通信がまだ止まっていません', partial: '一部の通信がまだ通っています', stillSeen: 'まだ見える通信',
    ineffectiveDo: 'LANケーブルを抜いてください。そのあと連絡先へ電話してください。', released: '隔離は解除されました', releasing: '解除しています', expired: '期限が来て、隔離は終わりました', failed: '隔離できませんでした', denied: '隔離は見送られました', observed: '予行として記録しました（通信は止めていません）', expires: '自動で解除', requested: '求めた人', approved: '承認した人', history: '経過', receipts: '機器の記録', policy: '櫓の規則', needReason: '理由を書いてください。', viewerOnly: '隔離は操作担当者が行います。あなたの権限では見るだけです。',
  },
  tabs: { ledger: '台帳', segments: '区画ごと', never: '切り離さないもの', rehearsal: '自動の予行' },
  segment: {
    zone: 'ゾーン', floor: 'フロア', site: '拠点全体', named: '{{name}}（{{kind}}）', live: '動いている区画の切り離し', choose: 'どこを切り離すか', none: '選べる区画がありません', noneText: '設定の asset.zones にゾーンを、端末台帳に設置場所を書くと、ここに出ます。',
    intro: '広がっているときに、フロアやゾーンをまとめて切り離します。選ぶと、だれに影響し、どのサービスが止まるかを見られます。切り離しには、求めた人のほかにもう1人の承認が必要です。', ranges: '範囲 {{n}} 件', addresses: 'アドレス {{n}} 件', back: '区画の一覧へ戻る', see: 'だれに影響するかを見る', ifCut: '{{name}} を切り離すと', nothingYet: '見ているだけです。まだ何も切り離していません。',
    n_machines: '切り離す端末', n_services: '止まるサービス', n_kept: 'つながったままのもの', offices: '影響を受ける課', services: '止まるサービス', noServices: '区画の外とのやりとりは、まだ見えていません。', col_service: 'サービス', col_side: 'どう止まるか', col_clients: '使っている端末', col_last: '最後の利用', side_in: '区画の外から、このサーバーを使えなくなります', side_out: '区画の中から使えなくなります', seenOnly: '通信の写しに見えたものだけです。電話（IP電話）や、めったに使わないものは出ていないことがあります。',
    stays: 'つながったままのもの', allowed: '区画の中からも使えるもの（許可の一覧）', noAllowed: '許可の一覧は空です（設定の act.allow）。', kept: '切り離さない機器', noKept: 'この区画に、切り離してはならない機器はありません。', askTitle: '切り離しを求める', thenTwo: '押すと、もう1人の承認待ちになります。承認されるまで、何も切り離しません。', notAllowed: 'いまは、この区画を切り離せません。', ask: '{{name}} の切り離しを求める', reasonExample: '例：ランサムウェアが広がっているため',
  },
  service: { ssh: '遠隔操作（SSH）', mail: 'メール', dns: '名前解決（DNS）', web: 'Web・業務システム', logon: 'ログオン（Kerberos）', time: '時刻合わせ', windows: 'Windows の遠隔操作', file: 'ファイル共有', directory: '認証・名簿（LDAP）', print: '印刷', database: 'データベース', proxy: 'プロキシ', desktop: 'リモートデスクトップ', update: '更新の配信' },
  rehearsal: {
    intro: 'いまの方針で、過去の案件なら何を自動で切り離していたかを確かめます。見ても何も切り離しません。', sentence: '過去 {{period}}なら、{{n}} 台を自動で切り離していました', withFalse: 'そのうち {{n}} 台は、あとで「問題なし」と判断された端末です。業務に支障が出なかったかを考えてください。', noFalse: 'あとで「問題なし」と判断された端末は、その中にありません。',
    n_cases: '調べた案件', n_machines: '自動で切り離していた端末', n_asked: '承認を求めていた案件', n_refused: '安全の確認が止めていた案件', policy: 'いまの方針', where: '方針は設定ファイル（decide）で変えます。変えたら、もう一度この予行を確認してください。', would: '切り離していた端末', nothing: '切り離しも、承認の依頼もありませんでした', col_what: '結果', col_rule: '規則', isolated: '自動で隔離', asks: '承認を依頼', falseTag: '問題なしだった',
    acceptTitle: '自動の切り離し', noAutoTag: '自動なし', acceptedTag: '働いています', openTag: '確認待ち', noAuto: 'いまの方針に「自動」はありません。すべて記録か承認です。', accepted: '{{who}} が {{when}} にこの予行を確認しました。方針の「自動」が働きます。', open: 'まだだれも確認していません。方針に「自動」とあっても、確認されるまでは承認待ちになります。', accept: '確認して自動を認める', acceptAsk: '方針の「自動」を認めますか', acceptText: '認めると、方針が「自動」としている時間帯には、人に聞かずに切り離します。この期間では {{n}} 台、うち問題なし {{m}} 台でした。上限、切り離さないもの、全停止は変わらず働きます。', reasonExample: '例：係内で確認。電話番号も周知済み', adminOnly: '認められるのは管理者だけです。',
  },
  never: {
    intro: 'ここにあるものは、だれが押しても、自動でも、切り離されません。範囲や区画の切り離しからも外れます。', add: '切り離さないものを加える', kind: '何で指定するか', kind_host: '端末名', kind_ip: 'アドレス', kind_cidr: 'アドレスの範囲', kind_mac: 'MACアドレス', kind_role: '台帳の役割',
    what: '対象', example_host: '例：MADOGUCHI-*', example_ip: '例：10.1.0.53', example_cidr: '例：10.9.0.0/24', example_mac: '例：00:11:22:33:44:55', example_role: '例：窓口', reason: '理由', reasonHint: '切り離しを断られた人に、そのまま示されます。', reasonExample: '例：窓口の端末。止めると住民票が出せません', owner: '担当', ownerExample: '例：住民課', until: 'いつまで（空なら、ずっと）',
    end: 'いつまで', untilDay: '{{day}}まで', addDo: '加える', addAsk: '{{what}} を、切り離さないものに加えますか', addText: 'すぐにすべての装置で守られます。いま隔離中なら、その隔離は解除されます。承認待ちなら取り下げます。', added: '加えました', nothingLifted: '解除した隔離はありません。', lifted: '次の {{n}} 件の隔離を解除しています。', entries: '登録したもの', none: '登録はまだありません。', over: '期限切れ（守られていません）', always: 'ずっと', by: '登録した人', configured: '設定ファイル', drop: '外す',
    dropAsk: '{{what}} を一覧から外しますか', dropText: '外すと、この対象も切り離せるようになります。外しただけでは何も切り離しません。', roles: 'はじめから守られている役割', rolesText: '端末台帳や画面で役割を確認した機器は、登録しなくても切り離されません。',
  },
  freeze: { short: '全停止', on_1: '自動の切り離しを、すぐにすべて止めます。', on_2: 'いま効いている隔離は、そのまま続きます。解くときは台帳から1台ずつ解除します。', on_3: '見張りと知らせは続きます。人の操作による隔離もできます。', off_1: '方針の「自動」がまた働くようになります。', off_2: '止めている間に待たせた隔離があれば、すぐに始まることがあります。', reason: '理由（急ぐときは空のままで構いません）', adminLifts: '再開は管理者が行います。' },
  proof: { title: '止まったと言える根拠', device: '装置の読み返し', sensor: 'センサーが見た静けさ', probe: '櫓からの呼びかけ', notYet: 'まだありません。', noProbe: '行っていません。返事があっても証拠にならない手段のときと、設定の act.probe が off のときは、呼びかけません。', told: '設定し、読み返して確かめました', refused: 'できませんでした', open: 'まだ', yes: '確かめました', no: '確かめられません', mended: '装置の設定が台帳とずれたため、{{n}} 回直しました。', receiptsHint: '「>」は送ったもの、「<」は装置の答えです。', ok: '成功', ng: '失敗' },
  op: { plan: '予行', apply: '設定', undo: '取り消し', readback: '読み返し', reconcile: '直し', verify: '呼びかけ' },
  drift: { title: '装置のずれ', about: '装置の再起動や人の変更で、台帳と装置が食い違ったときの記録です。櫓が起動してからのものが出ます。', mended: '直しました', open: '確かめてください' },
  step: { approve: '承認', apply: '実行', verify: '確認', done: '停止' },
  order: {
    proposed: '提案', rehearsed: '予行済み', observed: '予行の記録', awaiting_approval: '承認待ち', approved: '承認済み', denied: '見送り', applying: '実行中', applied: '実行済み', verifying: '確認中', verified: '停止を確認', ineffective: '止まっていない', partial: '一部だけ停止', releasing: '解除中', released: '解除済み', expired: '期限で終了', failed: '失敗',
  },
  mode: { observe: '記録のみ', approve: '承認', auto: '自動' },
  orders: {
    one: '{{name}} の隔離', back: '隔離台帳へ戻る', machine: '端末を見る', more: '経過と証拠を見る', waiting: '判断を待っている隔離', noneWaiting: '判断を待っている隔離はありません。', standing: 'いま効いている隔離', none: '隔離中の端末はありません。', history: 'これまでの記録', noHistory: '記録はまだありません。', col_device: '端末', col_state: '状態', col_reason: '理由', col_who: '求めた人', col_time: '日時', col_until: '期限', col_silence: '止まるまで', seconds: '{{n}} 秒', freezeDo: 'すべての自動操作を止める', freezeUndo: '自動操作を再開する', freezeAsk: 'すべての自動操作を止めますか', unfreezeAsk: '自動操作を再開しますか', case: '案件を見る',
  },
  devices: {
    col_isolation: '隔離', title: '端末', searchLabel: '端末を探す', searchExample: '名前・利用者・アドレス・課', zone: 'ネットワーク', affected: '動きのあった端末だけ', none: '端末が見つかりません', noneText: '条件をゆるめてください。見張りを始めたばかりのときは、通信が見えしだい増えます。', col_name: '端末名', col_ip: 'アドレス', col_mac: 'MAC', col_group: '所属', col_severity: '危険度', col_threat: '主な脅威', col_latest: '最後の動き', col_targeted: '標的型', col_user: '利用者', isolated: '隔離中', total: '{{n}} 台', csv: 'CSV で保存',
  },
  device: {
    traffic: '通信の記録', bindings: 'この端末だと分かる理由', b_field: '項目', b_value: '値', b_source: 'どこから', b_age: '最後に確認', b_since: 'いつから', b_old: '1日以上前', conflicts: '食い違い', cases: 'この端末の案件', noCases: '30日以内の案件はありません。', orders: '隔離の記録', timeline: '最近の動き', destinations: '主な通信先', peers: '同じ相手と話した端末', peersOf: '{{what}} と通信した端末', hours: '期間', h24: '24時間', h168: '7日間', h720: '30日間', noRows: 'この期間の記録はありません。', first: '初めて見た日', last: '最後に見た時刻', ask: 'ほかにだれが', roles: '役割', truncated: '件数が多いため、一部だけを表示しています。',
  },
  duty: {
    title: 'この機器の役割', about: '確認した役割だけを、検知の例外に使います。通信から学んだだけの役割は、侵入者のふりかもしれません。', confirm: '確認する', deny: 'ちがう', confirmed: '確認済み', denied: 'ちがうと登録', trusted: '学習・信用できる', learnt: '学習・未確認', last: '最後に見た',
  },
  doubt: { title: 'この端末とは言い切れません（確かさ {{n}} %）', candidates: 'ほかの候補：' },
  how: { talked: '通信', asked: '名前の問い合わせ', file: 'ファイル' },
  kind: { flow: '通信', http: 'Web（HTTP）', tls: 'Web（暗号）', dns: '名前の問い合わせ', dhcp: 'アドレス取得', smb: 'ファイル共有', logon: 'ログオン', dcerpc: '遠隔操作', krb5: 'ログオン' },
  column: { ts: '時刻', destination: '通信先', machines: '端末数', sent: '送った量', received: '受けた量', src_ip: 'アドレス', user_name: '利用者', times: '回数', how: 'どのように', time: '時刻', kind: '種類', peer: '相手', port: 'ポート', what: '内容', bytes: '量', name: '名前', flows: '接続', bytes_out: '送った量', bytes_in: '受けた量', first: '初め', last: '最後', host: '端末', device: '端末名' },
  reports: {
    title: '報告書', month: '月次報告', running: '途中', cases: '案件 {{n}} 件・隔離 {{m}} 件', preview: '内容', pdf: 'PDF を保存', period: '期間を選ぶ', from: '開始日', until: '終了日', show: 'この期間で作る', bad: '終了日は開始日より後にしてください。', frame: '{{period}} の報告書', making: '報告書を作っています', choose: '月を選ぶ',
    certificates: '分離の証明書', certAbout: '分離したネットワークの間に、許可のない通信がなかったことの日ごとの証明です。', certNone: 'まだ記録がありません。設定の detect.detectors.separation.isolated に、分離するゾーンを書いてください。', zero: '0件の逸脱', breaches: '逸脱 {{n}} 件', gaps: '見張れない時間あり', checked: '{{n}} 件の通信を照合', certFrame: '{{day}} の証明書', moreDays: '前の日も見る',
  },
  blind: {
    title: '見えていない通信', intro: '櫓は、通ったものすべてを読めるわけではありません。何が、なぜ読めないのかを隠さずに示します。', period: '期間', days_1: '今日', days_7: '7日間', days_14: '14日間', days_30: '30日間',
    seen: '中身まで見ている', total: '全部で {{n}}', why: '見えていない理由', none: 'この期間、見えていない通信はありません。', arrived: '届いた通信の中には、見えていないものはありません。', mend: '直せます', normal: 'ふつうのことです', do: 'どうするか：', daily: '日ごとの割合', day: '日', shares: '割合', amount: '量',
    vlans: '片方向しか届いていない VLAN', watching: '見張りの状態', rules: 'ルール', rulesSince: '読み込み', others: '外部の警報', look: '見えていない通信を確かめる',
  },
  packets: { save: 'パケットを保存', saveAll: '案件のパケットをまとめて保存', hint: 'この通信の前後のパケットを、Wireshark などで開けるファイルにします。保存したことは操作記録に残ります。' },
  audit: { title: '操作記録', intro: 'だれが何をしたかの記録です。あとから書き換えると分かるように、一行ずつ鎖のようにつながっています。', none: '記録はまだありません。', col_time: '日時', col_who: 'だれ', col_action: '何を', col_object: '対象', col_detail: '内容', hash: '確認値', filter: '絞り込み' },
  actor: { policy: '櫓（方針）', act: '櫓（実行）', verify: '櫓（確認）', expiry: '櫓（期限）', guard: '櫓（安全確認）', reconcile: '櫓（復元）', yagura: '櫓' },
  action: { none: '見送り', observed: '予行', approved: '承認済み', applying: '実行中', applied: '実行済み', verifying: '確認中', verified: '停止を確認', ineffective: '止まらず', partial: '一部停止', releasing: '解除中', released: '解除済み', expired: '期限', failed: '失敗', denied: '見送り', login: 'ログイン', logout: 'ログアウト', isolate: '隔離', release: '解除', approve: '承認', deny: '見送り', freeze: '全停止', unfreeze: '再開', apply: '実行', undo: '取り消し', config: '設定', user: '利用者', password: 'パスワード', refused: '拒否', incident: '案件', report: '報告書', hunt: '調査', propose: '提案', verify: '確認', packets: 'パケット保存', selftest: '自己試験', lapse: '期限切れ', never_add: '切り離さないものに追加', never_drop: '一覧から外す', rehearsal: '予行の確認', drift: '装置のずれ', observe: '予行', rehearse: '予行' },
  settings: { title: '設定', language: '表示のことば', you: 'あなた', role: '権限', users: '利用者', add: '利用者を加える', name: '利用者名', disabled: '停止中', reset: 'パスワードを作り直す', oncePassword: '最初のパスワード（この一度だけ表示します）', enable: '再開する', disable: '停止する', lastLogin: '最後のログイン', never: 'まだなし', api: 'API の説明（OpenAPI）' },
  roles: { viewer: '閲覧', operator: '操作', admin: '管理者' },
}

/** The shape that every language has. */
export type Words = { [K in keyof typeof ja]: { [L in keyof (typeof ja)[K]]: string } }
