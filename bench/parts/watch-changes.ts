import type { SlackSandbox } from "../../src/sandbox/slack/index.ts";
import type { VendorSandbox } from "../../src/sandbox/vendors/index.ts";

/** When changes reached the vendor and Slack, by the fakes' clock, in milliseconds since 1970. */
export interface WatchedChanges {
  /** When the PATCH arrived, by its path. */
  readonly patched: ReadonlyMap<string, number>;
  /** When the form first showed the result, by the id of its view. */
  readonly results: ReadonlyMap<unknown, number>;
  stop(): void;
}

/** Records from now on when each change reaches the vendor and when its result reaches Slack. */
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
  // Each call is inspected once, because searching all of them each time would distort the measurement.
  const looked = new WeakSet<object>();
  const unlistenSlack = slack.listen(() => {
    for (const call of slack.calls.slice(-20)) {
      if (call.method !== "views.update" || looked.has(call)) continue;
      looked.add(call);
      const id = call.args["view_id"];
      // It is drawn again later, in case the ack has replaced it.
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
