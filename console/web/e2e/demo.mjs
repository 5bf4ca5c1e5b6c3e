// The real thing: `yagura demo`, a breach in a town of namespaces (as root) or the recorded one (rehearsed).
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort, root } from './server.mjs'

export const binary = process.env.E2E_BINARY ?? join(root, 'bin/yagura')
export const hasBinary = () => existsSync(binary)

/** Starts the demo; gives the console's address, who may enter, and whether isolation is real. */
export async function startDemo() {
  const port = await freePort()
  const args = ['demo', '--listen', `127.0.0.1:${port}`, '--prefix', process.env.E2E_PREFIX ?? 'ygw-'] // the Go tests' halls may stand beside it
  if (process.env.E2E_RECORDED || process.getuid?.() !== 0) args.push('--recorded')
  const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const told = []
  const lines = createInterface({ input: child.stdout })
  createInterface({ input: child.stderr }).on('line', (l) => told.push(l))
  const ended = new Promise((resolve) => child.once('exit', resolve))
  const found = await new Promise((resolve, reject) => {
    const seen = {}
    lines.on('line', (l) => {
      told.push(l)
      seen.url ??= /(https?:\/\/[\d.:]+)/.exec(l)?.[1]
      const words = /利用者名: (\S+)\s+最初のパスワード: (\S+)/.exec(l)
      if (words && seen.url) resolve({ url: seen.url, user: words[1], password: words[2] })
    })
    child.once('exit', (code) => reject(new Error(`yagura demo ended with ${code}:\n${told.join('\n')}`)))
  })
  return {
    ...found,
    real: !args.includes('--recorded') && !told.some((l) => l.includes('予行')),
    told,
    stop: async () => {
      child.kill('SIGINT')
      return ended
    },
  }
}
