import { readConfig, ConfigError } from "../../src/config.ts";

export const key = Buffer.alloc(32, 7).toString("base64");
export const oneWorkspace = {
  SLACK_SIGNING_SECRET: "shh",
  SLACK_BOT_TOKEN: "xoxb-1",
  CREDENTIAL_KEYS: `k1:${key}`,
};

/** The faults of an environment; none when it is valid. */
export function faultsOf(
  env: Readonly<Record<string, string>>,
  needs: "slack" | "database" = "slack",
): readonly string[] {
  try {
    readConfig(env, needs);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}
