import type { SlackSandbox } from "../../src/sandbox/slack/index.ts";
import type { VendorSandbox } from "../../src/sandbox/vendors/index.ts";

/** When changes came to where they had to come, by the one clock of the fakes, in milliseconds since 1970. */
export interface WatchedChanges {
  /** When the PATCH came in, by its path. */
  readonly patched: ReadonlyMap<string, number>;
  /** When the form was first drawn with its result, by the id of its view. */
  readonly results: ReadonlyMap<unknown, number>;
  stop(): void;
}

/** Notes from now on when each change came to the vendor and when its result came to Slack. */
export function watchChanges(slack: SlackSandbox, vendor: VendorSandbox): WatchedChanges {
  const patched = new Map<string, number>();
  const results = new Map<unknown, number>();
  let seen = vendor.requests.length;
  const unlistenVendor = vendor.listen(() => {
    for (const { method, path } of vendor.requests.slice(seen)) {
      if (method === "PATCH") patched.set(path, performance.timeOrigin + performance.now());
    }
    seen = vendor.requests.length;
  });
  // Looked at when something was called, each call once: to look all the time would take the time that is measured.
  const looked = new WeakSet<object>();
  const unlistenSlack = slack.listen(() => {
    for (const call of slack.calls.slice(-20)) {
      if (call.method !== "views.update" || looked.has(call)) continue;
      looked.add(call);
      const id = call.args["view_id"];
      // It is drawn once more later, in case the ack has come over it.
      if (!results.has(id) && JSON.stringify(call.args["view"]).includes("chg_")) results.set(id, call.atMs);
    }
  });
  return {
    patched,
    results,
    stop: () => {
      unlistenSlack();
      unlistenVendor();
    },
  };
}
