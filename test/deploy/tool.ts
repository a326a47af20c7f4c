import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { env } from "node:process";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));

/** A program that checks what `deploy/` has. `.ci/deploy-tools` fetches it; tests skip what needs it without it. */
export interface Tool {
  readonly path: string;
  /** Why tests skip, or undefined. */
  readonly missing: string | undefined;
}

/** Looks for a program. Throws if it is absent where CI requires it. */
export function tool(name: string): Tool {
  const folders = [join(root, "node_modules/.cache/deploy-tools"), ...(env["PATH"] ?? "").split(delimiter)];
  const path = folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
  if (path !== undefined) return { path, missing: undefined };
  const missing = `${name} is not on this machine; .ci/deploy-tools fetches it`;
  if (env["REQUIRE_DEPLOY_TOOLS"] !== undefined) throw new Error(missing);
  return { path: name, missing };
}
