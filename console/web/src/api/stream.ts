import { useEffect, useSyncExternalStore } from 'react'
import { keys, queryClient } from './hooks'
import type { Schemas } from './client'

/** Hears of new cases: each by itself, or how many when they came faster than the line takes them. */
export interface Tell {
  one: (row: Schemas['IncidentRow']) => void
  many: (n: number) => void
}

/** The line to Yagura: whether it stands, and who wants to hear of new cases. */
class Line {
  private source: EventSource | undefined
  private timer: ReturnType<typeof setTimeout> | undefined
  private watch: ReturnType<typeof setTimeout> | undefined
  private listeners = new Set<() => void>()
  private wait = 1000
  lost = false
  tell: Tell = { one: () => {}, many: () => {} }

  open = () => {
    this.close()
    addEventListener('offline', this.cut)
    addEventListener('online', this.open)
    if (!navigator.onLine) this.cut() // it went before anybody listened; a heartbeat says otherwise
    const source = new EventSource('/api/v1/stream')
    this.source = source
    source.onopen = () => this.alive()
    source.onerror = () => this.broken(source)
    const on = <T>(name: string, act: (data: T) => void) =>
      source.addEventListener(name, (e) => {
        this.alive()
        act(JSON.parse((e as MessageEvent<string>).data) as T)
      })
    on('heartbeat', () => {})
    on<Schemas['IncidentChanged']>('incident', ({ incident, new: fresh }) => {
      again(keys.overview, keys.incidents, keys.incident(incident.uid), keys.devices, keys.device(incident.device.uid))
      if (fresh) this.tell.one(incident)
    })
    on<Schemas['OrderChanged']>('order', ({ order }) => {
      again(keys.overview, keys.orders, keys.devices, ['incident'], keys.device(order.target.uid ?? ''))
    })
    on<Schemas['DeviceChanged']>('device', ({ uid }) => again(keys.devices, keys.device(uid)))
    on('stats', () => again(keys.overview))
    on('freeze', () => again(keys.freeze, keys.overview))
    on<Schemas['Resync']>('resync', (missed) => {
      void queryClient.invalidateQueries()
      if (missed.new > 0) this.tell.many(missed.new)
    })
  }

  private cut = () => this.set(true)

  close = () => {
    removeEventListener('offline', this.cut)
    removeEventListener('online', this.open)
    clearTimeout(this.timer)
    clearTimeout(this.watch)
    this.source?.close()
    this.source = undefined
  }

  subscribe = (listener: () => void) => {
    this.listeners.add(listener)
    return () => void this.listeners.delete(listener)
  }

  private alive() {
    this.wait = 1000
    if (this.lost) void queryClient.invalidateQueries()
    this.set(false)
    clearTimeout(this.watch)
    this.watch = setTimeout(this.open, 45_000) // three heartbeats were missed
  }

  private broken(source: EventSource) {
    this.set(true)
    if (source.readyState !== EventSource.CLOSED) return // the browser tries again by itself
    // Refused: perhaps the session ended. Ask, and try again, each time later.
    void queryClient.invalidateQueries({ queryKey: keys.session })
    clearTimeout(this.timer)
    this.timer = setTimeout(this.open, this.wait)
    this.wait = Math.min(this.wait * 2, 30_000)
  }

  private set(lost: boolean) {
    if (this.lost === lost) return
    this.lost = lost
    this.listeners.forEach((l) => l())
  }
}

const pending = new Map<string, readonly unknown[]>()
let flush: ReturnType<typeof setTimeout> | undefined

/** Reads these again; many changes within a moment cost one reading. */
function again(...list: (readonly unknown[])[]) {
  for (const k of list) pending.set(JSON.stringify(k), k)
  flush ??= setTimeout(() => {
    flush = undefined
    for (const queryKey of pending.values()) void queryClient.invalidateQueries({ queryKey })
    pending.clear()
  }, 120)
}

export const line = new Line()

/** Keeps the line open while the page is shown. */
export function useLine(tell: Tell) {
  useEffect(() => {
    line.tell = tell
  }, [tell])
  useEffect(() => {
    line.open()
    return line.close
  }, [])
  return useSyncExternalStore(line.subscribe, () => line.lost)
}
