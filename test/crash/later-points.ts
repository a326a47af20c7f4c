import { isGet, isPatch, whenAsked, whenEnded, type Trap } from "./points.ts";

/** A moment in the life of a change that is carried out later, at which the app is killed. */
export interface LaterPoint {
  readonly name: string;
  /** Whether what was to be done may be left undone, since it was sent once and lost on its way. */
  readonly mayFail: boolean;
  /** Lays the trap; without one the app is killed before it hears of anything. */
  lay?(trap: Trap): void;
}

/** The ways on which people are told. */
const ways = ["chat.postMessage", "chat.update", "response_url"];

/**
 * Kills when the first person is told how it ended: it has reached Slack, or not. What is said before the update was
 * answered, such as who approved it, does not count.
 */
export function whenTold({ vendor, slack, kill }: Trap, taken: boolean): void {
  whenEnded({ vendor, kill: trapTelling }, isPatch);
  function trapTelling(): void {
    if (!taken) for (const method of ways) slack.fail(method, { hang: true });
    const seen = slack.calls.length;
    const stop = slack.listen(() => {
      if (!slack.calls.slice(seen).some(({ method }) => ways.includes(method))) return;
      stop();
      kill();
    });
  }
}

/** The named points, in order. */
export const laterPoints: readonly LaterPoint[] = [
  { name: "due, and nobody there", mayFail: false },
  { name: "claimed, as the number is read", mayFail: false, lay: (trap) => whenAsked(trap, isGet) },
  { name: "the number read", mayFail: false, lay: (trap) => whenEnded(trap, isGet) },
  { name: "recorded, as the update arrives", mayFail: true, lay: (trap) => whenAsked(trap, isPatch) },
  {
    name: "sent, made and not answered",
    mayFail: false,
    lay: (trap) => {
      trap.vendor.fault({ kind: "apply-then-hang" }, { on: "write" });
      whenEnded(trap, isPatch);
    },
  },
  { name: "answered, not settled", mayFail: false, lay: (trap) => whenEnded(trap, isPatch) },
  { name: "settled, not told", mayFail: false, lay: (trap) => whenTold(trap, false) },
  { name: "told", mayFail: false, lay: (trap) => whenTold(trap, true) },
];
