import type { Infrastructure } from "../infrastructure.ts";
import { requestRates } from "../operations/shared/fixed-window-counter.ts";
import { hookReceiver, hooksPath, mostPerMinute, type HookReceiver } from "../hooks/hook-receiver.ts";
import type { SlackDeps } from "../slack/context/services.ts";

/** What the HTTP server needs to take alerts. */
export interface HookAccess extends HookReceiver {
  /** What the paths of hooks begin with. */
  readonly prefix: string;
}

/** Takes alerts for the hooks of all workspaces. `check` looks for the work that they schedule. */
export function hookAccess(infra: Infrastructure, deps: SlackDeps, check: () => void): HookAccess {
  const { log, now, monotonicMs, contextFor } = infra;
  const { store, backgroundTasks, refusals } = deps;
  const receiver = hookReceiver({
    store,
    log,
    now,
    rates: requestRates({
      of: "hook",
      mostPerMinute,
      monotonicMs,
      counts: store.shared?.counts,
      failed: (err) => log.warn({ err }, "alerts not counted together"),
    }),
    contextFor: (workspaceId, hookId) =>
      contextFor(
        workspaceId,
        { kind: "system", job: "hooks" },
        { refusals, asked: { act: "hook", content: hookId } },
      ),
    track: (work) => backgroundTasks.track(work),
    check,
  });
  return { ...receiver, prefix: hooksPath };
}
