// The whole way through the console in a real browser: log in, see the case appear, read its story, isolate,
// see silence observed, release, download the PDF; then every page under axe at both widths.
//
//   npm run e2e                       against the town in memory
//   E2E_URL=… E2E_USER=… E2E_PASSWORD=… npm run e2e      against a console that is running already
import AxeBuilder from '@axe-core/playwright'
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { openBrowser, openPage, sizes } from './browser.mjs'
import { startTown } from './server.mjs'

const town = process.env.E2E_URL
  ? { url: process.env.E2E_URL, user: process.env.E2E_USER ?? 'admin', password: process.env.E2E_PASSWORD ?? '', stop: async () => {} }
  : await startTown()
const browser = await openBrowser()
let failed = false
const step = async (name, act) => {
  const begin = Date.now()
  try {
    const got = await act()
    console.log(`ok    ${name} (${Date.now() - begin} ms)`)
    return got
  } catch (error) {
    console.error(`FAIL  ${name}\n${error.stack ?? error}`)
    failed = true
    throw error
  }
}

try {
  const { page, complaints } = await openPage(browser, sizes.wide)
  await story(page)
  await everyPage(page, 1440)
  await page.setViewportSize(sizes.phone)
  await everyPage(page, 390)
  await step('the browser complains about nothing: no refused style or script, no error', async () => assert.deepEqual(complaints, []))
  await step('the phone menu works by keyboard', () => phoneMenu(page))
  await step('losing the line is shown, and ends by itself', () => lostLine(page))
  await step('log out closes the door', () => logout(page))
} catch (error) {
  if (!failed) console.error(error)
  failed = true
} finally {
  await browser.close()
  await town.stop()
}
process.exit(failed ? 1 : 0)

async function story(page) {
  await step('a wrong password is refused in plain words', async () => {
    await page.goto(town.url)
    await page.getByLabel('利用者名').fill(town.user)
    await page.getByLabel('パスワード', { exact: true }).fill('not the password')
    await axe(page, 'login')
    await page.getByRole('button', { name: 'ログイン' }).click()
    await page.getByRole('alert').getByText('利用者名またはパスワードが違います').waitFor()
  })
  await step('log in', async () => {
    await page.getByLabel('パスワード', { exact: true }).fill(town.password)
    await page.getByRole('button', { name: 'ログイン' }).click()
    const skip = page.getByRole('button', { name: 'あとで決める' })
    const inside = page.getByRole('navigation', { name: 'メニュー' })
    await skip.or(inside).first().waitFor()
    if (await skip.isVisible()) {
      await axe(page, 'first password')
      await skip.click()
    }
    await inside.waitFor()
  })
  if (town.breach) {
    await step('the quiet town says so', () => page.getByRole('heading', { name: 'いま、庁内は平穏です' }).waitFor())
    await town.breach()
  }
  await step('the case appears without reload', () => page.getByRole('heading', { level: 1, name: /^至急：/ }).waitFor({ timeout: 120_000 }))
  await axe(page, 'overview with a case')
  await step('the case tells its story', async () => {
    await page.getByRole('navigation', { name: 'メニュー' }).getByRole('link', { name: /案件/ }).click()
    await page.getByRole('table', { name: '案件' }).getByRole('link').first().click()
    for (const part of ['何が起きているか', '今すぐする3つ', '根拠', '時系列', '端末の隔離']) await page.getByRole('heading', { name: part, exact: true }).waitFor()
    assert.ok((await page.locator('.story p').first().innerText()).length > 20, 'the story is empty')
  })
  await isolate(page)
  await step('the report is shown and its PDF downloads', async () => {
    await page.goto(`${town.url}/reports`)
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'PDF を保存' }).click()])
    const head = readFileSync(await download.path()).subarray(0, 5).toString()
    assert.equal(head, '%PDF-')
    await page.frameLocator('iframe').locator('h1').first().waitFor()
  })
}

async function isolate(page) {
  const ask = page.getByRole('button', { name: /を隔離する$/ })
  const release = page.getByRole('button', { name: '隔離を解除する' })
  const approve = page.getByRole('button', { name: '承認して隔離する' })
  await ask.or(release).or(approve).first().waitFor()
  if (await approve.isVisible()) {
    await step('approve what the policy asks for', async () => {
      await approve.click()
      await page.getByRole('dialog').getByRole('button', { name: '承認して隔離する' }).click()
    })
  } else if (await ask.isVisible()) {
    await step('isolate, with a preview of exactly what it does', async () => {
      await ask.click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText('行われること').waitFor()
      await axe(page, 'isolation dialog')
      await dialog.getByLabel('理由').fill('ブラウザー試験')
      await dialog.getByRole('button', { name: 'この内容で隔離する' }).click()
    })
  }
  await step('silence is observed', () => page.getByText(/通信が止まったことを確認しました（[\d.]+秒）/).waitFor({ timeout: 60_000 }))
  await axe(page, 'contained case')
  await step('release', async () => {
    await release.click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('理由').fill('確認が終わったため')
    await dialog.getByRole('button', { name: '隔離を解除する' }).click()
    await page.getByText('隔離は解除されました').waitFor({ timeout: 60_000 })
  })
}

async function everyPage(page, width) {
  const pages = { '/': 'heading', '/incidents': 'heading', '/devices': 'table', '/orders': 'heading', '/reports': 'heading', '/audit': 'table', '/settings': 'heading', '/nowhere': 'heading' }
  for (const [path, role] of Object.entries(pages)) {
    await step(`${path} at ${width} px: axe finds nothing serious, nothing overflows`, async () => {
      await page.goto(town.url + path)
      await page.getByRole(role).first().waitFor()
      await look(page, path)
    })
  }
  for (const [list, heading] of [['/incidents', '何が起きているか'], ['/devices', 'この端末の案件']]) {
    await step(`one of ${list} at ${width} px`, async () => {
      await page.goto(town.url + list)
      if (list === '/incidents') await page.getByText('すべて', { exact: true }).last().click()
      await page.locator('table a.row').first().click()
      await page.getByRole('heading', { name: heading }).waitFor()
      await look(page, list)
    })
  }
}

async function look(page, name) {
  await page.waitForFunction(() => !document.querySelector('[role=status] .mantine-Skeleton-root'))
  await page.waitForTimeout(300)
  await axe(page, name)
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  assert.ok(over <= 0, `${name} is ${over} px wider than the window`)
}

async function axe(page, name) {
  const { violations } = await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).exclude('iframe').analyze()
  const grave = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical')
  const told = grave.map((v) => `${v.impact} ${v.id}: ${v.help}\n` + v.nodes.slice(0, 4).map((n) => `    ${n.target.join(' ')}\n      ${n.failureSummary?.split('\n')[1] ?? ''}`).join('\n'))
  for (const v of violations.filter((w) => !grave.includes(w))) console.log(`      note ${name}: ${v.impact} ${v.id} (${v.nodes[0]?.target.join(' ')})`)
  assert.equal(told.length, 0, `${name}\n${told.join('\n')}`)
}

async function phoneMenu(page) {
  await page.goto(town.url)
  const menu = page.getByRole('button', { name: 'メニュー' })
  await menu.focus()
  await page.keyboard.press('Enter')
  const link = page.getByRole('navigation').getByRole('link', { name: '端末' })
  await link.waitFor()
  await link.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: '端末' }).waitFor()
  await page.setViewportSize(sizes.wide)
}

async function lostLine(page) {
  await page.goto(town.url)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.context().setOffline(true)
  await page.getByText('櫓とつながっていません').waitFor({ timeout: 70_000 })
  await page.context().setOffline(false)
  await page.getByText('櫓とつながっていません').waitFor({ state: 'hidden', timeout: 70_000 })
}

async function logout(page) {
  await page.getByRole('button', { name: 'ログアウト' }).first().click()
  await page.getByRole('button', { name: 'ログイン' }).waitFor()
  const answer = await page.request.get(`${town.url}/api/v1/overview`)
  assert.equal(answer.status(), 401)
}
