import { Alert, Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState } from 'react'
import { api, data, type Schemas } from '../api/client'
import { useChange, useSession } from '../api/hooks'
import { useWords } from '../i18n'
import { LongText } from './LongText'
import { useExplain } from './states'

type State = Schemas['StateInputBody']['state']

/** What may be done with a case: take it up, close it, write down what was heard. */
export function CaseSteps({ incident }: { incident: Schemas['Incident'] }) {
  const { t } = useWords()
  const explain = useExplain()
  const [text, setText] = useState('')
  const path = { uid: incident.uid ?? '' }
  const told = (message: string) => notifications.show({ message, autoClose: 4000, color: 'ai', withBorder: true, closeButtonProps: { 'aria-label': t('common.close') } })
  const state = useChange((s: State) => data(api.PUT('/api/v1/incidents/{uid}/state', { params: { path }, body: { state: s } })))
  const note = useChange((n: string) => data(api.POST('/api/v1/incidents/{uid}/notes', { params: { path }, body: { text: n } })))
  if (useSession().data?.role === 'viewer') return null
  const set = (s: State) => state.mutate(s, { onSuccess: () => told(t('incident.stateChanged')) })
  const open = incident.state !== 'resolved' && incident.state !== 'false_positive'
  const failed = state.error ?? note.error
  return (
    <section className="card stack noprint" aria-labelledby="steps">
      <h2 id="steps" style={{ margin: 0 }}>{t('incident.nextStep')}</h2>
      {failed && <Alert color="red" role="alert">{explain(failed)}</Alert>}
      <div className="row">
        {incident.state === 'new' && <Button onClick={() => set('in_progress')}>{t('incident.markInProgress')}</Button>}
        {open && <Button variant="default" onClick={() => set('resolved')}>{t('incident.markResolved')}</Button>}
        {open && <Button variant="default" onClick={() => set('false_positive')}>{t('incident.markFalse')}</Button>}
        {!open && <span className="soft">{t('incident.closedText')}</span>}
        {!open && <Button variant="default" onClick={() => set('in_progress')}>{t('incident.reopen')}</Button>}
      </div>
      <LongText label={t('incident.note')} example={t('incident.noteExample')} value={text} onChange={setText} max={4000} />
      <Button variant="default" disabled={text.trim() === ''} loading={note.isPending} onClick={() => note.mutate(text.trim(), { onSuccess: () => { setText(''); told(t('incident.noted')) } })}>{t('incident.addNote')}</Button>
    </section>
  )
}
