import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Schemas } from '../api/client'
import { useSession } from '../api/hooks'
import { useWords } from '../i18n'
import { IsolateDialog, OrderDialog, type OrderStep } from './dialogs'
import { StillSeen } from './Evidence'
import { firstVoice, samePerson, seconds, stage, standing, terminal, verdict } from './order'
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
        <><Live order={live} name={target.name} may={may} /><More order={live} /></>
      ) : (
        <>
          {last ? <><Ended order={last} /><More order={last} /></> : <p className="soft" style={{ margin: 0 }}>{t('isolate.none')}</p>}
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

function More({ order }: { order: Schemas['Order'] }) {
  const { t } = useWords()
  return <p className="small" style={{ margin: 0 }}><Link to="/orders/$uid" params={{ uid: order.uid ?? '' }}>{t('orders.more')}</Link></p>
}

/** An isolation under way: four steps, the verdict, and what a person may do now. */
export function Live({ order, name, may }: { order: Schemas['Order']; name: string; may: boolean }) {
  const { t } = useWords()
  const v = verdict(order)
  return (
    <>
      <Steps order={order} />
      <div className={`verdict ${v.tone}`} role="status" aria-live="assertive">{t(v.key, v.values)}</div>
      {!!order.still_seen?.length && (
        <div>
          <StillSeen list={order.still_seen} />
          <p style={{ margin: '0.5rem 0 0' }}>{t('isolate.ineffectiveDo')}</p>
        </div>
      )}
      <OrderFacts order={order} />
      {may && <Choices order={order} name={name} />}
    </>
  )
}

/** What a person may answer now, and what follows from it. */
function Choices({ order, name }: { order: Schemas['Order']; name: string }) {
  const { t } = useWords()
  const me = useSession().data?.user ?? ''
  const [step, setStep] = useState<OrderStep>()
  const first = firstVoice(order)
  const mine = first !== undefined && samePerson(first.who, me)
  const asks = order.state === 'awaiting_approval' || order.state === 'proposed'
  return (
    <>
      {asks && order.two_people && <p className="small" style={{ margin: 0 }}>{first ? (mine ? t('isolate.youWere') : t('isolate.secondNeeded', { who: first.who })) : t('isolate.twoNeeded')}</p>}
      <div className="row">
        {asks ? (
          <>
            <Button color="shu.7" disabled={mine} onClick={() => setStep('approve')}>{t('isolate.approve')}</Button>
            <Button variant="default" onClick={() => setStep('deny')}>{t(mine ? 'isolate.withdraw' : 'isolate.deny')}</Button>
          </>
        ) : (
          standing(order.state) && <Button variant="default" onClick={() => setStep('release')}>{t('isolate.release')}</Button>
        )}
      </div>
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
  const { t, x } = useWords()
  const person = (who: string | undefined) => (who === 'policy' ? t('isolate.policy') : (who ?? ''))
  return (
    <dl className="facts">
      <dt>{t('isolate.reason')}</dt>
      <dd className="any">{x(order.reason)}</dd>
      <dt>{t('isolate.requested')}</dt>
      <dd>{person(order.requested_by)}{order.approved_by && order.approved_by !== order.requested_by && <>・{t('isolate.approved')} {person(order.approved_by)}</>}</dd>
      {order.segment && <><dt>{t('isolate.size')}</dt><dd>{t('segment.addresses', { n: order.ips?.length ?? 0 })}{!!order.nets?.length && <>・{t('segment.ranges', { n: order.nets.length })}</>}</dd></>}
      {!!order.enforcers?.length && <><dt>{t('isolate.enforcers')}</dt><dd>{order.enforcers.join('・')}</dd></>}
      {!terminal(order.state) && order.expires && <><dt>{t('isolate.expires')}</dt><dd><When at={order.expires} /></dd></>}
      {order.verified_at && <><dt>{t('orders.col_silence')}</dt><dd>{t('orders.seconds', { n: seconds(order.silence_ms) })}</dd></>}
      {order.released_at && <><dt>{t('isolate.releasedAt')}</dt><dd><When at={order.released_at} /></dd></>}
    </dl>
  )
}
