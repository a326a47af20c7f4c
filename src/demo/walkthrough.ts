import type { VendorId } from "../domain/vendor/vendor.ts";
import { vendorIds } from "../vendors/index.ts";
import { visibleText, type SlackPerson } from "../sandbox/slack/index.ts";
import { vendorSample, type WalkStep } from "../sandbox/vendors/index.ts";
import type { Harness } from "./harness.ts";
import { channelId, linesOf, operator, says, teamId } from "./walk-screen.ts";

/**
 * Makes one reassignment, rename, edit and detach at each vendor, as a person in Slack would, and prints what happens.
 */
export async function walk(harness: Harness, print: (line: string) => void): Promise<void> {
  const omar = harness.slack.as(teamId, operator);
  for (const vendor of vendorIds) {
    print(`\n━━ ${vendor} ${"━".repeat(70 - vendor.length)}`);
    for (const one of vendorSample(vendor).walk) await take(harness, omar, vendor, one, print);
  }
}

/**
 * Checks every PATCH that the vendors received against the audit log: each was recorded before it arrived, by an entry of
 * its own. Throws for one that was not.
 */
export async function checkRecords(harness: Harness): Promise<number> {
  const records = (await harness.audit()).filter(({ kind }) => kind === "change.requested");
  const unsent = [...records];
  const patches = vendorIds.flatMap((id) =>
    harness.vendors[id].requests.filter(({ method }) => method === "PATCH"),
  );
  for (const { path, at } of patches) {
    const index = unsent.findIndex(
      ({ number }) => number && path.endsWith(`/${encodeURIComponent(number.numberId)}`),
    );
    const [record] = index < 0 ? [] : unsent.splice(index, 1);
    if (!record || record.at > at) throw new Error(`PATCH ${path} was not on record first`);
  }
  if (patches.length !== records.length)
    throw new Error(`${patches.length} PATCH requests, ${records.length} records`);
  return patches.length;
}

async function take(
  harness: Harness,
  omar: SlackPerson,
  vendor: VendorId,
  one: WalkStep,
  print: (line: string) => void,
): Promise<void> {
  const { slack } = harness;
  const { requests } = harness.vendors[vendor];
  const before = requests.length;
  // An earlier step may have the same text for another vendor.
  const saidBefore = slack.messages(channelId).length;
  print(`\n▸ types      /number ${one.line}`);
  await omar.command(one.line, { channelId });
  const form = await slack.eventually(`the form of “${one.line}”`, () => says(omar, one.ready));
  for (const line of linesOf(form).filter((words) => /^(Now|After):|⚠|no other fields/u.test(words))) {
    print(`  sees       ${line}`);
  }
  if (one.sends) {
    if (one.fill) {
      await omar.fillByLabel(...one.fill);
      print(`  types      ${one.fill[0]}: ${one.fill[1]}`);
    }
    const { errors, trouble } = await omar.submit();
    if (errors || trouble) throw new Error(`the form was not taken: ${trouble ?? JSON.stringify(errors)}`);
    await slack.eventually(`the result of “${one.line}”`, () => says(omar, one.done));
    const said = await slack.eventually("the channel's message", () =>
      slack
        .messages(channelId)
        .slice(saidBefore)
        .find((message) => visibleText(message).includes(one.done)),
    );
    print(`  #incidents ${linesOf({ text: said.text }).join("\n             ")}`);
  }
  const sent = requests.slice(before).filter(({ method }) => method === "PATCH");
  if (sent.length !== Number(one.sends))
    throw new Error(`${sent.length} PATCH requests went out for “${one.line}”`);
  for (const { path, body, status } of sent)
    print(`  request    PATCH ${path} ${JSON.stringify(body)} → ${status}`);
}
