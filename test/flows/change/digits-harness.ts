import { startHarness, type Harness } from "../../../src/demo/harness.ts";
import type { SandboxMessage, SlackPerson } from "../../../src/sandbox/slack/index.ts";
import { person } from "../../support/screen.ts";
import { blockText, quiet } from "../../support/words.ts";

/** A workspace whose numbers have digits that people write in many ways. */
export interface DigitsHarness {
  readonly harness: Harness;
  readonly omar: SlackPerson;
  /** What Omar is answered to a command. */
  answer(line: string): Promise<SandboxMessage>;
  /** What `show` says of a number. */
  shows(typed: string): Promise<string>;
}

export async function startDigitsHarness(): Promise<DigitsHarness> {
  const harness = await startHarness({ connected: [], logTo: quiet });
  const omar = person(harness, "U0OPER001");
  harness.vendors.speechify.addAccount({
    key: harness.keys.speechify,
    agents: [
      { id: "agent_A", name: "Concierge" },
      { id: "agent_B", name: "Concierge (test)" },
    ],
    numbers: [
      { id: "phone_ROAD", e164: "+12145550152", name: "Roadside" },
      { id: "phone_LON", e164: "+442079460958", name: "London" },
      { id: "phone_BER", e164: "+4930901820", name: "Berlin" },
      { id: "phone_BRA", e164: "+5508005700800", name: "São Paulo" },
      { id: "phone_RAW", e164: "14155550199", name: null },
      { id: "phone_OLD", e164: "+13105550177", name: "Line (0122)" },
    ],
  });
  await harness.connect("speechify", "T0PATCH01", "Speech");
  const answer = async (line: string): Promise<SandboxMessage> => {
    const before = harness.slack.ephemerals("U0OPER001").length;
    await omar.command(line, { channelId: "C0INCID01" });
    return harness.slack.eventually(`an answer to “${line}”`, () =>
      harness.slack.ephemerals("U0OPER001").at(before),
    );
  };
  return { harness, omar, answer, shows: async (typed) => blockText(await answer(`show ${typed}`)) };
}
