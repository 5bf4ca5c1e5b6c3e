import { Alert, Button, Modal, SegmentedControl } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, data, type Schemas } from '../api/client'
import { useChange, useRehearsal, useSession } from '../api/hooks'
import { useWords } from '../i18n'
import { DataTable } from '../parts/DataTable'
import { IsolationTabs } from '../parts/IsolationTabs'
import { LongText } from '../parts/LongText'
import { Empty, Loaded, useExplain } from '../parts/states'
import { clock } from '../parts/time'
import { When } from '../parts/When'

type Result = Schemas['Rehearsal']

/** What the policy as it stands would have done by itself, and the word that lets it. */
export function Rehearsal() {
  const { t } = useWords()
  const [days, setDays] = useState(30)
  const query = useRehearsal(days)
  return (
    <div className="stack">
      <h1>{t('nav.orders')}</h1>
      <IsolationTabs />
      <div className="row between">
        <p className="soft" style={{ margin: 0, flex: '1 1 24rem' }}>{t('rehearsal.intro')}</p>
        <SegmentedControl aria-label={t('blind.period')} value={String(days)} onChange={(v) => setDays(Number(v))} data={[7, 30, 90].map((n) => ({ value: String(n), label: t('isolate.days', { n }) }))} />
      </div>
      <Loaded query={query} lines={4}>
        {(r) => (
          <>
            <Answer r={r} days={days} />
            <div className="two">
              <Would r={r} />
              <section className="card" aria-labelledby="policy">
                <h2 id="policy">{t('rehearsal.policy')}</h2>
                <ul className="plain stack tight">{r.policy.map((l) => <li key={l}>{l}</li>)}</ul>
                <p className="soft small" style={{ margin: '0.8rem 0 0' }}>{t('rehearsal.where')}</p>
              </section>
            </div>
          </>
        )}
      </Loaded>
    </div>
  )
}

function Answer({ r, days }: { r: Result; days: number }) {
  const { t, lang } = useWords()
  const period = t('isolate.days', { n: days })
  return (
    <>
      <section className={`hero ${r.false > 0 ? 'watch' : 'quiet'} narrow`} aria-live="polite">
        <h2>{t('rehearsal.sentence', { period, n: r.machines })}</h2>
        <p>{t(r.false > 0 ? 'rehearsal.withFalse' : 'rehearsal.noFalse', { n: r.false })}</p>
      </section>
      <div className="figures">
        {([['cases', r.cases], ['machines', r.machines], ['asked', r.asked], ['refused', r.refused]] as const).map(([key, n]) => (
          <div key={key} className="figure"><b>{n.toLocaleString()}</b><span>{t(`rehearsal.n_${key}`)}</span></div>
        ))}
      </div>
      <section className="card stack" aria-labelledby="accept">
        <h2 id="accept" style={{ margin: 0 }}>{t('rehearsal.acceptTitle')} <span className={`tag ${!r.auto ? '' : r.accepted ? 'good' : 'warn'}`}>{t(!r.auto ? 'rehearsal.noAutoTag' : r.accepted ? 'rehearsal.acceptedTag' : 'rehearsal.openTag')}</span></h2>
        <p style={{ margin: 0 }}>{!r.auto ? t('rehearsal.noAuto') : r.accepted ? t('rehearsal.accepted', { who: r.accepted, when: clock(r.accepted_at, lang) }) : t('rehearsal.open')}</p>
        {r.auto && !r.accepted && <Accept r={r} days={days} />}
      </section>
    </>
  )
}

function Accept({ r, days }: { r: Result; days: number }) {
  const { t } = useWords()
  const explain = useExplain()
  const admin = useSession().data?.role === 'admin'
  const [asking, setAsking] = useState(false)
  const [reason, setReason] = useState('')
  const go = useChange(() => data(api.POST('/api/v1/policy/rehearsal', { body: { days, reason } })))
  if (!admin) return <p className="soft small" style={{ margin: 0 }}>{t('rehearsal.adminOnly')}</p>
  return (
    <div>
      <Button onClick={() => setAsking(true)}>{t('rehearsal.accept')}</Button>
      <Modal opened={asking} onClose={() => setAsking(false)} title={<b>{t('rehearsal.acceptAsk')}</b>} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <div className="stack">
          <p style={{ margin: 0 }}>{t('rehearsal.acceptText', { n: r.machines, m: r.false })}</p>
          <LongText label={t('isolate.reason')} example={t('rehearsal.reasonExample')} value={reason} onChange={setReason} required first />
          {go.isError && <Alert color="red" role="alert">{explain(go.error)}</Alert>}
          <div className="row between">
            <Button variant="default" onClick={() => setAsking(false)}>{t('common.cancel')}</Button>
            <Button loading={go.isPending} disabled={reason.trim() === ''} onClick={() => go.mutate(undefined, { onSuccess: () => setAsking(false) })}>{t('rehearsal.accept')}</Button>
          </div>
        </div>
      </Modal>
    </div>
  )
}

function Would({ r }: { r: Result }) {
  const { t, x } = useWords()
  return (
    <section className="card" aria-labelledby="would">
      <h2 id="would">{t('rehearsal.would')}</h2>
      {r.would.length === 0 ? <Empty title={t('rehearsal.nothing')} /> : (
        <DataTable
          label={t('rehearsal.would')}
          rows={r.would}
          id={(w) => w.incident}
          start={{ column: 'what', down: true }}
          columns={[
            { id: 'machine', title: t('orders.col_device'), sort: (w) => w.machine, wide: true, cell: (w) => <><Link to="/incidents/$uid" params={{ uid: w.incident }}><b>{w.machine}</b></Link> <span className="soft small num">{w.number}</span></> },
            { id: 'what', title: t('rehearsal.col_what'), sort: (w) => (w.auto ? 2 : 0) + (w.false ? 1 : 0), cell: (w) => <span className="tags"><span className={`tag ${w.auto ? 'info' : ''}`}>{t(w.auto ? 'rehearsal.isolated' : 'rehearsal.asks')}</span>{w.false && <span className="tag warn">{t('rehearsal.falseTag')}</span>}</span> },
            { id: 'time', title: t('orders.col_time'), sort: (w) => w.time, cell: (w) => <When at={w.time} only="clock" /> },
            { id: 'rule', title: t('rehearsal.col_rule'), cell: (w) => <span className="any">{w.rule}{w.why && x(w.why) && <span className="soft small">（{x(w.why)}）</span>}</span> },
          ]}
        />
      )}
    </section>
  )
}
