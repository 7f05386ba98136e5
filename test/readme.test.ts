import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { freePort } from './support/free-port.ts';
import { startProcess } from './support/process.ts';
import { startPrometheus } from './support/prometheus.ts';
import { TempDir } from './support/temp-dir.ts';
import { describeWith } from './support/tool.ts';

const ROOT = new URL('../', import.meta.url).pathname;
const README = readFileSync(`${ROOT}README.md`, 'utf8');
const SCRIPTS = (
  JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { scripts: Record<string, string> }
).scripts;

/** The lines of all shell blocks, however far they are indented. */
const COMMANDS = blocks('sh').flatMap((block) => block.split('\n').filter((line) => line !== ''));

function blocks(language: string): string[] {
  const found = README.matchAll(new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, 'gm'));
  return [...found].map(([, indent = '', body = '']) =>
    body.replaceAll(new RegExp(`^${indent}`, 'gm'), '').trimEnd(),
  );
}

/** Commands that a test elsewhere runs: where, and what proves that it is the same command. */
const RUN_ELSEWHERE: Readonly<Record<string, () => void>> = {
  // The whole of it is what CI runs, so no test needs to.
  'npm ci && npm run tools && npm test': () =>
    expect(readFileSync(`${ROOT}.ci/run`, 'utf8')).toContain('npm ci && npm run tools && npm test'),
  // test/cli/demo.test.ts plays it.
  'npm ci && npm start': () => expect(SCRIPTS['start']).toBe('node src/cli/cli.ts demo'),
  // test/e2e/dns/dns.test.ts goes through the same scenario.
  'npm run e2e:dns': () => expect(SCRIPTS['e2e:dns']).toBe('node test/e2e/dns/run.ts'),
  // test/charts/dockerfile.test.ts follows its steps; there is no daemon here.
  'docker build --tag registry.example.com/tidegate:0.1.0 . && docker push registry.example.com/tidegate:0.1.0':
    () => expect(readFileSync(`${ROOT}Dockerfile`, 'utf8')).toContain('ENTRYPOINT'),
  // test/charts/gate-chart.test.ts renders it.
  'helm install tidegate charts/tidegate --namespace tidegate --create-namespace --values values.yaml': () =>
    expect(readFileSync(`${ROOT}charts/tidegate/Chart.yaml`, 'utf8')).toContain('name: tidegate'),
};

const PREFIX = 'npm run tidegate -- ';

test('every command of the README is one that a test runs', () => {
  for (const command of COMMANDS.filter((line) => !line.startsWith(PREFIX))) {
    expect(Object.keys(RUN_ELSEWHERE)).toContain(command);
    RUN_ELSEWHERE[command]?.();
  }
  expect(SCRIPTS['tidegate']).toBe('node src/cli/cli.ts');
});

describeWith(['prometheus'], 'the five steps on one’s own clusters', () => {
  test('work as they are written, against a Prometheus that knows nothing yet', async () => {
    using folder = new TempDir();
    await using prometheus = await startPrometheus({
      rules: [],
      scrape: [],
      scrapeInterval: '5s',
      evaluationInterval: '1m',
    });
    const port = await freePort();
    const here = (text: string) =>
      text
        .replaceAll('http://127.0.0.1:9090', prometheus.url)
        .replaceAll('127.0.0.1:8080', `127.0.0.1:${port}`);
    const [config = ''] = blocks('yaml');
    folder.write('tidegate.yaml', here(config));
    const env = { TIDEGATE_URL: `http://127.0.0.1:${port}` };
    const start = (line: string, ready?: { readonly url: string }) =>
      startProcess(process.execPath, {
        args: [`${ROOT}src/cli/cli.ts`, ...here(line).slice(PREFIX.length).split(/\s+/)],
        cwd: folder.path,
        env,
        ...(ready && { ready }),
      });
    await using running = new AsyncDisposableStack();
    const ended: Record<string, { code: number | null; output: string }> = {};
    for (const line of COMMANDS.filter((command) => command.startsWith(PREFIX))) {
      const isServer = line.includes(' serve ');
      const child = running.use(
        await start(line, isServer ? { url: `http://127.0.0.1:${port}/healthz` } : undefined),
      );
      if (!isServer) ended[line] = { code: (await child.exited).code, output: child.output };
    }

    expect(Object.keys(ended).length).toBeGreaterThanOrEqual(6);
    for (const [line, { code, output }] of Object.entries(ended))
      expect({ line, code, output }).toMatchObject({ code: 0 });
    const preSync = Object.entries(ended).find(([line]) => line.includes('pre-sync'))?.[1].output;
    expect(preSync).toContain('observe/go');
  }, 120_000);
});
