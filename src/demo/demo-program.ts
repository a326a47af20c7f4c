import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { secretSettings, settingNames } from "../config.ts";

const main = fileURLToPath(new URL("../main.ts", import.meta.url));

/**
 * Writes a program `patchbay` into a folder: the command line with the settings of a demo, so that it speaks to the app of that
 * demo. Only its owner may read it, because it contains the demo's keys.
 */
export function writeDemoProgram(folder: string, environment: Readonly<Record<string, string>>): void {
  // What the demo does not set is empty, so that it comes neither from the caller's shell nor from a file `.env`.
  const unset = [...settingNames, ...secretSettings.map((name) => `${name}_FILE`)].map((name) => [name, ""]);
  const settings = Object.entries({ ...Object.fromEntries(unset), ...environment }).map(
    ([name, value]) => `export ${name}=${quoted(String(value))}`,
  );
  const command = [process.execPath, "--import", import.meta.resolve("tsx"), main].map(quoted).join(" ");
  const path = join(folder, "patchbay");
  writeFileSync(path, `#!/bin/sh\n${settings.join("\n")}\nexec ${command} "$@"\n`, { mode: 0o700 });
  // The mode of a file that is there already stays as it is.
  chmodSync(path, 0o700);
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
