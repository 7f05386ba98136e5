import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FleetWorld } from '../scenarios/fleet-world.ts';
import { describeWith } from '../support/tool.ts';
import { isWiderThanScreen, openBrowser, violations, visit } from './browser.ts';

const RTL = '\u202Egnp.exe';
/** What nobody calls a digest, unless to see what happens; a label holds 200 characters at most, without spaces. */
const HOSTILE = [
  '<script>document.title="owned"</script>',
  '"><img/src=x/onerror=alert(1)>',
  RTL,
  'x'.repeat(200),
  `it's"quoted"`,
];

let world: FleetWorld;
let browser: Browser & AsyncDisposable;
let haltedRun = '';

describeWith(['chromium'], 'pages in a browser', () => {
  beforeAll(async () => {
    browser = await openBrowser();
    world = await FleetWorld.open({
      waves: [
        { name: 'sandbox', policy: 'quick', clusters: ['sandbox-1'] },
        { name: 'staging', policy: 'standard', clusters: ['staging-1', 'staging-2'] },
        { name: 'prod', policy: 'strict', clusters: ['prod-1', 'prod-2', 'prod-3'] },
      ],
      profiles: { 'dns-latency': { traffic: 6_000, tails: { 0.256: 0.001, 1.024: 0.0002 } } },
    });
    await sync('sandbox-1', 'sha256:bad');
    await world.pass(40, async () => (await stateOf('sandbox-1')) === 'go');
    for (const cluster of ['staging-1', 'staging-2']) await sync(cluster, 'sha256:bad');
    world.inject({ kind: 'slow', share: 0.004, seconds: 2, cluster: 'staging-1', component: 'dns' });
    await world.pass(30, async () => (await stateOf('staging-1')) === 'halted');
    await world.hook('PreSync', 'prod-1', 'sha256:bad');
    haltedRun = (await world.runs('sha256:bad')).find(({ state }) => state === 'halted')?.id ?? '';
  }, 120_000);
  afterAll(async () => {
    await browser[Symbol.asyncDispose]();
    await world[Symbol.asyncDispose]();
  });

  const PAGES = () => [
    '/',
    '/rollouts',
    `/rollouts/bom/${encodeURIComponent('sha256:bad')}`,
    `/runs/${haltedRun}`,
    '/clusters',
    '/clusters/staging-1',
    '/runbooks',
    '/runbooks?q=upstream',
    '/runbooks/CoreDnsLatencyHigh?cluster=staging-1',
    '/catalogue',
    '/sign-in',
    `/act/override?run=${haltedRun}`,
    '/runs/nobody',
    '/clusters/nowhere',
  ];

  test('every page is fit for everybody, in light and the main ones in dark', async () => {
    const light = PAGES().map((path) => [path, 'light'] as const);
    const dark = PAGES()
      .slice(0, 5)
      .map((path) => [path, 'dark'] as const);
    for (const [path, colorScheme] of [...light, ...dark]) {
      await using here = await visit(browser, world.url + path, { colorScheme });
      expect([path, colorScheme, await violations(here.page)]).toEqual([path, colorScheme, []]);
      expect([path, here.complaints.filter((text) => !text.includes('404'))]).toEqual([path, []]);
    }
  }, 180_000);

  test('every page fits a narrow screen and says the same without scripts', async () => {
    for (const path of PAGES()) {
      await using narrow = await visit(browser, world.url + path, { viewport: { width: 320, height: 640 } });
      await using plain = await visit(browser, world.url + path, { javaScriptEnabled: false });
      expect([path, await isWiderThanScreen(narrow.page)]).toEqual([path, false]);
      expect(await plain.page.locator('h1').count()).toBe(1);
      expect(await plain.page.locator('button.copy').count()).toBe(0);
    }
  }, 120_000);

  test('the halt is told first: what, why, what it was compared with, and where to go on', async () => {
    await using here = await visit(browser, `${world.url}/`);
    expect(await here.page.locator('h1').textContent()).toBe('bom is frozen');
    await here.page.getByRole('link', { name: 'staging-1: halted' }).click();
    await here.page.waitForURL(/\/runs\//);

    expect(await here.page.locator('h1').textContent()).toContain('halt');
    expect(await here.page.locator('main').textContent()).toMatch(/DNS queries slower than/);
    const chart = here.page.getByRole('img').first();
    expect(await chart.getAttribute('aria-description')).toMatch(/DNS queries slower than/);
    expect(await chart.locator('path').count()).toBeGreaterThan(2);
    await here.page.getByRole('link', { name: 'runbook', exact: true }).first().click();
    expect(await here.page.locator('h1').textContent()).toContain('CoreDns');
  });

  test('with keys alone a person finds the runbook, copies a command, and decides the run', async () => {
    await using here = await visit(browser, `${world.url}/runbooks/CoreDnsLatencyHigh?cluster=staging-1`, {
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    const { keyboard } = here.page;
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    for (let presses = 0; presses < 200; presses += 1) {
      await keyboard.press('Tab');
      const text = await here.page.locator(':focus').textContent();
      if (text === 'Copy') break;
    }
    await keyboard.press('Enter');
    await here.page.getByRole('button', { name: 'Copied' }).waitFor();
    const copied = await here.page.evaluate('navigator.clipboard.readText()');
    expect(copied).toContain('staging-1');

    await here.page.goto(`${world.url}/act/override?run=${haltedRun}`);
    await here.page.locator('#verdict').focus();
    await keyboard.press('ArrowUp');
    await keyboard.press('Tab');
    await keyboard.type('checked by keys alone');
    await keyboard.press('Tab');
    await keyboard.press('Enter');
    await here.page.getByRole('heading', { name: 'Decide this run?' }).waitFor();
    expect(await here.page.locator('main').textContent()).toContain('checked by keys alone');
    expect(here.complaints).toEqual([]);
  });

  test.each(HOSTILE)(
    'the digest %s is text, wherever it stands',
    async (digest) => {
      await world.hook('PreSync', 'prod-2', digest);
      const { id } = (await world.runs(digest))[0] ?? {};
      const paths = [`/rollouts/bom/${encodeURIComponent(digest)}`, `/runs/${id}`];
      for (const path of paths) {
        await using here = await visit(browser, world.url + path, { viewport: { width: 320, height: 640 } });
        expect([path, here.complaints, await violations(here.page)]).toEqual([path, [], []]);
        expect(await here.page.locator('main').textContent()).toContain(digest);
        expect(await here.page.title()).toMatch(/tidegate$/);
        expect(await here.page.locator('main img, main script').count()).toBe(0);
        expect([path, await isWiderThanScreen(here.page)]).toEqual([path, false]);
      }
    },
    60_000,
  );

  test('a cluster that nobody knows is named as text, and a way out is shown', async () => {
    const name = '<script>alert(1)</script>';
    await using here = await visit(browser, `${world.url}/clusters/${encodeURIComponent(name)}`);
    expect(await here.page.locator('main').textContent()).toContain(name);
    await here.page.getByRole('link', { name: 'All clusters of the inventory' }).click();
    expect(await here.page.locator('h1').textContent()).toBe('Clusters');
  });

  test('what is printed leaves the navigation out and keeps the evidence', async () => {
    await using here = await visit(browser, `${world.url}/runs/${haltedRun}`);
    await here.page.emulateMedia({ media: 'print' });
    expect(await here.page.locator('header nav').isVisible()).toBe(false);
    expect(await here.page.locator('figure').first().isVisible()).toBe(true);
  });

  test('a fleet of 1,000 clusters is one page that can be read and walked', async () => {
    const waves = Array.from({ length: 10 }, (_, wave) => ({
      name: `wave-${wave}`,
      policy: 'strict',
      clusters: Array.from({ length: 100 }, (_each, at) => `cluster-${wave}-${at}`),
    }));
    await using large = await FleetWorld.open({ waves });
    await using here = await visit(browser, large.url, { viewport: { width: 320, height: 640 } });
    expect(await here.page.locator('ul.cells a').count()).toBe(1_000);
    expect(await isWiderThanScreen(here.page)).toBe(false);
    expect(await violations(here.page)).toEqual([]);
  }, 120_000);
});

async function sync(cluster: string, digest: string): Promise<void> {
  expect(await world.hook('PreSync', cluster, digest)).toMatchObject({ end: 'go' });
  expect(await world.hook('PostSync', cluster, digest)).toMatchObject({ end: 'registered' });
}

async function stateOf(cluster: string): Promise<string | undefined> {
  return (await world.runs('sha256:bad')).find((run) => run.cluster === cluster)?.state;
}
