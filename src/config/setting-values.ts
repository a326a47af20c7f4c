import { z } from "zod";
import { readPostgresUrl } from "../postgres/connection/postgres-url.ts";

// A value may come from `docker --env-file`, a mounted secret or a unit file. Some of them remove quotes, others keep
// them.
const quotes = ['""', "''", "“”", "‘’"];

/**
 * The non-empty settings of an environment, by name. Blanks, line breaks and byte order marks around a value are
 * removed, and so are enclosing quotes.
 */
export function cleanSettings(
  env: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): Readonly<Record<string, string>> {
  const values = new Map(Object.entries(env).map(([name, value]) => [trimmed(name), value]));
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = unquoted(trimmed(values.get(name) ?? ""));
      return value === "" ? [] : [[name, value]];
    }),
  );
}

// `\s` includes the byte order mark, but not the zero-width space.
const trimmed = (value: string): string => value.replace(/^[\s\u200B]+|[\s\u200B]+$/gu, "");

function unquoted(value: string): string {
  const isQuoted = value.length > 1 && quotes.includes(`${value.at(0)}${value.at(-1)}`);
  return isQuoted ? unquoted(trimmed(value.slice(1, -1))) : value;
}

const isHalfQuoted = (value: string): boolean =>
  quotes.some((pair) => value.startsWith(pair.charAt(0)) || value.endsWith(pair.charAt(1)));

/** A text or a path. A line break or an unmatched quote in it is a pasting mistake. */
export const text = z
  .string()
  .refine((value) => !/\p{Cc}/u.test(value), "has a line break or another control character in it")
  .refine((value) => !isHalfQuoted(value), "has a quote at one end alone");

/** A token, a secret or an id: visible ASCII without blanks. Errors never quote it. */
export const secret = text.regex(
  /^[\x21-\x7e]*$/u,
  "has a blank, a line break or a character in it that no such value has",
);

/** A host name or address. An IPv6 address may be in brackets, as in a URL. */
export const hostName = text
  .regex(/^[^\s/]+$/u, "is no host name or address")
  .transform((value) => value.replace(/^\[(.*:.*)\]$/u, "$1"));

const loopback = /^(?:localhost|.+\.localhost|127(?:\.\d{1,3}){3}|\[::1\])$/u;

/** The base URL of an API, without a trailing slash. Keys are sent to it, so other machines need https. */
export const apiUrl = text
  .pipe(z.url({ protocol: /^https?$/u, error: "is not an http(s) URL", abort: true }))
  .refine(isBare, "has a user name, a password, a query or a fragment in it, and is to be an address alone")
  .refine(
    isSafe,
    "is http:// on another machine, where keys and tokens would travel in the clear: use https://, or a TLS proxy on this machine",
  )
  .transform((value) => value.replace(/\/+$/u, ""));

function isSafe(value: string): boolean {
  const { protocol, hostname } = new URL(value);
  return protocol === "https:" || loopback.test(hostname);
}

function isBare(value: string): boolean {
  const { username, password } = new URL(value);
  return username === "" && password === "" && !/[?#]/u.test(value);
}

/** An integer within limits. */
export const wholeNumber = (least: number, most: number) =>
  text
    // Other notations that JavaScript accepts (0x10, 1e4) are mistakes in a setting.
    .transform((value) => (/^[+-]?\d+(?:\.\d+)?$/u.test(value) ? Number(value) : Number.NaN))
    .pipe(
      z
        .number({ error: "is not a number" })
        .int("is not a whole number")
        .min(least, `is less than ${least}`)
        .max(most, `is more than ${most}`),
    );

/** The encryption keys for secrets: `id:base64[,id:base64]`, newest first. */
export const credentialKeys = z.string({ error: "is missing" }).transform((list, issues) => {
  const known = new Set<string>();
  const entries = list.split(",").map((entry) => unquoted(trimmed(entry)));
  return entries
    .filter((entry, index) => entry !== "" || index === 0)
    .map((entry) => {
      const [, id = "", written = ""] = /^([A-Za-z0-9_-]{1,40}):(.*)$/su.exec(entry) ?? [];
      const base64 = unquoted(trimmed(written)).replace(/\s+/gu, "");
      const key = new Uint8Array(Buffer.from(base64, "base64"));
      if (id === "") issues.addIssue("is not of the form id:base64[,id:base64]");
      else if (!/^[A-Za-z0-9+/_-]*={0,2}$/u.test(base64))
        issues.addIssue(`has a key “${id}” with a character in it that base64 does not have`);
      else if (key.byteLength !== 32)
        issues.addIssue(
          `has a key “${id}” of ${key.byteLength} bytes, not 32 (openssl rand -base64 32 makes one)`,
        );
      else if (known.has(id)) issues.addIssue(`has two keys with the id “${id}”`);
      known.add(id);
      return { id, key };
    });
});

/** A PostgreSQL URL. */
export const databaseUrl = text.transform((value, ctx) => {
  try {
    return readPostgresUrl(value);
  } catch (error) {
    // Never the value: a password is part of it.
    ctx.addIssue({
      code: "custom",
      message: error instanceof Error ? error.message : "is no PostgreSQL URL",
    });
    return z.NEVER;
  }
});
