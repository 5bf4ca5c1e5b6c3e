import { NativeSelect } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { Schemas } from '../api/client'
import { useDevice } from '../api/hooks'
import { useWords } from '../i18n'
import { OrderState, Severity } from '../parts/badges'
import { DataTable } from '../parts/DataTable'
import { DeviceCard } from '../parts/DeviceCard'
import { Hunt, WhoElse } from '../parts/Hunt'
import { Isolation } from '../parts/Isolation'
import { Roles } from '../parts/Roles'
import { Loaded } from '../parts/states'
import { When } from '../parts/When'
import { IncidentTable } from './Incidents'

export function Device() {
  const { uid } = useParams({ from: '/shell/devices/$uid' })
  const query = useDevice(uid)
  return <Loaded query={query} lines={6}>{(d) => <Machine d={d} />}</Loaded>
}

function Machine({ d }: { d: Schemas['DeviceDetail'] }) {
  const { t } = useWords()
  const uid = d.device.uid ?? d.row.uid
  return (
    <article>
      <div className="head">
        <div>
          <div className="row" style={{ marginBottom: '0.4rem' }}>
            <Severity n={d.row.host_severity} big />
            {d.row.isolation && <OrderState state={d.row.isolation} />}
          </div>
          <h1>{d.row.name}</h1>
        </div>
        <span className="soft small">{t('device.last')} <When at={d.device.last_seen} />・{t('device.first')} <When at={d.device.first_seen} only="clock" /></span>
      </div>
      <div className="case">
        <div className="stack first">
          <section className="card" aria-labelledby="cases">
            <h2 id="cases">{t('device.cases')}</h2>
            {d.incidents.length ? <IncidentTable rows={d.incidents} label={t('device.cases')} oneDevice /> : <p className="soft" style={{ margin: 0 }}>{t('device.noCases')}</p>}
          </section>
        </div>
        <aside className="stack">
          <section className="card" aria-label={t('incident.device')}>
            <DeviceCard device={d.device} />
          </section>
          <Isolation target={{ uid, name: d.row.name }} orders={d.orders} />
          <Roles uid={uid} facts={d.device.role_facts ?? []} />
        </aside>
        <div className="stack then">
          <Bindings list={d.device.bindings ?? []} />
          <Questions uid={uid} />
        </div>
      </div>
    </article>
  )
}

function Questions({ uid }: { uid: string }) {
  const { t } = useWords()
  const [hours, setHours] = useState(24)
  const [what, setWhat] = useState<string>()
  return (
    <>
      <div className="row between">
        <h2 style={{ margin: 0 }}>{t('device.traffic')}</h2>
        <NativeSelect aria-label={t('device.hours')} value={hours} onChange={(e) => setHours(Number(e.currentTarget.value))} data={[24, 168, 720].map((h) => ({ value: String(h), label: t(`device.h${h}`) }))} />
      </div>
      <section className="card" aria-labelledby="timeline">
        <h3 id="timeline">{t('device.timeline')}</h3>
        <Hunt uid={uid} question="timeline" hours={hours} />
      </section>
      <section className="card" aria-labelledby="destinations">
        <h3 id="destinations">{t('device.destinations')}</h3>
        <Hunt uid={uid} question="destinations" hours={hours} pick={{ label: t('device.ask'), take: setWhat }} />
      </section>
      {what !== undefined && (
        <section className="card" aria-labelledby="peers" aria-live="polite">
          <h3 id="peers">{t('device.peersOf', { what })}</h3>
          <WhoElse key={what} what={what} />
        </section>
      )}
    </>
  )
}

/** Lists are as old as they are; what traffic says is past when it was not seen again for a day. */
const stale = (b: Schemas['Binding']) => b.source !== 'csv' && b.source !== 'person' && !!b.last && Date.now() - Date.parse(b.last) > 86_400_000

function Bindings({ list }: { list: Schemas['Binding'][] }) {
  const { t, word } = useWords()
  if (!list.length) return null
  return (
    <section className="card" aria-labelledby="bindings">
      <h2 id="bindings">{t('device.bindings')}</h2>
      <DataTable
        label={t('device.bindings')}
        rows={list}
        id={(b) => b.field + b.value + b.source + (b.first ?? '')}
        columns={[
          { id: 'field', title: t('device.b_field'), cell: (b) => <span className="nowrap">{word('field', b.field)}</span> },
          { id: 'value', title: t('device.b_value'), cell: (b) => <b>{b.field === 'zone' ? word('zone', b.value) : b.field.startsWith('role') ? word('role', b.value) : b.value}</b> },
          { id: 'source', title: t('device.b_source'), cell: (b) => word('source', b.source) },
          { id: 'age', title: t('device.b_age'), sort: (b) => b.last ?? '', cell: (b) => <><When at={b.last} only="ago" />{stale(b) && <> <span className="tag warn">{t('device.b_old')}</span></>}</> },
          { id: 'since', title: t('device.b_since'), sort: (b) => b.first ?? '', cell: (b) => <When at={b.first} only="clock" /> },
        ]}
      />
    </section>
  )
}
