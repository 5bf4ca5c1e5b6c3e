import { IconBell, IconBellCheck, IconBook, IconDeviceDesktop, IconEyeOff, IconFileText, IconHome, IconLockAccess, IconSettings } from '@tabler/icons-react'
import { Link, Outlet, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { api, data } from '../api/client'
import { queryClient, useOverview, useSession } from '../api/hooks'
import { useLine } from '../api/stream'
import { setLang, useWords } from '../i18n'
import { FreezeButton, FrozenBanner } from '../parts/Freeze'
import { useAnnounce } from './announce'
import { Mark } from './Mark'

const items = [
  { to: '/', key: 'overview', icon: IconHome },
  { to: '/incidents', key: 'incidents', icon: IconBell },
  { to: '/devices', key: 'devices', icon: IconDeviceDesktop },
  { to: '/orders', key: 'orders', icon: IconLockAccess },
  { to: '/blind', key: 'blind', icon: IconEyeOff },
  { to: '/selftest', key: 'selftest', icon: IconBellCheck },
  { to: '/reports', key: 'reports', icon: IconFileText },
  { to: '/audit', key: 'audit', icon: IconBook, role: 'operator' },
  { to: '/settings', key: 'settings', icon: IconSettings },
] as const

/** The pages behind the entry for isolations. */
const isolating = /^\/(segments|never|rehearsal)/

export function Brand() {
  const { t } = useWords()
  return (
    <Link to="/" className="brand">
      <Mark />
      <div>
        <b>{t('app.name')}</b>
        <span>{t('app.tagline')}</span>
      </div>
    </Link>
  )
}

export async function logout() {
  await data(api.DELETE('/api/v1/session'))
  queryClient.clear()
  location.assign('/')
}

/** What every page stands in: the way around, the state of the line, the freeze. */
export function Shell() {
  const { t, lang } = useWords()
  const session = useSession().data
  const overview = useOverview().data
  const [open, setOpen] = useState(false)
  const path = useRouterState({ select: (s) => s.location.pathname })
  const main = useRef<HTMLElement>(null)
  const first = useRef(true)
  useEffect(() => {
    setOpen(false)
    if (!first.current) main.current?.focus()
    first.current = false
  }, [path])
  const lost = useLine(useAnnounce())
  return (
    <div className="frame">
      <a className="skip" href="#main">{t('app.skip')}</a>
      <header className="bar">
        <Brand />
        <FreezeButton className="small" />
        <button type="button" aria-expanded={open} aria-controls="side" onClick={() => setOpen(!open)}>{t('app.menu')}</button>
      </header>
      <aside aria-label={t('app.name')} className={open ? 'side open' : 'side'} id="side" onClick={(e) => e.target === e.currentTarget && setOpen(false)}>
        <Brand />
        <nav className="nav" aria-label={t('app.menu')}>
          {items.filter((i) => !('role' in i) || session?.role !== 'viewer').map(({ to, key, icon: Icon }) => (
            <Link key={to} to={to} activeOptions={{ exact: to === '/' }} activeProps={{ 'aria-current': 'page' }} {...(to === '/orders' && isolating.test(path) ? { 'aria-current': 'page' as const } : {})}>
              <Icon size={20} stroke={1.7} aria-hidden />
              {t(`nav.${key}`)}
              {key === 'incidents' && !!overview?.counts.new && (
                <span className="badge">{overview.counts.new}<span className="hidden">{t('overview.counts_new')}</span></span>
              )}
            </Link>
          ))}
        </nav>
        <FreezeButton />
        <div className="foot">
          {session?.demo && <span className="tag info">{t('app.demo')}</span>}
          <span>{session?.user}（{t(`roles.${session?.role ?? 'viewer'}`)}）</span>
          <button type="button" className="linkbutton" lang={lang === 'ja' ? 'en' : 'ja'} onClick={() => setLang(lang === 'ja' ? 'en' : 'ja')}>{t('app.lang')}</button>
          <button type="button" className="linkbutton" onClick={() => void logout()}>{t('app.logout')}</button>
        </div>
      </aside>
      <div>
        {lost && (
          <div className="offline" role="status">
            <b>{t('error.offline')}</b>
            <span>{t('error.offlineText')}</span>
          </div>
        )}
        <main className="main" id="main" tabIndex={-1} ref={main}>
          <FrozenBanner />
          <Outlet />
        </main>
      </div>
    </div>
  )
}
