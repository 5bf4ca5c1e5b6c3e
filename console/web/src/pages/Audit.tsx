import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useAudit } from '../api/hooks'
import { useWords } from '../i18n'
import { DataTable } from '../parts/DataTable'
import { Empty, Loaded } from '../parts/states'
import { When } from '../parts/When'

export function Audit() {
  const { t, word } = useWords()
  const query = useAudit()
  const [text, setText] = useState('')
  return (
    <>
      <div className="head">
        <h1>{t('audit.title')}</h1>
        <TextInput aria-label={t('audit.filter')} placeholder={t('audit.filter')} value={text} onChange={(e) => setText(e.currentTarget.value)} />
      </div>
      <p className="soft">{t('audit.intro')}</p>
      <Loaded query={query}>
        {(list) => {
          const rows = list.items.filter((a) => [a.who, a.action, word('action', a.action), a.object, a.detail].join(' ').toLowerCase().includes(text.trim().toLowerCase()))
          return rows.length === 0 ? (
            <div className="card"><Empty title={t('audit.none')} /></div>
          ) : (
            <div className="card bare">
              <DataTable
                label={t('audit.title')}
                rows={rows}
                id={(a) => String(a.seq)}
                columns={[
                  { id: 'time', title: t('audit.col_time'), sort: (a) => a.seq, cell: (a) => <When at={a.time} only="clock" seconds /> },
                  { id: 'who', title: t('audit.col_who'), sort: (a) => a.who, cell: (a) => <b className="nowrap">{word('actor', a.who)}</b> },
                  { id: 'action', title: t('audit.col_action'), sort: (a) => a.action, cell: (a) => <span className={`tag ${a.action === 'refused' ? 'bad' : ''}`}>{word('action', a.action)}</span> },
                  { id: 'object', title: t('audit.col_object'), empty: (a) => !a.object, cell: (a) => <span className="mono any">{a.object}</span> },
                  { id: 'detail', title: t('audit.col_detail'), empty: (a) => !a.detail, cell: (a) => <span className="any wide">{a.detail}</span> },
                  { id: 'hash', title: t('audit.hash'), cell: (a) => <span className="mono soft" title={a.hash}>{a.hash.slice(0, 10)}</span> },
                ]}
              />
            </div>
          )
        }}
      </Loaded>
    </>
  )
}
