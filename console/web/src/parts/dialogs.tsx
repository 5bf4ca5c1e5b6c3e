import { Alert, Button, Modal, NativeSelect } from '@mantine/core'
import { useEffect, useState } from 'react'
import { api, data, type Schemas } from '../api/client'
import { useChange, usePreview } from '../api/hooks'
import { useWords } from '../i18n'
import { span } from './bytes'
import { Guards, PlannedCommands } from './Guards'
import { LongText } from './LongText'
import { Loaded, useExplain } from './states'
import { clock } from './time'

type Dialog = { opened: boolean; close: () => void }
const choices = [30, 120, 480, 1440, 4320]

/** What exactly an isolation will do, for how long, and which guards agree; then one button. */
export function IsolateDialog({ opened, close, target, incident, number }: Dialog & { target: { uid: string; name: string }; incident?: string; number?: string }) {
  const { t } = useWords()
  const [minutes, setMinutes] = useState(0)
  const start = number ? `${t('incident.number')} ${number}` : ''
  const [reason, setReason] = useState(start)
  useEffect(() => {
    if (opened) setReason(start)
  }, [opened, start])
  const wish = { device: target.uid, incident, minutes, reason }
  const preview = usePreview(wish, opened)
  const go = useChange(() => data(api.POST('/api/v1/orders', { body: wish })))
  const explain = useExplain()
  const policy = preview.data?.minutes
  const said = (m: number) => {
    const s = span(m)
    return t(s.key, { n: s.n })
  }
  return (
    <Modal opened={opened} onClose={close} title={<b>{t('isolate.ask', { name: target.name })}</b>} size="lg" closeButtonProps={{ 'aria-label': t('common.close') }}>
      <div className="stack">
        <p className="soft" style={{ margin: 0 }}>{t('isolate.intro')}</p>
        <Loaded query={preview} lines={3}>{(p) => <Plan p={p} />}</Loaded>
        <NativeSelect label={t('isolate.duration')} value={minutes} onChange={(e) => setMinutes(Number(e.currentTarget.value))}
          data={[{ value: '0', label: minutes === 0 && policy ? t('isolate.asPolicy', { n: said(policy) }) : t('isolate.asPolicy', { n: '—' }) }, ...choices.map((m) => ({ value: String(m), label: said(m) }))]} />
        <LongText label={t('isolate.reason')} example={t('isolate.reasonExample')} value={reason} onChange={setReason} required />
        {go.isError && <Alert color="red" role="alert" title={t('isolate.refused')}>{explain(go.error)}</Alert>}
        <div className="row between">
          <Button variant="default" onClick={close}>{t('common.cancel')}</Button>
          <Button color="shu.7" disabled={!preview.data?.allowed || reason.trim() === ''} loading={go.isPending} onClick={() => go.mutate(undefined, { onSuccess: close })}>
            {t('isolate.confirm')}
          </Button>
        </div>
      </div>
    </Modal>
  )
}

function Plan({ p }: { p: Schemas['Preview'] }) {
  const { t, x, lang } = useWords()
  return (
    <div className="stack tight">
      {p.rehearsal && <Alert color="yellow">{t('isolate.rehearsal')}</Alert>}
      {p.two_people && <Alert color="yellow">{t('isolate.two')}</Alert>}
      <div>
        <h3>{t('isolate.will')}</h3>
        <ol style={{ margin: 0, paddingLeft: '1.4rem' }}>
          {p.steps.map((s, i) => <li key={i}>{x(s)}</li>)}
          <li>{t('isolate.until', { when: clock(p.expires, lang) })}</li>
        </ol>
      </div>
      <Guards list={p.guards} />
      {!p.allowed && <Alert color="red" role="alert">{t('isolate.refused')}</Alert>}
      <PlannedCommands list={p.commands} />
    </div>
  )
}

export type OrderStep = 'approve' | 'deny' | 'release'

/** What happens next when a person answers. */
function follows(step: OrderStep, order: Schemas['Order']): string {
  if (step === 'release') return 'isolate.releaseText'
  if (step === 'deny') return 'isolate.nextDeny'
  return order.two_people && !order.approvals?.length ? 'isolate.nextFirst' : 'isolate.nextOne'
}

/** Approve, decline or release, with the reason that the ledger keeps. */
export function OrderDialog({ step, close, order, name }: { step: OrderStep | undefined; close: () => void; order: Schemas['Order']; name: string }) {
  const { t } = useWords()
  const explain = useExplain()
  const [reason, setReason] = useState('')
  const go = useChange((s: OrderStep) => data(api.POST(`/api/v1/orders/{uid}/${s}`, { params: { path: { uid: order.uid ?? '' } }, body: { reason } })))
  const title = step ? t(`isolate.${step}Ask`, { name }) : ''
  return (
    <Modal opened={step !== undefined} onClose={close} title={<b>{title}</b>} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <div className="stack">
        {step && <p style={{ margin: 0 }}>{t(follows(step, order))}</p>}
        <LongText label={t('isolate.reason')} example={step === 'release' ? t('isolate.releaseReasonExample') : ''} value={reason} onChange={setReason} required={step === 'release'} first />
        {go.isError && <Alert color="red" role="alert">{explain(go.error)}</Alert>}
        <div className="row between">
          <Button variant="default" onClick={close}>{t('common.cancel')}</Button>
          <Button color={step === 'approve' ? 'shu.7' : undefined} loading={go.isPending} disabled={step === 'release' && reason.trim() === ''} onClick={() => step && go.mutate(step, { onSuccess: () => { setReason(''); close() } })}>
            {step && t(`isolate.${step}`)}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
