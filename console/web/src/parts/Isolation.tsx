import { Button } from '@mantine/core'
import { useState } from 'react'
import type { Schemas } from '../api/client'
import { useSession } from '../api/hooks'
import { useWords } from '../i18n'
import { IsolateDialog, OrderDialog, type OrderStep } from './dialogs'
import { seconds, stage, standing, terminal, verdict } from './order'
import { When } from './When'

type Target = { uid: string; name: string }

/** The isolation of one machine: what may be done, what is under way, what was observed. */
export function Isolation({ target, orders, incident, number }: { target: Target; orders: readonly Schemas['Order'][]; incident?: string; number?: string }) {
  const { t } = useWords()
  const [asking, setAsking] = useState(false)
  const may = useSession().data?.role !== 'viewer'
  const live = orders.find((o) => !terminal(o.state))
  const last = orders[0]
  return (
    <section className="card stack" aria-labelledby="isolation">
      <h2 id="isolation" style={{ margin: 0 }}>{t('isolate.title')}</h2>
      {live ? (
        <Live order={live} name={target.name} may={may} />
      ) : (
        <>
          {last ? <Ended order={last} /> : <p className="soft" style={{ margin: 0 }}>{t('isolate.none')}</p>}
          {may ? (
            <Button className="wrap" color="shu.7" size="md" onClick={() => setAsking(true)}>{t('isolate.button', { name: target.name })}</Button>
          ) : (
            <p className="soft small">{t('isolate.viewerOnly')}</p>
          )}
        </>
      )}
      <IsolateDialog opened={asking} close={() => setAsking(false)} target={target} incident={incident} number={number} />
    </section>
  )
}

function Ended({ order }: { order: Schemas['Order'] }) {
  const v = verdict(order)
  const { t } = useWords()
  return (
    <div className="verdict wait">
      {t(v.key, v.values)}
      <div className="small soft"><When at={order.released_at ?? order.history?.at(-1)?.time} /></div>
    </div>
  )
}

/** An isolation under way: four steps, the verdict, and what a person may do now. */
export function Live({ order, name, may }: { order: Schemas['Order']; name: string; may: boolean }) {
  const { t } = useWords()
  const [step, setStep] = useState<OrderStep>()
  const v = verdict(order)
  return (
    <>
      <Steps order={order} />
      <div className={`verdict ${v.tone}`} role="status" aria-live="assertive">{t(v.key, v.values)}</div>
      {!!order.still_seen?.length && (
        <div>
          <b className="small">{t('isolate.stillSeen')}</b>
          <ul className="small mono" style={{ margin: 0 }}>{order.still_seen.map((s) => <li key={s}>{s}</li>)}</ul>
          <p style={{ marginTop: '0.5rem' }}>{t('isolate.ineffectiveDo')}</p>
        </div>
      )}
      <OrderFacts order={order} />
      {may && (
        <div className="row">
          {order.state === 'awaiting_approval' || order.state === 'proposed' ? (
            <>
              <Button color="shu.7" onClick={() => setStep('approve')}>{t('isolate.approve')}</Button>
              <Button variant="default" onClick={() => setStep('deny')}>{t('isolate.deny')}</Button>
            </>
          ) : (
            standing(order.state) && <Button variant="default" onClick={() => setStep('release')}>{t('isolate.release')}</Button>
          )}
        </div>
      )}
      <OrderDialog step={step} close={() => setStep(undefined)} order={order} name={name} />
    </>
  )
}

function Steps({ order }: { order: Schemas['Order'] }) {
  const { t } = useWords()
  const s = stage(order)
  return (
    <ol className="plain steps">
      {(['approve', 'apply', 'verify', 'done'] as const).map((k, i) => {
        const bad = s.bad && i === s.at
        const how = bad ? 'bad' : i < s.at || s.finished ? 'done' : i === s.at ? 'now' : ''
        return <li key={k} className={how} aria-current={i === s.at ? 'step' : undefined}>{t(`step.${k}`)}</li>
      })}
    </ol>
  )
}

export function OrderFacts({ order }: { order: Schemas['Order'] }) {
  const { t, x, word } = useWords()
  const person = (who: string | undefined) => (who === 'policy' ? t('isolate.policy') : (who ?? ''))
  return (
    <>
      <dl className="facts">
        <dt>{t('isolate.reason')}</dt>
        <dd>{x(order.reason)}</dd>
        <dt>{t('isolate.requested')}</dt>
        <dd>{person(order.requested_by)}{order.approved_by && order.approved_by !== order.requested_by && <>・{t('isolate.approved')} {person(order.approved_by)}</>}</dd>
        {!terminal(order.state) && order.expires && (
          <>
            <dt>{t('isolate.expires')}</dt>
            <dd><When at={order.expires} /></dd>
          </>
        )}
        {order.verified_at && (
          <>
            <dt>{t('orders.col_silence')}</dt>
            <dd>{t('orders.seconds', { n: seconds(order.silence_ms) })}</dd>
          </>
        )}
      </dl>
      <details className="small">
        <summary>{t('isolate.history')}</summary>
        <ol className="plain timeline" style={{ marginTop: '0.6rem' }}>
          {(order.history ?? []).map((h, i) => (
            <li key={i}>
              <b>{word('order', h.to)}</b> <span className="soft"><When at={h.time} only="clock" seconds />・{person(h.who)}</span>
              <div>{x(h.why)}</div>
            </li>
          ))}
        </ol>
        {!!order.receipts?.length && (
          <>
            <b>{t('isolate.receipts')}</b>
            {order.receipts.map((r, i) => (
              <pre key={i} className="code" tabIndex={0}>{`${r.enforcer} ${r.op} ${r.ok ? 'OK' : 'NG'} ${((r.took_us ?? 0) / 1000).toFixed(1)} ms${r.detail ? `\n${r.detail}` : ''}${[...(r.commands ?? []), ...(r.answers ?? [])].map((c) => `\n${c}`).join('')}`}</pre>
            ))}
          </>
        )}
      </details>
    </>
  )
}
