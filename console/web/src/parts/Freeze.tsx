import { Alert, Button, Modal } from '@mantine/core'
import { IconAlertTriangle, IconHandStop } from '@tabler/icons-react'
import { useState } from 'react'
import { api, data } from '../api/client'
import { useChange, useFreeze, useSession } from '../api/hooks'
import { useWords } from '../i18n'
import { LongText } from './LongText'
import { useExplain } from './states'
import { clock } from './time'

/** 全停止, in reach on every page: stops what Yagura does by itself, after one question. */
export function FreezeButton({ className }: { className?: string }) {
  const { t } = useWords()
  const freeze = useFreeze().data
  const may = useSession().data?.role !== 'viewer'
  const [asking, setAsking] = useState(false)
  if (!freeze || !may || freeze.on) return null
  return (
    <>
      <button type="button" className={`freeze ${className ?? ''}`} onClick={() => setAsking(true)}>
        <IconHandStop size={20} stroke={1.7} aria-hidden />
        {t('freeze.short')}
      </button>
      <FreezeDialog opened={asking} close={() => setAsking(false)} on />
    </>
  )
}

/** Says on every page that everything automatic is stopped, by whom and why; administrators set it going again here. */
export function FrozenBanner() {
  const { t, lang } = useWords()
  const freeze = useFreeze().data
  const admin = useSession().data?.role === 'admin'
  const [asking, setAsking] = useState(false)
  if (!freeze?.on) return null
  return (
    <div className="frozen">
      <IconAlertTriangle size={20} aria-hidden />
      <span role="status">
        <b>{t('overview.frozen')}</b> <span className="small any">{t('overview.frozenBy', { who: freeze.who ?? '', when: clock(freeze.time, lang) })}{freeze.why && <>：{freeze.why}</>}</span>
      </span>
      {admin ? <Button size="xs" variant="default" className="noprint" onClick={() => setAsking(true)}>{t('orders.freezeUndo')}</Button> : <span className="small">{t('freeze.adminLifts')}</span>}
      <FreezeDialog opened={asking} close={() => setAsking(false)} on={false} />
    </div>
  )
}

function FreezeDialog({ opened, close, on }: { opened: boolean; close: () => void; on: boolean }) {
  const { t } = useWords()
  const explain = useExplain()
  const [reason, setReason] = useState('')
  const turn = useChange(() => data(api.PUT('/api/v1/freeze', { body: { on, reason } })))
  const go = () => turn.mutate(undefined, { onSuccess: () => { setReason(''); close() } })
  return (
    <Modal opened={opened} onClose={close} title={<b>{t(on ? 'orders.freezeAsk' : 'orders.unfreezeAsk')}</b>} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <div className="stack">
        <ul style={{ margin: 0, paddingLeft: '1.3rem' }}>
          {(on ? ['freeze.on_1', 'freeze.on_2', 'freeze.on_3'] : ['freeze.off_1', 'freeze.off_2']).map((k) => <li key={k}>{t(k)}</li>)}
        </ul>
        <LongText label={t('freeze.reason')} value={reason} onChange={setReason} />
        {turn.isError && <Alert color="red" role="alert">{explain(turn.error)}</Alert>}
        <div className="row between">
          <Button variant="default" onClick={close}>{t('common.cancel')}</Button>
          <Button color={on ? 'shu.7' : undefined} loading={turn.isPending} onClick={go} data-autofocus>{t(on ? 'orders.freezeDo' : 'orders.freezeUndo')}</Button>
        </div>
      </div>
    </Modal>
  )
}
