import { person } from "../support/screen.ts";
import { beginning, openRename, settle, soon } from "./changes.ts";
import type { Scenario } from "./scenarios.ts";
import { textOf } from "../support/screen.ts";

/** Cartesia's number that everybody changes. */
const number = "0152";

/**
 * Many people rename one number at the same moment, each through the next server: they see the same name, so one of them
 * succeeds and the others are told.
 */
export const race: Scenario = async (world, { races }) => {
  const { harness, people } = world;
  const begin = await beginning(world);
  let submitted = 0;
  let unopened = 0;
  for (let round = 0; submitted + unopened < races; round += 1) {
    const racing = people.slice(0, races - submitted - unopened).map((id) => person(harness, id));
    const opened = await Promise.all(
      racing.map(async (who, at) => openRename(world, who, number, `Race ${round} ${at}`)),
    );
    const ready = racing.filter((_, at) => opened[at]);
    unopened += racing.length - ready.length;
    await Promise.all(ready.map(async (who) => who.submit()));
    submitted += ready.length;
    await soon(() => ready.every((who) => !textOf(who.view()).includes("Working…")));
  }
  const counted = await settle(world, begin);
  const broken = [...counted.broken];
  if (unopened > races / 20) broken.push(`${unopened} of ${races} forms did not open`);
  if (counted.changes === 0) broken.push("nobody changed anything");
  return {
    words: `${submitted} racing changes of one number: ${counted.changes} on record, ${counted.sent} sent, ${counted.applied} applied, at most ${world.overlaps()} on the wire at once, ${unopened} forms not opened`,
    broken,
  };
};
