import { NativeSelect, Pagination, SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import type { Schemas } from '../api/client'
import { useIncidents } from '../api/hooks'
import { useWords } from '../i18n'
import { CaseState, Phases, Severity } from '../parts/badges'
import { DataTable, type Column } from '../parts/DataTable'
import { Empty, Loaded } from '../parts/states'
import { When } from '../parts/When'
import { deviceName } from '../parts/names'

type Row = Schemas['IncidentRow']

function useIncidentColumns(oneDevice: boolean): Column<Row>[] {
  const { t, x, lang } = useWords()
  return [
    { id: 'severity', title: t('incidents.col_severity'), sort: (r) => r.host_severity, cell: (r) => <Severity n={r.host_severity} />, wide: true },
    { id: 'title', title: t('incidents.col_title'), cell: (r) => x(r.title), wide: true },
    { id: 'device', title: t('incidents.col_device'), sort: (r) => deviceName(r.device, lang), cell: (r) => <span className={r.device.name.length > 18 ? 'any' : 'nowrap'}>{deviceName(r.device, lang)}</span>, hide: oneDevice },
    { id: 'phases', title: t('incidents.col_phases'), cell: (r) => <Phases list={r.phases} />, empty: (r) => r.phases.length === 0 },
    { id: 'state', title: t('incidents.col_state'), sort: (r) => r.state, cell: (r) => <CaseState state={r.state} /> },
    { id: 'last', title: t('incidents.col_last'), sort: (r) => r.last ?? r.time, cell: (r) => <When at={r.last ?? r.time} only="ago" /> },
  ]
}

export function IncidentTable({ rows, label, oneDevice = false }: { rows: readonly Row[]; label: string; oneDevice?: boolean }) {
  const { x } = useWords()
  const columns = useIncidentColumns(oneDevice)
  return (
    <DataTable
      label={label}
      rows={rows}
      columns={columns}
      id={(r) => r.uid}
      linkColumn="title"
      linkText={(r) => x(r.title)}
      href={(r) => ({ to: '/incidents/$uid', params: { uid: r.uid } })}
    />
  )
}

const perPage = 50

export function Incidents() {
  const { t } = useWords()
  const [which, setWhich] = useState('open')
  const [min, setMin] = useState('0')
  const [page, setPage] = useState(1)
  const states = { open: 'open', closed: 'resolved,false_positive', all: '' }[which] ?? ''
  const query = useIncidents(states, Number(min), (page - 1) * perPage, perPage)
  return (
    <>
      <div className="head">
        <h1>{t('incidents.title')}</h1>
        <div className="row">
          <NativeSelect aria-label={t('incidents.severityFrom')} value={min} onChange={(e) => { setMin(e.currentTarget.value); setPage(1) }}
            data={[{ value: '0', label: `${t('incidents.severityFrom')}：${t('incidents.any')}` }, { value: '4', label: t('incidents.from4') }, { value: '8', label: t('incidents.from8') }]} />
          <SegmentedControl aria-label={t('incidents.col_state')} value={which} onChange={(v) => { setWhich(v); setPage(1) }}
            data={['open', 'closed', 'all'].map((value) => ({ value, label: t(`incidents.${value}`) }))} />
        </div>
      </div>
      <Loaded query={query}>
        {(list) =>
          list.items.length === 0 ? (
            <div className="card"><Empty title={t('incidents.none')} text={t('incidents.noneText')} /></div>
          ) : (
            <div className="card bare">
              <IncidentTable rows={list.items} label={t('incidents.title')} />
              <div className="row between" style={{ marginTop: '0.6rem' }}>
                <span className="soft small">{t('incidents.total', { n: list.total })}・{t('common.jst')}</span>
                {list.total > perPage && <Pagination total={Math.ceil(list.total / perPage)} value={page} onChange={setPage} getControlProps={(c) => ({ 'aria-label': t(c === 'previous' ? 'common.prev' : 'common.next') })} />}
              </div>
            </div>
          )
        }
      </Loaded>
    </>
  )
}
