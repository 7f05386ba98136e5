import { z } from 'zod';
import { label, name } from './schemas.ts';

/** Flagger's types of webhooks; its bodies don't tell which one is meant, so the address does. */
export const FLAGGER_HOOKS = [
  'confirm-rollout',
  'pre-rollout',
  'rollout',
  'confirm-traffic-increase',
  'confirm-promotion',
  'post-rollout',
  'rollback',
  'event',
] as const;

export type FlaggerHook = (typeof FLAGGER_HOOKS)[number];

/** Query of `POST /v1/callers/flagger/{capability}`. */
export const FlaggerQuery = z.strictObject({
  hook: z.enum(FLAGGER_HOOKS).meta({ description: 'The type of the webhook in the Canary.' }),
});

/** What is heeded of Flagger's webhook payload; newer versions add fields. */
export const FlaggerBody = z
  .looseObject({
    name,
    namespace: name,
    phase: z.string('the phase of the canary').max(253, 'at most 253 characters'),
    checksum: label.exactOptional().meta({
      description:
        "Flagger's hash of the canary's pod template and configuration: the change, where nothing else names it.",
    }),
    metadata: z
      .looseObject({ revision: label.exactOptional(), digest: label.exactOptional() })
      .exactOptional()
      .meta({
        description:
          'As the Canary has it; a digest or a revision names the change better than the checksum.',
      }),
  })
  .meta({ id: 'FlaggerWebhook' });
