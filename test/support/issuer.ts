import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

/** A header that who understands the token must understand (RFC 7515, section 4.1.11), and nobody does. */
export const UNKNOWN_DEMAND = 'urn:example:demand';

/** A key pair that an issuer signs with. */
export interface SigningKey {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

/** A fresh RSA key. */
export async function signingKey(kid: string): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, use: 'sig', alg: 'RS256' } };
}

/** How an issuer answers instead of with its keys. */
export type Answering = (request: IncomingMessage, response: ServerResponse) => void;

/** An issuer on loopback that publishes what it is told to. */
export interface Issuer extends AsyncDisposable {
  readonly url: string;
  /** What it publishes now. */
  keys: readonly JWK[];
  /** Of its answers. */
  cacheControl: string | undefined;
  /** Its discovery document, beside the issuer and the place of its keys. */
  discovery: Readonly<Record<string, unknown>>;
  /** Answers in place of the keys. */
  answering: Answering | undefined;
  /** Paths that were asked for. */
  readonly asked: string[];
  /** A token as this issuer would sign it. */
  sign(key: SigningKey, claims: JWTPayload, header?: Readonly<Record<string, unknown>>): Promise<string>;
}

/** Starts an issuer of its own origin. */
export async function startIssuer(keys: readonly JWK[]): Promise<Issuer> {
  const server = createServer((request, response) => {
    issuer.asked.push(request.url ?? '');
    const json = (body: unknown) => {
      if (issuer.cacheControl !== undefined) response.setHeader('cache-control', issuer.cacheControl);
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    };
    if (request.url === '/.well-known/openid-configuration') {
      json({ issuer: issuer.url, jwks_uri: `${issuer.url}/keys`, ...issuer.discovery });
    } else if (issuer.answering) issuer.answering(request, response);
    else if (request.url === '/keys') json({ keys: issuer.keys });
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer: Issuer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keys,
    cacheControl: undefined,
    discovery: {},
    answering: undefined,
    asked: [],
    sign: ({ kid, privateKey }, claims, header = {}) =>
      new SignJWT({ iss: issuer.url, ...claims })
        .setProtectedHeader({ alg: 'RS256', kid, ...header })
        .sign(privateKey, { crit: { [UNKNOWN_DEMAND]: true } }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return issuer;
}
