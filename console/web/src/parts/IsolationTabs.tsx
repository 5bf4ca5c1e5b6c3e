import { Link } from '@tanstack/react-router'
import { useWords } from '../i18n'

const tabs = [
  { to: '/orders', key: 'ledger' },
  { to: '/segments', key: 'segments' },
  { to: '/never', key: 'never' },
  { to: '/rehearsal', key: 'rehearsal' },
] as const

/** The pages about isolating: what stands, parts of the network, what is never cut, what would happen by itself. */
export function IsolationTabs() {
  const { t } = useWords()
  return (
    <nav className="tabs" aria-label={t('nav.orders')}>
      {tabs.map(({ to, key }) => (
        <Link key={to} to={to} activeProps={{ 'aria-current': 'page' }}>{t(`tabs.${key}`)}</Link>
      ))}
    </nav>
  )
}
