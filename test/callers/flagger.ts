import { type Contract, type Example, objectOf, pathOf } from './contract.ts';

interface Canary {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: {
    readonly analysis: { readonly webhooks: readonly { readonly type: string; readonly url: string }[] };
  };
}

/** What success and failure of each type of webhook do. */
const EFFECTS: Readonly<Record<string, readonly [success: string, failure: string]>> = {
  'confirm-rollout': ['begins', 'waits'],
  rollout: ['goes on', 'counts a failed check'],
  'confirm-promotion': ['promotes', 'waits'],
  rollback: ['rolls back', 'goes on'],
  'post-rollout': ['is done', 'logs the error'],
  event: ['is done', 'logs the error'],
};

/**
 * Flagger's webhooks: success is every status up to 202; the text of any other stands in the event.
 *
 * @see https://docs.flagger.app/usage/webhooks
 */
export const flagger: Contract = {
  sends(example, hook) {
    const { name, namespace } = objectOf<Canary>(example, 'Canary').metadata;
    const phase = hook === 'post-rollout' ? 'Succeeded' : 'Progressing';
    const metadata =
      hook === 'event' ? { metadata: { eventMessage: 'New revision', eventType: 'Normal' } } : {};
    return {
      method: 'POST',
      path: pathOf(webhookOf(example, hook).url),
      headers: { 'content-type': 'application/json' },
      // Flagger's own hash of the canary: it knows no revision.
      body: JSON.stringify({ name, namespace, phase, checksum: 'CHECKSUM', ...metadata }),
    };
  },
  makesOf(_example, got, hook = '') {
    const [success, failure] = EFFECTS[hook] ?? [];
    if (success === undefined || failure === undefined) throw new Error(`${hook} is no type of webhook`);
    // Servers' errors are tried again first, and end as failures.
    if (got === undefined || got.status >= 500) return failure;
    return got.status <= 202 ? success : `${failure}: ${got.text.split(' ')[0]}`;
  },
};

function webhookOf(example: Example, hook: string | undefined): { readonly url: string } {
  const found = objectOf<Canary>(example, 'Canary').spec.analysis.webhooks.find(({ type }) => type === hook);
  if (found === undefined) throw new Error(`the canary has no webhook of type ${hook}`);
  return found;
}
