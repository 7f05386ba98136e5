import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { UnavailableError } from '../../src/domain/errors.ts';
import { followMetadata } from '../../src/kubernetes/follow-metadata.ts';
import { listMetadata, type ObjectsAsked } from '../../src/kubernetes/list-metadata.ts';
import { waitFor } from '../support/wait-for.ts';
import { ApiServerDouble, type StoredObject } from './api-server-double.ts';

const PATH = '/api/v1/namespaces/argocd/secrets';
const CLUSTER = { 'argocd.argoproj.io/secret-type': 'cluster' };

const secret = (name: string, labels: Readonly<Record<string, string>> = {}): StoredObject => ({
  uid: `uid-${name}`,
  namespace: 'argocd',
  name,
  labels: { ...CLUSTER, ...labels },
});

const until = (holds: () => boolean) =>
  waitFor('the server and its follower have come so far', holds, { everyMs: 10 });

/** Follows a server and keeps what it was told. */
class Follower implements AsyncDisposable {
  readonly seen: string[] = [];
  readonly troubles: UnavailableError[] = [];
  readonly pauses: number[] = [];
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;

  constructor(asked: ObjectsAsked, refreshMs = 60_000) {
    this.#ended = followMetadata(
      asked,
      {
        refreshMs,
        random: () => 0,
        // Pauses are told, not waited for in full.
        sleep: (ms) => {
          this.pauses.push(ms);
          return new Promise((resolve) => setTimeout(resolve, 2));
        },
        onObjects: async (objects) => {
          this.seen.push(objects.map(({ name, labels }) => `${name}${labels['wave'] ?? ''}`).join(' '));
        },
        onTrouble: (error) => this.troubles.push(error),
      },
      this.#stop.signal,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }
}

describe('following the Secrets of clusters', () => {
  let server: ApiServerDouble;
  let asked: ObjectsAsked;
  let token: string;

  beforeEach(async () => {
    server = await new ApiServerDouble().start();
    token = server.token;
    const address = { url: server.url, token: async () => token, ca: async () => undefined };
    asked = { server: address, path: PATH, selector: CLUSTER };
    server.put(secret('a'));
    server.put({ ...secret('b'), labels: { 'argocd.argoproj.io/secret-type': 'repository' } });
    server.put(secret('c'));
  });
  afterEach(() => server[Symbol.asyncDispose]());

  it('reads a list page by page, metadata only', async () => {
    for (let i = 0; i < 1_200; i++) server.put(secret(`n${i}`));
    server.pageSize = 100;
    const { items } = await listMetadata(asked, new AbortController().signal);
    expect(items).toHaveLength(1_202);
    expect(server.requests).toHaveLength(13);
    expect(new Set(server.requests)).toEqual(new Set([`GET ${PATH}`]));
  });

  it('is told of what appears, changes and goes', async () => {
    await using follower = new Follower(asked);
    await until(() => server.watching === 1);
    server.put(secret('d', { wave: '1' }));
    server.put(secret('d', { wave: '2' }));
    server.bookmark();
    server.remove('uid-a');
    await until(() => follower.seen.length === 4);
    expect(follower.seen).toEqual(['a c', 'a c d1', 'a c d2', 'c d2']);
    expect(follower.troubles).toEqual([]);
  });

  it('lists anew when the server has forgotten the version, and tells nobody of it', async () => {
    await using follower = new Follower(asked);
    await until(() => server.watching === 1);
    server.compact();
    await until(() => server.watching === 1 && follower.seen.length === 2);
    server.put(secret('d'));
    await until(() => follower.seen.at(-1) === 'a c d');
    expect(follower.troubles).toEqual([]);
  });

  it('goes on after a connection that was cut in the middle of a line', async () => {
    await using follower = new Follower(asked);
    await until(() => server.watching === 1);
    server.put(secret('d'));
    await until(() => follower.seen.length === 2);
    server.cut();
    server.put(secret('e'));
    await until(() => follower.seen.at(-1) === 'a c d e');
    expect(follower.troubles[0]?.code).toBe('kubernetes/unreachable');
  });

  it('lists anew when the watch has gone on for long enough', async () => {
    await using follower = new Follower(asked, 1_000);
    await until(() => server.requests.filter((one) => one === `GET ${PATH}`).length === 2);
    expect(follower.seen.at(-1)).toBe('a c');
    expect(follower.pauses).toEqual([1_000]);
  });

  it('asks later and later while the server refuses, says why, and reads the token anew', async () => {
    token = 'an-old-token';
    await using follower = new Follower(asked);
    await until(() => follower.troubles.length >= 7);
    expect(follower.troubles[0]?.message).toBe(
      `${server.url}${PATH} answered 401: Unauthorized; check the token file`,
    );
    expect(follower.pauses.slice(0, 7)).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000]);
    expect(follower.seen).toEqual([]);
    token = server.token;
    await until(() => follower.seen.length === 1);
  });

  it.each([
    [{ status: 403, message: 'secrets is forbidden' }, 'secrets is forbidden; allow the gate'],
    [{ status: 410, message: 'expired' }, 'answered 410: expired'],
    [{ status: 429, message: 'too many requests' }, 'answered 429'],
    [{ status: 500, message: 'etcd is away' }, 'etcd is away'],
    [{ status: 302, message: 'go elsewhere' }, 'answered 302'],
  ])('an answer that says %j is trouble', async (refuses, text) => {
    server.refuses = refuses;
    await using follower = new Follower(asked);
    await until(() => follower.troubles.length > 0);
    expect(follower.troubles[0]?.message).toContain(text);
  });

  it('an address where something else listens is trouble, and so is one where nothing does', async () => {
    const other = { ...asked, path: '/healthz' };
    await expect(listMetadata(other, new AbortController().signal)).rejects.toMatchObject({ status: 403 });
    const nobody = { ...asked, server: { ...asked.server, url: 'http://127.0.0.1:1' } };
    await expect(listMetadata(nobody, new AbortController().signal)).rejects.toMatchObject({
      code: 'kubernetes/unreachable',
    });
  });
});
