import { Alert, Button, NativeSelect, SegmentedControl, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useState, type FormEvent } from 'react'
import { api, data, type Schemas } from '../api/client'
import { useChange, useOverview, useSession, useUsers } from '../api/hooks'
import { setLang, useWords, type Lang } from '../i18n'
import { DataTable } from '../parts/DataTable'
import { Loaded, useExplain } from '../parts/states'
import { When } from '../parts/When'
import { PasswordForm } from './Password'

export function Settings() {
  const { t, x, lang } = useWords()
  const session = useSession().data
  const sensors = useOverview().data?.sensors ?? []
  return (
    <div className="stack">
      <h1>{t('settings.title')}</h1>
      <div className="two">
        <section className="card" aria-labelledby="password">
          <h2 id="password">{t('password.title')}</h2>
          <PasswordForm done={() => notifications.show({ message: t('password.done'), color: 'ai', withBorder: true, closeButtonProps: { 'aria-label': t('common.close') } })} />
        </section>
        <div className="stack">
          <section className="card" aria-labelledby="language">
            <h2 id="language">{t('settings.language')}</h2>
            <SegmentedControl aria-labelledby="language" value={lang} onChange={(v) => setLang(v as Lang)} data={[{ value: 'ja', label: '日本語' }, { value: 'en', label: 'English' }]} />
          </section>
          <section className="card" aria-labelledby="you">
            <h2 id="you">{t('settings.you')}</h2>
            <p style={{ margin: 0 }}>{session?.user}・{t('settings.role')}：{t(`roles.${session?.role ?? 'viewer'}`)}</p>
          </section>
          <section className="card" aria-labelledby="sensors">
            <h2 id="sensors">{t('overview.sensors')}</h2>
            {sensors.map((s) => <p key={s.source} style={{ margin: 0 }}><span className={`tag ${s.ok ? 'good' : 'bad'}`}>{s.source}</span> {x(s.text)}</p>)}
            <p className="small" style={{ margin: '0.8rem 0 0' }}><a href="/api/v1/openapi.json">{t('settings.api')}</a></p>
          </section>
        </div>
      </div>
      {session?.role === 'admin' && <Users />}
    </div>
  )
}

type Change = { name: string; role: Schemas['User']['role']; disabled: boolean; reset: boolean }

function Users() {
  const { t } = useWords()
  const explain = useExplain()
  const query = useUsers(true)
  const [once, setOnce] = useState<{ name: string; password: string }>()
  const [name, setName] = useState('')
  const shown = (a: Schemas['UserAnswer']) => setOnce(a.password ? { name: a.user.name, password: a.password } : undefined)
  const create = useChange((n: string) => data(api.POST('/api/v1/users', { body: { name: n, role: 'viewer' } })))
  const change = useChange((c: Change) => data(api.PUT('/api/v1/users/{name}', { params: { path: { name: c.name } }, body: { role: c.role as 'viewer', disabled: c.disabled, reset: c.reset } })))
  const add = (e: FormEvent) => {
    e.preventDefault()
    create.mutate(name.trim(), { onSuccess: (a) => { shown(a); setName('') } })
  }
  const failed = create.error ?? change.error
  return (
    <section className="card stack" aria-labelledby="users">
      <h2 id="users" style={{ margin: 0 }}>{t('settings.users')}</h2>
      {failed && <Alert color="red" role="alert">{explain(failed)}</Alert>}
      {once && <Alert color="ai" title={t('settings.oncePassword')}><b>{once.name}</b>：<span className="mono">{once.password}</span></Alert>}
      <Loaded query={query} lines={2}>
        {(list) => (
          <DataTable
            label={t('settings.users')}
            rows={list.items}
            id={(u) => u.name}
            columns={[
              { id: 'name', title: t('settings.name'), cell: (u) => <><b>{u.name}</b> {u.disabled && <span className="tag warn">{t('settings.disabled')}</span>}</> },
              { id: 'role', title: t('settings.role'), cell: (u) => <NativeSelect size="xs" aria-label={`${t('settings.role')}：${u.name}`} value={u.role} onChange={(e) => change.mutate({ ...u, role: e.currentTarget.value, reset: false })} data={(['viewer', 'operator', 'admin'] as const).map((r) => ({ value: r, label: t(`roles.${r}`) }))} /> },
              { id: 'last', title: t('settings.lastLogin'), cell: (u) => (u.last_login ? <When at={u.last_login} only="ago" /> : t('settings.never')) },
              { id: 'do', title: t('incident.act'), cell: (u) => (
                <span className="row">
                  <Button size="xs" variant="default" onClick={() => change.mutate({ ...u, reset: true }, { onSuccess: shown })}>{t('settings.reset')}</Button>
                  <Button size="xs" variant="default" onClick={() => change.mutate({ ...u, disabled: !u.disabled, reset: false })}>{t(u.disabled ? 'settings.enable' : 'settings.disable')}</Button>
                </span>
              ) },
            ]}
          />
        )}
      </Loaded>
      <form className="row" onSubmit={add}>
        <TextInput aria-label={t('settings.name')} placeholder={t('settings.name')} value={name} onChange={(e) => setName(e.currentTarget.value)} required autoComplete="off" />
        <Button type="submit" variant="default" loading={create.isPending}>{t('settings.add')}</Button>
      </form>
    </section>
  )
}
