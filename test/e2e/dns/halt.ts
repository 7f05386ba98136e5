import type { Answer } from '../../../src/gate/use-cases.ts';
import { APP } from './gate-process.ts';
import type { HaltOutcome } from './outcome.ts';

/** Does what somebody does who was halted: asks again, and follows the runbook's link. */
export async function followHalt(gateUrl: string, answer: Answer): Promise<HaltOutcome> {
  const link = answer.reasons.flatMap(({ evidence }) => evidence?.links?.['runbook'] ?? [])[0];
  const again = await askAgain(gateUrl, answer);
  return { again, ...(link !== undefined && { runbook: await openRunbook(link, answer.cluster) }) };
}

async function askAgain(gateUrl: string, { cluster, digest }: Answer): Promise<HaltOutcome['again']> {
  const startedAt = performance.now();
  const response = await fetch(`${gateUrl}/v1/verdicts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ app: APP, cluster, revision: digest, phase: 'PostSync' }),
  });
  const { verdict } = (await response.json()) as Answer;
  return { verdict, ms: performance.now() - startedAt };
}

async function openRunbook(link: string, cluster: string): Promise<NonNullable<HaltOutcome['runbook']>> {
  const url = new URL(link);
  // The link of an alert names the cluster already.
  if (!url.searchParams.has('cluster')) url.searchParams.set('cluster', cluster);
  const response = await fetch(url);
  const page = await response.text();
  const hasValues = /<h2>Now<\/h2>\s*<p>[^<]*<\/p>\s*(?:<div[^>]*>)?<table/.test(page);
  const isAboutCluster = new RegExp(`<h1>[^<]* on ${cluster}</h1>`).test(page) && hasValues;
  return { url: url.href, status: response.status, isAboutCluster };
}
