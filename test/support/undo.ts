import type { House } from "../../src/demo/harness.ts";
import type { AuditEntry } from "../../src/domain/audit-log.ts";
import type { SlackPerson } from "../../src/sandbox/slack/index.ts";
import { formSays } from "./screen.ts";

/** Types a line that fills its form in, submits it, and gives the id of the change once it took effect. */
export async function change(
  house: House,
  who: SlackPerson,
  line: string,
  channelId = "C0INCID01",
): Promise<string> {
  await who.command(line, { channelId });
  await formSays(house, who, "*After:*");
  const known = (await house.audit()).length;
  await who.submit();
  await formSays(house, who, "Took effect");
  const outcome = (await house.audit()).slice(known).find(({ kind }) => kind === "change.outcome");
  if (outcome?.changeId === undefined) throw new Error(`“${line}” came to no outcome`);
  return outcome.changeId;
}

/** The newest change that was sent. */
export async function newestChange(house: House): Promise<AuditEntry | undefined> {
  return (await house.audit()).findLast(({ kind }) => kind === "change.requested");
}
