import { notifications } from '@mantine/notifications'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useMemo, useRef } from 'react'
import type { Tell } from '../api/stream'
import { useWords } from '../i18n'
import { deviceName } from '../parts/names'

/** So many new cases within the window are told one by one; more are told as one. */
const each = 3
const window = 20_000

/** Tells of new cases in the corner of the page; an outbreak is one line, even where the line to Yagura could not take each of its cases. */
export function useAnnounce(): Tell {
  const { t, x, lang } = useWords()
  const navigate = useNavigate()
  const recent = useRef<number[]>([]) // when
  const alone = useRef<string[]>([]) // told by themselves
  return useMemo(() => {
    const show = (id: string, grave: boolean, title: string, text: string, to: () => void) =>
      notifications.show({
        id, title, color: grave ? 'shu.7' : 'ai', autoClose: window, withBorder: true, icon: <IconAlertTriangle size={18} aria-hidden />,
        message: <button type="button" className="linkbutton" onClick={() => { notifications.hide(id); to() }}>{text}</button>, closeButtonProps: { 'aria-label': t('common.close') },
      })
    const manyNow = (grave: boolean) => {
      for (const uid of alone.current.splice(0)) notifications.hide(uid)
      show('many', grave, t('incidents.appearedMany'), t('incidents.openAll'), () => void navigate({ to: '/' }))
    }
    return {
      one: (row) => {
        const now = Date.now()
        recent.current = [...recent.current.filter((at) => now - at < window), now]
        const grave = row.host_severity >= 8
        if (recent.current.length > each) return manyNow(grave)
        alone.current = [...alone.current.slice(-each), row.uid]
        show(row.uid, grave, `${t('incidents.appeared')}：${deviceName(row.device, lang)}`, x(row.title), () => void navigate({ to: '/incidents/$uid', params: { uid: row.uid } }))
      },
      many: () => manyNow(true),
    }
  }, [t, x, lang, navigate])
}
