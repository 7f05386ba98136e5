import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { recognise } from '../../src/sources/prometheus/recognise.ts';
import { freePort } from '../support/free-port.ts';
import { TempDir } from '../support/temp-dir.ts';
import { type Answers, always, grafana, startImpostor } from './support/impostor.ts';
import { reportFrom, runProbe } from './support/real-store.ts';

const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.c2VjcmV0';
const HTML = { 'content-type': 'text/html; charset=utf-8' };
const LOGIN =
  '<!doctype html><html><head><title>Sign in to Example</title></head><body><form></form></body></html>';
const PROMETHEUS = always(200, '{"status":"success","data":{"resultType":"scalar","result":[1,"1"]}}');

/** The query API under one path, something else under all others. */
const under =
  (prefix: string, others: Answers): Answers =>
  (response, path, headers, form) =>
    (path.startsWith(`${prefix}/api/v1/`) ? PROMETHEUS : others)(response, path, headers, form);

describe('what answers in the place of a Prometheus', () => {
  test.each<[string, Answers, RegExp]>([
    ['Grafana', grafana, /is Grafana 11\.4\.0, .*\/api\/datasources\/proxy\/uid/],
    ['a login page', always(200, LOGIN, HTML), /answered 200 with an HTML page \("Sign in to Example"\)/],
    [
      'a proxy that wants a login',
      always(302, '', { location: 'https://sso.example/login?back=x' }),
      /redirects to https:\/\/sso\.example\/login, as login pages do/,
    ],
    [
      'a Kubernetes API server',
      always(403, '{"kind":"Status","apiVersion":"v1","status":"Failure"}'),
      /is a Kubernetes API server.*port-forward/,
    ],
    [
      'Amazon Managed Prometheus',
      always(403, '{"message":"Missing Authentication Token"}', { 'x-amzn-requestid': 'a' }),
      /SigV4.*aws-sigv4-proxy/,
    ],
    ['a store of several tenants', always(401, 'no org id'), /X-Scope-OrgID/],
    [
      'one that wants to know who asks',
      always(401, '{"status":"error","error":"x"}'),
      /answered 401: it wants to know who asks; give a token by --bearer-file/,
    ],
    ['one that starts', always(503, 'Service Unavailable'), /answered 503: a Prometheus that is starting/],
    [
      'a proxy without a server',
      always(502, 'Bad Gateway'),
      /answered 502: the proxy there reaches no Prometheus/,
    ],
    ['one that takes no POST', always(405, ''), /answered 405: it takes no questions by POST/],
    ['one that has too much to do', always(429, ''), /answered 429/],
    [
      'another API',
      always(200, '{"items":[]}'),
      /answered 200 \(\{"items":\[\]\}\).* it is another API; expected the base of a Prometheus/,
    ],
    ['an exporter', always(404, '404 page not found'), /answered 404 \(404 page not found\).*another API/],
    [
      'the same host, another path',
      under('/prometheus', always(404, 'not found')),
      /has no query API, but (\S+)\/prometheus has; use --prometheus \1\/prometheus/,
    ],
    [
      'a server that speaks TLS',
      always(400, 'Client sent an HTTP request to an HTTPS server.\n'),
      /try https:\/\//,
    ],
    [
      'one that fails at the simplest question',
      always(422, '{"status":"error","errorType":"execution","error":"no ingester"}'),
      /answered 422 to the simplest question: execution: no ingester/,
    ],
    ['one that hangs up', (response) => response.destroy(), /can’t be asked: UND_ERR_SOCKET/],
  ])('%s', async (_name, answers, sentence) => {
    await using server = await startImpostor(answers);
    const said = await recognise({ url: server.url, timeoutMs: 2_000 });
    expect(said).toMatch(sentence);
    expect(said.startsWith(`${server.url} `)).toBe(true);
    expect(server.asked.length).toBeLessThanOrEqual(6);
  });

  test('an address that ends in a page of the web interface', async () => {
    await using server = await startImpostor(under('', always(404, '404 page not found')));
    expect(await recognise({ url: `${server.url}/graph`, timeoutMs: 2_000 })).toContain(
      `use --prometheus ${server.url}`,
    );
  });

  test('nobody, silence, and a name that does not exist', async () => {
    const nobody = `http://127.0.0.1:${await freePort()}`;
    expect(await recognise({ url: nobody, timeoutMs: 2_000 })).toMatch(/refuses connections/);
    await using server = await startImpostor(() => undefined);
    expect(await recognise({ url: server.url, timeoutMs: 100 })).toMatch(
      /no whole answer within 0\.1 s.*--timeout/,
    );
    await using plain = await startImpostor(always(200, ''));
    expect(await recognise({ url: plain.url.replace('http', 'https'), timeoutMs: 5_000 })).toMatch(
      /does not speak TLS .*try http:/,
    );
    const unknown = 'http://prometheus.invalid:9090';
    expect(await recognise({ url: unknown, timeoutMs: 5_000 })).toMatch(
      /the name prometheus\.invalid is not known here/,
    );
  });
});

describe('the command', () => {
  test('ends with 1 and one sentence', async () => {
    await using server = await startImpostor(grafana);
    const { code, stdout, stderr } = await runProbe(server.url);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^tidegate: http:\S+ is Grafana 11\.4\.0,.* \[probe\/no-prometheus\]\n$/);
  });

  test('sends the token of the file, and never says it, whatever comes back', async () => {
    using dir = new TempDir();
    const file = dir.write('token', `${TOKEN}\n`);
    const seen: unknown[] = [];
    await using server = await startImpostor((response, _path, headers) => {
      seen.push(headers.authorization);
      response.writeHead(403).end(`you sent ${headers.authorization}`);
    });
    const { code, stdout, stderr } = await runProbe(server.url, ['--bearer-file', file]);
    expect(seen[0]).toBe(`Bearer ${TOKEN}`);
    expect(code).toBe(1);
    expect(stderr).toMatch(/answered 403: it does not accept the token of --bearer-file/);
    expect(stdout + stderr).not.toContain(TOKEN);
  });

  test('a store that writes the token into its labels does not get it printed', async () => {
    using dir = new TempDir();
    const file = dir.write('token', TOKEN);
    const series = [{ metric: { cluster: `prod-${TOKEN}` }, values: [[1, '1']] }];
    let questions = 0;
    await using server = await startImpostor((response) => {
      questions += 1;
      const now = Date.now() / 1000;
      const data =
        questions === 1
          ? { resultType: 'scalar', result: [now, String(now)] }
          : { resultType: 'matrix', result: series };
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ status: 'success', data }));
    });
    for (const args of [[], ['--json'], ['--cluster', 'other']]) {
      questions = 0;
      const { stdout, stderr } = await runProbe(server.url, ['--bearer-file', file, ...args]);
      expect(stdout + stderr).toContain('prod-(token)');
      expect(stdout + stderr).not.toContain(TOKEN);
    }
  });

  test('a store whose clock is wrong is asked at its own time, and its warnings are passed on', async () => {
    const now = Date.now() / 1000 + 600;
    const times: (string | null)[] = [];
    await using server = await startImpostor((response, path, _headers, form) => {
      if (path.endsWith('query_range')) times.push(form.get('end'));
      const isTime = form.get('query') === 'time()';
      const data = isTime
        ? { resultType: 'scalar', result: [now, String(now)] }
        : { resultType: 'matrix', result: [] };
      const warnings = isTime ? undefined : ['store c is unreachable'];
      response.writeHead(200).end(JSON.stringify({ status: 'success', data, warnings }));
    });
    const report = await reportFrom(server.url);
    expect(report.findings.slice(0, 2)).toMatchObject([
      {
        code: 'store/clock-skew',
        what: expect.stringMatching(/^the store's clock is (599|600) s ahead of ours/),
      },
      { code: 'store/warned', what: 'the store warns: store c is unreachable' },
    ]);
    expect(times.length).toBe(report.store.questions - 1);
    expect(Math.abs(Number(times[0]) - now)).toBeLessThan(30);
  });

  test('the source of a configuration that is this address lends its token and its label', async () => {
    using dir = new TempDir();
    dir.write('token', TOKEN);
    const seen: unknown[] = [];
    await using server = await startImpostor((response, _path, headers) => {
      seen.push(headers.authorization);
      response.writeHead(503).end();
    });
    const cluster = { name: 'a', wave: 'w', class: 'c', region: 'r', source: 's' };
    const file = dir.write(
      'tidegate.yaml',
      stringify({
        sources: [{ name: 's', kind: 'prometheus', url: `${server.url}/`, auth: { bearerFile: 'token' } }],
        fleet: { clusters: [cluster] },
        waves: [{ name: 'w', policy: 'quick' }],
      }),
    );
    expect((await runProbe(server.url, ['--config', file])).code).toBe(1);
    expect(seen[0]).toBe(`Bearer ${TOKEN}`);
  });

  test('a store that fails in mid-survey ends it with 1 and its own words', async () => {
    let questions = 0;
    await using server = await startImpostor((response) => {
      questions += 1;
      const now = Date.now() / 1000;
      if (questions === 1) {
        const data = { resultType: 'scalar', result: [now, String(now)] };
        response.writeHead(200).end(JSON.stringify({ status: 'success', data }));
      } else {
        response
          .writeHead(422)
          .end(
            '{"status":"error","errorType":"execution","error":"query processing would load too many samples"}',
          );
      }
    });
    const { code, stderr } = await runProbe(server.url);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /did not answer question 1 of the probe: .*too many samples \[source\/no-answer\]/,
    );
  });

  test.each<[string, string, readonly string[], RegExp]>([
    ['no address', '', [], /--prometheus: expected an http or https address/],
    ['an address of another kind', 'ftp://prometheus', [], /--prometheus: expected an http or https address/],
    ['a password in the address', 'http://me:hunter2hunter2@prometheus', [], /holds a user or a password/],
    [
      'a token file that is not there',
      'http://127.0.0.1:9',
      ['--bearer-file', '/nowhere/token'],
      /can't be read \(ENOENT\)/,
    ],
    [
      'a label that is none',
      'http://127.0.0.1:9',
      ['--cluster-label', 'my-cluster'],
      /is no name of a label/,
    ],
    ['a time without a unit', 'http://127.0.0.1:9', ['--timeout', '10'], /whole number and a unit/],
    ['an option that does not exist', 'http://127.0.0.1:9', ['--write'], /unknown option/],
  ])('%s is exit code 64', async (_name, url, args, sentence) => {
    const { code, stdout, stderr } = await runProbe(url, args);
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toContain('hunter2');
  });

  test.each([
    ['nothing', ''],
    ['two lines', `${TOKEN}\nsecond-line`],
    ['what no header can hold', `${TOKEN}\u00e9`],
  ])('a token file with %s is exit code 64, and the message does not hold it', async (_name, content) => {
    using dir = new TempDir();
    const file = dir.write('token', content);
    const { code, stderr } = await runProbe('http://127.0.0.1:9', ['--bearer-file', file]);
    expect(code).toBe(64);
    expect(stderr).toContain(`--bearer-file ${file}: `);
    expect(stderr).not.toContain(TOKEN);
  });
});
