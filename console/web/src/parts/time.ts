import type { Lang } from '../i18n'

const zone = 'Asia/Tokyo'

/** 11月21日(土) 20:15 in Japan time. */
export function clock(iso: string | undefined, lang: Lang, seconds = false): string {
  const d = moment(iso)
  if (!d) return '—'
  const year = (at: Date) => at.toLocaleDateString('en-US', { timeZone: zone, year: 'numeric' })
  return d.toLocaleString(lang === 'en' ? 'en-GB' : 'ja-JP', {
    timeZone: zone,
    year: year(d) === year(new Date()) ? undefined : 'numeric',
    month: lang === 'en' ? 'short' : 'long',
    day: 'numeric',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: seconds ? '2-digit' : undefined,
  })
}

/** 11/21 20:15:03 in Japan time, for narrow columns. */
export function brief(iso: string): string {
  return new Date(iso).toLocaleString('ja-JP', { timeZone: zone, month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit' })
}

/** A time that the API really knows: Go's zero time counts as none. */
export function moment(iso: string | undefined | null): Date | undefined {
  if (!iso || iso.startsWith('0001-')) return undefined
  const d = new Date(iso)
  return Number.isNaN(d.getTime()) ? undefined : d
}

/** Which words tell how long ago or ahead it is: a key of the catalogue and its number. */
export function distance(iso: string, now: number): { key: string; n: number } {
  const s = Math.round((now - new Date(iso).getTime()) / 1000)
  const ahead = s < 0
  const n = Math.abs(s)
  if (!ahead && n < 60) return { key: 'common.ago_s', n: 0 }
  const dir = ahead ? 'in' : 'ago'
  if (n < 3600) return { key: `common.${dir}_m`, n: Math.max(1, Math.round(n / 60)) }
  if (n < 86_400 * 2) return { key: `common.${dir}_h`, n: Math.round(n / 3600) }
  return { key: `common.${dir}_d`, n: Math.round(n / 86_400) }
}

/** The end of a day of Japan, for what holds on that day still: 2027-03-31 → its midnight. */
export const dayEnd = (day: string): string => new Date(new Date(`${day}T00:00:00+09:00`).getTime() + 86_400_000).toISOString()

/** The last day on which something that ends then still holds: 2027年3月31日. */
export function lastDay(iso: string, lang: Lang): string {
  return new Date(new Date(iso).getTime() - 1).toLocaleDateString(lang === 'en' ? 'en-GB' : 'ja-JP', { timeZone: zone, year: 'numeric', month: lang === 'en' ? 'short' : 'long', day: 'numeric' })
}
