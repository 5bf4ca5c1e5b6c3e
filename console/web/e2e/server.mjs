// The town in memory behind the console: for the pages' own tests and pictures.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../../..', import.meta.url))

/** A port that is free now, at or above the one in E2E_PORT where that is given. */
export async function freePort() {
  for (let port = Number(process.env.E2E_PORT ?? 0), tries = 0; tries < 50; tries++, port += port ? 1 : 0) {
    const free = await new Promise((resolve) => {
      const s = createServer()
      s.once('error', () => resolve(0))
      s.listen(port, '127.0.0.1', () => { const at = s.address().port; s.close(() => resolve(at)) })
    })
    if (free) return free
  }
  throw new Error('no free port')
}

export async function startTown() {
  const dir = mkdtempSync(join(tmpdir(), 'yagura-e2e-'))
  const binary = join(dir, 'serve')
  execFileSync('go', ['build', '-o', binary, './console/consoletest/serve'], { cwd: root, stdio: 'inherit' })
  const port = await freePort()
  const child = spawn(binary, ['-listen', `127.0.0.1:${port}`], { stdio: ['ignore', 'pipe', 'inherit'] })
  const first = await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (l) => resolve(JSON.parse(l)))
    child.once('exit', (code) => reject(new Error(`the test server ended with ${code}`)))
  })
  await untilHealthy(first.url)
  const post = (path) => fetch(first.url + path, { method: 'POST' }).then((r) => r.text()).then((s) => s.trim())
  return {
    ...first,
    breach: () => post('/test/breach'),
    propose: () => post('/test/propose'),
    outbreak: () => post('/test/outbreak'),
    stop: () => new Promise((resolve) => { child.once('exit', () => { rmSync(dir, { recursive: true, force: true }); resolve() }); child.kill('SIGINT') }),
  }
}

export async function untilHealthy(url) {
  for (let i = 0; i < 200; i++) {
    try {
      if ((await fetch(url + '/healthz')).ok) return
    } catch { /* not yet */ }
    await new Promise((r) => setTimeout(r, 100))
  }
  throw new Error(`${url} does not answer`)
}
