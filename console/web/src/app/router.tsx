import { Button } from '@mantine/core'
import { createRootRoute, createRoute, createRouter, Link, Outlet, type ErrorComponentProps } from '@tanstack/react-router'
import { useSession } from '../api/hooks'
import { useWords } from '../i18n'
import { Audit } from '../pages/Audit'
import { Blind } from '../pages/Blind'
import { Device } from '../pages/Device'
import { Devices } from '../pages/Devices'
import { Incident } from '../pages/Incident'
import { Incidents } from '../pages/Incidents'
import { Login } from '../pages/Login'
import { Never } from '../pages/Never'
import { Order } from '../pages/Order'
import { Orders } from '../pages/Orders'
import { Overview } from '../pages/Overview'
import { FirstPassword } from '../pages/Password'
import { Rehearsal } from '../pages/Rehearsal'
import { Reports } from '../pages/Reports'
import { Segment } from '../pages/Segment'
import { Segments } from '../pages/Segments'
import { SelfTest } from '../pages/SelfTest'
import { Settings } from '../pages/Settings'
import { Failed, Loading } from '../parts/states'
import { Shell } from './Shell'

/** Nobody sees a page before they are known and have a password of their own. */
function Door() {
  const session = useSession()
  if (session.isPending) return <main className="main"><Loading /></main>
  if (session.isError && session.data === undefined) return <main className="main"><Failed error={session.error} again={() => void session.refetch()} /></main>
  if (!session.data) return <Login />
  if (session.data.must_change) return <FirstPassword session={session.data} />
  return <Outlet />
}

function Lost() {
  const { t } = useWords()
  return (
    <main className="main">
      <div className="card empty">
        <h1>{t('error.notFound')}</h1>
        <p>{t('error.notFoundText')}</p>
        <Link to="/">{t('error.home')}</Link>
      </div>
    </main>
  )
}

function Crashed({ error }: ErrorComponentProps) {
  const { t } = useWords()
  return (
    <div className="card empty" role="alert">
      <h1>{t('error.crashed')}</h1>
      <p className="mono small">{String(error)}</p>
      <Button onClick={() => location.reload()}>{t('error.reload')}</Button>
    </div>
  )
}

const root = createRootRoute({ component: Door })
const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell })
const page = <P extends string>(path: P, component: () => React.ReactNode) => createRoute({ getParentRoute: () => shell, path, component })

const routes = root.addChildren([
  shell.addChildren([
    page('/', Overview),
    page('/incidents', Incidents),
    page('/incidents/$uid', Incident),
    page('/devices', Devices),
    page('/devices/$uid', Device),
    page('/orders', Orders),
    page('/orders/$uid', Order),
    page('/segments', Segments),
    page('/segments/$kind/$name', Segment),
    page('/never', Never),
    page('/rehearsal', Rehearsal),
    page('/blind', Blind),
    page('/selftest', SelfTest),
    page('/reports', Reports),
    page('/audit', Audit),
    page('/settings', Settings),
  ]),
])

export const router = createRouter({ routeTree: routes, defaultNotFoundComponent: Lost, defaultErrorComponent: Crashed, scrollRestoration: true })

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
