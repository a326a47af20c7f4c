import type { AlertSource } from "../../domain/alerts/hook.ts";
import { Problem } from "../../domain/problem/problem.ts";

const idBytes = 16;
const secretBytes = 32;

/** The id of a new hook, which nobody can guess: it is the end of its address. */
export function newHookId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(idBytes));
  return `hook_${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** A secret for a source that lets its users choose one; undefined for one that makes its own. */
export function newSecretFor(source: AlertSource): string | undefined {
  switch (source) {
    case "grafana":
      return `pbh_${randomText().replaceAll("+", "-").replaceAll("/", "_").replace(/[=]+$/u, "")}`;
    case "standard":
      return `whsec_${randomText()}`;
    case "pagerduty":
    case "rootly":
      return undefined;
  }
}

/** Throws invalid_input for what cannot be the secret of a source. */
export function checkSecret(source: AlertSource, typed: string): void {
  const secret = typed.trim();
  const field = { field: "secret" };
  if (!/^[\x21-\x7e]{8,500}$/u.test(secret))
    throw new Problem(
      "invalid_input",
      "This is not a signing secret: it has 8 to 500 characters without blanks.",
      field,
    );
  if (source !== "standard") return;
  const key = secret.replace(/^whsec_/u, "");
  if (!/^[\w+/-]{22,}={0,2}$/u.test(key))
    throw new Problem(
      "invalid_input",
      "A secret of Standard Webhooks is whsec_ and at least 16 bytes in Base64.",
      field,
    );
}

function randomText(): string {
  return btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(secretBytes))));
}
