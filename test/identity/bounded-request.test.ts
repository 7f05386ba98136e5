import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, test } from 'vitest';
import { boundedRequest, isSafeAddress } from '../../src/identity/bounded-request.ts';
import { selfSigned } from '../support/certificate.ts';
import { suiteResources } from '../support/resources.ts';

const resources = suiteResources();
const own = selfSigned();
let url: URL;

beforeAll(async () => {
  const server = createServer(own, (request, response) => {
    request.pipe(response.writeHead(200, { 'x-method': request.method }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  resources.defer(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  url = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}/token`);
});

describe('over TLS', () => {
  test('an authority of the caller is believed', async () => {
    const answer = await boundedRequest(url, { ca: own.cert, method: 'POST', body: 'code=1' });

    expect([answer.status, answer.headers.get('x-method'), await answer.text()]).toEqual([
      200,
      'POST',
      'code=1',
    ]);
  });

  test.each([
    ['nobody vouches for', undefined],
    ['another authority vouches for', selfSigned().cert],
  ])('a server that %s is not', async (_what, ca) => {
    await expect(boundedRequest(url, { ca })).rejects.toMatchObject({
      code: 'identity/issuer-unreachable',
      message: expect.stringMatching(/CERT|SIGNATURE/),
    });
  });

  test('a name that the certificate does not hold is not', async () => {
    const named = new URL(url);
    named.hostname = 'localhost';
    await expect(boundedRequest(named, { ca: own.cert })).rejects.toThrow(/ERR_TLS_CERT_ALTNAME_INVALID/);
  });
});

test.each([
  ['https://issuer.example', true],
  ['http://127.0.0.1:8080', true],
  ['http://localhost', true],
  ['http://issuer.example', false],
  ['http://127.0.0.1.evil.example', false],
  ['https://user:pass@issuer.example', false],
  ['file:///etc/passwd', false],
  ['ftp://127.0.0.1', false],
])('%s is safe: %s', async (text, isSafe) => {
  expect(isSafeAddress(new URL(text))).toBe(isSafe);
  if (!isSafe) await expect(boundedRequest(new URL(text))).rejects.toThrow(/is no https address/);
});
