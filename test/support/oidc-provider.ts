import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type JWTPayload, SignJWT } from 'jose';
import { type SigningKey, signingKey } from './issuer.ts';

/** The client that a provider knows. */
export interface ProviderClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
}

/** An OpenID provider on loopback, at which somebody is signed in already; it takes nothing that the standards forbid. */
export interface OidcProvider extends AsyncDisposable {
  readonly url: string;
  /** Set as soon as it is known where the client is. */
  client: ProviderClient;
  /** Claims of whoever is signed in. */
  person: JWTPayload;
  /** What stands in ID tokens in place of what is right. */
  forged: JWTPayload;
  /** Signs in place of the published key. */
  signsWith: SigningKey;
  /** Answers nothing but errors. */
  isDown: boolean;
  /** Whether its token endpoint takes the secret in the body only. */
  wantsPost: boolean;
  /** What was wrong with requests. */
  readonly complaints: string[];
}

interface Grant {
  readonly challenge: string;
  readonly nonce: string;
}

/** Starts a provider. */
export async function startOidcProvider(client: ProviderClient): Promise<OidcProvider> {
  const key = await signingKey('provider');
  const grants = new Map<string, Grant>();
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      provider.complaints.push(String(error));
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ error: 'invalid_request', error_description: String(error) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider: OidcProvider = {
    url,
    client,
    person: { sub: 'u-1', email: 'alex@example.org', email_verified: true, groups: ['platform', 'football'] },
    forged: {},
    signsWith: key,
    isDown: false,
    wantsPost: false,
    complaints: [],
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const asked = new URL(request.url ?? '/', url);
    const json = (body: unknown) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
    if (provider.isDown) response.writeHead(503).end();
    else if (asked.pathname === '/.well-known/openid-configuration') json(description());
    else if (asked.pathname === '/keys') json({ keys: [key.jwk] });
    else if (asked.pathname === '/authorize') {
      response.writeHead(302, { location: authorize(asked.searchParams) }).end();
    } else if (asked.pathname === '/token') json(await exchange(request));
    else response.writeHead(404).end();
  }

  function description(): object {
    return {
      issuer: url,
      authorization_endpoint: `${url}/authorize`,
      token_endpoint: `${url}/token`,
      jwks_uri: `${url}/keys`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
      ...(provider.wantsPost && { token_endpoint_auth_methods_supported: ['client_secret_post'] }),
    };
  }

  function authorize(asked: URLSearchParams): string {
    const { clientId, redirectUri } = provider.client;
    expectSame('client_id', asked.get('client_id'), clientId);
    expectSame('redirect_uri', asked.get('redirect_uri'), redirectUri);
    expectSame('response_type', asked.get('response_type'), 'code');
    expectSame('code_challenge_method', asked.get('code_challenge_method'), 'S256');
    expectSame('openid in scope', asked.get('scope')?.split(' ').includes('openid'), true);
    const [challenge, nonce, state] = ['code_challenge', 'nonce', 'state'].map(
      (name) => asked.get(name) ?? '',
    );
    if (!challenge || !nonce || !state) throw new Error('code_challenge, nonce or state is missing');
    const code = randomUUID();
    grants.set(code, { challenge, nonce });
    return `${redirectUri}?${new URLSearchParams({ code, state })}`;
  }

  async function exchange(request: IncomingMessage): Promise<object> {
    const { clientId, clientSecret, redirectUri } = provider.client;
    const form = new URLSearchParams(await text(request));
    const [, basic = ''] = request.headers.authorization?.split('Basic ') ?? [];
    const shown = new URLSearchParams(`shown=${Buffer.from(basic, 'base64')}`).get('shown');
    if (provider.wantsPost) expectSame('client_secret', form.get('client_secret'), clientSecret);
    else expectSame('authorization', shown, `${clientId}:${clientSecret}`);
    expectSame('grant_type', form.get('grant_type'), 'authorization_code');
    expectSame('redirect_uri', form.get('redirect_uri'), redirectUri);
    const code = form.get('code') ?? '';
    const grant = grants.get(code);
    grants.delete(code);
    const verified = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    expectSame('code_verifier', verified, grant?.challenge);
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: url,
      aud: clientId,
      iat: now,
      exp: now + 300,
      nonce: grant?.nonce,
      ...provider.person,
    };
    const { kid, privateKey } = provider.signsWith;
    const idToken = await new SignJWT({ ...claims, ...provider.forged })
      .setProtectedHeader({ alg: 'RS256', kid })
      .sign(privateKey);
    return { access_token: randomUUID(), token_type: 'Bearer', expires_in: 300, id_token: idToken };
  }

  return provider;
}

function expectSame(what: string, given: unknown, wanted: unknown): void {
  if (given !== wanted)
    throw new Error(`${what} is ${JSON.stringify(given)}, expected ${JSON.stringify(wanted)}`);
}
