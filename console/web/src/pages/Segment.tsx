import { Alert, Button, NativeSelect } from '@mantine/core'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { api, data, type Schemas } from '../api/client'
import { useChange, useSegmentPreview, useSession } from '../api/hooks'
import { useWords } from '../i18n'
import { LongText } from '../parts/LongText'
import { span } from '../parts/bytes'
import { DataTable } from '../parts/DataTable'
import { Guards, PlannedCommands } from '../parts/Guards'
import { segmentName, serviceKind } from '../parts/segment'
import { Loaded, useExplain } from '../parts/states'
import { clock } from '../parts/time'
import { When } from '../parts/When'

type Preview = Schemas['SegmentPreview']

/** What cutting one floor, zone or site off would mean, and the way to ask for it. */
export function Segment() {
  const { kind, name: given } = useParams({ from: '/shell/segments/$kind/$name' })
  const name = given === '-' ? '' : given
  const words = useWords()
  const { t } = words
  const [minutes, setMinutes] = useState(0)
  const ask = { kind: kind as 'zone' | 'floor' | 'site', name, minutes }
  const query = useSegmentPreview(ask)
  const title = segmentName({ kind, name }, words)
  return (
    <div className="stack">
      <div className="head" style={{ margin: 0 }}>
        <div>
          <p className="small" style={{ margin: 0 }}><Link to="/segments">{t('segment.back')}</Link></p>
          <h1>{t('segment.ifCut', { name: title })}</h1>
          <p className="soft" style={{ margin: '0.2rem 0 0' }}>{t('segment.nothingYet')}</p>
        </div>
        <Button variant="default" className="noprint" onClick={() => print()}>{t('incident.print')}</Button>
      </div>
      <Loaded query={query} lines={5}>
        {(p) => (
          <>
            <Sizes p={p} />
            <div className="two">
              <Services p={p} />
              <div className="stack">
                <Offices p={p} />
                <Stays p={p} />
              </div>
            </div>
            <AskFor p={p} ask={ask} title={title} setMinutes={setMinutes} />
          </>
        )}
      </Loaded>
    </div>
  )
}

function Sizes({ p }: { p: Preview }) {
  const { t } = useWords()
  const figures = [['machines', p.machines], ['services', p.services.length], ['kept', p.kept.length + p.spared.length]] as const
  return (
    <div className="figures three">
      {figures.map(([key, n]) => (
        <div key={key} className="figure"><b>{n.toLocaleString()}</b><span>{t(`segment.n_${key}`)}</span></div>
      ))}
    </div>
  )
}

function Offices({ p }: { p: Preview }) {
  const { t } = useWords()
  return (
    <section className="card" aria-labelledby="offices">
      <h2 id="offices">{t('segment.offices')}</h2>
      <dl className="facts counts">
        {p.offices.map((o) => [<dt key={o.name}>{o.name}</dt>, <dd key={`${o.name} n`}>{t('common.machines', { count: o.machines })}</dd>])}
      </dl>
    </section>
  )
}

function Services({ p }: { p: Preview }) {
  const { t, word } = useWords()
  const all = [...p.services]
  return (
    <section className="card" aria-labelledby="services">
      <h2 id="services">{t('segment.services')}</h2>
      {all.length === 0 ? <p className="soft">{t('segment.noServices')}</p> : (
        <DataTable
          label={t('segment.services')}
          rows={all}
          id={(s) => `${s.server} ${s.proto} ${s.port}`}
          perPage={20}
          columns={[
            { id: 'what', title: t('segment.col_service'), wide: true, cell: (s) => <><b>{word('service', serviceKind(s.port)) || `${s.proto}/${s.port}`}</b><div className="soft small any">{s.name || s.server}{s.name && <>（{s.server}）</>}・{s.proto}/{s.port}</div></> },
            { id: 'side', title: t('segment.col_side'), cell: (s) => t(s.inside ? 'segment.side_in' : 'segment.side_out') },
            { id: 'clients', title: t('segment.col_clients'), right: true, sort: (s) => s.clients, cell: (s) => t('common.machines', { count: s.clients }) },
            { id: 'last', title: t('segment.col_last'), sort: (s) => s.last, cell: (s) => <When at={s.last} only="ago" /> },
          ]}
        />
      )}
      <p className="soft small" style={{ margin: '0.6rem 0 0' }}>{t('segment.seenOnly')}</p>
    </section>
  )
}

function Stays({ p }: { p: Preview }) {
  const { t, x } = useWords()
  return (
    <section className="card" aria-labelledby="stays">
      <h2 id="stays">{t('segment.stays')}</h2>
      <h3>{t('segment.allowed')}</h3>
      {p.spared.length ? <ul className="small">{p.spared.map((s) => <li key={s} className="any">{s}</li>)}</ul> : <p className="soft small">{t('segment.noAllowed')}</p>}
      <h3>{t('segment.kept')}</h3>
      {p.kept.length ? <ul className="small">{p.kept.map((k) => <li key={k.device.uid}><b>{k.device.hostname || k.device.ip}</b>：{x(k.why)}</li>)}</ul> : <p className="soft small">{t('segment.noKept')}</p>}
    </section>
  )
}

const choices = [30, 120, 480, 1440]

function AskFor({ p, ask, title, setMinutes }: { p: Preview; ask: { kind: 'zone' | 'floor' | 'site'; name: string; minutes: number }; title: string; setMinutes: (n: number) => void }) {
  const { t, lang } = useWords()
  const may = useSession().data?.role !== 'viewer'
  const explain = useExplain()
  const navigate = useNavigate()
  const [reason, setReason] = useState('')
  const go = useChange(() => data(api.POST('/api/v1/segments', { body: { ...ask, reason } })))
  const said = (m: number) => t(span(m).key, { n: span(m).n })
  return (
    <section className="card stack noprint" aria-labelledby="ask">
      <h2 id="ask" style={{ margin: 0 }}>{t('segment.askTitle')}</h2>
      <Guards list={p.guards} />
      <PlannedCommands list={p.commands} />
      {!may ? <p className="soft" style={{ margin: 0 }}>{t('isolate.viewerOnly')}</p> : (
        <>
          <NativeSelect label={t('isolate.duration')} value={ask.minutes} onChange={(e) => setMinutes(Number(e.currentTarget.value))} description={t('isolate.until', { when: clock(p.expires, lang) })}
            data={[{ value: '0', label: t('isolate.asPolicy', { n: ask.minutes === 0 ? said(p.minutes) : '—' }) }, ...choices.map((m) => ({ value: String(m), label: said(m) }))]} />
          <LongText label={t('isolate.reason')} example={t('segment.reasonExample')} value={reason} onChange={setReason} required />
          <p style={{ margin: 0 }}>{t('segment.thenTwo')}</p>
          {!p.allowed && <Alert color="red" role="alert">{t('segment.notAllowed')}</Alert>}
          {go.isError && <Alert color="red" role="alert">{explain(go.error)}</Alert>}
          <div className="row">
            <Button className="wrap" color="shu.7" disabled={!p.allowed || reason.trim() === ''} loading={go.isPending}
              onClick={() => go.mutate(undefined, { onSuccess: (o) => void navigate({ to: '/orders/$uid', params: { uid: o.uid ?? '' } }) })}>
              {t('segment.ask', { name: title })}
            </Button>
          </div>
        </>
      )}
    </section>
  )
}
