import { Alert, Button, PasswordInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { api, data, type Schemas } from '../api/client'
import { useEnter } from '../api/hooks'
import { useWords } from '../i18n'
import { useExplain } from '../parts/states'
import { Entrance } from './Login'

/** The form that changes the own password. */
export function PasswordForm({ done, children }: { done?: () => void; children?: React.ReactNode }) {
  const { t } = useWords()
  const enter = useEnter()
  const explain = useExplain()
  const [current, setCurrent] = useState('')
  const [fresh, setFresh] = useState('')
  const [again, setAgain] = useState('')
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const differs = again !== '' && again !== fresh
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    if (again !== fresh) return
    setBusy(true)
    setError(undefined)
    try {
      enter(await data(api.PUT('/api/v1/session/password', { body: { current, new: fresh } })))
      setCurrent('')
      setFresh('')
      setAgain('')
      done?.()
    } catch (err) {
      setError(err)
    } finally {
      setBusy(false)
    }
  }
  return (
    <form onSubmit={(e) => void submit(e)} className="stack">
      {error !== undefined && <Alert color="red" role="alert" variant="light">{explain(error)}</Alert>}
      <PasswordInput label={t('password.current')} value={current} onChange={(e) => setCurrent(e.currentTarget.value)} autoComplete="current-password" required withAsterisk={false} />
      <PasswordInput label={t('password.new')} description={t('password.rule')} value={fresh} onChange={(e) => setFresh(e.currentTarget.value)} autoComplete="new-password" required withAsterisk={false} minLength={10} />
      <PasswordInput label={t('password.again')} value={again} onChange={(e) => setAgain(e.currentTarget.value)} autoComplete="new-password" required withAsterisk={false} error={differs && t('password.mismatch')} />
      <Button type="submit" size="md" loading={busy} disabled={differs}>{t('password.submit')}</Button>
      {children}
    </form>
  )
}

/** Before anything else the first password is replaced. */
export function FirstPassword({ session }: { session: Schemas['SessionInfo'] }) {
  const { t } = useWords()
  const enter = useEnter()
  return (
    <Entrance>
      <div className="stack">
        <h1>{t('password.firstTitle')}</h1>
        <p className="soft">{t('password.firstText')}</p>
        <PasswordForm>
          {session.may_skip && (
            <Button variant="subtle" onClick={() => void data(api.POST('/api/v1/session/skip')).then(enter)}>{t('password.skip')}</Button>
          )}
        </PasswordForm>
      </div>
    </Entrance>
  )
}
