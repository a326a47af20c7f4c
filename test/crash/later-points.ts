import { isGet, isPatch, whenAsked, whenEnded, type Trap } from "./points.ts";

/** A moment of a background change at which the app is killed. */
export interface LaterPoint {
  readonly name: string;
  /** Whether the change may stay undone, because its request was sent once and lost. */
  readonly mayFail: boolean;
  /** Sets the trap. Without one, the app is killed before it receives anything. */
  lay?(trap: Trap): void;
}

/** The methods that notify people. */
const ways = ["chat.postMessage", "chat.update", "response_url"];

/**
 * Kills when the first person is notified of the outcome, before or after Slack accepts the message. Messages before the
 * response to the update, such as who approved it, do not count.
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
