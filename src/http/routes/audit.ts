import { z } from 'zod';
import type { Gate } from '../../gate/use-cases.ts';
import { json } from '../reply.ts';
import { type Route, route } from '../route.ts';
import { wholeNumber } from '../schemas.ts';
import { AuditView } from '../view-schemas.ts';
import { auditView } from '../views.ts';

const MAX_ENTRIES = 1_000;
const ENTRIES = 100;

/** The append-only log. */
export function auditRoutes(gate: Pick<Gate, 'audit' | 'auditHead'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/audit',
      id: 'readAudit',
      tag: 'audit',
      summary: 'Entries of the audit log, the oldest first',
      access: 'read',
      query: z.strictObject({
        after: wholeNumber(0, Number.MAX_SAFE_INTEGER, 0),
        limit: wholeNumber(1, MAX_ENTRIES, ENTRIES),
      }),
      answers: { 200: { description: 'The entries.', schema: AuditView } },
      problems: [503],
      async handle({ query }) {
        const { after, limit } = query;
        const [entries, head] = await Promise.all([gate.audit(after, limit), gate.auditHead()]);
        return json({ entries: entries.map(auditView), after: entries.at(-1)?.seq ?? after, head });
      },
    }),
  ];
}
