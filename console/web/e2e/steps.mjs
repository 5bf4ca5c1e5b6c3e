// What every browser test of the console says and asks.
import AxeBuilder from '@axe-core/playwright'
import assert from 'node:assert/strict'

/** Names each step and how long it took; the first that fails ends the run. */
export async function step(name, act) {
  const begin = Date.now()
  try {
    const got = await act()
    console.log(`ok    ${name} (${Date.now() - begin} ms)`)
    return got
  } catch (error) {
    throw new Error(`FAIL  ${name}: ${error.message ?? error}`, { cause: error })
  }
}

/** No serious or critical violation; lesser ones are told. */
export async function axe(page, name) {
  const { violations } = await new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode().withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']).exclude('iframe').analyze()
  const grave = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical')
  const told = grave.map((v) => `${v.impact} ${v.id}: ${v.help}\n` + v.nodes.slice(0, 4).map((n) => `    ${n.target.join(' ')}\n      ${n.failureSummary?.split('\n')[1] ?? ''}`).join('\n'))
  for (const v of violations.filter((w) => !grave.includes(w))) console.log(`      note ${name}: ${v.impact} ${v.id} (${v.nodes[0]?.target.join(' ')})`)
  assert.equal(told.length, 0, `${name}\n${told.join('\n')}`)
}

export const menu = (page) => page.getByRole('navigation', { name: 'メニュー' })

/** Logs in and keeps the first password where that is asked. */
export async function login(page, who) {
  await page.goto(who.url)
  await page.getByLabel('利用者名').fill(who.user)
  await page.getByLabel('パスワード', { exact: true }).fill(who.password)
  await page.getByRole('button', { name: 'ログイン' }).click()
  const skip = page.getByRole('button', { name: 'あとで決める' })
  await skip.or(menu(page)).first().waitFor()
  if (await skip.isVisible()) {
    await axe(page, 'first password')
    await skip.click()
  }
  await menu(page).waitFor()
}

/** Opens the gravest open case and reads its story. */
export async function readCase(page, device) {
  await menu(page).getByRole('link', { name: /案件/ }).click()
  const rows = page.getByRole('table', { name: '案件' }).getByRole('row')
  await rows.filter({ hasText: device }).getByRole('link').first().click()
  for (const part of ['何が起きているか', '今すぐする3つ', '根拠', '時系列', '端末の隔離']) await page.getByRole('heading', { name: part, exact: true }).waitFor()
  assert.ok((await page.locator('.story p').first().innerText()).length > 10, 'the story is empty')
}

export const verified = (page) => page.getByText(/通信が止まったことを確認しました（[\d.]+秒）/).waitFor()

/** Isolates by hand: the dialog says exactly what it will do before it does it. */
export async function isolate(page) {
  await page.getByRole('button', { name: /を隔離する$/ }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('行われること').waitFor()
  assert.ok((await dialog.locator('ol li').count()) >= 2, 'the preview says too little')
  await axe(page, 'isolation dialog')
  await dialog.getByLabel('理由').fill('ブラウザー試験')
  const go = dialog.getByRole('button', { name: 'この内容で隔離する' })
  assert.ok(await go.isEnabled(), `refused:\n${await dialog.innerText()}`)
  await go.click()
  await dialog.waitFor({ state: 'hidden' })
}

export async function release(page) {
  await page.getByRole('button', { name: '隔離を解除する' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('理由').fill('確認が終わったため')
  await dialog.getByRole('button', { name: '隔離を解除する' }).click()
  await page.getByText('隔離は解除されました').waitFor()
}

/** Downloads the report's PDF and gives its bytes. */
export async function savePackets(page, read) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'パケットを保存', exact: true }).first().click()])
  assert.match(download.suggestedFilename(), /^yagura-.*\.pcapng$/)
  assert.equal(read(await download.path()).readUInt32BE(0), 0x0a0d0d0a)
}

export async function reportPDF(page, url, read) {
  await page.goto(`${url}/reports`)
  await page.frameLocator('iframe').locator('h1').first().waitFor()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'PDF を保存' }).click()])
  const bytes = read(await download.path())
  assert.equal(bytes.subarray(0, 5).toString(), '%PDF-')
  return bytes
}
