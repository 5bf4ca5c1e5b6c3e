import { notifications } from '@mantine/notifications'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useCallback, useRef } from 'react'
import type { Schemas } from '../api/client'
import { useWords } from '../i18n'
import { deviceName } from '../parts/names'

/** So many new cases within the window are told one by one; more are told as one. */
const each = 3
const window = 20_000

/** Tells of a new case in the corner of the page; an outbreak is one line, for the stream itself leaves out what comes too fast. */
export function useAnnounce() {
  const { t, x, lang } = useWords()
  const navigate = useNavigate()
  const recent = useRef<{ uid: string; at: number }[]>([])
  return useCallback(
    (row: Schemas['IncidentRow']) => {
      const now = Date.now()
      recent.current = [...recent.current.filter((r) => now - r.at < window), { uid: row.uid, at: now }]
      const n = recent.current.length
      const tell = (id: string, title: string, text: string, to: () => void) => {
        const told = {
          id, title, color: row.host_severity >= 8 ? 'shu.7' : 'ai', autoClose: window, withBorder: true, icon: <IconAlertTriangle size={18} aria-hidden />,
          message: <button type="button" className="linkbutton" onClick={() => { notifications.hide(id); to() }}>{text}</button>, closeButtonProps: { 'aria-label': t('common.close') },
        }
        notifications.show(told)
      }
      if (n <= each) {
        tell(row.uid, `${t('incidents.appeared')}：${deviceName(row.device, lang)}`, x(row.title), () => void navigate({ to: '/incidents/$uid', params: { uid: row.uid } }))
        return
      }
      if (n === each + 1) for (const r of recent.current) notifications.hide(r.uid)
      tell('many', t('incidents.appearedMany'), t('incidents.openAll'), () => void navigate({ to: '/' }))
    },
    [t, x, lang, navigate],
  )
}
