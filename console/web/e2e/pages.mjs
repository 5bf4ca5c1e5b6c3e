// Every page over the town in memory, at both widths, under axe; and what happens when things go wrong.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { openPage, sizes } from './browser.mjs'
import { startTown } from './server.mjs'
import { axe, isolate, login, readCase, release, reportPDF, savePackets, step, verified } from './steps.mjs'

export async function everyPage(browser) {
  const town = await startTown()
  try {
    const { page, complaints } = await openPage(browser, sizes.wide)
    await story(page, town)
    await tour(page, town)
    await step('the browser complains about nothing: no refused style or script, no error', () => assert.deepEqual(complaints, []))
    await step('the phone menu works by keyboard', () => phoneMenu(page, town))
    await step('losing the line is shown, and ends by itself', () => lostLine(page, town))
    await step('log out closes the door', () => logout(page, town))
  } finally {
    await town.stop()
  }
}

async function story(page, town) {
  await step('a wrong password is refused in plain words', async () => {
    await page.goto(town.url)
    await page.getByLabel('利用者名').fill(town.user)
    await page.getByLabel('パスワード', { exact: true }).fill('not the password')
    await axe(page, 'login')
    await page.getByRole('button', { name: 'ログイン' }).click()
    await page.getByRole('alert').getByText('利用者名またはパスワードが違います').waitFor()
  })
  await step('log in', () => login(page, town))
  await step('the quiet town says so', () => page.getByRole('heading', { name: 'いま、庁内は平穏です' }).waitFor())
  await town.breach()
  await step('the case appears without reload', () => page.getByRole('heading', { level: 1, name: /^至急：.*PC-103/ }).waitFor())
  await step('the overview with a case is accessible', () => axe(page, 'overview'))
  await step('the case tells its story', () => readCase(page, 'PC-103'))
  await step('the packets of a finding are saved', () => savePackets(page, readFileSync))
  await step('isolate, with a preview of exactly what it does', () => isolate(page))
  await step('silence is observed', () => verified(page))
  await step('the contained case is accessible', () => axe(page, 'contained case'))
  await step('release', () => release(page))
  await step('the report is shown and its PDF downloads', () => reportPDF(page, town.url, readFileSync))
}

// tour opens each page in a wide window, which then becomes a phone's; from the lists it goes on by hand at both widths.
async function tour(page, town) {
  const pages = { '/': 'heading', '/incidents': 'heading', '/devices': 'table', '/orders': 'heading', '/segments': 'heading', '/segments/zone/lgwan': 'table', '/never': 'table', '/rehearsal': 'table', '/blind': 'table', '/selftest': 'heading', '/reports': 'heading', '/audit': 'table', '/settings': 'heading', '/nowhere': 'heading' }
  for (const [path, role] of Object.entries(pages)) {
    await page.setViewportSize(sizes.wide)
    await page.goto(town.url + path)
    for (const size of [sizes.wide, sizes.phone]) {
      await step(`${path} at ${size.width} px: axe finds nothing serious, nothing overflows`, async () => {
        await page.setViewportSize(size)
        await page.getByRole(role).first().waitFor()
        await look(page, path)
      })
    }
  }
  for (const size of [sizes.wide, sizes.phone]) {
    await page.setViewportSize(size)
    for (const [list, heading] of [['/incidents', '何が起きているか'], ['/devices', 'この端末の案件']]) {
      await step(`one of ${list} at ${size.width} px`, async () => {
        await page.goto(town.url + list)
        if (list === '/incidents') await page.getByText('すべて', { exact: true }).last().click()
        await page.locator('table a.row').first().click()
        await page.getByRole('heading', { name: heading }).waitFor()
        await look(page, list)
      })
    }
  }
}

async function look(page, name) {
  await page.waitForFunction(() => !document.querySelector('[role=status] .mantine-Skeleton-root'))
  await page.waitForTimeout(300)
  await axe(page, name)
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
  assert.ok(over <= 0, `${name} is ${over} px wider than the window`)
}

async function phoneMenu(page, town) {
  await page.goto(town.url)
  const button = page.getByRole('button', { name: 'メニュー' })
  await button.focus()
  await page.keyboard.press('Enter')
  const link = page.getByRole('navigation').getByRole('link', { name: '端末' })
  await link.waitFor()
  await link.focus()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: '端末' }).waitFor()
  await page.setViewportSize(sizes.wide)
}

async function lostLine(page, town) {
  await page.goto(town.url)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.context().setOffline(true)
  await page.getByText('櫓とつながっていません').waitFor()
  await page.context().setOffline(false)
  await page.getByText('櫓とつながっていません').waitFor({ state: 'hidden' })
}

async function logout(page, town) {
  await page.getByRole('button', { name: 'ログアウト' }).first().click()
  await page.getByRole('button', { name: 'ログイン' }).waitFor()
  const answer = await page.request.get(`${town.url}/api/v1/overview`)
  assert.equal(answer.status(), 401)
}
