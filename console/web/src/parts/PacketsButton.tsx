import { Button } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconDownload } from '@tabler/icons-react'
import { useState } from 'react'
import { api, ApiError, data } from '../api/client'
import { useSession } from '../api/hooks'
import { useWords } from '../i18n'
import { download } from './share'
import { useExplain } from './states'

/** Saves the packets around a case, or around one finding of it, as a file for Wireshark. */
export function PacketsButton({ incident, number, finding }: { incident: string; number: string; finding?: string }) {
  const { t } = useWords()
  const explain = useExplain()
  const session = useSession().data
  const [busy, setBusy] = useState(false)
  if (!session || session.role === 'viewer') return null
  const save = async () => {
    setBusy(true)
    try {
      const blob = await data(api.GET('/api/v1/incidents/{uid}/packets', { params: { path: { uid: incident }, query: finding ? { finding } : {} }, parseAs: 'blob' }))
      download(`yagura-${number}.pcapng`, blob as unknown as Blob)
    } catch (error) {
      const text = error instanceof ApiError ? explain(error) : t('error.title')
      notifications.show({ message: text, color: 'shu.7', withBorder: true, autoClose: 10_000, closeButtonProps: { 'aria-label': t('common.close') } })
    } finally {
      setBusy(false)
    }
  }
  return (
    <Button variant="default" size="xs" className="noprint" loading={busy} leftSection={<IconDownload size={16} aria-hidden />} title={t('packets.hint')} onClick={() => void save()}>
      {t(finding ? 'packets.save' : 'packets.saveAll')}
    </Button>
  )
}
