import { afterEach } from "vitest";
import {
  demoAccount,
  startVendorSandbox,
  type AccountSeed,
  type VendorId,
  type VendorSandbox,
  type VendorSandboxOptions,
} from "../../../src/sandbox/vendors/index.ts";

const running: VendorSandbox[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.close()));
});

/** A response as a test reads it. `json` is undefined if the text is not JSON. */
export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  json: unknown;
}

/** A fake with one account, and a caller with that account's key. */
export interface FakeClient {
  sandbox: VendorSandbox;
  seed: AccountSeed;
  call: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;
  get: (path: string) => Promise<Answer>;
  patch: (path: string, body: unknown) => Promise<Answer>;
}

/** Starts a fake with the demo account, or the given ones; it is closed when the test ends. */
export async function startFakeClient(
  vendor: VendorId,
  options: VendorSandboxOptions = {},
): Promise<FakeClient> {
  const accounts = options.accounts ?? [demoAccount(vendor)];
  const sandbox = await startVendorSandbox(vendor, { ...options, accounts });
  running.push(sandbox);
  const seed = accounts[0] ?? demoAccount(vendor);
  const call: FakeClient["call"] = async (method, path, body, headers = {}) => {
    const response = await fetch(`${sandbox.url}${path}`, {
      method,
      redirect: "manual",
      headers: {
        authorization: `Bearer ${seed.key}`,
        "xi-api-key": seed.key,
        "cartesia-version": "2026-03-01",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: parsed(text) };
  };
  return {
    sandbox,
    seed,
    call,
    get: (path) => call("GET", path),
    patch: (path, body) => call("PATCH", path, body),
  };
}

/** An account with that many numbers, `n0`, `n1` and so on, for pagination. */
export const manyNumbers = (count: number): AccountSeed => ({
  key: "key-many",
  agents: [{ id: "a0", name: "Zero" }],
  numbers: Array.from({ length: count }, (_nothing, at) => ({
    id: `n${at}`,
    e164: `+1415555${String(at).padStart(4, "0")}`,
  })),
});

/** The part of a JSON value at these keys, or undefined. */
export const part = (json: unknown, ...keys: (string | number)[]): unknown =>
  keys.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
    json,
  );

/** The ids of the list in this field. */
export function idsIn(json: unknown, field: string): unknown[] {
  const list = part(json, field);
  return Array.isArray(list) ? list.map((item) => part(item, "id")) : [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
