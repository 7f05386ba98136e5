import { createHmac, timingSafeEqual } from 'node:crypto';

/** The cookie in which a browser keeps a person's token, or the sealed session of one who signed in elsewhere. */
const COOKIE = 'tidegate_session';
/** The cookie in which a browser keeps a sign-in under way. */
const LOGIN_COOKIE = 'tidegate_login';

/** A working day: afterwards a person signs in again. */
export const SESSION_SECONDS = 12 * 3600;

/** The token or session that a browser shows, if any. */
export function sessionToken(cookieHeader: string | undefined): string | undefined {
  return cookieOf(cookieHeader, COOKIE);
}

/** The sign-in under way that a browser shows, if any. */
export function loginOf(cookieHeader: string | undefined): string | undefined {
  return cookieOf(cookieHeader, LOGIN_COOKIE);
}

/**
 * The header `Set-Cookie` for a sign-in under way. The provider's page sends people back to us, and only with `Lax` does
 * the cookie come along; sessions stay `Strict`.
 *
 * @param path   that the cookie is for
 * @param secure whether the gate is reached by https
 */
export function loginCookie(login: string, path: string, lastsSeconds: number, secure: boolean): string {
  const flags = `Path=${path}; HttpOnly; SameSite=Lax; Max-Age=${lastsSeconds}`;
  return `${LOGIN_COOKIE}=${login}; ${flags}${secure ? '; Secure' : ''}`;
}

function cookieOf(cookieHeader: string | undefined, wanted: string): string | undefined {
  for (const pair of cookieHeader?.split(';') ?? []) {
    const [name, value] = pair.trim().split('=');
    if (name === wanted && value !== undefined && value !== '') return decoded(value);
  }
  return undefined;
}

/**
 * The header `Set-Cookie` after a person has signed in: no script and no other site gets at it.
 *
 * @param secure whether the gate is reached by https
 */
export function sessionCookie(token: string, secure: boolean): string {
  const flags = `Path=/; HttpOnly; SameSite=Strict; Max-Age=${SESSION_SECONDS}`;
  return `${COOKIE}=${encodeURIComponent(token)}; ${flags}${secure ? '; Secure' : ''}`;
}

/** The header `Set-Cookie` that ends a session. */
export const ENDED_SESSION: string = `${COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`;

/**
 * What a form of ours carries and a page of somebody else can't know.
 *
 * @param secret known to this browser and the gate alone: the session's token
 */
export function formSeal(secret: string): string {
  return createHmac('sha256', secret).update('tidegate form').digest('base64url');
}

/** Whether a form was made by us for the browser that sends it. */
export function isSealed(secret: string, seal: string): boolean {
  const [given, wanted] = [Buffer.from(seal), Buffer.from(formSeal(secret))];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function decoded(value: string): string | undefined {
  try {
    return decodeURIComponent(value);
  } catch {
    // Not a cookie of ours: whoever shows it shows no token.
    return undefined;
  }
}
