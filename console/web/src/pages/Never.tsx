import { Alert, Button, Modal, NativeSelect, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { api, data, type Schemas } from '../api/client'
import { useChange, useNever, useSession } from '../api/hooks'
import { useWords } from '../i18n'
import { DataTable } from '../parts/DataTable'
import { IsolationTabs } from '../parts/IsolationTabs'
import { orderName } from '../parts/segment'
import { Loaded, useExplain } from '../parts/states'
import { clock, dayEnd, lastDay } from '../parts/time'

type Entry = Schemas['NeverEntry']
type Kind = Entry['kind']

/** What is never cut off, whoever asks: built in, in the configuration, and added here. */
export function Never() {
  const { t, x, word } = useWords()
  const query = useNever()
  const may = useSession().data?.role !== 'viewer'
  return (
    <div className="stack">
      <h1>{t('nav.orders')}</h1>
      <IsolationTabs />
      <p className="soft" style={{ margin: 0 }}>{t('never.intro')}</p>
      <Loaded query={query} lines={3}>
        {(list) => (
          <>
            {may && <Add />}
            <Entries list={[...list.added, ...list.configured]} />
            <section className="card" aria-labelledby="roles">
              <h2 id="roles">{t('never.roles')}</h2>
              <p className="soft small">{t('never.rolesText')}</p>
              <ul className="plain rolegrid">{list.roles.map((r) => <li key={r.role}><b>{word('role', r.role)}</b><span className="soft small">{x(r.reason)}</span></li>)}</ul>
            </section>
          </>
        )}
      </Loaded>
    </div>
  )
}

const kinds: Kind[] = ['host', 'ip', 'cidr', 'mac', 'role']

function Add() {
  const words = useWords()
  const { t } = words
  const explain = useExplain()
  const [kind, setKind] = useState<Kind>('host')
  const [what, setWhat] = useState('')
  const [reason, setReason] = useState('')
  const [owner, setOwner] = useState('')
  const [until, setUntil] = useState('')
  const [asking, setAsking] = useState(false)
  const go = useChange(() => data(api.POST('/api/v1/never', { body: { kind, what: what.trim(), reason, owner, expires: until ? dayEnd(until) : undefined } })))
  const ask = (e: FormEvent) => { e.preventDefault(); go.reset(); setAsking(true) }
  const added = () => { setAsking(false); setWhat(''); setReason(''); setOwner(''); setUntil('') }
  return (
    <section className="card stack" aria-labelledby="add">
      <h2 id="add" style={{ margin: 0 }}>{t('never.add')}</h2>
      {go.data && <Lifted list={go.data.lifted} />}
      <form className="neverform" onSubmit={ask}>
        <NativeSelect label={t('never.kind')} value={kind} onChange={(e) => setKind(e.currentTarget.value as Kind)} data={kinds.map((k) => ({ value: k, label: t(`never.kind_${k}`) }))} />
        <TextInput label={t('never.what')} placeholder={t(`never.example_${kind}`)} value={what} onChange={(e) => setWhat(e.currentTarget.value)} required maxLength={128} autoComplete="off" />
        <TextInput className="long" label={t('never.reason')} description={t('never.reasonHint')} placeholder={t('never.reasonExample')} value={reason} onChange={(e) => setReason(e.currentTarget.value)} required maxLength={1000} />
        <TextInput label={t('never.owner')} placeholder={t('never.ownerExample')} value={owner} onChange={(e) => setOwner(e.currentTarget.value)} required maxLength={128} />
        <TextInput type="date" label={t('never.until')} value={until} onChange={(e) => setUntil(e.currentTarget.value)} />
        <div className="long"><Button type="submit">{t('never.addDo')}</Button></div>
      </form>
      <Modal opened={asking} onClose={() => setAsking(false)} title={<b>{t('never.addAsk', { what })}</b>} closeButtonProps={{ 'aria-label': t('common.close') }}>
        <div className="stack">
          <p style={{ margin: 0 }}>{t('never.addText')}</p>
          {go.isError && <Alert color="red" role="alert">{explain(go.error)}</Alert>}
          <div className="row between">
            <Button variant="default" onClick={() => setAsking(false)}>{t('common.cancel')}</Button>
            <Button loading={go.isPending} onClick={() => go.mutate(undefined, { onSuccess: added })}>{t('never.addDo')}</Button>
          </div>
        </div>
      </Modal>
    </section>
  )
}

function Lifted({ list }: { list: Schemas['Order'][] }) {
  const words = useWords()
  const { t } = words
  return (
    <Alert color="ai" role="status" title={t('never.added')}>
      {list.length === 0 ? t('never.nothingLifted') : <>{t('never.lifted', { n: list.length })}<ul style={{ margin: 0 }}>{list.map((o) => <li key={o.uid}>{orderName(o, words)}</li>)}</ul></>}
    </Alert>
  )
}

function Entries({ list }: { list: Entry[] }) {
  const { t, lang } = useWords()
  const admin = useSession().data?.role === 'admin'
  const [gone, setGone] = useState<Entry>()
  return (
    <section className="card" aria-labelledby="entries">
      <h2 id="entries">{t('never.entries')}</h2>
      {list.length === 0 ? <p className="soft" style={{ margin: 0 }}>{t('never.none')}</p> : (
        <DataTable
          label={t('never.entries')}
          rows={list}
          id={(e) => `${e.by ? 'added' : 'set'} ${e.kind} ${e.what}`}
          columns={[
            { id: 'what', title: t('never.what'), wide: true, sort: (e) => e.what, cell: (e) => <><b className="any">{e.what}</b> <span className="soft small">{t(`never.kind_${e.kind}`)}</span></> },
            { id: 'reason', title: t('never.reason'), cell: (e) => <span className="any">{e.reason}</span> },
            { id: 'owner', title: t('never.owner'), sort: (e) => e.owner ?? '', cell: (e) => e.owner || '—' },
            { id: 'until', title: t('never.end'), sort: (e) => e.expires ?? '9', cell: (e) => (e.over ? <span className="tag bad">{t('never.over')}</span> : e.expires ? t('never.untilDay', { day: lastDay(e.expires, lang) }) : t('never.always')) },
            { id: 'by', title: t('never.by'), cell: (e) => (e.by ? <>{e.by}<div className="soft small">{clock(e.added, lang)}</div></> : t('never.configured')) },
            { id: 'do', title: t('incident.act'), hide: !admin || !list.some((e) => e.by), empty: (e) => !e.by, cell: (e) => e.by && <Button size="xs" variant="default" onClick={() => setGone(e)}>{t('never.drop')}<span className="hidden"> {e.what}</span></Button> },
          ]}
        />
      )}
      <Drop entry={gone} close={() => setGone(undefined)} />
    </section>
  )
}

function Drop({ entry, close }: { entry: Entry | undefined; close: () => void }) {
  const { t } = useWords()
  const explain = useExplain()
  const go = useChange((e: Entry) => data(api.POST('/api/v1/never/drop', { body: { kind: e.kind, what: e.what } })))
  return (
    <Modal opened={entry !== undefined} onClose={close} title={<b>{t('never.dropAsk', { what: entry?.what ?? '' })}</b>} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <div className="stack">
        <p style={{ margin: 0 }}>{t('never.dropText')}</p>
        {go.isError && <Alert color="red" role="alert">{explain(go.error)}</Alert>}
        <div className="row between">
          <Button variant="default" onClick={close}>{t('common.cancel')}</Button>
          <Button color="shu.7" loading={go.isPending} onClick={() => entry && go.mutate(entry, { onSuccess: close })}>{t('never.drop')}</Button>
        </div>
      </div>
    </Modal>
  )
}
