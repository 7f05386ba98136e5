import { describe, expect, test } from 'vitest';
import { startProcess } from '../support/process.ts';
import { TempDir } from '../support/temp-dir.ts';

const CLI = new URL('../../src/cli/cli.ts', import.meta.url).pathname;

/** A configuration that is fine; its source is scraped this often. */
const configured = (scrapeInterval: string) => `
sources: [{name: main, kind: prometheus, url: "http://127.0.0.1:9", scrapeInterval: ${scrapeInterval}}]
fleet: {clusters: [{name: prod-1, wave: prod, class: standard, region: eu-central-1, source: main}]}
waves: [{name: prod, policy: standard}]
apps: [{name: platform-bom, components: [dns]}]
`;

describe('tidegate check', () => {
  test.each([
    ['30s', 0, 'nothing to mend', ''],
    ['5m', 1, '', "a scrape every 5m can't be counted by the minute"],
  ])('a source that is scraped every %s is exit code %d', async (interval, code, said, complained) => {
    using folder = new TempDir();
    const file = folder.write('tidegate.yaml', configured(interval));
    await using check = await startProcess(process.execPath, { args: [CLI, 'check', '--config', file] });

    expect((await check.exited).code).toBe(code);
    expect(check.stdout).toContain(said);
    expect(check.stderr).toContain(complained);
  });
});
