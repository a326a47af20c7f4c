import { lookup as systemLookup, type LookupAddress } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { Agent } from "undici";
import { isPublicAddress } from "./public-address.ts";

const longestUrl = 2_000;

/** How names become addresses. The system's resolver gives none with an error. */
export type Resolve = (
  hostname: string,
  done: (error: NodeJS.ErrnoException | null, addresses?: LookupAddress[]) => void,
) => void;

/** Every address of the name is private, and that is not allowed. */
export class PrivateAddressError extends Error {}

const refused = "It leads to a private address, which WEBHOOKS_ALLOW_PRIVATE does not allow.";

/**
 * Connections to addresses that an admin of a workspace typed. What is checked is the address that is connected to, so no
 * answer of a name server can get around it.
 */
export function publicAgent(allowPrivate: boolean, timeoutMs: number, resolve: Resolve = resolveAll): Agent {
  const isAllowed = (address: string): boolean => allowPrivate || isPublicAddress(address);
  const lookup: LookupFunction = (hostname, { all }, done) => {
    resolve(hostname, (error, found = []) => {
      const addresses = found.filter(({ address }) => isAllowed(address));
      const [first] = addresses;
      if (error) done(error, []);
      else if (!first) done(new PrivateAddressError(refused), []);
      else if (all === true) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };
  return new Agent({ connect: { lookup, timeout: timeoutMs / 2 } });
}

/** Why an address cannot be used, as a phrase; undefined if it can. */
export function faultOf(
  { protocol, username, password, hostname }: URL,
  allowPrivate: boolean,
): string | undefined {
  if (protocol !== "https:" && !(allowPrivate && protocol === "http:")) return "It needs https";
  if (username !== "" || password !== "")
    return "It contains a name or a password: sign-in is by the signature";
  const address = hostname.replace(/^\[|\]$/gu, "");
  // No name has to be looked up for it, so the check of names would not see it.
  if (isIP(address) !== 0 && !allowPrivate && !isPublicAddress(address)) return refused.replace(/\.$/u, "");
  return undefined;
}

export function parsedUrl(text: string): URL | undefined {
  if (text.length > longestUrl) return undefined;
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

const resolveAll: Resolve = (hostname, done) => systemLookup(hostname, { all: true }, done);
