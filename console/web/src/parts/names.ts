import type { Schemas } from '../api/client'

/** 総務課の PC-103, as people say it. */
export function deviceName(d: Schemas['DeviceBrief'], lang: 'ja' | 'en'): string {
  if (!d.department) return d.name
  return lang === 'ja' ? `${d.department}の ${d.name}` : `${d.name} (${d.department})`
}
