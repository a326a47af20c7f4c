import type { VendorId } from "../domain/vendor.ts";
import { vendorIds } from "../vendors/index.ts";
import { visibleText, type SlackPerson } from "../sandbox/slack/index.ts";
import type { Harness } from "./harness.ts";

/** One step of the walkthrough: the typed line, the form's text when it is ready, and what is typed into the form. */
interface Step {
  readonly line: string;
  readonly ready: string;
  readonly fill?: readonly [label: string, value: string];
  /** The text at the end. */
  readonly done: string;
  /** Whether a PATCH is expected. */
  readonly sends: boolean;
}

const operator = "U0OPER001";
const channelId = "C0INCID01";

const step = (line: string, ready: string, done: string, fill?: Step["fill"]): Step => ({
  line,
  ready,
  done,
  sends: true,
  ...(fill ? { fill } : {}),
});

const steps: Readonly<Record<VendorId, readonly Step[]>> = {
  dialnexa: [
    step(
      "reassign 0132 to Night desk because the front desk agent talks nonsense",
      "After:",
      "Reassigned by",
    ),
    step('rename Sales New York to "Sales NYC"', "After:", "Renamed by"),
    step("edit 0132", "Label", "Edited by", ["Label", "CC-4200"]),
    step("detach London office because the agent loops", "After:", "Detached by"),
  ],
  oneinbox: [
    step(
      'reassign "After hours" to Appointments because the emergency agent is down',
      "After:",
      "Reassigned by",
    ),
    step('rename 0126 to "Appointments"', "After:", "Renamed by"),
    step("edit After hours", "Voicemail message", "Edited by", [
      "Voicemail message",
      "We call you back at eight.",
    ]),
    step("detach Clinic main because callers hear silence", "After:", "Detached by"),
  ],
  speechify: [
    step("reassign Hotel front to Reservations because the concierge is looping", "After:", "Reassigned by"),
    step('rename Spa to "Spa and pool"', "After:", "Renamed by"),
    { line: "edit 0111", ready: "no other fields to edit", done: "no other fields to edit", sends: false },
    step("detach Hotel reservations because of maintenance", "After:", "Detached by"),
  ],
  cartesia: [
    step(
      "reassign Roadside to Dispatch because roadside assistance does not answer",
      "After:",
      "Reassigned by",
    ),
    step('rename 0186 to "Fleet"', "After:", "Renamed by"),
    step("edit 0152", "Provider", "Edited by", ["Provider", "ap_9dK2mQx7"]),
    step("detach Dispatch south because it is closed", "After:", "Detached by"),
  ],
};

/**
 * Makes one reassignment, rename, edit and detach at each vendor, as a person in Slack would, and prints what happens.
 */
export async function walk(harness: Harness, print: (line: string) => void): Promise<void> {
  const omar = harness.slack.as("T0PATCH01", operator);
  for (const vendor of vendorIds) {
    print(`\n━━ ${vendor} ${"━".repeat(70 - vendor.length)}`);
    for (const one of steps[vendor]) await take(harness, omar, vendor, one, print);
  }
}

/**
 * Checks every PATCH that the vendors received against the audit log: each was recorded before it arrived. Throws for
 * one that was not.
 */
export async function checkRecords(harness: Harness): Promise<number> {
  const records = (await harness.audit()).filter(({ kind }) => kind === "change.requested");
  const patches = vendorIds.flatMap((id) =>
    harness.vendors[id].requests.filter(({ method }) => method === "PATCH"),
  );
  for (const { path, at } of patches) {
    const record = records.find(({ number }) => number && path.endsWith(`/${number.numberId}`));
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
  one: Step,
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
    print(`  wire       PATCH ${path} ${JSON.stringify(body)} → ${status}`);
}

function says(omar: SlackPerson, words: string): object | undefined {
  const view = omar.view();
  return view && linesOf(view).join("\n").includes(words) ? view : undefined;
}

/** The text on the screen, line by line, without Slack's formatting. */
function linesOf(shown: object): string[] {
  return visibleText(shown)
    .replaceAll(`<@${operator}>`, "@omar")
    .replace(/<!date\^[^|]*\|([^>]*)>/gu, "$1")
    .replaceAll(":white_check_mark:", "✔")
    .replaceAll(":warning:", "⚠")
    .replace(/[*`\u2060]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "")
    .split("\n");
}
