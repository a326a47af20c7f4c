import type { Harness } from "../../src/demo/harness.ts";
import type { AuditEntry } from "../../src/domain/audit/audit-log.ts";
import type { SlackPerson } from "../../src/sandbox/slack/index.ts";
import { formSays } from "./screen.ts";

/** Types a line that fills its form in, submits it, and gives the id of the change once it took effect. */
export async function change(
  harness: Harness,
  who: SlackPerson,
  line: string,
  channelId = "C0INCID01",
): Promise<string> {
  await who.command(line, { channelId });
  await formSays(harness, who, "*After:*");
  const known = (await harness.audit()).length;
  await who.submit();
  await formSays(harness, who, "confirmed by");
  const outcome = (await harness.audit()).slice(known).find(({ kind }) => kind === "change.outcome");
  if (outcome?.changeId === undefined) throw new Error(`“${line}” came to no outcome`);
  return outcome.changeId;
}

/** The newest change that was sent. */
export async function newestChange(harness: Harness): Promise<AuditEntry | undefined> {
  return (await harness.audit()).findLast(({ kind }) => kind === "change.requested");
}
