import { Alert, Button, Modal, Textarea } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, data, type Schemas } from '../api/client'
import { useChange, useFreeze, useOrders, useSession } from '../api/hooks'
import { useWords } from '../i18n'
import { deviceName, OrderState } from '../parts/badges'
import { DataTable } from '../parts/DataTable'
import { Live } from '../parts/Isolation'
import { seconds, terminal } from '../parts/order'
import { Empty, Loaded, useExplain } from '../parts/states'
import { When } from '../parts/When'

const named = (d: Schemas['Device']): Schemas['DeviceBrief'] => ({ uid: d.uid ?? '', name: d.hostname || d.ip || d.mac || '', department: d.department })

export function Orders() {
  const { t, lang } = useWords()
  const query = useOrders('')
  const may = useSession().data?.role !== 'viewer'
  return (
    <div className="stack">
      <h1>{t('orders.title')}</h1>
      <FreezeSwitch />
      <Loaded query={query}>
        {(list) => {
          const live = list.items.filter((o) => !terminal(o.state))
          const past = list.items.filter((o) => terminal(o.state))
          return (
            <>
              <section className="stack" aria-labelledby="now">
                <h2 id="now" style={{ margin: 0 }}>{t('orders.now')}</h2>
                {live.length === 0 && <div className="card"><Empty title={t('orders.none')} /></div>}
                {live.map((o) => (
                  <article key={o.uid} className="card stack" aria-label={deviceName(named(o.target), lang)}>
                    <div className="row between">
                      <h3 style={{ margin: 0 }}>
                        <Link to="/devices/$uid" params={{ uid: o.target.uid ?? '' }}>{deviceName(named(o.target), lang)}</Link> <OrderState state={o.state} />
                      </h3>
                      {o.incident && <Link to="/incidents/$uid" params={{ uid: o.incident }} className="small">{t('orders.case')}</Link>}
                    </div>
                    <Live order={o} name={named(o.target).name} may={may} />
                  </article>
                ))}
              </section>
              <section className="card" aria-labelledby="past">
                <h2 id="past">{t('orders.history')}</h2>
                {past.length ? <History rows={past} /> : <p className="soft" style={{ margin: 0 }}>{t('orders.noHistory')}</p>}
              </section>
            </>
          )
        }}
      </Loaded>
    </div>
  )
}

function History({ rows }: { rows: Schemas['Order'][] }) {
  const { t, x, lang } = useWords()
  return (
    <DataTable
      label={t('orders.history')}
      rows={rows}
      id={(o) => o.uid ?? ''}
      columns={[
        { id: 'device', title: t('orders.col_device'), sort: (o) => deviceName(named(o.target), lang), wide: true, cell: (o) => <Link to="/devices/$uid" params={{ uid: o.target.uid ?? '' }}><b>{deviceName(named(o.target), lang)}</b></Link> },
        { id: 'state', title: t('orders.col_state'), sort: (o) => o.state, cell: (o) => <OrderState state={o.state} /> },
        { id: 'time', title: t('orders.col_time'), sort: (o) => o.time ?? '', cell: (o) => <When at={o.time} only="clock" /> },
        { id: 'reason', title: t('orders.col_reason'), cell: (o) => x(o.reason) },
        { id: 'who', title: t('orders.col_who'), cell: (o) => (o.requested_by === 'policy' ? t('isolate.policy') : o.requested_by) },
        { id: 'silence', title: t('orders.col_silence'), right: true, sort: (o) => o.silence_ms ?? 0, empty: (o) => !o.verified_at, cell: (o) => (o.verified_at ? t('orders.seconds', { n: seconds(o.silence_ms) }) : '') },
      ]}
    />
  )
}

/** 全停止: the one switch that stops everything automatic. */
function FreezeSwitch() {
  const { t } = useWords()
  const freeze = useFreeze().data
  const admin = useSession().data?.role === 'admin'
  const explain = useExplain()
  const [asking, setAsking] = useState(false)
  const [reason, setReason] = useState('')
  const turn = useChange((on: boolean) => data(api.PUT('/api/v1/freeze', { body: { on, reason } })))
  if (!freeze) return null
  return (
    <section className="card row between" aria-labelledby="freeze">
      <div>
        <h2 id="freeze" style={{ margin: 0 }}>{t('orders.freeze')} <span className={`tag ${freeze.on ? 'warn' : 'good'}`}>{t(freeze.on ? 'orders.freezeOn' : 'orders.freezeOff')}</span></h2>
        <p className="soft small" style={{ margin: '0.3rem 0 0' }}>{admin ? t('orders.freezeExplain') : t('orders.adminOnly')}</p>
      </div>
      {admin && <Button variant={freeze.on ? 'filled' : 'outline'} color={freeze.on ? undefined : 'shu.7'} onClick={() => setAsking(true)}>{t(freeze.on ? 'orders.freezeUndo' : 'orders.freezeDo')}</Button>}
      <Modal opened={asking} onClose={() => setAsking(false)} title={<b>{t(freeze.on ? 'orders.unfreezeAsk' : 'orders.freezeAsk')}</b>} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <div className="stack">
          {!freeze.on && <p style={{ margin: 0 }}>{t('orders.freezeExplain')}</p>}
          <Textarea label={t('isolate.reason')} value={reason} onChange={(e) => setReason(e.currentTarget.value)} autosize minRows={2} maxLength={1000} data-autofocus />
          {turn.isError && <Alert color="red" role="alert">{explain(turn.error)}</Alert>}
          <div className="row between">
            <Button variant="default" onClick={() => setAsking(false)}>{t('common.cancel')}</Button>
            <Button color={freeze.on ? undefined : 'shu.7'} loading={turn.isPending} onClick={() => turn.mutate(!freeze.on, { onSuccess: () => { setAsking(false); setReason('') } })}>{t(freeze.on ? 'orders.freezeUndo' : 'orders.freezeDo')}</Button>
          </div>
        </div>
      </Modal>
    </section>
  )
}
