import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { SeenDeployed } from '../gate/deployed.ts';
import type { DeployedBody } from './word-schemas.ts';

/** What a notification of Argo CD tells, as the gate takes it. An entry of the history that tells no revision is left out. */
export function seenDeployed({
  history = [],
  revisions,
  ...told
}: z.output<typeof DeployedBody>): SeenDeployed {
  return {
    ...told,
    revision: revisionOf({ ...told, revisions }),
    history: history
      .map(({ deployedAt, deployStartedAt, ...entry }) => ({
        revision: revisionOf(entry),
        deployedAt,
        ...(deployStartedAt !== undefined && { startedAt: deployStartedAt }),
      }))
      .filter(({ revision }) => revision !== ''),
  };
}

/** Most characters that a revision may have. */
const MAX_LENGTH = 200;

/** Of several sources every one counts: what changed may be in any of them. */
function revisionOf(told: { revision?: string; revisions?: readonly string[] | undefined }): string {
  const { revision = '', revisions = [] } = told;
  if (revisions.length === 0) return revision;
  const all = revisions.join(',');
  return all.length <= MAX_LENGTH ? all : `sha256:${createHash('sha256').update(all).digest('hex')}`;
}
