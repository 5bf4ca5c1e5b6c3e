// Pictures of every page at 1440 and 390 px, into docs/screenshots: of the town in memory, or of a running console
// when E2E_URL, E2E_USER and E2E_PASSWORD name one.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openBrowser, openPage, sizes } from './browser.mjs'
import { root, startTown } from './server.mjs'

const out = process.env.SHOTS ?? join(root, 'docs/screenshots')
mkdirSync(out, { recursive: true })
const town = process.env.E2E_URL
  ? { url: process.env.E2E_URL, user: process.env.E2E_USER ?? 'admin', password: process.env.E2E_PASSWORD ?? '', stop: async () => {} }
  : await startTown()
const browser = await openBrowser()
try {
  for (const [size, viewport] of Object.entries(sizes)) await tour(size, viewport)
} finally {
  await browser.close()
  await town.stop()
}

async function tour(size, viewport) {
  const { page, context } = await openPage(browser, viewport, { reducedMotion: 'reduce' })
  const shot = async (name) => {
    await page.evaluate(() => document.fonts.ready)
    await page.waitForTimeout(300)
    await page.screenshot({ path: join(out, `${name}-${viewport.width}.png`), fullPage: !['devices', 'audit'].includes(name) })
  }
  const go = async (path, ready) => {
    await page.goto(town.url + path)
    await page.getByRole(...ready).first().waitFor()
    await page.waitForLoadState('load')
  }
  await page.goto(town.url)
  await page.getByLabel('利用者名').fill(town.user)
  await page.getByLabel('パスワード', { exact: true }).fill(town.password)
  await shot('login')
  await page.getByRole('button', { name: 'ログイン' }).click()
  await page.getByRole('button', { name: 'あとで決める' }).waitFor()
  await shot('first-password')
  await page.getByRole('button', { name: 'あとで決める' }).click()
  await page.getByRole('heading', { level: 1 }).waitFor()
  if (size === 'wide' && town.breach) {
    await shot('overview-quiet')
    const uid = await town.breach()
    await page.getByText('新しい案件：', { exact: false }).first().waitFor()
    await shot('overview-toast')
    await town.propose()
    town.case = uid
  }
  town.case ??= (await (await page.request.get(`${town.url}/api/v1/incidents`)).json()).items[0].uid
  await go('/', ['heading', { level: 1 }])
  await page.getByText('対応を待っていること').waitFor()
  await page.waitForTimeout(700)
  await shot('overview')
  await go('/incidents', ['table', {}])
  await shot('incidents')
  await go(`/incidents/${town.case}`, ['heading', { name: '何が起きているか' }])
  await shot('incident')
  if (!town.breach) {
    // a running console is only looked at
  } else if (size === 'wide') {
    await page.getByRole('button', { name: /を隔離する/ }).click()
    await page.getByText('行われること').waitFor()
    await page.screenshot({ path: join(out, `isolate-dialog-${viewport.width}.png`) })
    await page.getByRole('button', { name: 'この内容で隔離する' }).click()
    await page.getByText('通信が止まったことを確認しました（').waitFor()
    await shot('incident-contained')
  } else {
    await page.getByRole('button', { name: '隔離を解除する' }).click()
    await page.getByRole('dialog').waitFor()
    await page.waitForTimeout(300)
    await page.screenshot({ path: join(out, `release-dialog-${viewport.width}.png`) })
    await page.getByRole('button', { name: 'やめる' }).click()
  }
  await go('/devices', ['table', {}])
  await shot('devices')
  await page.locator('table a.row').first().click()
  await page.getByRole('heading', { name: 'この端末の案件' }).waitFor()
  await page.getByText('最近の動き').waitFor()
  await page.waitForTimeout(500)
  await shot('device')
  await go('/orders', ['heading', { name: 'これまでの記録' }])
  await shot('orders')
  if (town.breach) {
    await go('/segments/zone/lgwan', ['table', {}])
    await shot('segment')
  }
  await go('/rehearsal', ['table', {}])
  await shot('rehearsal')
  await go('/never', ['table', {}])
  await shot('never')
  await go('/selftest', ['heading', { level: 1 }])
  if (town.breach) {
    await page.getByRole('button', { name: 'いま試す' }).click()
    await page.getByRole('heading', { name: '鳴らない検知器' }).waitFor()
  }
  await shot('selftest')
  await go('/blind', ['table', {}])
  await page.waitForTimeout(400)
  await shot('blind')
  await go('/reports', ['heading', { name: /の報告書/ }])
  await page.waitForTimeout(500)
  await shot('reports')
  await go('/audit', ['table', {}])
  await shot('audit')
  await go('/settings', ['heading', { name: '利用者', exact: true }])
  await shot('settings')
  await page.locator('label', { hasText: 'English' }).click()
  await go('/', ['heading', { level: 1 }])
  await page.waitForTimeout(500)
  await shot('overview-en')
  await context.close()
}
