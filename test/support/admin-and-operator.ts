import { startHarness, type Harness } from "../../src/demo/harness.ts";
import type { SlackPerson } from "../../src/sandbox/slack/index.ts";
import { admin, operator } from "./fixtures.ts";
import { person } from "./screen.ts";
import { quiet } from "./words.ts";

/** The demo's workspace with Cartesia connected, its admin Ada and its operator Omar. */
export interface AdminAndOperator {
  readonly harness: Harness;
  readonly ada: SlackPerson;
  readonly omar: SlackPerson;
}

export async function startAdminAndOperator(): Promise<AdminAndOperator> {
  const harness = await startHarness({ connected: ["cartesia"], logTo: quiet });
  return { harness, ada: person(harness, admin), omar: person(harness, operator) };
}
