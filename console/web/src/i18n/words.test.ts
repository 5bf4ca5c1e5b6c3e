import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { en } from './en'
import { ja } from './ja'

const source = (dir: string): string[] =>
  readdirSync(dir, { withFileTypes: true }).flatMap((e) => {
    const path = join(dir, e.name)
    if (e.isDirectory()) return source(path)
    return /(?<!\.test)\.tsx?$/.test(e.name) ? [readFileSync(path, 'utf8')] : []
  })

const has = (key: string) => {
  const [group = '', word = ''] = key.split('.')
  return word in ((ja as Record<string, Record<string, string>>)[group] ?? {})
}

describe('the catalogues', () => {
  const code = source(join(import.meta.dirname, '..')).join('\n')
  it('know every word that the pages use', () => {
    const used = [...code.matchAll(/\bt\(\s*'([a-zA-Z]+\.[\w]+)'/g)].map((m) => m[1] ?? '')
    expect(used.length).toBeGreaterThan(100)
    expect(used.filter((k) => !has(k))).toEqual([])
  })
  it('have the same values to fill in, in both languages', () => {
    const holes = (s: string) => [...s.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]).sort()
    for (const [group, words] of Object.entries(ja)) {
      for (const [key, text] of Object.entries(words)) {
        const other = (en as unknown as Record<string, Record<string, string>>)[group]?.[key] ?? ''
        expect(holes(other), `${group}.${key}`).toEqual(holes(text))
      }
    }
  })
  it('hold no empty word', () => {
    for (const lang of [ja, en]) for (const words of Object.values(lang)) for (const [key, text] of Object.entries(words)) expect(text, key).not.toBe('')
  })
})
