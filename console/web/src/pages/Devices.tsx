import { Button, Checkbox, NativeSelect, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useMemo, useState } from 'react'
import type { Schemas } from '../api/client'
import { useDevices } from '../api/hooks'
import { useWords } from '../i18n'
import { OrderState, Severity } from '../parts/badges'
import { csv, save } from '../parts/csv'
import { DataTable, type Column } from '../parts/DataTable'
import { Empty, Loaded } from '../parts/states'
import { When } from '../parts/When'

type Row = Schemas['DeviceRow']

export const phases = ['intelligence_gathering', 'point_of_entry', 'cc_communication', 'lateral_movement', 'asset_data_discovery', 'data_exfiltration'] as const

function useColumns(anyIsolated: boolean): Column<Row>[] {
  const { t, x } = useWords()
  return useMemo(
    () => [
      { id: 'severity', title: t('devices.col_severity'), sort: (r) => r.host_severity, cell: (r) => <Severity n={r.host_severity} /> },
      { id: 'name', title: t('devices.col_name'), sort: (r) => r.name, cell: (r) => <span className={r.name.length > 18 ? 'any' : 'nowrap'}>{r.name}</span> },
      { id: 'isolation', title: t('devices.col_isolation'), sort: (r) => r.isolation ?? '', cell: (r) => (r.isolation ? <OrderState state={r.isolation} /> : null), empty: (r) => !r.isolation, hide: !anyIsolated },
      { id: 'group', title: `${t('devices.col_group')} / ${t('devices.col_user')}`, sort: (r) => r.department ?? '', cell: (r) => <div><span className="nowrap">{r.department}</span><div className="soft small">{r.user}</div></div>, empty: (r) => !r.department && !r.user },
      { id: 'ip', title: `${t('devices.col_ip')} / ${t('devices.col_mac')}`, sort: (r) => r.ip ?? '', cell: (r) => <div className={(r.ip ?? '').length > 16 ? 'mono any' : 'mono nowrap'}>{r.ip}<div className="soft small nowrap">{r.mac}</div></div> },
      { id: 'threat', title: t('devices.col_threat'), cell: (r) => x(r.threat), wide: true, empty: (r) => !r.threat },
      { id: 'latest', title: t('devices.col_latest'), sort: (r) => r.latest ?? '', cell: (r) => <When at={r.latest} only="ago" />, empty: (r) => !r.latest },
      { id: 'targeted', title: t('devices.col_targeted'), sort: (r) => r.targeted, cell: (r) => r.targeted || '', right: true, empty: (r) => !r.targeted },
      ...phases.map((p) => ({
        id: p, title: t(`phaseShort.${p}`), sort: (r: Row) => r.phases[p] ?? 0, cell: (r: Row) => r.phases[p] || '', right: true, empty: (r: Row) => !r.phases[p],
      })),
    ],
    [t, x, anyIsolated],
  )
}

function matches(r: Row, text: string): boolean {
  const hay = [r.name, r.user, r.ip, r.mac, r.department, r.place].join(' ').toLowerCase()
  return text.toLowerCase().split(/\s+/).every((w) => hay.includes(w))
}

export function Devices() {
  const { t, word } = useWords()
  const query = useDevices()
  const [text, setText] = useState('')
  const [zone, setZone] = useState('')
  const [affected, setAffected] = useState(false)
  const all = query.data?.items
  const columns = useColumns((all ?? []).some((r) => r.isolation))
  const zones = useMemo(() => [...new Set((all ?? []).map((r) => r.zone).filter((z) => z !== undefined))].sort(), [all])
  const rows = useMemo(() => (all ?? []).filter((r) => matches(r, text.trim()) && (!zone || r.zone === zone) && (!affected || r.host_severity > 0)), [all, text, zone, affected])
  return (
    <>
      <div className="head">
        <h1>{t('devices.title')}</h1>
        <Button variant="default" size="sm" onClick={() => save('yagura-machines.csv', csv(rows, t))}>{t('devices.csv')}</Button>
      </div>
      <div className="row" style={{ marginBottom: '0.9rem' }}>
        <TextInput aria-label={t('devices.searchLabel')} placeholder={t('devices.searchExample')} leftSection={<IconSearch size={18} aria-hidden />} value={text} onChange={(e) => setText(e.currentTarget.value)} style={{ flex: '1 1 260px' }} />
        <NativeSelect aria-label={t('devices.zone')} value={zone} onChange={(e) => setZone(e.currentTarget.value)} data={[{ value: '', label: `${t('devices.zone')}：${t('common.all')}` }, ...zones.map((z) => ({ value: z, label: word('zone', z) }))]} />
        <Checkbox label={t('devices.affected')} checked={affected} onChange={(e) => setAffected(e.currentTarget.checked)} />
      </div>
      <Loaded query={query}>
        {() =>
          rows.length === 0 ? (
            <div className="card"><Empty title={t('devices.none')} text={t('devices.noneText')} /></div>
          ) : (
            <div className="card bare">
              <DataTable label={t('devices.title')} rows={rows} columns={columns} id={(r) => r.uid} linkColumn="name" href={(r) => ({ to: '/devices/$uid', params: { uid: r.uid } })} start={{ column: 'severity', down: true }} />
              <p className="soft small" style={{ margin: '0.6rem 0 0' }}>{t('devices.total', { n: rows.length.toLocaleString() })}・{t('severity.explain')}</p>
            </div>
          )
        }
      </Loaded>
    </>
  )
}
