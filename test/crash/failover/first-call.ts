import { teamId } from "../../support/fixtures.ts";
import { textOf } from "../../support/screen.ts";
import { comesAbout, until } from "../../support/until.ts";
import type { SandboxMessage } from "../../../src/sandbox/slack/index.ts";
import type { ManyNumbers } from "../../support/failover/plan-of-many.ts";
import type { FailoverApp } from "./failover-app.ts";
import { slug, waitWords } from "./failover-points.ts";
import { counter, onceUpdatesEnded } from "./failover-traps.ts";

const patienceMs = 60_000;
const minute = 60_000;
/** Calls count from a few seconds after the change. */
const afterMs = 10_000;

/** A failover whose first tier, the first number of the first vendor, has to be called. */
interface Waiting {
  readonly app: FailoverApp;
  readonly many: readonly ManyNumbers[];
  messages(): readonly SandboxMessage[];
}

/**
 * Whether a process that took over waits as the one before did, even after it was killed again: it looks for the call, changes
 * nothing, and says so. Then the call comes. Returns what is wrong.
 */
export async function waitsAfterKill({ app, many, messages }: Waiting): Promise<string[]> {
  const { harness } = app;
  const canary = many[0];
  if (!canary) throw new Error("the failover has numbers");
  const vendor = harness.vendors[canary.vendor];
  const updates = counter(
    many.map((one) => harness.vendors[one.vendor]),
    () => true,
  );
  const asked = vendor.requests.length;
  const isLook = ({ path }: { readonly path: string }): boolean => /call|conversation/iu.test(path);
  await until("a look for the call", () => vendor.requests.slice(asked).some(isLook), patienceMs);
  const run = await app.look(async ({ store }) => store.workspace(teamId).runs.lastOf(slug));
  const saying = () => messages().filter((message) => textOf(message).includes(waitWords));
  // A message is drawn after the look, and one that was drawn before it has the older words.
  await comesAbout(() => saying().length > 0, patienceMs);
  const said = saying();
  vendor.addCall({ numberId: canary.ids[0] ?? "" });
  await app.pass(minute);
  return [
    ...(run?.state === "running" ? [] : [`it is ${run?.state}, and does not wait`]),
    ...(updates() === 0 ? [] : [`${updates()} updates were sent while it waited`]),
    // A process that is killed between Slack's answer and its own note of it leaves that to the next one, which says so again.
    ...(said.length === 1 || said.length === 2 ? [] : [`${said.length} messages say that it waits`]),
  ];
}

/** Lets the call come once the first number is switched. */
export function callOnceSwitched({ app, many: [canary] }: Omit<Waiting, "messages">): void {
  if (!canary) throw new Error("the failover has numbers");
  const vendor = app.harness.vendors[canary.vendor];
  onceUpdatesEnded([vendor], 1, () => {
    void app.look(async ({ now }) =>
      vendor.addCall({ numberId: canary.ids[0] ?? "", at: now().getTime() + afterMs }),
    );
  });
}
