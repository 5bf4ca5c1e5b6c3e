import { Alert, Button, PasswordInput, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { api, ApiError, data } from '../api/client'
import { useEnter } from '../api/hooks'
import { Mark } from '../app/Mark'
import { setLang, useWords } from '../i18n'
import { useExplain } from '../parts/states'

export function Entrance({ children }: { children: React.ReactNode }) {
  const { t, lang } = useWords()
  return (
    <main className="entrance">
      <div className="card">
        <div className="brand">
          <Mark />
          <div>
            <b>{t('app.name')}</b>
            <span>{t('app.tagline')}</span>
          </div>
        </div>
        {children}
        <p className="small" style={{ margin: '1.4rem 0 0', textAlign: 'right' }}>
          <button type="button" className="linkbutton" lang={lang === 'ja' ? 'en' : 'ja'} onClick={() => setLang(lang === 'ja' ? 'en' : 'ja')}>{t('app.lang')}</button>
        </p>
      </div>
    </main>
  )
}

export function Login() {
  const { t } = useWords()
  const enter = useEnter()
  const explain = useExplain()
  const [user, setUser] = useState('')
  const [password, setPassword] = useState('')
  const [error, setError] = useState<unknown>()
  const [busy, setBusy] = useState(false)
  const submit = async (e: FormEvent) => {
    e.preventDefault()
    setBusy(true)
    setError(undefined)
    try {
      enter(await data(api.POST('/api/v1/session', { body: { user: user.trim(), password } })))
    } catch (err) {
      setError(err)
      setPassword('')
    } finally {
      setBusy(false)
    }
  }
  return (
    <Entrance>
      <form onSubmit={(e) => void submit(e)} className="stack">
        <h1>{t('login.title')}</h1>
        {error !== undefined && (
          <Alert color="red" role="alert" variant="light">
            {explain(error)}
            {error instanceof ApiError && error.retryAfter > 0 && <> {t('login.wait', { n: error.retryAfter })}</>}
          </Alert>
        )}
        <TextInput label={t('login.user')} value={user} onChange={(e) => setUser(e.currentTarget.value)} autoComplete="username" autoCapitalize="none" spellCheck={false} required withAsterisk={false} data-autofocus autoFocus />
        <PasswordInput label={t('login.password')} value={password} onChange={(e) => setPassword(e.currentTarget.value)} autoComplete="current-password" required withAsterisk={false} />
        <Button type="submit" size="md" loading={busy}>{t('login.submit')}</Button>
        <p className="soft small" style={{ margin: 0 }}>{t('login.first')}</p>
      </form>
    </Entrance>
  )
}
