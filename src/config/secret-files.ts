import { readFileSync, statSync } from "node:fs";
import { ownValue } from "../domain/shared/own-value.ts";
import { cleanSettings } from "./setting-values.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** A file's content, or why there is none. */
interface ReadSecret {
  readonly content?: string;
  readonly fault?: string;
}

/** An environment with what the files of its secrets contain, and what is wrong with those files. */
export interface WithSecrets {
  readonly env: Environment;
  readonly faults: readonly string[];
  /** The settings whose file could not be used. */
  readonly unread: readonly string[];
}

const mostBytes = 65_536;

const words: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "names a file that does not exist"],
  ["ENOTDIR", "names a file that does not exist"],
  ["EACCES", "names a file that this user may not read"],
  ["EPERM", "names a file that this user may not read"],
]);

/**
 * Reads the secrets that an environment names by file: `CREDENTIAL_KEYS_FILE=/run/secrets/keys`. Faults quote neither
 * the content nor the path, because somebody may have set the secret itself.
 */
export function withSecretFiles(env: Environment, secrets: readonly string[]): WithSecrets {
  const paths = cleanSettings(env, secrets.map(fileSetting));
  const inline = cleanSettings(env, secrets);
  const read = secrets.flatMap((name): (ReadSecret & { readonly name: string })[] => {
    const path = ownValue(paths, fileSetting(name));
    if (path === undefined) return [];
    if (ownValue(inline, name) !== undefined)
      return [{ name, fault: `${name} and ${fileSetting(name)} cannot both be set` }];
    const { content, fault } = readSecret(path);
    if (fault !== undefined) return [{ name, fault: `${fileSetting(name)} ${fault}` }];
    return [content === undefined ? { name } : { name, content }];
  });
  const found = read.flatMap(({ name, content }) => (content === undefined ? [] : [[name, content]]));
  return {
    env: { ...env, ...Object.fromEntries(found) },
    faults: read.flatMap(({ fault }) => fault ?? []),
    unread: read.flatMap(({ name, fault }) => (fault === undefined ? [] : [name])),
  };
}

/** The setting for a secret's file. */
const fileSetting = (name: string): string => `${name}_FILE`;

function readSecret(path: string): ReadSecret {
  try {
    const stat = statSync(path);
    if (stat.isDirectory()) return { fault: "names a folder, not a file" };
    // Reading a pipe could wait for ever.
    if (!stat.isFile()) return { fault: "names something that is no ordinary file" };
    if (stat.size > mostBytes) return { fault: "names a file of more than 64 KB, too long for a secret" };
    const content = new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
    return content.trim() === "" ? { fault: "names an empty file" } : { content };
  } catch (error) {
    if (error instanceof TypeError) return { fault: "names a file that is not UTF-8 text" };
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    return { fault: words.get(code) ?? `names a file that cannot be read (${code})` };
  }
}
