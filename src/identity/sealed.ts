import { hkdfSync } from 'node:crypto';
import { EncryptJWT, errors, jwtDecrypt } from 'jose';

/** What a browser keeps for us and can neither read nor change. Any replica with the same secret opens it. */
export interface Sealing {
  seal(content: Readonly<Record<string, unknown>>, lastsSeconds: number): Promise<string>;
  /** Undefined for what was not sealed so, or is too old. */
  open(sealed: string): Promise<Readonly<Record<string, unknown>> | undefined>;
}

const ALGORITHMS = { alg: 'dir', enc: 'A256GCM' } as const;

/**
 * Seals with AES-256-GCM.
 *
 * @param secret  read at every use: who replaces it ends all that was sealed
 * @param purpose what is sealed; one purpose never opens what was sealed for another
 * @param now     epoch milliseconds
 */
export function createSealing(secret: () => string, purpose: string, now: () => number): Sealing {
  const key = () => new Uint8Array(hkdfSync('sha256', secret(), '', `tidegate ${purpose}`, 32));
  return {
    seal: (content, lastsSeconds) =>
      new EncryptJWT({ ...content })
        .setProtectedHeader(ALGORITHMS)
        .setExpirationTime(Math.floor(now() / 1000) + lastsSeconds)
        .encrypt(key()),
    async open(sealed) {
      try {
        const { payload } = await jwtDecrypt(sealed, key(), {
          keyManagementAlgorithms: [ALGORITHMS.alg],
          contentEncryptionAlgorithms: [ALGORITHMS.enc],
          requiredClaims: ['exp'],
          currentDate: new Date(now()),
        });
        return payload;
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined;
        throw error;
      }
    },
  };
}
