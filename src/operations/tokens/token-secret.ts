import { tokenPrefix } from "../../domain/access/api-token.ts";

const secretBytes = 32;

/** A new secret with 256 random bits. */
export function newTokenSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(secretBytes));
  const base64 = btoa(String.fromCharCode(...bytes));
  return `${tokenPrefix}${base64.replaceAll("+", "-").replaceAll("/", "_").replace(/[=]+$/u, "")}`;
}

/** What is stored of a secret: its SHA-256. It needs no salt and no slow hash, because nobody can guess 256 bits. */
export async function tokenHash(secret: string): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret)));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
