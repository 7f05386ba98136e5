import { Resolver } from 'node:dns/promises';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Clock } from '../gate/ports.ts';
import type { ProbeReport } from '../gate/use-cases.ts';

/** What the built-in probe tries from where the hook runs. */
export interface ProbePlan {
  /** Whole names to look up. */
  readonly lookups: readonly string[];
  /** `host:port` of a DNS server; by default those of the pod. */
  readonly resolver?: string;
  /** An address that the API server answers anybody. */
  readonly api?: {
    readonly url: string;
    /** PEM of the cluster's authority, and a token; read when they are needed. */
    readonly ca: () => Promise<string | undefined>;
    readonly token: () => Promise<string | undefined>;
  };
  /** Each test is tried so often before it counts as failed. */
  readonly tries: number;
}

const LOOKUP_MS = 2_000;
const API_MS = 5_000;
const PAUSE_MS = 1_000;

/** DNS lookups and a round trip to the API server: what a change of either breaks first. */
export async function probeCluster(
  { lookups, resolver, api, tries }: ProbePlan,
  { clock, aborted }: { readonly clock: Pick<Clock, 'sleep'>; readonly aborted: AbortSignal },
): Promise<ProbeReport> {
  const tests = [
    ...lookups.map((name) => ({ what: `lookup of ${name}`, test: () => lookUp(name, resolver) })),
    ...(api ? [{ what: `GET ${api.url}`, test: () => roundTrip(api) }] : []),
  ];
  const failures = await Promise.all(
    tests.map(async ({ what, test }) => {
      let cause = '';
      for (let tried = 1; tried <= tries && !aborted.aborted; tried += 1) {
        if (tried > 1) await clock.sleep(PAUSE_MS, aborted);
        try {
          await test();
          return [];
        } catch (error) {
          cause = causeOf(error);
        }
      }
      return [`${what}: ${cause}`];
    }),
  );
  const failed = failures.flat();
  return {
    passed: tests.length - failed.length,
    failed: failed.length,
    ...(failed.length > 0 && { detail: failed.join('; ').slice(0, 2_000) }),
  };
}

async function lookUp(name: string, server: string | undefined): Promise<void> {
  const resolver = new Resolver({ timeout: LOOKUP_MS, tries: 1 });
  if (server !== undefined) resolver.setServers([server]);
  const addresses = await resolver.resolve4(name);
  if (addresses.length === 0) throw new Error('answered without an address');
}

/** Any answer that is no error of the server is a round trip: who may read what is another question. */
async function roundTrip({ url, ca, token }: NonNullable<ProbePlan['api']>): Promise<void> {
  const [authority, bearer] = await Promise.all([ca(), token()]);
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  const status = await new Promise<number>((resolve, reject) => {
    const options = {
      ...(authority === undefined ? {} : { ca: authority }),
      headers: bearer === undefined ? {} : { authorization: `Bearer ${bearer}` },
      signal: AbortSignal.timeout(API_MS),
    };
    const request = send(url, options, (response) => {
      response
        .resume()
        .on('end', () => resolve(response.statusCode ?? 0))
        .on('error', reject);
    });
    request.on('error', reject).end();
  });
  if (status < 200 || status >= 500) throw new Error(`answered ${status}`);
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'AbortError' || error.name === 'TimeoutError')
    return `no answer within ${API_MS / 1000} s`;
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined || error.message.includes(code) ? error.message : `${code} ${error.message}`;
}
