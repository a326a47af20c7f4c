import type { SlackPerson } from "../../sandbox/slack/index.ts";
import { visibleText } from "../../sandbox/slack/index.ts";
import type { Harness } from "../harness.ts";

const incidents = "C0INCID01";
const voiceOps = "C0VOICE01";

/** An earlier message: who, where, how many minutes ago, what, and in whose thread. */
type PastMessage = readonly [
  userId: string,
  channelId: string,
  minutesAgo: number,
  text: string,
  inThreadOf?: number,
];

const talk: readonly PastMessage[] = [
  [
    "U0GUEST01",
    incidents,
    52,
    "Morning. The front desk in Quincy says callers on the support line hear the same sentence over and over. It is +1 415 555 0132.",
  ],
  ["U0OPER001", incidents, 50, "Looking. `/number show 0132` says *Front desk* answers it.", 0],
  ["U0ADMIN01", incidents, 49, "Hand it to the night desk until they have fixed the prompt.", 0],
  [
    "U0ELSE001",
    incidents,
    41,
    "From the carrier's side all is well: +1 617 555 0104 and +1 415 555 0147 take calls, no errors on the trunk.",
  ],
  [
    "U0ADMIN01",
    voiceOps,
    130,
    "The hotel's new numbers are live: +1 305 555 0111 and +1 305 555 0138. The concierge answers the first, reservations the second.",
  ],
  ["U0OPER001", voiceOps, 127, "Nice. I will rename the spa line, people keep asking for the pool."],
  [
    "U0ADMIN01",
    incidents,
    33,
    "If more agents go wrong tonight: `/number failover holding-message because …` puts the lines of four vendors on the holding message, and shows you everything first.",
  ],
  ["U0ADMIN01", "D0ADAOMAR", 95, "Can you keep an eye on *After hours* tonight? +1 617 555 0181"],
  ["U0OPER001", "D0ADAOMAR", 94, "Sure, I am on call until six."],
  ["U0GUEST01", "D0OMARGUS", 60, "Who do I tell when a line sounds odd?"],
  ["U0OPER001", "D0OMARGUS", 58, "Post the number in #incidents, any of us can see who answers it."],
  ["U0LARS001", "C0NINCI01", 35, "Drivers near Dallas report silence on the dispatch line, +1 214 555 0163."],
  ["U0NORA001", "C0NVOIC01", 70, "Our lines are connected now. `/number list` shows all of them."],
];

/** A change that is really made through the app. The line is complete, so its form only has to be submitted. */
type Made = readonly [team: string, userId: string, channelId: string, line: string, done: string];

const first = "T0PATCH01";
const made: readonly Made[] = [
  [first, "U0OPER001", voiceOps, 'rename +17865550166 to "Spa and pool"', "Renamed by"],
  [
    first,
    "U0OPER001",
    incidents,
    'reassign +14155550132 to "Night desk" because the front desk agent repeats itself',
    "Reassigned by",
  ],
  [first, "U0ADMIN01", incidents, "detach +442079460958 because its agent is looping", "Detached by"],
  [
    "T0NORD001",
    "U0NORA001",
    "C0NVOIC01",
    'rename "Nordlicht Dispatch Dallas" to "Nordlicht dispatch"',
    "Renamed by",
  ],
];

/** Adds some messages and changes by the people of the demo before the visitor arrives. */
export async function livePast(harness: Harness, teamOf: (userId: string) => string): Promise<void> {
  const now = Date.now();
  const spoken: string[] = [];
  for (const [userId, channelId, minutesAgo, text, inThreadOf] of talk) {
    const threadTs = inThreadOf === undefined ? undefined : spoken[inThreadOf];
    const said = harness.slack.as(teamOf(userId), userId).say(text, {
      channelId,
      atMs: now - minutesAgo * 60_000,
      ...(threadTs === undefined ? {} : { threadTs }),
    });
    spoken.push(said.ts);
  }
  // Each person has their own forms, so different people can act concurrently.
  const people = [...new Set(made.map(([, userId]) => userId))];
  await Promise.all(
    people.map(async (userId) => {
      for (const change of made.filter(([, who]) => who === userId)) await carryOut(harness, change);
    }),
  );
}

async function carryOut(harness: Harness, [team, userId, channelId, line, done]: Made): Promise<void> {
  const person = harness.slack.as(team, userId);
  await person.command(line, { channelId });
  const shows = (words: string) => () => says(person, words);
  await harness.slack.eventually(`the form of “${line}”`, shows("After:"));
  const { errors, trouble } = await person.submit();
  if (errors || trouble) throw new Error(`“${line}” was not taken: ${trouble ?? JSON.stringify(errors)}`);
  await harness.slack.eventually(`the result of “${line}”`, shows(done));
  await person.close();
}

function says(person: SlackPerson, words: string): boolean {
  const view = person.view();
  return view !== undefined && visibleText(view).includes(words);
}
